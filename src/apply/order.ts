import type { Change } from "../model/documents.generated.ts";

/** How many people one look takes: Atlassian's users/search takes ten account ids. Source: organisations REST API. */
export const PEOPLE_PER_LOOK = 10;
/** How many changes are tried first. */
export const CANARY_CHANGES = 5;

/** How much is looked at, carried out and read back together: a handful until changes were seen to work, then ten people. */
export type BatchSize = "handful" | "ten people";

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

/** The first of these ordered changes that are worked on together. A person's changes that follow each other stay so. */
export function nextBatch(ordered: readonly Change[], size: BatchSize): readonly Change[] {
  const people = new Set<string>();
  const end = ordered.findIndex(({ accountId }, at) => {
    const isFull = size === "handful" ? at >= CANARY_CHANGES : people.size >= PEOPLE_PER_LOOK;
    if (isFull && !people.has(accountId)) return true;
    people.add(accountId);
    return false;
  });
  return end === -1 ? ordered : ordered.slice(0, end);
}

/** Accounts of some changes, each once, in order of first mention. */
export function accountsOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ accountId }) => accountId))];
}
