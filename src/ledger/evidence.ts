import { join } from "node:path";
import type { AuditEvent, Plan, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { compareText } from "../model/order.ts";
import { DAY, type Seconds, secondsOf } from "../model/time.ts";
import { anchorsOf, verifyAuditFile } from "./audit-file.ts";
import { namesIn, readJsonOrNull } from "./files.ts";
import { readResult } from "./past.ts";
import { createPlanStore, stampOf } from "./plans.ts";

/** A stretch of time: `from` counts, `to` does not. */
export interface Period {
  readonly from: Seconds;
  readonly to: Seconds;
}

/** A run of the period. What follows the first problem of its log is not among its events. */
export interface RunEvidence {
  readonly run: string;
  readonly events: readonly AuditEvent[];
  readonly result: RunResult | null;
  readonly auditHead: string | null;
  /** What is wrong with its chain; null: nothing. */
  readonly problem: string | null;
}

export interface PlanEvidence {
  readonly plan: Plan;
  /** The run that used it up; null: none did. */
  readonly appliedBy: string | null;
}

/** What a ledger can prove of a period. */
export interface Evidence {
  /** In order of their ids. */
  readonly runs: readonly RunEvidence[];
  /** In order of their moments. */
  readonly plans: readonly PlanEvidence[];
  /** What no run or plan can be named for. */
  readonly problems: readonly string[];
}

/** A run may be gone on with while its plan is valid: it can reach this far beyond its beginning. */
const LONGEST_RUN: Seconds = 60 * DAY;

/**
 * Every run that was at work in the period and every plan made in it, each log verified, and held against the run before
 * it. Throws OperatorError where there is no ledger.
 */
export async function evidenceOf(directory: string, period: Period): Promise<Evidence> {
  if ((await readJsonOrNull(join(directory, "ledger.json"))) === null) {
    throw new OperatorError("usage", `${directory} is not a ledger.`, "Name the ledger's folder with --ledger.");
  }
  const runs = await runsOf(directory, period);
  return { runs, ...(await plansOf(directory, period)) };
}

async function runsOf(directory: string, { from, to }: Period): Promise<readonly RunEvidence[]> {
  const logs = await idsIn(join(directory, "audit"), ".jsonl");
  const results = await idsIn(join(directory, "runs"), ".json");
  const heads = new Set<string>();
  for (const run of results) heads.add((await readResult(join(directory, "runs", `${run}.json`))).auditHead);
  const read: { readonly evidence: RunEvidence; readonly before: string | null }[] = [];
  const oldest = `r-${stampOf(Math.max(0, from - LONGEST_RUN))}`;
  const end = `r-${stampOf(to)}`;
  for (const run of [...new Set([...logs, ...results])].sort(compareText)) {
    if (run < oldest || run >= end) continue;
    const result = results.includes(run) ? await readResult(join(directory, "runs", `${run}.json`)) : null;
    if (!logs.includes(run)) {
      const problem = "its audit log is gone; its result is still there";
      read.push({ evidence: { run, events: [], result, auditHead: null, problem }, before: null });
      continue;
    }
    const path = join(directory, "audit", `${run}.jsonl`);
    const events: AuditEvent[] = [];
    const { verdict } = await verifyAuditFile(path, await anchorsOf(path), (event) => events.push(event));
    const { firstProblem: found, head } = verdict;
    if (head !== null) heads.add(head);
    const problem =
      found !== null
        ? `line ${found.line}: ${found.what}`
        : events.length > 0 && verdict.run !== run
          ? `it is the log of another run, ${verdict.run ?? "unknown"}`
          : null;
    read.push({ evidence: { run, events, result, auditHead: head, problem }, before: verdict.previousHead });
  }
  const first = logs[0];
  return read
    .map(({ evidence, before }) => {
      // The log before the first one that is here may have gone to an archive.
      if (evidence.problem !== null || before === null || heads.has(before) || evidence.run === first) return evidence;
      return { ...evidence, problem: "it follows a run that is not in the ledger: a log was taken out" };
    })
    .filter((evidence) => reaches(evidence, from));
}

function reaches({ run, events, result }: RunEvidence, from: Seconds): boolean {
  const last = events.at(-1)?.at ?? result?.finishedAt;
  return (last === undefined ? null : secondsOf(last)) === null
    ? run >= `r-${stampOf(from)}`
    : (secondsOf(last ?? "") ?? 0) >= from;
}

async function plansOf(
  directory: string,
  { from, to }: Period,
): Promise<{ readonly plans: readonly PlanEvidence[]; readonly problems: readonly string[] }> {
  const store = createPlanStore(join(directory, "plans"));
  const plans: PlanEvidence[] = [];
  const problems: string[] = [];
  for (const name of await namesIn(join(directory, "plans"))) {
    const [, stamp, hex] = /^(\d{8}T\d{6}Z)-([0-9a-f]{64})\.json$/.exec(name) ?? [];
    if (stamp === undefined || hex === undefined || stamp < stampOf(from) || stamp >= stampOf(to)) continue;
    try {
      const plan = await store.load(`sha256:${hex}`);
      const consumed = (await readJsonOrNull(join(directory, "consumed", `${hex}.json`))) as { run?: unknown } | null;
      if (plan !== null) plans.push({ plan, appliedBy: typeof consumed?.run === "string" ? consumed.run : null });
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      problems.push(error.message);
    }
  }
  return { plans, problems };
}

async function idsIn(directory: string, ending: string): Promise<readonly string[]> {
  const names = await namesIn(directory);
  return names.flatMap((name) =>
    name.startsWith("r-") && name.endsWith(ending) ? [name.slice(0, -ending.length)] : [],
  );
}
