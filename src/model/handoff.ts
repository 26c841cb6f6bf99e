import type { HeldBack } from "./documents.generated.ts";

/** Who can do what is handed over: whoever runs the identity provider, or an admin of the organisation by hand. */
export type HandedTo = "provider" | "admins";

const onlyThere: ReadonlySet<string> = new Set(["synced-group", "synced-account"]);

/**
 * Who can do what a plan hands over; null: it is not handed over. An identity provider can only change what it fills. What is
 * in the way otherwise, such as a group that also gives another seat, is for an admin to decide.
 */
export function handedTo({ handoff, code }: Pick<HeldBack, "handoff" | "code">): HandedTo | null {
  if (!handoff) return null;
  return onlyThere.has(code) ? "provider" : "admins";
}
