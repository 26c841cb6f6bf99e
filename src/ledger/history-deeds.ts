import { join } from "node:path";
import type { Plan } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import { compareText } from "../model/order.ts";
import { secondsOf } from "../model/time.ts";
import type { AccountDeed } from "../people/history-account.ts";
import { namesIn } from "./files.ts";
import { readResult } from "./past.ts";
import { createPlanStore } from "./plans.ts";

/** Outcomes after which something is not as it was. */
const hadEffect: ReadonlySet<string> = new Set(["done", "done-not-yet-visible", "partial"]);

/**
 * What the runs that a ledger still holds did about one account, in order of time. Of a run whose plan is gone it is not
 * known which seats it moved. Throws OperatorError where a result or a plan is not what was stored.
 */
export async function readDeedsOf(ledger: string, accountId: string): Promise<readonly AccountDeed[]> {
  const store = createPlanStore(join(ledger, "plans"));
  const deeds: AccountDeed[] = [];
  for (const name of await namesIn(join(ledger, "runs"))) {
    if (!name.endsWith(".json")) continue;
    const result = await readResult(join(ledger, "runs", name));
    const own = result.outcomes.filter((outcome) => outcome.accountId === accountId && hadEffect.has(outcome.outcome));
    if (own.length === 0) continue;
    const plan = await store.load(result.planDigest);
    for (const { change, action, outcome, at } of own) {
      deeds.push({
        run: result.run,
        change,
        at: secondsOf(at ?? result.finishedAt) ?? 0,
        action,
        outcome,
        ...movedBy(plan, change),
      });
    }
  }
  return deeds.sort((a, b) => a.at - b.at || compareText(a.run, b.run) || compareText(a.change, b.change));
}

function movedBy(plan: Plan | null, id: string): Pick<AccountDeed, "origin" | "policies" | "gave" | "took"> {
  const change = plan === null ? undefined : everyChange(plan).find((each) => each.id === id);
  if (plan === null || change === undefined) return { origin: null, policies: [], gave: [], took: [] };
  const { before, after } = change;
  return {
    origin: plan.origin.kind,
    policies: change.policies.map(({ policy }) => policy),
    gave: after.seats.filter((seat) => !before.seats.includes(seat)),
    took: before.seats.filter((seat) => !after.seats.includes(seat)),
  };
}
