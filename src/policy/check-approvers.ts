import type { OrganizationFile } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { errorAt, shown, warningAt, type Written } from "./written.ts";

/** Rules for `approvers`: a name is one person, and a key is one person's alone. */
export function checkApprovers(file: Written<OrganizationFile>): readonly Finding[] {
  const approvers = file.value.approvers ?? [];
  const findings: Finding[] = [];
  const logins = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const [at, { login, keys: own }] of approvers.entries()) {
    const same = logins.get(login.toLowerCase());
    if (same !== undefined) {
      findings.push(
        errorAt(
          file.at(["approvers", at, "login"]),
          "approver-twice",
          `${shown(login)} and ${shown(same)} are one login: capitals make no difference.`,
          "List each person once, with all of their keys.",
        ),
      );
    }
    logins.set(login.toLowerCase(), login);
    for (const [entry, key] of own.entries()) {
      const material = keyMaterial(key);
      const holder = keys.get(material);
      if (holder !== undefined) {
        findings.push(
          errorAt(
            file.at(["approvers", at, "keys", entry]),
            "key-twice",
            `This key is listed for ${shown(holder)} already. Whoever holds it could sign as two people.`,
            "Give each person keys of their own, and list each key once.",
          ),
        );
      }
      keys.set(material, login);
    }
  }
  if (approvers.length === 1) {
    findings.push(
      warningAt(
        file.at(["approvers"], "key"),
        "one-approver",
        "One approver makes no review: a file that one person signed is break-glass, with every limit read at half.",
        "List a second person.",
      ),
    );
  }
  return findings;
}

/** A public key without its comment. */
export function keyMaterial(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(" ");
}
