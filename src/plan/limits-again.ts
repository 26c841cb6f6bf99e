import type { Change, LimitReading, Plan } from "../model/documents.generated.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import type { Seconds } from "../model/time.ts";
import { pastSavings } from "./limit-facts.ts";
import { allowedBy } from "./limits.ts";

/**
 * The limits by day and by 30 days of an approved plan, read again with what other runs have taken since it was made. Each
 * plan counts what was done before it; two that were made side by side would be let through together.
 */
export function readAgain(
  { limits, origin }: Pick<Plan, "limits" | "origin">,
  changes: readonly Pick<Change, "direction" | "purpose">[],
  view: Pick<LedgerView, "removals">,
  now: Seconds,
): readonly LimitReading[] {
  const counts = ({ direction, purpose }: Pick<Change, "direction" | "purpose">): boolean =>
    direction === "take" && (purpose === "saving" || origin.kind === "undo");
  const savings = changes.filter(counts).length;
  if (savings === 0) return [];
  const { lastDay, last30Days } = pastSavings(view, now);
  return limits.flatMap((reading) => {
    const past = reading.limit.startsWith("perDay.")
      ? lastDay
      : reading.limit.startsWith("per30Days.")
        ? last30Days
        : null;
    if (past === null) return [];
    const observed = past + savings;
    const most = reading.unit === "percent" ? allowedBy(reading.allowed, reading.of) : reading.allowed;
    return [{ ...reading, observed, tripped: observed > most }];
  });
}
