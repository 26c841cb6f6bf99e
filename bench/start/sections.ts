import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { buildAll } from "../../tools/build.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { type Part, row } from "../section.ts";
import { median } from "../statistics.ts";

/** A command line that is started, and how it is called in the table. */
interface Start {
  readonly title: string;
  readonly args: readonly string[];
}

/** Starts before the ones that count: the compile cache is written, and files are in memory. */
const WARM_UP = 2;

/**
 * How long the bundled command line takes beside Node that does nothing. Each round starts all of them, one after the other,
 * so that a busy machine is busy for all; what counts is the median of the ratios within a round.
 */
export const startSections: Part = async ({ options, folder, report }) => {
  const rounds = options.quick ? 15 : 41;
  report(`starts of the command line: ${rounds} rounds`);
  // Beside it lie the schemas and the example policies, as in the package.
  const installed = mkdtempSync(path.join(folder, "installed-"));
  const cli = path.join(installed, "dist/cli.js");
  mkdirSync(path.dirname(cli));
  writeFileSync(path.join(installed, "package.json"), `{ "type": "module" }`);
  for (const { name, text } of await buildAll(repositoryRoot)) writeFileSync(path.join(installed, "dist", name), text);
  const examples = path.join(repositoryRoot, "policies.example");
  const nothing: Start = { title: "`node -e 0`", args: ["-e", "0"] };
  const starts: readonly Start[] = [
    { title: "`seatwright --version`", args: [cli, "--version"] },
    { title: "`seatwright validate`, the example policies", args: [cli, "validate", "--repo", examples] },
  ];
  const env = { ...process.env, XDG_CACHE_HOME: path.join(folder, "cache") };
  const failures: string[] = [];

  function milliseconds({ title, args }: Start): number {
    const begin = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8", cwd: installed });
    const took = performance.now() - begin;
    if (status !== 0) failures.push(`${title} ended with ${status}: ${stderr.trim()}`);
    return took;
  }

  const base: number[] = [];
  const took = starts.map((): number[] => []);
  const ratios = starts.map((): number[] => []);
  for (let round = 0; round < rounds + WARM_UP && failures.length === 0; round++) {
    const alone = milliseconds(nothing);
    const each = starts.map(milliseconds);
    if (round < WARM_UP) continue;
    base.push(alone);
    for (const [at, time] of each.entries()) {
      took[at]?.push(time);
      ratios[at]?.push(time / alone);
    }
  }

  const dist = path.join(installed, "dist");
  const names = (await readdir(dist)).filter((name) => name.startsWith("cli"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(dist, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const measured = starts.map(({ title }, at) => ({
    title,
    milliseconds: median(took[at] ?? []),
    ratio: median(ratios[at] ?? []),
  }));
  const kept = "what Node compiled is kept from one start to the next";
  return [
    {
      title: "Starting",
      body: [
        `Medians of ${rounds} rounds, in each of them one start of each, ${kept}. The command line has ` +
          `${Math.ceil(bytes / 1000).toLocaleString("en-GB")} kB in ${names.length} files.`,
        "",
        "| | median ms | beside `node -e 0` |",
        "| --- | ---: | ---: |",
        row(nothing.title, median(base).toFixed(1), ""),
        ...measured.map((one) => row(one.title, one.milliseconds.toFixed(1), `${one.ratio.toFixed(2)}x`)),
      ].join("\n"),
      data: { rounds, nothing: median(base), measured, bytes, files: names.length },
      failures,
    },
  ];
};
