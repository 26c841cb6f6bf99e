import { stringify } from "yaml";
import type { LockedName, LockFile } from "../model/documents.generated.ts";

/**
 * The text of seatwright.lock.yaml for names as they were resolved: one name to a line, so that a review shows what
 * changed. The same names give the same bytes.
 */
export function lockFileText(organization: string, names: readonly LockedName[]): string {
  const lock: LockFile = { version: 1, organization, names };
  const lines = names.map((name) => `  - ${stringify(name, { collectionStyle: "flow", lineWidth: 0 })}`);
  return [
    "# yaml-language-server: $schema=schemas/lock.schema.json",
    "# Written by `seatwright validate --lock`: which ids the names in the policies meant. Commit it; do not edit it.",
    stringify({ version: lock.version, organization }, { lineWidth: 0 }).trimEnd(),
    names.length === 0 ? "names: []\n" : `names:\n${lines.join("")}`,
  ].join("\n");
}
