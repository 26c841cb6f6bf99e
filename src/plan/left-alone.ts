import type { HeldBack } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { truthAt, type Verdict } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { ExemptionRule, Policy, PolicySet } from "../policy/types.ts";
import { accountOf } from "./draft.ts";

interface ShieldContext {
  readonly policies: Pick<PolicySet, "exemptions">;
  readonly evaluator: Evaluator;
}

interface HoldContext {
  readonly population: Population;
  readonly now: Seconds;
}

/** Why somebody who matches is left alone. */
export interface Hold {
  readonly kind: HeldBack["kind"];
  readonly code: string;
  readonly reason: string;
  readonly owner: string | null;
}

/** An exemption, or a policy's own `except`, as it stands on everybody. */
export interface Shield {
  readonly who: Verdict;
  readonly hold: Hold;
  /** The hold on somebody of whom it cannot be told whether this speaks of them. */
  readonly perhaps: Hold;
}

/** What shields people from a policy. */
export function shieldsOf(context: ShieldContext, policy: Policy, scope: number | null): readonly Shield[] {
  const shields: Shield[] = [];
  if (policy.except !== null) {
    const hold = { kind: "exempt", code: "except", reason: exceptReason, owner: policy.owner } as const;
    shields.push(shieldOn(context.evaluator.evaluate(policy.except, scope), hold));
  }
  for (const exemption of context.policies.exemptions) {
    if (!covers(exemption, policy)) continue;
    shields.push(shieldOn(context.evaluator.evaluate(exemption.filter, scope), exemptionHold(exemption)));
  }
  return shields;
}

const exceptReason = "named in the policy's own `except`";

function shieldOn(who: Verdict, hold: Hold): Shield {
  return { who, hold, perhaps: { ...hold, reason: `cannot tell whether it speaks of them: ${hold.reason}` } };
}

/** Whether an exemption shields from a policy. A duty is shielded from only by name. */
export function covers(exemption: ExemptionRule, policy: Policy): boolean {
  return exemption.from.includes(policy.id) || (policy.purpose === "saving" && exemption.from.includes("saving"));
}

/** The exemption of a person. One that cannot be told to speak of them or not shields them too, and says so. */
export function shieldOf(shields: readonly Shield[], person: number): Hold | null {
  let perhaps: Shield | undefined;
  for (const shield of shields) {
    const truth = truthAt(shield.who, person);
    if (truth === "true") return shield.hold;
    if (truth === "unknown") perhaps ??= shield;
  }
  return perhaps?.perhaps ?? null;
}

function exemptionHold(exemption: ExemptionRule): Hold {
  const { id, reason, owner, until, lapsed } = exemption;
  return lapsed
    ? {
        kind: "held",
        code: "exemption-lapsed",
        reason: `exemption ${id} ended on ${until}; renew it or delete it, until then its people are left alone`,
        owner,
      }
    : { kind: "exempt", code: id, reason: `exemption ${id} until ${until}: ${reason}`, owner };
}

/** Why a policy leaves somebody alone whom nothing shields, or null: it only reports, it is held, or an undo spoke of them. */
export function holdOf(
  context: HoldContext,
  holds: ReadonlyMap<string, LedgerView["holds"]>,
  policy: Policy,
  person: number,
): Hold | null {
  if (policy.mode === "report") {
    return { kind: "held", code: "report-mode", reason: "the policy only reports (mode: report)", owner: policy.owner };
  }
  const [first] = policy.holds;
  if (first !== undefined)
    return { kind: "held", code: "policy-held", reason: policy.holds.join("; "), owner: policy.owner };
  return undoneHold(context, holds, policy, person);
}

/** Somebody whom an undo has taken out of this policy's reach for a while. */
export function undoneHold(
  context: HoldContext,
  holds: ReadonlyMap<string, LedgerView["holds"]>,
  policy: Policy,
  person: number,
): Hold | null {
  if (holds.size === 0) return null;
  for (const hold of holds.get(accountOf(context.population, person)) ?? []) {
    if (hold.until <= context.now) continue;
    if (hold.policy !== null && hold.policy !== policy.id) continue;
    return {
      kind: "held",
      code: "recent-reversal",
      reason: `${hold.reason}; left alone until ${momentOf(hold.until)}`,
      owner: null,
    };
  }
  return null;
}
