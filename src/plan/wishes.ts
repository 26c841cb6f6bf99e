import { eachBit } from "../model/bits.ts";
import type { HeldBack } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import type { Seconds } from "../model/time.ts";
import { truthAt, type Verdict } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import type { Signal } from "../people/signals.ts";
import type { Evaluator, ExpectedQuestion } from "../policy/evaluate.ts";
import { bothOf } from "../policy/kleene.ts";
import type { Action, Policy, PolicySet } from "../policy/types.ts";
import { alikeText } from "./alike.ts";
import { doubtOf, foldedNotes } from "./doubts.ts";
import { type Hold, holdOf, shieldOf, shieldsOf, undoneHold } from "./left-alone.ts";
import { accountOf, seatRef } from "./draft.ts";
import { signalDoubts } from "./signal-doubts.ts";
import { givingActions } from "./stance.ts";

/** What a policy wants done to somebody, before anything is known of how, or whether it may. */
export interface Wish {
  readonly policy: Policy;
  readonly person: number;
  /** The matched seat's instance in a seat policy, else null. */
  readonly instance: number | null;
  readonly action: Action;
}

/** What came of one policy's filter. */
export interface Selection {
  readonly policy: Policy;
  readonly matched: number;
  readonly unknown: number;
  readonly wishes: readonly Wish[];
  readonly heldBack: readonly HeldBack[];
  readonly notes: readonly string[];
}

export interface WishContext {
  readonly population: Population;
  readonly seats: Seats;
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  readonly evaluator: Evaluator;
  /** By instance. */
  readonly signals: readonly Signal[];
  readonly now: Seconds;
}

/** Whom a policy speaks of: an instance at a time for a seat policy, everybody for a person policy. */
export function scopesOf(policy: Policy): readonly (number | null)[] {
  return policy.for === "seat" ? policy.instances : [null];
}

/** Who matches a policy: for a seat policy, only who holds the seat. */
export function matchesOf(
  context: Pick<WishContext, "population" | "seats" | "evaluator">,
  policy: Policy,
  scope: number | null,
): Verdict {
  const verdict = context.evaluator.evaluate(policy.filter, scope);
  if (scope === null) return verdict;
  const holders = context.seats.holders[scope];
  if (holders === undefined) throw new Error(`there is no instance ${scope} in the snapshot`);
  return bothOf(verdict, holders);
}

/** Everything that will be asked of an evaluator for these policies. */
export function questionsOf({ policies, exemptions }: PolicySet): readonly ExpectedQuestion[] {
  const ofPolicies = policies.flatMap((policy) => {
    const filters = policy.except === null ? [policy.filter] : [policy.filter, policy.except];
    return filters.map((filter) => ({ filter, scopes: scopesOf(policy) }));
  });
  return [...ofPolicies, ...exemptions.map(({ filter }) => ({ filter, scopes: [null] }))];
}

const announced = new WeakSet<Evaluator>();

/** Tells an evaluator once of every question to come. */
function announce({ evaluator, policies }: WishContext): void {
  if (announced.has(evaluator)) return;
  announced.add(evaluator);
  evaluator.expect(questionsOf(policies));
}

/** What one policy wants, with everybody who matches and is left alone by an exemption, a hold or a doubt. */
export function selectionOf(context: WishContext, policy: Policy): Selection {
  const { population } = context;
  announce(context);
  const holds = Map.groupBy(context.ledger.holds, ({ accountId }) => accountId);
  const wishes: Wish[] = [];
  const heldBack: HeldBack[] = [];
  const notes: string[] = [];
  let matched = 0;
  let unknown = 0;
  for (const scope of scopesOf(policy)) {
    const verdict = matchesOf(context, policy, scope);
    const shields = shieldsOf(context, policy, scope);
    eachBit(verdict.yes, (person) => {
      matched++;
      const held = shieldOf(shields, person) ?? holdOf(context, holds, policy, person);
      if (held === null) {
        for (const action of policy.actions) wishes.push({ policy, person, instance: scope, action });
        return;
      }
      for (const action of namesOfActions(policy)) {
        heldBack.push(heldBackOf(population, policy, person, scope, action, held));
      }
    });
    const folded = { "no-date": 0, "address-hidden": 0, signal: 0 };
    const isOfSignal = signalDoubts(context, policy, scope);
    eachBit(verdict.unknown, (person) => {
      unknown++;
      if (isOfSignal(person)) {
        folded.signal++;
        return;
      }
      const { fold, words } = doubtOf(context, policy, scope, person);
      if (fold !== null) {
        folded[fold]++;
        return;
      }
      const doubt: Hold = {
        kind: "unknown",
        code: "filter-unknown",
        reason: words === "" ? "it is not known whether the person holds this seat" : `cannot tell: ${words}`,
        owner: null,
      };
      const held = shieldOf(shields, person) ?? undoneHold(context, holds, policy, person) ?? doubt;
      heldBack.push(heldBackOf(population, policy, person, scope, namesOfActions(policy)[0] ?? "", held));
    });
    notes.push(...foldedNotes(context, policy, scope, folded));
  }
  return { policy, matched, unknown, wishes, heldBack, notes };
}

/** What a policy asks for, also where it is not carried out yet: that holds everybody it matches. */
function namesOfActions({ actions, unbuilt }: Policy): readonly string[] {
  return [...actions.map(({ kind }) => kind), ...unbuilt];
}

/**
 * Duties on seats that are fulfilled because nobody holds the seat, of people to whom another policy would give
 * something: without them, one plan would give what the next one takes.
 */
export function fulfilledDuties(context: WishContext, wishes: readonly Wish[]): readonly Wish[] {
  const given = new Set(wishes.flatMap(({ person, action }) => (givingActions.has(action.kind) ? [person] : [])));
  const duties = context.policies.policies.filter((policy) => policy.for === "seat" && policy.purpose === "duty");
  if (given.size === 0) return [];
  const holds = Map.groupBy(context.ledger.holds, ({ accountId }) => accountId);
  return duties.flatMap((policy) =>
    policy.instances.flatMap((instance) => {
      const wanted = context.evaluator.evaluate(policy.filter, instance);
      const held = context.seats.holders[instance];
      const shields = shieldsOf(context, policy, instance);
      return [...given].flatMap((person): readonly Wish[] => {
        const isFulfilled =
          truthAt(wanted, person) === "true" && held !== undefined && truthAt(held, person) === "false";
        if (!isFulfilled || shieldOf(shields, person) !== null) return [];
        if (holdOf(context, holds, policy, person) !== null) return [];
        return policy.actions.map((action) => ({ policy, person, instance, action }));
      });
    }),
  );
}

/** What a policy wants but does not get, as the plan lists it. */
export function heldBackOf(
  population: Population,
  policy: Policy,
  person: number,
  instance: number | null,
  action: string,
  hold: Hold & { readonly handoff?: boolean; readonly target?: string | null },
): HeldBack {
  return {
    accountId: accountOf(population, person),
    policy: policy.id,
    action,
    seat: instance === null ? null : seatRef(population, instance),
    target: hold.target ?? null,
    kind: hold.kind,
    code: hold.code,
    reason: alikeText(population, hold.reason),
    owner: hold.owner,
    owed: policy.purpose === "duty" && policy.mode === "enforce" && isOwed(hold.kind),
    handoff: hold.handoff ?? false,
  };
}

/** A duty that could not be done is owed; one that an exemption names, or that waits its turn, is not. */
function isOwed(kind: HeldBack["kind"]): boolean {
  return kind !== "exempt" && kind !== "waiting";
}
