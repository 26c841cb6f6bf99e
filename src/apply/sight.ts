import type { Operation } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import type { Clock, OrgReader } from "../ports.ts";
import { observe, type Sight } from "../plan/observe.ts";

/**
 * How long a change that was accepted may take until it can be seen: Atlassian promises 30 seconds for roles, and 35 were
 * measured. Source: organisations REST API, role-assignments/assign.
 */
export const VISIBLE_WITHIN_MS = 60_000;
/** How long the effect of a write that the server says has failed is looked for all the same. */
export const FAILED_LOOK_MS = 5_000;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 16_000;

/** Reads a few people again. */
export interface Eyes {
  /**
   * These people as they are now, or why they could not be read. Throws OperatorError only where reading anybody is
   * pointless: the key is refused.
   */
  see(accountIds: readonly string[]): Promise<Population | { readonly blind: string }>;
}

export function createEyes(reader: Pick<OrgReader, "readPeople">): Eyes {
  return {
    async see(accountIds) {
      try {
        return await reader.readPeople(accountIds);
      } catch (error) {
        if (error instanceof OperatorError && error.reason !== "credentials") return { blind: error.message };
        throw error;
      }
    },
  };
}

export function isBlind(seen: Population | { readonly blind: string }): seen is { readonly blind: string } {
  return "blind" in seen;
}

/** Waits of growing length that add up to `patienceMs`. */
export function growingWaits(patienceMs: number): readonly number[] {
  const waits: number[] = [];
  let left = patienceMs;
  for (let wait = FIRST_WAIT_MS; left > 0; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    waits.push(Math.min(wait, left));
    left -= wait;
  }
  return waits;
}

/**
 * Looks until the effects of all these operations on one person can be seen, or patience is at its end. Gives what was
 * seen last of each.
 */
export async function awaitSight(
  dependencies: { readonly eyes: Eyes; readonly clock: Clock },
  accountId: string,
  operations: readonly Operation[],
  patienceMs: number,
): Promise<readonly Sight[]> {
  let sights = await look();
  for (const wait of growingWaits(patienceMs)) {
    if (sights.every((sight) => sight === "so")) break;
    await dependencies.clock.sleep(wait);
    sights = await look();
  }
  return sights;

  async function look(): Promise<readonly Sight[]> {
    const seen = await dependencies.eyes.see([accountId]);
    return operations.map((operation) => (isBlind(seen) ? "unknown" : observe(operation, accountId, seen)));
  }
}
