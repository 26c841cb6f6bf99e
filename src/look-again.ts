import { releasesProtected } from "./apply/check-approval.ts";
import { stillProved } from "./apply/proved.ts";
import type { ApplyDependencies } from "./apply/run.ts";
import type { Approval, Plan } from "./model/documents.generated.ts";
import { secondsOf } from "./model/time.ts";
import { besideLastGood } from "./people/baseline.ts";
import { trustedSignals } from "./people/signals.ts";
import { deliberate } from "./plan/deliberate.ts";
import { weighedFor } from "./plan/only.ts";
import { reproposed } from "./plan/propose.ts";
import { seatsMoved } from "./plan/seat-counts.ts";
import { shieldsLost } from "./plan/shields.ts";
import { reproposeUndo } from "./plan/undo.ts";
import { type Policies, resolved, shrinkOf } from "./policies-now.ts";
import type { ResolveContext } from "./policy/resolve.ts";
import type { Clock, Ledger, OrgReader } from "./ports.ts";

/**
 * How people are looked at again before they are touched: the organisation's counts once, then a few people at a time, by the
 * planner that made the plan. `names` is what addresses in the policies meant when the run began.
 */
export function lookAgainWith({
  policies,
  plan,
  approval,
  reader,
  ledger,
  clock,
  names,
}: {
  readonly policies: Policies;
  readonly plan: Plan;
  readonly approval: Approval;
  readonly reader: OrgReader;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly names: ResolveContext["earlier"];
}): Required<Pick<ApplyDependencies, "lookFirst" | "confirmActivity" | "planner">> {
  return {
    async lookFirst(begun) {
      const view = await ledger.view();
      const { lastGood, deeds } = view;
      const ours = begun.map((change) => ({ ...change, at: clock.now(), moved: seatsMoved(change) }));
      const counted = await reader.readPeople([]);
      const seen = besideLastGood(counted, { lastGood, deeds: [...deeds, ...ours] }, shrinkOf(policies));
      const { set } = resolved(policies, seen, view, { coverage: "some", earlier: names });
      // Later reads may have met the loss already: what counts is what the approved plan was made on.
      const planned = await ledger.view((secondsOf(plan.asOf) ?? 0) + 1);
      return { certificate: seen.header.certificate, shieldsLost: shieldsLost(seen, set, planned.lastGood) };
    },
    confirmActivity: (population, accountIds) => reader.confirmActivity(population, accountIds),
    async planner() {
      const view = await ledger.view();
      const ours = plan.origin.kind === "undo" ? await stillProved(ledger, plan) : null;
      return (population) => {
        const { set } = resolved(policies, population, view, { coverage: "some", earlier: names });
        if (ours !== null) return reproposeUndo(plan, { population, policies: set, ledger: view, ours });
        const signals = trustedSignals(population);
        const weighed = weighedFor(set, plan.origin.only);
        const again = deliberate({ population, policies: weighed, ledger: view, signals });
        const protection = releasesProtected(plan, approval) ? "released" : "kept";
        return { changes: reproposed(again, view, protection), heldBack: again.heldBack };
      };
    },
  };
}
