import { organizationYaml, policyYaml } from "./acme.ts";

const listed = `sources: {visits: {csv: data/visits.csv, key: {email: email}, minRows: 1, maxAge: 30d, maxShrink: 50%}}\n`;
/** A list of everybody who may turn up among the guests. */
export const visits = `email\n${Array.from({ length: 9 }, (_, at) => `busy-${at}@example.com\n`).join("")}`;
/** The organisation file with that list. */
export const settings = `${organizationYaml}${listed}`;

/** Nobody on the list stays a guest. A duty: only such a policy may take something without notice. */
export function guests(more: Readonly<Record<string, string>>): string {
  return policyYaml({
    id: "guests",
    for: "person",
    purpose: "duty",
    because: "ITGC-09",
    notice: "none",
    where: "{in: visits, memberOf: guests}",
    then: "[{removeFromGroup: {group: guests}}]",
    ...more,
  });
}
