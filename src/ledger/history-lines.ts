import type { Seconds } from "../model/time.ts";

/** A stretch of time over which snapshots showed that somebody held one seat. */
export interface SeatPeriod {
  /** Position in the ledger's list of instances. */
  readonly instance: number;
  /** Present where no snapshot of it told for certain that the seat was held, only that something gives it. */
  readonly perhaps?: true;
  /** The snapshot that showed it first, or when we gave it; null: the ledger's first snapshot showed it already. */
  readonly firstSeen: Seconds | null;
  /** The last snapshot that showed it, and the first that no longer did; null: it has not ended. */
  readonly end: { readonly lastSeen: Seconds; readonly goneBy: Seconds } | null;
}

/**
 * A person's periods in order of instance, then of time, as the words of a line: `instance`, `instance@first-seen`, and of
 * one that ended `-last-seen/gone-by` after it. `?` behind the instance: it was never certain. A seat that goes on changes no
 * word.
 */
export function periodWords(periods: readonly SeatPeriod[]): string {
  return [...periods]
    .sort((a, b) => a.instance - b.instance || startOf(a) - startOf(b))
    .map(({ instance, perhaps, firstSeen, end }) => {
      const seen = firstSeen === null ? "" : `@${firstSeen}`;
      return `${instance}${perhaps === true ? "?" : ""}${seen}${end === null ? "" : `-${end.lastSeen}/${end.goneBy}`}`;
    })
    .join(" ");
}

/** What `periodWords` wrote; null where it did not write this. */
export function periodsIn(words: string): readonly SeatPeriod[] | null {
  const periods: SeatPeriod[] = [];
  for (const word of words.split(" ")) {
    const parts = /^(\d{1,9})(\??)(?:@(\d{1,10}))?(?:-(\d{1,10})\/(\d{1,10}))?$/.exec(word);
    if (parts === null) return null;
    const [, instance, doubt, firstSeen, lastSeen, goneBy] = parts;
    periods.push({
      instance: Number(instance),
      ...(doubt === "?" ? { perhaps: true } : {}),
      firstSeen: firstSeen === undefined ? null : Number(firstSeen),
      end: lastSeen === undefined ? null : { lastSeen: Number(lastSeen), goneBy: Number(goneBy) },
    });
  }
  return periods;
}

function startOf({ firstSeen }: SeatPeriod): Seconds {
  return firstSeen ?? 0;
}
