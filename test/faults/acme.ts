import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import type { World } from "../../src/simulator/world.ts";
import type { PersonSpec } from "../../src/simulator/world-spec.ts";

const idle = { "jira@acme": "2026-01-05" };
const busy = { "jira@acme": "2026-11-12", "confluence@acme": "2026-11-10" };

/** Who would be taken from by mistake, were a failed read believed. */
const tempting: readonly PersonSpec[] = [
  { email: "on-call@example.com", groups: ["jira-users", "on-call"], active: idle },
  { email: "exempt@example.com", groups: ["jira-users", "leadership"], active: idle },
  { email: "site-admin@example.com", groups: ["jira-users"], active: idle, platform: ["site-admin@acme"] },
  { email: "key-maker@example.com", groups: ["jira-users"], active: idle },
  { email: "newcomer@example.com", groups: ["jira-users"], added: "2026-11-15" },
  { email: "suspended@example.com", groups: ["jira-users"], status: "suspended", active: idle },
  { email: "busy-directly@example.com", direct: [["jira@acme", "user"]], active: busy },
  // These three are in the plan; by the time of its apply it is no longer true of them.
  { email: "came-back@example.com", groups: ["jira-users"], active: idle },
  { email: "promoted@example.com", groups: ["jira-users"], active: idle },
  { email: "on-call-since@example.com", groups: ["jira-users"], active: idle },
];

/** Who is to be changed, by every operation that there is. */
const meant: readonly PersonSpec[] = [
  { email: "idle-1@example.com", groups: ["jira-users"], active: idle },
  { email: "idle-2@example.com", groups: ["jira-users", "jira-more"], active: idle },
  { email: "idle-3@example.com", groups: ["jira-users"], direct: [["jira@acme", "user"]], active: idle },
  { email: "reader@example.com", groups: ["wiki-users"], active: { "confluence@acme": "2026-01-05" } },
  { email: "to-suspend@example.com", department: "Suspend", directories: ["main", "labs"], active: busy },
  { email: "to-restore@example.com", department: "Restore", status: "suspended", groups: ["crew"] },
  { email: "to-close@example.com", department: "Close", groups: ["jira-users"], active: busy },
  { email: "to-open@example.com", department: "Open", status: "deactivated" },
  { email: "to-remove@example.com", department: "Remove", groups: ["jira-users"], active: busy },
  { email: "to-grant@example.com", department: "Grant" },
  { email: "to-join@example.com", department: "Join" },
];

/** A few more people and groups than fit on one page. */
export function acme(): World {
  return buildWorld({
    directories: ["main", "labs"],
    instances: ["jira@acme", "confluence@acme"],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "jira-more", grants: [["jira@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      { name: "on-call" },
      { name: "leadership" },
      { name: "crew" },
      ...Array.from({ length: 97 }, (_, at) => ({ name: `team-${at}` })),
    ],
    people: [
      ...[...meant, ...tempting].map((person) => ({ department: "Staff", ...person })),
      ...Array.from({ length: 84 }, (_, at) => ({
        email: `busy-${at}@example.com`,
        department: "Staff",
        groups: ["jira-users", "wiki-users"],
        active: busy,
      })),
    ],
    keys: [{ createdBy: "admin@example.com" }, { createdBy: "key-maker@example.com" }],
  });
}

/** The policy repository of the story, by path. */
export const files = {
  "seatwright.yaml": `version: 1
organization: {id: ${builtOrganizationId}, name: Acme}
power: act
accessGroups: ["jira-*", "wiki-*"]
irreversible: [removeFromOrg]
protect: {minOrgAdmins: 1}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`,
  "policies/all.yaml": `version: 1
policies:
${[
  [
    "unused-seats",
    "seat",
    "{app: jira-software, unused: 90d, not: {memberOf: [on-call]}}",
    "[{revoke: {}}]\n    except: {groups: [leadership]}",
  ],
  ["readers", "seat", "{app: confluence, unused: 90d}", "[{setRole: {role: guest}}]"],
  ["close", "person", "{department: Close}", '[{deactivate: {message: "Ask IT"}}]'],
  ["out", "person", "{department: Remove}", "[{removeFromOrg: {}}]"],
  ["suspend", "person", "{department: Suspend}", "[{suspend: {}}]"],
  ["restore", "person", "{department: Restore}", "[{restore: {}}]"],
  ["open", "person", "{department: Open}", "[{activate: {}}]"],
  ["grant", "person", "{department: Grant}", "[{grant: {app: jira-software}}]"],
  ["join", "person", "{department: Join}", "[{addToGroup: {group: crew}}]"],
]
  .map(
    ([id, what, where, then]) => `  - id: ${id}
    description: For the test
    owner: "@acme/it"
    for: ${what}
    mode: enforce
    where: ${where}
    then: ${then}
    limits: {percent: 100}
`,
  )
  .join("")}`,
};
