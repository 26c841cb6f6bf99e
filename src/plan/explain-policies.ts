import type { ExplainedHold, ExplainedPolicy, ExplainedShield, Fact, Plan } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { Action, Filter, Policy, PolicySet } from "../policy/types.ts";
import type { Deliberation, Matter } from "./deliberate.ts";
import { accountOf, seatRef } from "./draft.ts";
import { outcomesFor } from "./explain-outcomes.ts";
import { covers } from "./left-alone.ts";
import { matchesOf, scopesOf } from "./wishes.ts";

/**
 * What every policy makes of one person: by policy id, then instance. A policy on seats answers for each seat that the
 * person holds, or may.
 */
export function explainedPolicies(
  matter: Matter,
  deliberation: Deliberation,
  plan: Plan,
  person: number,
  now: Seconds,
): readonly ExplainedPolicy[] {
  const { population, policies } = matter;
  const { seats, evaluator, selections } = deliberation;
  // A selection's policy knows more than the file's: whether it has paused itself.
  return selections.flatMap(({ policy }) =>
    scopesOf(policy).flatMap((scope): readonly ExplainedPolicy[] => {
      const holders = scope === null ? undefined : seats.holders[scope];
      if (holders !== undefined && truthAt(holders, person) === "false") return [];
      const result = truthAt(matchesOf({ population, seats, evaluator }, policy, scope), person);
      // Where the filter itself holds, what is unknown is only whether the seat is held.
      const ownTruth = evaluator.truthOf(policy.filter, scope, person);
      return [
        {
          policy: policy.id,
          description: policy.description,
          owner: policy.owner,
          purpose: policy.purpose,
          mode: policy.mode,
          wants: [...policy.actions.map(actionWord), ...policy.unbuilt],
          seat: scope === null ? null : seatRef(population, scope),
          result,
          decidedBy: ownTruth === result ? decidingFacts(evaluator, policy.filter, scope, person) : [],
          facts: evaluator.factsAt(policy.filter, scope, person, "every"),
          shields: shieldsFor(policies, evaluator, policy, scope, person),
          holds: holdsFor(matter.ledger, population, policy, person, now),
          outcomes: outcomesFor({ ...matter, ...deliberation }, plan, policy, scope, person, result),
        },
      ];
    }),
  );
}

function actionWord(action: Action): string {
  return action.kind === "firstOf" ? action.of.map(actionWord).join(" | ") : action.kind;
}

/**
 * The parts of a filter that suffice for what it is for one person, in its order: of parts that must all hold, the first
 * that is false; of parts of which one is enough, the first that is true.
 */
export function decidingFacts(
  evaluator: Evaluator,
  filter: Filter,
  scope: number | null,
  person: number,
): readonly Fact[] {
  return collect(filter, "as-written");

  function collect(part: Filter, side: "as-written" | "negated"): readonly Fact[] {
    if (part.kind === "leaf") {
      return evaluator.factsAt(side === "as-written" ? part : { kind: "not", of: part }, scope, person);
    }
    if (part.kind === "not") return collect(part.of, side === "as-written" ? "negated" : "as-written");
    const truth = evaluator.truthOf(part, scope, person);
    const same = part.of.filter((child) => evaluator.truthOf(child, scope, person) === truth);
    const isOneEnough = truth === (part.kind === "all" ? "false" : "true");
    return (isOneEnough ? same.slice(0, 1) : same).flatMap((child) => collect(child, side));
  }
}

function shieldsFor(
  { exemptions }: PolicySet,
  evaluator: Evaluator,
  policy: Policy,
  scope: number | null,
  person: number,
): readonly ExplainedShield[] {
  const certainty = (filter: Filter): { readonly certain: boolean } | null => {
    const truth = evaluator.truthOf(filter, scope, person);
    return truth === "false" ? null : { certain: truth === "true" };
  };
  const excepted = policy.except === null ? null : certainty(policy.except);
  const except: ExplainedShield = {
    kind: "except",
    id: null,
    reason: "named in the policy's own `except`",
    owner: policy.owner,
    until: null,
    lapsed: false,
    certain: excepted?.certain ?? false,
  };
  const own = [...exemptions]
    .filter((exemption) => covers(exemption, policy))
    .sort((a, b) => compareText(a.id, b.id))
    .flatMap(({ filter, id, reason, owner, until, lapsed }): readonly ExplainedShield[] => {
      const found = certainty(filter);
      return found === null ? [] : [{ kind: "exemption", id, reason, owner, until, lapsed, ...found }];
    });
  return excepted === null ? own : [except, ...own];
}

function holdsFor(
  { holds }: Pick<LedgerView, "holds">,
  population: Population,
  policy: Policy,
  person: number,
  now: Seconds,
): readonly ExplainedHold[] {
  const accountId = accountOf(population, person);
  return [
    ...(policy.mode === "report"
      ? [{ code: "report-mode", reason: "the policy only reports (mode: report)", until: null } as const]
      : []),
    ...policy.holds.map((reason) => ({ code: "policy-held", reason, until: null }) as const),
    ...holds
      .filter((hold) => hold.accountId === accountId && hold.until > now && [null, policy.id].includes(hold.policy))
      .map(({ reason, until }) => ({ code: "recent-reversal", reason, until: momentOf(until) }) as const),
  ];
}
