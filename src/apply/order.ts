import type { Change } from "../model/documents.generated.ts";

/** How many people one look takes: Atlassian's users/search takes ten account ids. Source: organisations REST API. */
export const PEOPLE_PER_LOOK = 10;
/** How many changes are tried first. */
export const CANARY_CHANGES = 5;

/** Changes that are looked at again together, carried out, and read back together. */
export interface Batch {
  readonly changes: readonly Change[];
  /** The first handful, which must be seen to work before the rest begins. */
  readonly canary: boolean;
}

/**
 * The order of work: removals of duties, other removals, then additions, because that is how Atlassian bills; inside
 * each the order of the plan, but a person's changes together, after the first of them.
 */
export function orderOfWork(changes: readonly Change[]): readonly Change[] {
  return [0, 1, 2].flatMap((rank) => {
    const byPerson = Map.groupBy(
      changes.filter((change) => rankOf(change) === rank),
      ({ accountId }) => accountId,
    );
    return [...byPerson.values()].flat();
  });
}

function rankOf({ direction, purpose }: Change): number {
  if (direction === "give") return 2;
  return purpose === "duty" ? 0 : 1;
}

/** Cuts ordered changes into a first handful and batches of ten people, without changing their order. */
export function batchesOf(ordered: readonly Change[]): readonly Batch[] {
  const batches: Batch[] = [];
  let changes: Change[] = [];
  let people = new Set<string>();
  const close = (): void => {
    if (changes.length > 0) batches.push({ changes, canary: batches.length === 0 });
    changes = [];
    people = new Set();
  };
  for (const change of ordered) {
    const isNew = !people.has(change.accountId);
    const isFull = batches.length === 0 ? changes.length >= CANARY_CHANGES : people.size >= PEOPLE_PER_LOOK;
    if (isNew && isFull) close();
    changes.push(change);
    people.add(change.accountId);
  }
  close();
  return batches;
}

/** Accounts of some changes, each once, in order of first mention. */
export function accountsOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ accountId }) => accountId))];
}
