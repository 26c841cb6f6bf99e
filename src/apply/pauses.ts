import type { Change } from "../model/documents.generated.ts";

/** What the policy files say, while a run is going, about carrying on. */
export interface Pauses {
  /** Why nothing more may be done at all, or null. */
  readonly everything: string | null;
  /** By policy id: why nothing more may be done for it. */
  readonly policies: ReadonlyMap<string, string>;
}

export const noPauses: Pauses = { everything: null, policies: new Map() };

/** Why a change waits, or null: every policy that asked for it is paused, as a plan made now would see it too. */
export function pauseOf({ policies }: Pauses, change: Change): string | null {
  const reasons = change.policies.map(({ policy }) => policies.get(policy) ?? null);
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}
