import type { SeatScope } from "../model/documents.generated.ts";
import { figure } from "./words.ts";

type Counted = Pick<SeatScope, "counted" | "held" | "unknown">;

/**
 * By how many Atlassian's count of people with a paid role is above (or, negative, below) the seats held and not known; 0:
 * it fits, or there is none. It counts by role, so that it is a range: what lies in it fits.
 */
export function countedMisfit({ counted, held, unknown }: Counted): number {
  if (counted === null) return 0;
  const ours = held + unknown;
  return ours < counted.atLeast ? counted.atLeast - ours : Math.min(0, counted.atMost - ours);
}

/** What Atlassian counts, where not every seat is known or its count does not fit what is known; else null. */
export function countedWords(scope: Counted): string | null {
  const { counted, unknown } = scope;
  const misfit = countedMisfit(scope);
  if (counted === null || (unknown === 0 && misfit === 0)) return null;
  const { atLeast, atMost } = counted;
  const words = atLeast === atMost ? figure(atLeast) : `${figure(atLeast)} to ${figure(atMost)}`;
  const beside =
    misfit === 0 ? "" : `, ${figure(Math.abs(misfit))} ${misfit > 0 ? "more" : "fewer"} than held and not known`;
  return `Atlassian counts ${words} with a paid role${beside}`;
}

/** Who is in Atlassian's count and holds no seat. */
export const moreCountedWords =
  "Atlassian also counts people with a paid role whose access is suspended in the directory of that app while it is open in " +
  "another: those who were asked about one by one are known to hold no seat there";
