import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult } from "../../src/model/documents.generated.ts";
import { exitCodes } from "../../src/model/errors.ts";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { deedsSince, stateOf, unlawful, unrecorded } from "../faults/judge.ts";
import { begin, type Life, outcomesOf, type Prepared } from "./kill-stage.ts";

/** Where a process is killed. */
export type Kill = { readonly step: number } | { readonly afterMs: number };

/** What came of one kill. */
interface Killed {
  readonly was: "killed" | "finished before";
  /** Rules that were broken. */
  readonly problems: readonly string[];
}

/** Lives at once: most of each is waiting for a process to begin. */
const AT_ONCE = 3;

/** Kills a story in each of these ways. Gives how many processes were killed, and every rule that was broken. */
export async function killAll(
  story: Prepared,
  ways: readonly (readonly Kill[])[],
): Promise<{ readonly killed: number; readonly problems: readonly string[] }> {
  const waiting = [...ways];
  const ended: Killed[] = [];
  const worker = async (): Promise<void> => {
    for (let kills = waiting.shift(); kills !== undefined; kills = waiting.shift()) {
      ended.push(await killAt(story, ...kills));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    killed: ended.filter(({ was }) => was === "killed").length,
    problems: ended.flatMap(({ problems }) => problems),
  };
}

/** An operator goes on as often as it takes; four times are too many. */
const MOST_LIVES = 4;

/** Kills one run of a story, goes on as an operator would, and holds what came of it against the run that nobody killed. */
async function killAt(story: Prepared, ...kills: readonly Kill[]): Promise<Killed> {
  const life = await begin(story);
  const { world } = life.simulator;
  const before = world.changes.length;
  try {
    let was: Killed["was"] = "finished before";
    for (const kill of kills) if ((await life.apply(kill)).signal === "SIGKILL") was = "killed";
    const problems = await goOn(life);
    const deeds = deedsSince(world, before);
    problems.push(...unlawful(deeds, story.right), ...(await unrecorded(life.ledger, deeds)));
    if (stateOf(world) !== story.state) problems.push("the organisation is not as it is without a kill");
    problems.push(...(await unfinished(story, life.ledger)));
    return { was, problems: problems.map((problem) => `${story.name}, ${JSON.stringify(kills)}: ${problem}`) };
  } finally {
    await life.close();
  }
}

/** Runs the same command until there is nothing to go on with. */
async function goOn(life: Life): Promise<string[]> {
  for (let lives = 0; lives < MOST_LIVES; lives++) {
    const { code, out, err } = await life.apply();
    if (code === exitCodes.done) return [];
    if (out.includes("has been applied already")) return [];
    if (!out.includes('"outcomes"')) return [`cannot be gone on with: ${code} ${err}${out}`];
  }
  return ["does not come to its end"];
}

/** What a ledger says of a run that it should not: no result, another one, a log without an end, a plan that is not used up. */
async function unfinished({ plan, outcomes }: Prepared, ledger: string): Promise<readonly string[]> {
  const problems: string[] = [];
  if (existsSync(join(ledger, "lock"))) problems.push("the lock is still there");
  const leftover = readdirSync(ledger, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.startsWith("lock."),
  );
  if (leftover.length > 0) problems.push(`left behind: ${leftover.join(", ")}`);
  const opened = createDirectoryLedger({
    directory: ledger,
    organizationId: plan.organization.id,
    clock: systemClock,
    rehearsal: true,
  });
  if ((await opened.consumedBy(plan.digest)) === null) problems.push("the plan could be applied once more");
  const results = readdirSync(join(ledger, "runs"))
    .filter((file) => /^r-[^.]+\.json$/.test(file))
    .map((file) => readFileSync(join(ledger, "runs", file), "utf8"))
    .filter((text) => (JSON.parse(text) as RunResult).planDigest === plan.digest);
  if (results.length !== 1) problems.push(`${results.length} results of one plan`);
  for (const text of results) {
    const own = outcomesOf(text).map(inEffect).join(", ");
    if (own !== outcomes.map(inEffect).join(", ")) problems.push(`other outcomes: ${own}`);
    const log = join(ledger, "audit", `${(JSON.parse(text) as RunResult).run}.jsonl`);
    const { verdict } = await verifyAuditFile(log, await anchorsOf(log));
    if (!verdict.ok || !verdict.finished) problems.push(`the log is not finished: ${JSON.stringify(verdict)}`);
  }
  return problems;
}

/** Killed early, a change that fails has nothing to put back yet. */
const inEffect = (outcome: string): string => outcome.replace("failed-restored", "failed");

/** The seed of this run: SEATWRIGHT_SEED, or one from the clock. Whoever uses it prints it. */
export function seedOfRun(): number {
  const given = process.env["SEATWRIGHT_SEED"];
  return given === undefined || given === "" ? Date.now() % 1_000_000_000 : Number(given);
}

/** So many random kills of a story: every other one at a step, the others at a time. */
export function randomKills(story: Prepared, count: number, seed: number): readonly Kill[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, at) =>
    at % 2 === 0 ? { step: 1 + random.below(story.steps) } : { afterMs: random.below(Math.ceil(story.milliseconds)) },
  );
}
