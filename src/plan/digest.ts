import { createHash } from "node:crypto";
import type { Change, Plan } from "../model/documents.generated.ts";
import { canonicalPieces, canonicalText } from "../model/canonical.ts";

/** The RFC 8785 form of a JSON value. Throws for a value that JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  return canonicalText(value);
}

/** `sha256:` and the SHA-256 of a value's RFC 8785 form. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonicalJson(value)).digest("hex")}`;
}

/** The digest of a plan: of everything in it but `digest`. */
export function planDigest(plan: Omit<Plan, "digest">): string {
  const { digest: _, ...rest } = plan as Plan;
  const hash = createHash("sha256");
  for (const piece of canonicalPieces(rest)) hash.update(piece);
  return `sha256:${hash.digest("hex")}`;
}

/** A change's id: made of action, subject and target only, so that the same proposal has the same id tomorrow. */
export function changeId(change: Pick<Change, "action" | "accountId" | "seat" | "target">): string {
  const { action, accountId, target } = change;
  const digest = digestOf({ action, accountId, instance: change.seat?.instance ?? null, target });
  return `c-${digest.slice("sha256:".length, "sha256:".length + 16)}`;
}
