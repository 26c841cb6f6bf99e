import type { PolicySource } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { actionsOf } from "./walk.ts";
import { shown, warningAt, type Written } from "./written.ts";

/** Actions by which nobody loses anything. */
const giving: ReadonlySet<string> = new Set([
  "grant",
  "addToGroup",
  "restore",
  "activate",
  "cancelDelete",
  "setProperty",
  "notify",
]);

/**
 * A policy that takes something is standing only where it says that nobody is told before: without that, what it takes
 * waits for a review, as in any other policy. Only a duty may say so.
 */
export function checkStanding(policy: Written<PolicySource>): readonly Finding[] {
  const { approval, notice, purpose } = policy.value;
  const taking = actionsOf(policy.value).find(({ kind }) => !giving.has(kind));
  if (approval !== "standing" || notice !== undefined || taking === undefined) return [];
  return [
    warningAt(
      policy.at(["approval"]),
      "standing-notice",
      `${shown(policy.value.id)} is standing and takes something (${shown(taking.kind)}), and nobody is told before: what it takes waits for review all the same.`,
      purpose === "duty"
        ? "Add `notice: none` if that is meant, or remove `approval: standing`."
        : "Remove `approval: standing`, or let the policy give only. A saving cannot act without notice, and notice is not carried out yet.",
    ),
  ];
}
