import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { readPages } from "./pages.ts";

const program = readFileSync(join(repositoryRoot, "src/cli.ts"), "utf8");
const commands = new Set([...program.matchAll(/\.command\("([a-z]+)"\)/g)].map(([, name = ""]) => name));
const flags = new Set([...program.matchAll(/"(--[a-z-]+)/g)].map(([, flag = ""]) => flag));

/** Every command line of ours in the docs: in blocks and between backticks. */
const lines = readPages().flatMap(({ path, text }) =>
  [...text.matchAll(/(?:^|[`\n] *|&& )seatwright ([a-z][^`\n#]*)/g)].map(([, line = ""]) => ({ path, line })),
);

const bench = readFileSync(join(repositoryRoot, "bench/options.ts"), "utf8");

/** Flags of the bench, as its usage tells them, and those of npm that stand in the docs too. */
const foreign: ReadonlySet<string> = new Set([
  ...[...bench.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = ""]) => flag),
  "--prefix",
  "--minutes",
  "--ignore-scripts",
]);

describe("the commands that the docs name", () => {
  it("are found", () => {
    expect(commands.size).toBeGreaterThan(8);
    expect(lines.length).toBeGreaterThan(15);
  });

  it("exist in this version", () => {
    const missing = lines.filter(({ line }) => !commands.has(line.trim().split(" ")[0] ?? ""));
    expect(missing).toEqual([]);
  });

  it("take the flags that the docs give them", () => {
    const given = readPages().flatMap(({ path, text }) =>
      [...text.matchAll(/(?<=[ `])(--[a-z][a-z-]+)/g)].map(([, flag = ""]) => ({ path, flag })),
    );
    expect(
      given.filter(({ flag }) => !flags.has(flag) && !foreign.has(flag) && flag !== "--help" && flag !== "--version"),
    ).toEqual([]);
    expect(given.length).toBeGreaterThan(10);
  });
});
