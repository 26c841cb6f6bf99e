import type { HeldBack, PolicyReason } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { byPerson } from "../people/by-person.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import type { Policy } from "../policy/types.ts";
import { compileWish, instancesTaken } from "./compile.ts";
import { settleConflicts, type Settled, unitedConflicts } from "./conflicts.ts";
import { changeId } from "./digest.ts";
import type { Compiled, CompileContext, Draft } from "./draft.ts";
import { protectionOf } from "./protection.ts";
import { givingActions, type Stance, stanceFulfilled, stanceOfDraft } from "./stance.ts";
import { heldBackOf, type Wish } from "./wishes.ts";

/** A draft with every policy that asks for exactly this. */
export interface Proposal {
  readonly id: string;
  readonly draft: Draft;
  readonly purpose: "saving" | "duty";
  /** By id. */
  readonly policies: readonly Policy[];
  readonly reasons: readonly PolicyReason[];
}

export interface Drafted {
  readonly proposals: readonly Proposal[];
  /** Duties on people who are protected: done only where a second person overrides that. */
  readonly protectedDuties: readonly Proposal[];
  /** What becomes of proposals that stand against each other, or against what is so already. */
  readonly settled: Settled;
  readonly heldBack: readonly HeldBack[];
}

/**
 * Turns wishes into proposals: compiled, protected people left out, equal ones united. `alreadySo` are wishes that are
 * known to need nothing and still stand against others. What is in `reversed`, by its change's id, stands against nothing:
 * it is not proposed again.
 */
export function draftAll(
  context: CompileContext,
  evaluator: Evaluator,
  wishes: readonly Wish[],
  alreadySo: readonly Wish[],
  reversed: ReadonlyMap<string, string>,
): Drafted {
  const heldBack: HeldBack[] = [];
  const proposals: Proposal[] = [];
  const protectedDuties: Proposal[] = [];
  const settled: Settled[] = [];
  const soOfPerson = Map.groupBy(alreadySo, ({ person }) => person);
  for (const own of byPerson(wishes, ({ person }) => person)) {
    const [{ person }] = own;
    const found = draftsOf(context, own);
    heldBack.push(...found.heldBack);
    const proposed = proposalsOf(evaluator, found.asked);
    proposals.push(...proposed);
    protectedDuties.push(...proposalsOf(evaluator, found.shielded));
    const so = soOfPerson.get(person) ?? [];
    // One wish stands against nothing.
    if (own.length + so.length === 1) continue;
    const stances = [...so, ...found.fulfilled].map((wish) => fulfilled(context, wish));
    for (const { id, draft, purpose, policies } of proposed) {
      const [first] = policies;
      if (first === undefined || reversed.has(id)) continue;
      stances.push(stanceOfDraft(context.population, first, purpose, id, draft));
    }
    const between = settleConflicts(stances);
    if (between.gaveWay.size > 0) settled.push(between);
  }
  return { proposals, protectedDuties, settled: unitedConflicts(settled), heldBack };
}

/** What becomes of one person's wishes. */
interface PersonDrafts {
  readonly asked: Asked;
  /** What duties ask of somebody protected. */
  readonly shielded: Asked;
  /** Wishes that need nothing, or may need nothing, and still stand against others. */
  readonly fulfilled: readonly Wish[];
  readonly heldBack: readonly HeldBack[];
}

function draftsOf(context: CompileContext, wishes: readonly [Wish, ...Wish[]]): PersonDrafts {
  const asked: Asked = new Map();
  const shielded: Asked = new Map();
  const fulfilled: Wish[] = [];
  const heldBack: HeldBack[] = [];
  const protection = once(() => protectionOf(context.population, context.settings, wishes[0].person));
  for (const [wish, compiled] of compileTogether(context, wishes)) {
    if (compiled.kind === "nothing") {
      fulfilled.push(wish);
      continue;
    }
    if (compiled.kind === "refused") {
      heldBack.push(refusalOf(context, wish, compiled));
      // A doubt about what a policy keeps must not let another policy take it.
      const isDoubt = compiled.refusal.kind === "unknown" && givingActions.has(wish.action.kind);
      if (isDoubt) fulfilled.push(wish);
      continue;
    }
    const { draft } = compiled;
    const shield = draft.direction === "take" ? protection() : null;
    if (shield !== null) {
      const hold = { ...shield, owner: null, target: draft.target };
      heldBack.push(heldBackOf(context.population, wish.policy, wish.person, draft.instance, draft.action, hold));
      if (shield.kind === "protected" && wish.policy.purpose === "duty") ask(shielded, wish, withHazard(draft));
      continue;
    }
    ask(asked, wish, draft);
  }
  return { asked, shielded, fulfilled, heldBack };
}

/** Drafts by their change's id, with every wish for exactly that. */
type Asked = Map<string, { readonly draft: Draft; readonly wishes: Wish[] }>;

function ask(asked: Asked, wish: Wish, draft: Draft): void {
  const id = changeId(draft);
  const same = asked.get(id);
  if (same === undefined) asked.set(id, { draft, wishes: [wish] });
  else same.wishes.push(wish);
}

/** Works a value out when it is first asked for. */
function once<Value>(work: () => Value): () => Value {
  let found: { readonly value: Value } | undefined;
  return () => (found ??= { value: work() }).value;
}

function withHazard(draft: Draft): Draft {
  return { ...draft, hazards: [...draft.hazards, "protected"] };
}

function proposalsOf(evaluator: Evaluator, asked: Asked): readonly Proposal[] {
  return [...asked].map(([id, { draft, wishes }]) => proposalOf(evaluator, id, draft, wishes));
}

/**
 * A group may be left for several seats at once only where each of them is taken: what is refused for one seat is taken
 * back out of what the others rest on, until nothing changes.
 */
function compileTogether(context: CompileContext, wishes: readonly Wish[]): readonly (readonly [Wish, Compiled])[] {
  let taken = new Set(wishes.flatMap(instancesTaken));
  for (;;) {
    const results = wishes.flatMap((wish) =>
      compileWish(context, wish, taken).map((compiled): readonly [Wish, Compiled] => [wish, compiled]),
    );
    const kept = new Set<number>();
    for (const [, compiled] of results) {
      if (compiled.kind === "change" && compiled.draft.instance !== null && compiled.draft.direction === "take") {
        kept.add(compiled.draft.instance);
      }
    }
    const still = new Set([...taken].filter((instance) => kept.has(instance)));
    if (still.size === taken.size) return results;
    taken = still;
  }
}

function fulfilled(context: CompileContext, wish: Wish): Stance {
  const { policy, person, instance, action } = wish;
  const plain = action.kind === "firstOf" ? action.of[0] : action;
  if (plain === undefined || plain.kind === "firstOf") throw new Error(`policy ${policy.id} has an empty firstOf`);
  return stanceFulfilled(context.population, policy, person, plain, instance);
}

function refusalOf(context: CompileContext, wish: Wish, compiled: Compiled & { readonly kind: "refused" }): HeldBack {
  const { refusal } = compiled;
  const held = heldBackOf(context.population, wish.policy, wish.person, wish.instance, wish.action.kind, refusal);
  return refusal.seat === null ? held : { ...held, seat: refusal.seat };
}

function proposalOf(evaluator: Evaluator, id: string, draft: Draft, wishes: readonly Wish[]): Proposal {
  const asked = [...wishes].sort((a, b) => compareText(a.policy.id, b.policy.id));
  const distinct = asked.filter((wish, at) => asked[at - 1]?.policy.id !== wish.policy.id);
  return {
    id,
    draft,
    purpose: distinct.some((wish) => wish.policy.purpose === "duty") ? "duty" : "saving",
    policies: distinct.map((wish) => wish.policy),
    reasons: distinct.map((wish) => ({
      policy: wish.policy.id,
      facts: [...evaluator.factsAt(wish.policy.filter, wish.instance, wish.person)],
    })),
  };
}
