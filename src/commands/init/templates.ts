import { WORKFLOW_PATH, type WorkflowAnswers, workflowFile } from "./workflow.ts";

/** What `init` asks, answered. */
export interface InitAnswers extends WorkflowAnswers {
  readonly organizationId: string;
  readonly organizationName: string;
  /** People: seats of these apps, unused for this long. */
  readonly apps: readonly string[];
  readonly unused: string;
  /** Actions: what happens to them. */
  readonly action: "report" | "revoke" | "suspend";
  /** Reporting: what summaries show of people. */
  readonly show: "names" | "names-and-emails" | "ids";
  readonly accessGroups: readonly string[];
  readonly identityProviders: readonly { readonly name: string; readonly groups: readonly string[] }[];
}

/** A file that `init` writes, by path from the repository's root. */
export interface InitFile {
  readonly path: string;
  readonly text: string;
}

/** Where the files of a new policy repository go, from its root. */
export const initPaths = [
  "seatwright.yaml",
  "policies/unused-seats.yaml",
  "exemptions.yaml",
  WORKFLOW_PATH,
  ".gitignore",
] as const;

/** The files of a new policy repository. */
export function initFiles(answers: InitAnswers): readonly InitFile[] {
  const texts: Readonly<Record<(typeof initPaths)[number], string>> = {
    "seatwright.yaml": organizationFile(answers),
    "policies/unused-seats.yaml": policyFile(answers),
    "exemptions.yaml": exemptionsFile,
    [WORKFLOW_PATH]: workflowFile({ ...answers, layout: { kind: "root", organizationId: answers.organizationId } }),
    ".gitignore": ignoreFile,
  };
  return initPaths.map((file) => ({ path: file, text: texts[file] }));
}

/** A text as a YAML scalar that is always a string. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function organizationFile(answers: InitAnswers): string {
  const { organizationId, organizationName, accessGroups, identityProviders, show, apps } = answers;
  const access =
    accessGroups.length > 0
      ? `accessGroups:\n${accessGroups.map((group) => `  - ${quoted(group)}\n`).join("")}`
      : `# accessGroups: ["jira-users-*", "confluence-users-*"]\n`;
  const providers =
    identityProviders.length > 0
      ? `identityProviders:\n${identityProviders
          .map(
            ({ name, groups }) =>
              `  - name: ${quoted(name)}\n    groups: [${groups.map(quoted).join(", ")}]\n    owner: "@your-org/identity" # whom to ask\n`,
          )
          .join("")}`
      : `# identityProviders: [{name: Okta, groups: ["okta-*"], owner: "@your-org/identity"}]\n`;
  return `# yaml-language-server: $schema=schemas/organization.schema.json
version: 1
organization:
  id: ${quoted(organizationId)}
  name: ${quoted(organizationName)}

# observe: plans are made and shown, apply refuses. Change it to act when the plans are what you want.
power: observe

# The groups that exist to give access. A revoke leaves only these.
${access}
# Who fills the synced groups. What only they can change is blocked, with their name on it.
${providers}
# Nobody here is ever in a removal, besides the admins and key creators that are always protected.
# protect: {people: [break-glass@example.com], groups: [site-admins], minOrgAdmins: 2}

# Alarms over all policies; these are the defaults. A tripped one holds every removal of the plan.
limits:
  perRun: {percent: 5}
  perDay: {changes: 200}
  per30Days: {percent: 20}

plan: {validFor: 7d}
privacy: {show: ${show}}

# What a seat costs a month, for estimates only: Atlassian's API tells no prices. Take the last bill, and divide what it asks
# for an app by the seats that it counts. \`renews\` is the day of the month that it is made on. docs/seats.md has tiers and
# annual bills.
# prices:
${apps.map((app) => `#   ${app}: {currency: USD, perSeatMonth: 9.05, renews: 28}\n`).join("")}`;
}

function policyFile({ apps, unused, action }: InitAnswers): string {
  const mode = action === "report" ? "report" : "enforce";
  const seatAction = "[{revoke: {ifBlocked: report}}]";
  const policies =
    action === "suspend"
      ? `  - id: unused-accounts
    description: Suspend people who use nothing any more
    owner: "@your-org/it-licences"
    for: person
    mode: ${mode}
    where:
      status: active
      inOrgFor: ${unused}
      unused: {everywhere: ${unused}}
    # Bots and service accounts use nothing either, as far as Atlassian tells: exempt them in exemptions.yaml.
    then: [{suspend: {}}]
    pace: {changes: 25}
`
      : `  - id: unused-seats
    description: Free seats nobody uses
    owner: "@your-org/it-licences"
    for: seat
    mode: ${mode}            # report shows, enforce proposes
    where:
      app: [${apps.join(", ")}]
      unused: ${unused}
    # Bots and service accounts use nothing either, as far as Atlassian tells: exempt them in exemptions.yaml.
    # except: {groups: [on-call]}
    then: ${seatAction}
    pace: {changes: 25}       # the longest unused first, the rest waits
`;
  return `# yaml-language-server: $schema=../schemas/policies.schema.json
version: 1
policies:
${policies}
  # More to begin with; take the # away and change what is in them.
  #
  # - id: contractors-gone
  #   description: Suspend outside accounts that have used nothing for half a year
  #   owner: "@your-org/it-licences"
  #   for: person
  #   mode: report
  #   where: {account: unmanaged, status: active, unused: {everywhere: 180d}}
  #   then: [{suspend: {}}]
  #
  # - id: leavers
  #   description: Access ends on the last working day
  #   owner: "@your-org/identity"
  #   for: person
  #   purpose: duty            # needs a source in seatwright.yaml and the rule behind it
  #   because: ITGC-07
  #   mode: report
  #   where: {in: hr, date: {hr.end: passed}, status: [active, suspended]}
  #   notice: none
  #   then: [{firstOf: [{deactivate: {message: "Account closed, ask IT"}}, {suspend: {}}]}]
`;
}

const exemptionsFile = `# yaml-language-server: $schema=schemas/exemptions.schema.json
# Who is left alone, why, by whose word and until when (at most a year). Past its end an exemption holds its people
# until it is renewed or deleted here.
version: 1
exemptions: []
#  - {id: EX-001, person: ci-bot@example.com, from: [saving], reason: CI service account, owner: "@your-org/platform", until: 2027-03-31}
`;

const ignoreFile = `# Snapshots, exports and lists hold names and addresses; the ledger has a place of its own.
*.snapshot.json
snapshot.json
/plan*.json
/plan*.md
/undo*.json
/*.html
/*.csv
/export*/
/handoff/
.*.tmp
/.seatwright/
`;
