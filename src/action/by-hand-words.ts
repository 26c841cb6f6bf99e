import path from "node:path";
import type { Inputs } from "./inputs.ts";

/**
 * What a run by hand is told besides, to say whose policies it is about: ` -f organization=eu`. The workflow that `init` writes
 * for several organisations asks for it, and keeps each one's ledger on a branch that ends in the same name. Empty
 * otherwise.
 */
export function organizationFlag({ folder, ledgerBranch }: Pick<Inputs, "folder" | "ledgerBranch">): string {
  const name = path.posix.basename(folder);
  return folder !== "." && ledgerBranch === `seatwright-ledger-${name}` ? ` -f organization=${name}` : "";
}
