/** `npm run bench`: Seatwright's engine beside others, on one organisation, in one run. See docs/performance.md. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { compareAnswers } from "./answers.ts";
import { optionsFrom, usage } from "./options.ts";
import { comparePlans, type Prepared } from "./plans.ts";
import { runScript } from "./processes.ts";
import { type Report, tableOf } from "./table.ts";

const args = process.argv.slice(2);
if (args.includes("--help")) {
  process.stdout.write(usage);
} else {
  const folder = await mkdtemp(path.join(tmpdir(), "seatwright-bench-"));
  try {
    process.exitCode = await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends with 1 where a peer disagrees; never because of time. */
async function run(folder: string): Promise<number> {
  const options = optionsFrom(args);
  const policies = path.join(import.meta.dirname, "policies");
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const made = new Map<number, Promise<Prepared>>();
  const prepared = (people: number): Promise<Prepared> => {
    const known = made.get(people) ?? prepare(folder, people, options.seed, report);
    made.set(people, known);
    return known;
  };
  const snapshotFor = async (people: number): Promise<string> => (await prepared(people)).snapshot;

  const answers = await compareAnswers(options, policies, snapshotFor, report);
  const plans = await comparePlans(options, await prepared(options.people), policies, report);
  const sizes = [];
  const planSizes = [];
  for (const people of options.sizes) {
    const alone = { ...options, people, peers: [] };
    const { results } = await compareAnswers(alone, policies, snapshotFor, report);
    sizes.push(...results);
    planSizes.push(
      (await comparePlans({ planRuns: Math.ceil(options.planRuns / 3) }, await prepared(people), policies, report))
        .plan,
    );
  }

  const result: Report = {
    command: `npm run bench${args.length === 0 ? "" : ` -- ${args.join(" ")}`}`,
    node: process.versions.node,
    options,
    answers,
    sizes,
    plans,
    planSizes,
  };
  const table = tableOf(result);
  process.stdout.write(`${table}\n`);
  if (options.out !== null) {
    await mkdir(options.out, { recursive: true });
    await writeFile(path.join(options.out, "bench.md"), table);
    await writeFile(path.join(options.out, "bench.json"), `${JSON.stringify(result, null, 2)}\n`);
  }
  for (const line of answers.disagreements) report(line);
  return answers.disagreements.length === 0 ? 0 : 1;
}

async function prepare(
  folder: string,
  people: number,
  seed: number,
  report: (line: string) => void,
): Promise<Prepared> {
  const own = path.join(folder, String(people));
  await mkdir(own, { recursive: true });
  const files = {
    people,
    snapshot: path.join(own, "snapshot.json"),
    counts: path.join(own, "counts.json"),
    ledger: path.join(own, "ledger"),
  };
  await runScript("prepare.ts", [String(people), String(seed), files.snapshot, files.counts, files.ledger]);
  report(`an organisation of ${people} people is written`);
  return files;
}
