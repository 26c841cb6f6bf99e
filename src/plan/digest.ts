import { createHash, hash } from "node:crypto";
import type { Change, Plan } from "../model/documents.generated.ts";
import { canonicalPieces, canonicalText } from "../model/canonical.ts";

/** The RFC 8785 form of a JSON value. Throws for a value that JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  return canonicalText(value);
}

/** `sha256:` and the SHA-256 of a value's RFC 8785 form. */
export function digestOf(value: unknown): string {
  return `sha256:${hash("sha256", canonicalJson(value))}`;
}

/** The first 16 hexadecimal digits of the same: enough to tell entries of plans apart. */
export function shortDigestOf(value: unknown): string {
  return hash("sha256", canonicalJson(value), "buffer").toString("hex", 0, 8);
}

/** The digest of a plan: of everything in it but `digest`. */
export function planDigest(plan: Omit<Plan, "digest">): string {
  const { digest: _, ...rest } = plan as Plan;
  const all = createHash("sha256");
  for (const piece of canonicalPieces(rest)) all.update(piece);
  return `sha256:${all.digest("hex")}`;
}

/** A change's id: made of action, subject and target only, so that the same proposal has the same id tomorrow. */
export function changeId(change: Pick<Change, "action" | "accountId" | "seat" | "target">): string {
  const { action, accountId, target } = change;
  return `c-${shortDigestOf({ action, accountId, instance: change.seat?.instance ?? null, target })}`;
}
