/**
 * `node test/faults/fuzz.ts --minutes N [--seed S] [--only WORDS]`: the fuzzing of `npm test`, for as long as you like. Each
 * round draws new inputs; a rule that breaks ends it with exit code 1 and the smallest input found.
 */
import { parseArgs } from "node:util";
import { openTargets } from "./fuzz-targets.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const first = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
const RUNS = 200;

const minutes = Number(values.minutes);
if (!(minutes > 0) || !Number.isInteger(first)) {
  console.error("--minutes is a number above 0, and --seed a whole number.");
  process.exit(64);
}
const opened = await openTargets();
const targets = opened.targets.filter(({ name }) => name.includes(values.only));
if (targets.length === 0) {
  opened.remove();
  console.error(`--only is a part of one of these names:\n${opened.targets.map(({ name }) => `  ${name}\n`).join("")}`);
  process.exit(64);
}
const until = Date.now() + minutes * 60_000;
const tried = new Map<string, number>();
try {
  for (let round = 0; Date.now() < until; round++) {
    for (const target of targets) {
      if (Date.now() >= until) break;
      await target.try(RUNS, first + round);
      tried.set(target.name, (tried.get(target.name) ?? 0) + RUNS);
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  opened.remove();
}
console.log(`seed ${first}`);
for (const [name, inputs] of tried) console.log(`${String(inputs).padStart(8)} inputs  ${name}`);
