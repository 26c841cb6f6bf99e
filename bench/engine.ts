import { mkdir } from "node:fs/promises";
import path from "node:path";
import { compareAnswers } from "./answers.ts";
import { comparePlans, type Prepared } from "./plans.ts";
import { runScript } from "./processes.ts";
import type { PartInput, Section } from "./section.ts";
import { answersSection, plansSection, sizesSection } from "./table.ts";

/** The engine beside others: answers for everybody, from a snapshot file to a written plan, and both at other sizes. */
export async function engineSections({ options, folder, report }: PartInput): Promise<readonly Section[]> {
  const policies = path.join(import.meta.dirname, "policies");
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
  for (const people of options.sizes) {
    const alone = { ...options, people, peers: [] };
    const { results } = await compareAnswers(alone, policies, snapshotFor, report);
    const planRuns = Math.ceil(options.planRuns / 2);
    const made = await comparePlans({ planRuns }, await prepared(people), policies, report);
    for (const result of results) sizes.push({ answers: result, plan: made.plan });
  }
  return [answersSection(answers), plansSection(plans, answers), sizesSection(sizes)];
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
  await runScript("runs/prepare", [String(people), String(seed), files.snapshot, files.counts, files.ledger]);
  report(`an organisation of ${people} people is written`);
  return files;
}
