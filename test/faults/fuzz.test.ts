import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTargets, type Targets } from "./fuzz-targets.ts";

const runs = process.env["SEATWRIGHT_LONG"] === "1" ? 1500 : 60;
const seed = 20261120;

describe("whatever stands in a file or comes from the network", () => {
  let opened: Targets | null = null;
  beforeAll(async () => {
    opened = await openTargets();
  });
  afterAll(() => opened?.remove());

  const names = [
    "policy files, byte by byte: read, or told what is wrong",
    "lists of people: read whole, or told what is wrong",
    "plan files, byte by byte: only the approved plan is accepted",
    "plans with a part replaced, also under a digest of their own: refused",
    "snapshot files, byte by byte: read, or refused in words",
    "snapshot files with a row lost or doubled: refused",
    "audit logs edited, cut, reordered or shortened: always found",
    "files of a ledger: read, or refused in words",
    "cursors: followed to the documented end, or told",
  ];

  it.each(names)("%s", { timeout: 120_000 }, async (name) => {
    const found = opened?.targets.find((target) => target.name === name);
    if (found === undefined) throw new Error(`there is no target ${name}`);
    await found.try(runs, seed);
  });

  it("is all tried", () => {
    expect(opened?.targets.map(({ name }) => name)).toEqual(names);
  });
});

describe("the script that fuzzes for longer", () => {
  it("draws from the seed it is given, tells what it tried, and ends when its time is over", {
    timeout: 120_000,
  }, async () => {
    const script = fileURLToPath(new URL("fuzz.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, "--minutes", "0.001", "--seed", "7"]);
    expect(stdout).toMatch(/^seed 7\n/);
    expect(stdout).toContain("policy files, byte by byte");
  });

  it.each([
    ["--minutes", "some"],
    ["--only", "nothing of that name"],
  ])("tries nothing in silence: %s %s is refused", { timeout: 120_000 }, async (...given) => {
    const script = fileURLToPath(new URL("fuzz.ts", import.meta.url));
    const failed = promisify(execFile)(process.execPath, [script, "--minutes", "0.001", ...given]);
    await expect(failed).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining(given[0] ?? "") as string });
  });

  it("is the one that npm run fuzz starts", () => {
    const root = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(root.scripts["fuzz"]).toMatch(/ test\/faults\/fuzz\.ts$/);
  });
});
