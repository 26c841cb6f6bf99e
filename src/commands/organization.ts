import { OperatorError } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";
import { readPolicies } from "./policies.ts";

/** The organisation's id: from a flag, the environment, or seatwright.yaml. Throws OperatorError where nothing tells. */
export async function organizationOf(kit: Kit): Promise<string> {
  if (kit.organizationId !== null) return kit.organizationId;
  try {
    return (await readPolicies(kit, {})).organizationId;
  } catch (cause) {
    if (!(cause instanceof OperatorError)) throw cause;
    throw new OperatorError(
      cause.reason,
      `Which organisation is meant is not known. ${cause.message}`,
      "Set SEATWRIGHT_ORG_ID, give --org-id, or name a policy repository with --repo.",
      { cause },
    );
  }
}
