import { everyChange } from "../model/plan-changes.ts";
import { seatsMoved } from "../plan/seat-counts.ts";
import { join } from "node:path";
import { runResult as isRunResult } from "../documents/validators.generated.cjs";
import type { Change, Outcome, Plan, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { Deed, Hold, PastRemoval } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { DAY, momentOf, secondsOf, type Seconds } from "../model/time.ts";
import { namesIn, readJsonOrNull } from "./files.ts";

/** How far back removals count against limits. */
const LIMIT_WINDOW: Seconds = 30 * DAY;
/** How long somebody is left alone after an undo, and how far back a reversal of a change of ours matters. */
const HOLD_AFTER_UNDO: Seconds = 90 * DAY;
/** A run may be gone on with while its plan is valid, so its outcomes can be this much later than its id says. */
const LONGEST_RUN: Seconds = 60 * DAY;

/** What earlier runs did, as planning needs it. */
export interface Past {
  readonly removals: readonly PastRemoval[];
  readonly holds: readonly Hold[];
  /** Changes of the 90 days before, and of that very second, in order of time, change and run. */
  readonly deeds: readonly Deed[];
}

/**
 * Removals of the 30 days before `asOf`, and who is left alone after an undo. Read from the results of runs and the plans
 * they carried out; a run without a stored plan counts with no policy named. An undo holds from the moment it is done,
 * also for a snapshot that was taken a little before.
 */
export async function readPast(
  directory: string,
  asOf: Seconds,
  loadPlan: (digest: string) => Promise<Plan | null>,
): Promise<Past> {
  const oldest = momentOf(asOf - HOLD_AFTER_UNDO - LONGEST_RUN).replaceAll(/[-:]/g, "");
  const removals: PastRemoval[] = [];
  const holds: Hold[] = [];
  const deeds: Deed[] = [];
  const plans = new Map<string, Plan | null>();
  for (const name of await namesIn(join(directory, "runs"))) {
    if (!name.endsWith(".json") || name.slice("r-".length) < oldest) continue;
    const result = await readResult(join(directory, "runs", name));
    if (!plans.has(result.planDigest)) plans.set(result.planDigest, await loadPlan(result.planDigest));
    const plan = plans.get(result.planDigest) ?? null;
    const changes = new Map((plan === null ? [] : everyChange(plan)).map((change) => [change.id, change]));
    for (const outcome of result.outcomes) {
      if (!hadEffect.has(outcome.outcome)) continue;
      const at = secondsOf(outcome.at ?? result.finishedAt) ?? 0;
      const seen = at < asOf;
      // Of the very second, a snapshot may show it or not: it is known as ours in any case.
      const known = at <= asOf;
      const change = changes.get(outcome.change);
      const policies = change?.policies.map(({ policy }) => policy) ?? [];
      if (seen && takes(outcome.action, change) && at >= asOf - LIMIT_WINDOW) {
        removals.push({ at, accountId: outcome.accountId, purpose: change?.purpose ?? "saving", policies });
      }
      const until = at + HOLD_AFTER_UNDO;
      if (known && plan !== null && change !== undefined && until > asOf) {
        deeds.push(deedOf(result.run, plan, change, outcome, at));
      }
      if (plan?.origin.kind === "undo" && change !== undefined && until > asOf) {
        const verb = change.direction === "give" ? "given back" : "taken back";
        const reason = `${verb} by ${result.run} on ${momentOf(at).slice(0, 10)}`;
        for (const policy of policies) holds.push({ accountId: outcome.accountId, policy, until, reason });
      }
    }
  }
  return {
    removals: removals.sort((a, b) => a.at - b.at || compareText(a.accountId, b.accountId)),
    holds: holds.sort(
      (a, b) =>
        compareText(a.accountId, b.accountId) || compareText(a.policy ?? "", b.policy ?? "") || a.until - b.until,
    ),
    deeds: deeds.sort((a, b) => a.at - b.at || compareText(a.change, b.change) || compareText(a.run, b.run)),
  };
}

function deedOf(run: string, plan: Plan, change: Change, { outcome }: Outcome, at: Seconds): Deed {
  const { id, accountId, action, direction, seat, policies, operations } = change;
  return {
    run,
    change: id,
    at,
    accountId,
    action,
    direction,
    instance: seat?.instance ?? null,
    policies: policies.map(({ policy }) => policy),
    operations,
    moved: seatsMoved(change),
    proof: outcome === "done" ? "seen" : "accepted",
    origin: plan.origin.kind,
  };
}

/** A stored result. Throws OperatorError where the file is not one. */
export async function readResult(path: string): Promise<RunResult> {
  const value = await readJsonOrNull(path);
  if (isRunResult(value)) return value;
  throw new OperatorError(
    "usage",
    `${path} is not the result of a run.`,
    "Put the file back from a backup or from Git: limits by day and by month are counted from it.",
  );
}

/** Outcomes after which something is not as it was. */
const hadEffect: ReadonlySet<string> = new Set(["done", "done-not-yet-visible", "partial"]);

const takingActions: ReadonlySet<string> = new Set([
  "revoke",
  "setRole",
  "removeFromGroup",
  "suspend",
  "removeFromOrg",
  "deactivate",
]);

function takes(action: string, change: Change | undefined): boolean {
  return change === undefined ? takingActions.has(action) : change.direction === "take";
}
