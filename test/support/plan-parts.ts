import type {
  Change,
  Fact,
  HeldBack,
  LimitReading,
  PersonRow,
  Plan,
  PolicySummary,
  SeatRef,
  SnapshotHeader,
} from "../../src/model/documents.generated.ts";
import { createPopulationBuilder } from "../../src/people/builder.ts";
import type { Population } from "../../src/people/population.ts";

/** The moment of the fixtures' plans. */
export const asOf = "2026-11-20T06:00:00Z";
const asOfSeconds = Date.parse(asOf) / 1000;
const day = 86_400;

/** A moment some days before `asOf`. */
export function daysAgo(days: number): string {
  return `${new Date((asOfSeconds - days * day) * 1000).toISOString().slice(0, 19)}Z`;
}

export const organizationId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";

export const seats = {
  jira: { instance: "ari:cloud:jira-software::site/7c1d0e52-acme", app: "jira-software", site: "acme" },
  confluence: { instance: "ari:cloud:confluence::site/7c1d0e52-acme", app: "confluence", site: "acme" },
  support: {
    instance: "ari:cloud:jira-servicedesk::site/91b2-help",
    app: "jira-service-management",
    site: "acme-help",
  },
  bitbucket: { instance: "ari:cloud:bitbucket::workspace/2f9a-acmedev", app: "bitbucket", site: "acme-dev" },
} as const satisfies Record<string, SeatRef>;

const groupNames = [
  "jira-users-acme",
  "confluence-users-acme",
  "okta-engineering",
  "jira-administrators",
  "on-call",
  "marketing-team",
] as const;

/** A group's id by its name. */
export function groupId(name: (typeof groupNames)[number]): string {
  return `9e1f0000-0000-4000-8000-00000000000${groupNames.indexOf(name)}`;
}

export const header: SnapshotHeader = {
  kind: "snapshot",
  version: 1,
  tool: { name: "seatwright", version: "0.1.0" },
  organization: { id: organizationId, name: "acme" },
  asOf,
  certificate: {
    state: "complete",
    checks: [
      { check: "page-chain", state: "passed", message: "41 page chains, none broken" },
      { check: "population", state: "passed", message: "18 people by both paths", expected: 18, seen: 18 },
    ],
  },
  directories: [
    { id: "d-main", name: "acme main" },
    { id: "d-old", name: "acme legacy" },
  ],
  instances: Object.values(seats).map((ref) => ({
    id: ref.instance,
    app: ref.app,
    site: ref.site,
    name: `${ref.app} ${ref.site}`,
    known: true,
    sandbox: false,
    status: "online",
  })),
  groups: groupNames.map((name) => ({
    id: groupId(name),
    name,
    directory: 0,
    synced: name.startsWith("okta-"),
    modifiable: !name.startsWith("okta-"),
    managedBy: name.startsWith("okta-") ? "external" : "admins",
    members: 0,
    grants:
      name === "jira-users-acme" || name === "okta-engineering" || name === "marketing-team"
        ? [{ instance: 0, role: "atlassian/user" }]
        : name === "jira-administrators"
          ? [{ instance: 0, role: "atlassian/admin" }]
          : name === "confluence-users-acme"
            ? [{ instance: 1, role: "atlassian/user" }]
            : [],
  })),
  holders: [],
  keyCreators: [],
  peopleCount: 18,
};

/** People of the small plan, by first name. */
export const accounts = {
  ada: "712020:0a11da00-77aa-4c21-9d0e-000000000001",
  ben: "712020:0be40000-12ab-4d1e-8a0a-000000000002",
  chidi: "712020:0c41d100-9f30-4f2b-b1a5-000000000003",
  dana: "712020:0da4a000-51cd-47f0-8f2e-000000000004",
  emeka: "712020:0e3e4a00-3e9d-4f0c-a1b1-000000000005",
  fatima: "712020:0fa71300-6d0b-4b7e-9c43-000000000006",
  grace: "712020:067ace00-0b6f-4c34-b4d2-000000000007",
  haruto: "712020:04a7d070-25f1-46d2-b1f0-000000000008",
  ines: "712020:014e5000-7d5e-4a5f-8c6a-000000000009",
  jonas: "712020:0704a500-88a1-4bb1-9d1d-000000000010",
  kofi: "712020:0c0f1000-2f7e-4e9a-8c2b-000000000011",
  lena: "712020:01e4a000-4c1f-49f3-a6e5-000000000012",
  lena2: "712020:01e4a000-4c1f-49f3-a6e5-000000000013",
  mei: "712020:03e10000-62da-4d6c-9a7d-000000000014",
  nadia: "712020:04ad1a00-73eb-4f0d-8b18-000000000015",
  oskar: "712020:005ca600-0d3b-4cc8-b6f5-000000000016",
  priya: "712020:0961a000-1f2e-4c1b-a3b9-000000000017",
  bot: "712020:0b070000-95c2-4a0e-8f5e-000000000018",
} as const;

const fullNames: Readonly<Record<keyof typeof accounts, string>> = {
  ada: "Ada Okafor",
  ben: "Ben Whitfield",
  chidi: "Chidi Anagonye",
  dana: "Dana Lindqvist",
  emeka: "Emeka Obi",
  fatima: "Fatima Zahra El Amrani",
  grace: "Grace Hopper",
  haruto: "佐藤 陽翔",
  ines: "Inês Carvalho",
  jonas: "Jonas Petersen",
  kofi: "Kofi Mensah",
  lena: "Lena Müller",
  lena2: "Lena Müller",
  mei: "Mei-Ling Chen",
  nadia: "Nadia Rahman",
  oskar: "Oskar Nowak",
  priya: "Priya Raman",
  bot: "CI Bot",
};

/** A population of rows; names are what the caller makes of each account. */
export function populationOf(rows: readonly PersonRow[], given: SnapshotHeader = header): Population {
  const builder = createPopulationBuilder();
  for (const row of rows) builder.add(row);
  return builder.finish({ ...given, peopleCount: rows.length }, "some");
}

/** The people of the small plan. */
export function smallPopulation(): Population {
  return populationOf(
    Object.entries(accounts).map(
      ([key, id]): PersonRow => ({
        id,
        status: "active",
        directories: [0],
        claim: "managed",
        name: fullNames[key as keyof typeof accounts],
        email: `${key}@example.com`,
        groups: key === "chidi" ? [0, 3] : [0, 1],
        active: [[0, asOfSeconds - 120 * day]],
        platformRoles: [],
        added: asOfSeconds - 700 * day,
      }),
    ),
  );
}

/** Digests and ids that differ by number and mean nothing. */
export function fakeDigest(number: number): string {
  return `sha256:${number.toString(16).padStart(8, "3").padEnd(64, "9d41c7e05b28fa63")}`;
}

function changeId(number: number): string {
  return `c-${number.toString(16).padStart(16, "0")}`;
}

export function fact(filter: string, value: string | null, line = 12, result: Fact["result"] = "true"): Fact {
  return { filter, at: `policies/seats.yaml:${line}`, result, value };
}

export interface ChangeParts extends Partial<Omit<Change, "policies">> {
  readonly number: number;
  readonly accountId: string;
  readonly policies?: Change["policies"];
}

/** What a fact says of a last activity. */
export function activity(lastActive: string): string {
  return lastActive === "never" ? "never active, counted from 2026-02-03" : `last active ${lastActive.slice(0, 10)}`;
}

/** A removal of a Jira seat that a policy on unused seats proposes, changed where told. */
export function change({ number, ...parts }: ChangeParts): Change {
  const lastActive = parts.lastActive ?? daysAgo(120);
  const value = activity(lastActive);
  return {
    id: changeId(number),
    action: "revoke",
    direction: "take",
    purpose: "saving",
    seat: seats.jira,
    target: null,
    policies: [
      {
        policy: "unused-seats",
        facts: [
          fact("app: jira-software", "Jira on acme", 9),
          fact("unused: 90d", value, 10),
          fact("not memberOf: on-call", "not a member of on-call", 11),
        ],
      },
    ],
    operations: [
      { kind: "leaveGroup", directory: "d-main", group: groupId("jira-users-acme"), groupName: "jira-users-acme" },
    ],
    hazards: [],
    undo: { possible: "exact", note: "The groups are joined again and the direct roles given back." },
    before: {
      status: "active",
      seats: [seats.confluence.instance, seats.jira.instance],
      paths: ["jira-users-acme (atlassian/user)"],
    },
    after: { status: "active", seats: [seats.confluence.instance], paths: [] },
    lastActive,
    fresh: false,
    ...parts,
  };
}

export interface HeldParts extends Partial<HeldBack> {
  readonly accountId: string;
  readonly kind: HeldBack["kind"];
  readonly reason: string;
}

/** Somebody held back from losing a Jira seat, changed where told. */
export function held(parts: HeldParts): HeldBack {
  return {
    policy: "unused-seats",
    action: "revoke",
    seat: seats.jira,
    target: null,
    code: parts.kind,
    owner: null,
    owed: false,
    handoff: false,
    ...parts,
  };
}

export function policy(id: string, parts: Partial<PolicySummary> = {}): PolicySummary {
  return {
    id,
    description: "Free Jira and Confluence seats nobody uses",
    owner: "@acme/it-licences",
    for: "seat",
    purpose: "saving",
    because: null,
    approval: "review",
    mode: "enforce",
    holds: [],
    matched: 0,
    unknown: 0,
    changes: 0,
    ...parts,
  };
}

export function limit(parts: Partial<LimitReading> = {}): LimitReading {
  return {
    limit: "perRun.percent",
    scope: "",
    allowed: 5,
    unit: "percent",
    observed: 9,
    of: 1204,
    tripped: false,
    ...parts,
  };
}

/** A plan in which nothing is to be done, changed where told. */
export function planOf(parts: Partial<Plan> = {}): Plan {
  return {
    kind: "plan",
    version: 1,
    digest: fakeDigest(1),
    tool: { name: "seatwright", version: "0.1.0" },
    organization: { id: organizationId, name: "acme" },
    power: "act",
    policyDigest: fakeDigest(2),
    snapshotDigest: fakeDigest(3),
    asOf,
    notAfter: daysAgo(-7),
    origin: { kind: "policies" },
    certificate: { state: "complete", concerns: [] },
    sources: [],
    policies: [policy("unused-seats")],
    seats: [
      { ...seats.confluence, before: 640, after: 640, unknown: 0, capacity: null },
      { ...seats.jira, before: 881, after: 881, unknown: 0, capacity: null },
    ],
    limits: [limit({ observed: 0 })],
    measures: [],
    changes: [],
    quarantined: [],
    protectedDuties: [],
    expectedSeconds: 0,
    heldBack: [],
    conflicts: [],
    notes: [],
    ...parts,
  };
}
