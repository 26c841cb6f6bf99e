import type { Change, Plan } from "./documents.generated.ts";

/** Every change that a plan holds, whether an approval is enough for it or not. */
export function everyChange({
  changes,
  quarantined,
  protectedDuties,
}: Pick<Plan, "changes" | "quarantined" | "protectedDuties">): readonly Change[] {
  return [...changes, ...quarantined, ...protectedDuties];
}
