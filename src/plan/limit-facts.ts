import { countBits } from "../model/bits.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { DAY, type Seconds } from "../model/time.ts";
import { type Population, statuses } from "../people/population.ts";
import type { Action, Policy, PolicySet } from "../policy/types.ts";
import type { Deliberation } from "./deliberate.ts";
import type { Proposal } from "./drafts.ts";
import type { LimitFacts } from "./limits.ts";
import { type Compared, scopeOf, takesNow } from "./measures.ts";
import { seatsLost } from "./seat-counts.ts";
import { givingActions } from "./stance.ts";

/** What is counted for limits. */
export interface LimitMatter {
  readonly deliberation: Pick<Deliberation, "seats">;
  readonly population: Population;
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  /** What the plan would do. */
  readonly proposals: readonly Proposal[];
  readonly asOf: Seconds;
  /** How many rules speak of, beside the plan before. */
  readonly compared: readonly Compared[];
}

/** Counts what a plan would take, and of how many. */
export function limitFacts(matter: LimitMatter): LimitFacts {
  const { deliberation, population, policies, ledger, proposals, asOf, compared } = matter;
  const removals = proposals.filter(({ draft }) => draft.direction === "take");
  const savings = removals.filter(({ purpose }) => purpose === "saving");
  const isActive = statuses.indexOf("active");
  const active = population.status.reduce((count, status) => count + (status === isActive ? 1 : 0), 0);
  const holders = deliberation.seats.holders.map(({ yes }) => countBits(yes));
  const lost = seatsLost(savings.map(({ draft }) => draft));
  const leaving = peopleLeaving(savings);
  const byPolicy = new Map<string, number>();
  for (const { id } of removals.flatMap((proposal) => proposal.policies)) byPolicy.set(id, (byPolicy.get(id) ?? 0) + 1);
  return {
    active,
    savings: savings.length,
    duties: removals.length - savings.length,
    ...pastSavings(ledger, asOf),
    policies: policies.policies.map((policy) => ({
      id: policy.id,
      removals: byPolicy.get(policy.id) ?? 0,
      reachable: reachableBy(policy, active, holders, population),
      limits: policy.limits,
    })),
    instances: population.header.instances.flatMap(({ id }, position) => {
      const gone = lost.get(id)?.size ?? 0;
      return gone === 0 ? [] : [{ id, lost: gone, holders: holders[position] ?? 0 }];
    }),
    groups: population.header.groups.flatMap(({ id, members }) => {
      const gone = leaving.get(id)?.size ?? 0;
      return gone === 0 ? [] : [{ id, leaving: gone, members }];
    }),
    selections: compared.flatMap((count) => {
      const policy = count.kind === "policy" ? policies.policies.find(({ id }) => id === count.id) : undefined;
      if (policy === undefined || !takesNow(policy)) return [];
      return [{ scope: scopeOf(count), now: count.selects, before: count.before, percent: policy.limits.growth }];
    }),
    shielded: compared.flatMap((count) =>
      count.kind === "policy" ? [] : [{ scope: scopeOf(count), now: count.selects, before: count.before }],
    ),
  };
}

/** Removals of savings that we carried out in the last day and the last 30 days; duties have a limit of their own. */
export function pastSavings(
  { removals }: Pick<LedgerView, "removals">,
  asOf: Seconds,
): Pick<LimitFacts, "lastDay" | "last30Days"> {
  const savings = removals.filter(({ purpose }) => purpose === "saving");
  return {
    lastDay: savings.filter(({ at }) => at > asOf - DAY).length,
    last30Days: savings.filter(({ at }) => at > asOf - 30 * DAY).length,
  };
}

/** By group id: who is to leave it. */
function peopleLeaving(proposals: readonly Proposal[]): ReadonlyMap<string, ReadonlySet<string>> {
  const leaving = new Map<string, Set<string>>();
  for (const { draft } of proposals) {
    for (const { kind, group } of draft.operations) {
      if (kind !== "leaveGroup" || group === undefined) continue;
      const people = leaving.get(group) ?? new Set();
      leaving.set(group, people.add(draft.accountId));
    }
  }
  return leaving;
}

/** Holders of what a policy takes: of its seats, members of its groups, or everybody active where it takes all access. */
function reachableBy(policy: Policy, active: number, holders: readonly number[], population: Population): number {
  const seats = new Set(policy.instances);
  const groups = new Set<number>();
  if (policy.for === "person") {
    for (const action of policy.actions.flatMap(plainActions)) {
      if (action.kind === "removeFromGroup") groups.add(action.group);
      else if ((action.kind === "revoke" || action.kind === "setRole") && action.instances !== "own") {
        for (const instance of action.instances) seats.add(instance);
      } else if (!givingActions.has(action.kind)) return active;
    }
  }
  if (seats.size + groups.size === 0) return active;
  let reachable = 0;
  for (const instance of seats) reachable += holders[instance] ?? 0;
  for (const group of groups) reachable += population.header.groups[group]?.members ?? 0;
  return reachable;
}

function plainActions(action: Action): readonly Action[] {
  return action.kind === "firstOf" ? action.of.flatMap(plainActions) : [action];
}
