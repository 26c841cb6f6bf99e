import type { Change, Plan } from "./documents.generated.ts";

/** Every change that a plan holds, whether an approval is enough for it or not. */
export function everyChange({
  changes,
  quarantined,
  protectedDuties,
}: Pick<Plan, "changes" | "quarantined" | "protectedDuties">): readonly Change[] {
  return [...changes, ...quarantined, ...protectedDuties];
}

/** A plan's name as a file: by the moment of its snapshot, then its digest. */
export function stampedName({ asOf, digest }: Pick<Plan, "asOf" | "digest">): string {
  return `${asOf.replaceAll(/[-:]/g, "")}-${digest.slice("sha256:".length)}.json`;
}
