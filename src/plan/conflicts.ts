import type { Change, Conflict } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Stance } from "./stance.ts";

/** From the least drastic to the most. */
export const severity: Readonly<Record<Change["action"], number>> = {
  grant: 0,
  addToGroup: 0,
  restore: 0,
  activate: 0,
  setRole: 1,
  removeFromGroup: 2,
  revoke: 3,
  suspend: 4,
  deactivate: 5,
  removeFromOrg: 6,
};

export interface Settled {
  /** Proposals that give way, by id. */
  readonly gaveWay: ReadonlySet<string>;
  readonly conflicts: readonly Conflict[];
}

/**
 * Where policies want different things for one person: a duty goes before a saving; then what keeps goes before what
 * takes; then the least drastic. What gives way is shown, never dropped silently.
 */
export function settleConflicts(stances: readonly Stance[]): Settled {
  const conflicts: Conflict[] = [];
  const gaveWay = new Set<string>();
  for (const own of Map.groupBy(stances, ({ person }) => person).values()) {
    if (own.length < 2) continue;
    const ranked = own.sort(byPrecedence);
    ranked.forEach((stronger, at) => {
      if (stronger.proposal !== null && gaveWay.has(stronger.proposal)) return;
      for (const weaker of ranked.slice(at + 1)) {
        if (weaker.proposal === null || weaker.proposal === stronger.proposal || gaveWay.has(weaker.proposal)) continue;
        const reason = clash(stronger, weaker);
        if (reason === null) continue;
        gaveWay.add(weaker.proposal);
        conflicts.push({ accountId: weaker.accountId, kept: stronger.wish, gaveWay: weaker.wish, reason });
      }
    });
  }
  return { gaveWay, conflicts: inOrder(conflicts) };
}

/** Several people's conflicts, settled one by one, together. */
export function unitedConflicts(settled: readonly Settled[]): Settled {
  const gaveWay = new Set<string>();
  for (const { gaveWay: ids } of settled) for (const id of ids) gaveWay.add(id);
  return { gaveWay, conflicts: inOrder(settled.flatMap(({ conflicts }) => conflicts)) };
}

/** By account id, then by the policy that gives way. */
function inOrder(conflicts: readonly Conflict[]): readonly Conflict[] {
  return [...conflicts].sort(
    (a, b) => compareText(a.accountId, b.accountId) || compareText(a.gaveWay.policy, b.gaveWay.policy),
  );
}

function byPrecedence(a: Stance, b: Stance): number {
  if (a.purpose !== b.purpose) return a.purpose === "duty" ? -1 : 1;
  return (
    severity[a.action] - severity[b.action] ||
    compareText(a.policy, b.policy) ||
    compareText(a.proposal ?? "", b.proposal ?? "")
  );
}

/** Why the two cannot both be done, or null where they can. */
function clash(stronger: Stance, weaker: Stance): string | null {
  // A policy's own list of actions is one wish, not a quarrel with itself.
  if (stronger.policy === weaker.policy) return null;
  const rank = stronger.purpose !== weaker.purpose ? "a duty goes before a saving" : null;
  if (stronger.direction !== weaker.direction) {
    return undoes(stronger, weaker) ? (rank ?? "what keeps access goes before what takes it") : null;
  }
  if (stronger.direction === "give") return null;
  if (stronger.proposal === null) return null;
  const together = stronger.wholePerson || weaker.wholePerson || sharesOne(stronger.instances, weaker.instances);
  return together ? (rank ?? "the least drastic is done first") : null;
}

/** Whether one takes what the other gives or keeps: the same group, the same seat, or the whole person. */
function undoes(one: Stance, other: Stance): boolean {
  const [take, give] = one.direction === "take" ? [one, other] : [other, one];
  return (
    take.wholePerson ||
    sharesOne(take.instances, give.instances) ||
    sharesOne(take.lost, give.instances) ||
    sharesOne(take.groups, give.groups)
  );
}

function sharesOne(a: readonly string[], b: readonly string[]): boolean {
  return a.some((entry) => b.includes(entry));
}
