import type {
  Change,
  Conflict,
  Fact,
  HeldBack,
  LimitReading,
  PersonRow,
  Plan,
  PolicySummary,
  RunResult,
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

/** A removal of a Jira seat that a policy on unused seats proposes, changed where told. */
export function change({ number, ...parts }: ChangeParts): Change {
  const lastActive = parts.lastActive ?? daysAgo(120);
  const value = lastActive === "never" ? "never active" : `last active ${lastActive.slice(0, 10)}`;
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
    undo: { possible: "exact", note: "joins the same groups again" },
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
    changes: [],
    quarantined: [],
    heldBack: [],
    conflicts: [],
    notes: [],
    ...parts,
  };
}

/** A small plan with one of everything a reader may meet. */
export function smallPlan(): Plan {
  const a = accounts;
  const leaver = (number: number, accountId: string, lastActive: string): Change =>
    change({
      number,
      accountId,
      lastActive,
      action: "deactivate",
      purpose: "duty",
      seat: null,
      policies: [
        {
          policy: "leavers",
          facts: [fact("in: hr", null, 6), fact("date: hr.end passed", null, 7), fact("status: active", "active", 8)],
        },
      ],
      operations: [{ kind: "deactivate", message: "Account closed, ask IT" }],
      undo: { possible: "exact", note: "the account is activated again" },
      before: { status: "active", seats: [seats.confluence.instance, seats.jira.instance], paths: [] },
      after: { status: "deactivated", seats: [], paths: [] },
    });
  const confluence = (number: number, accountId: string, lastActive: string, parts: Partial<Change> = {}): Change =>
    change({
      number,
      accountId,
      lastActive,
      seat: seats.confluence,
      policies: [
        {
          policy: "unused-seats",
          facts: [
            fact("app: confluence", "Confluence on acme", 9),
            fact("unused: 90d", lastActive === "never" ? "never active" : `last active ${lastActive.slice(0, 10)}`, 10),
            fact("not memberOf: on-call", "not a member of on-call", 11),
          ],
        },
      ],
      operations: [
        {
          kind: "leaveGroup",
          directory: "d-main",
          group: groupId("confluence-users-acme"),
          groupName: "confluence-users-acme",
        },
      ],
      before: {
        status: "active",
        seats: [seats.confluence.instance, seats.jira.instance],
        paths: ["confluence-users-acme (atlassian/user)"],
      },
      after: { status: "active", seats: [seats.jira.instance], paths: [] },
      ...parts,
    });
  const conflict: Conflict = {
    accountId: a.mei,
    kept: { policy: "on-call-keeps-jira", action: "grant", seat: seats.jira, target: "atlassian/user" },
    gaveWay: { policy: "unused-seats", action: "revoke", seat: seats.jira, target: null },
    reason: "keeping beats taking",
  };
  return planOf({
    sources: [{ name: "hr", rows: 1187, digest: fakeDigest(4), unmatched: 3 }],
    policies: [
      policy("contractors", { mode: "report", matched: 14, unknown: 3, owner: "@acme/contracts" }),
      policy("leavers", {
        for: "person",
        purpose: "duty",
        because: "ITGC-07",
        matched: 3,
        changes: 2,
        owner: "@acme/identity",
      }),
      policy("on-call-keeps-jira", { for: "person", matched: 1, changes: 1 }),
      policy("quiet-guests", { holds: ["schedule is not carried out by this version"], matched: 5 }),
      policy("unused-seats", { matched: 22, unknown: 4, changes: 9 }),
    ],
    seats: [
      { ...seats.bitbucket, before: 212, after: 212, unknown: 4, capacity: null },
      { ...seats.confluence, before: 640, after: 636, unknown: 0, capacity: 1000 },
      { ...seats.support, before: 58, after: 58, unknown: 0, capacity: null },
      { ...seats.jira, before: 881, after: 874, unknown: 1, capacity: 900 },
    ],
    limits: [limit(), limit({ limit: "policy.percent", scope: "unused-seats", allowed: 40, observed: 7, of: 1521 })],
    changes: [
      leaver(1, a.grace, daysAgo(2)),
      leaver(2, a.oskar, daysAgo(0)),
      change({ number: 3, accountId: a.ada, lastActive: daysAgo(91), fresh: true }),
      change({ number: 4, accountId: a.ben, lastActive: "never" }),
      change({
        number: 5,
        accountId: a.chidi,
        lastActive: daysAgo(204),
        operations: [
          { kind: "leaveGroup", directory: "d-main", group: groupId("jira-users-acme"), groupName: "jira-users-acme" },
          { kind: "revokeRole", directory: "d-main", instance: seats.jira.instance, role: "atlassian/user" },
        ],
      }),
      change({ number: 6, accountId: a.haruto, lastActive: daysAgo(133), fresh: true }),
      change({
        number: 7,
        accountId: a.fatima,
        lastActive: daysAgo(412),
        operations: [
          { kind: "leaveGroup", directory: "d-main", group: groupId("marketing-team"), groupName: "marketing-team" },
        ],
        hazards: ["leaves-other-group", "loses-other-access"],
        undo: { possible: "partial", note: "joins the group again; what it gave elsewhere may differ by then" },
      }),
      confluence(8, a.ada, daysAgo(365)),
      confluence(9, a.ines, "never", { fresh: true }),
      change({
        number: 10,
        accountId: a.priya,
        lastActive: "unknown",
        action: "addToGroup",
        direction: "give",
        seat: null,
        target: groupId("on-call"),
        policies: [{ policy: "on-call-keeps-jira", facts: [fact("fact: hr.rota on-call", null, 4)] }],
        operations: [{ kind: "joinGroup", directory: "d-main", group: groupId("on-call"), groupName: "on-call" }],
        undo: { possible: "exact", note: "leaves the group again" },
      }),
    ],
    heldBack: [
      held({
        accountId: a.emeka,
        policy: "leavers",
        action: "deactivate",
        seat: null,
        kind: "blocked",
        code: "managed-elsewhere",
        reason: "Okta manages this account, so only Okta can deactivate it",
        owner: "@acme/iam",
        owed: true,
        handoff: true,
      }),
      held({
        accountId: a.jonas,
        kind: "blocked",
        code: "synced-group",
        reason: "the seat comes through okta-engineering, a group that Okta fills",
        owner: "@acme/iam",
        handoff: true,
      }),
      held({
        accountId: a.kofi,
        kind: "blocked",
        code: "synced-group",
        reason: "the seat comes through okta-engineering, a group that Okta fills",
        owner: "@acme/iam",
        handoff: true,
      }),
      held({
        accountId: a.nadia,
        kind: "blocked",
        code: "other-group",
        reason: "marketing-team grants the seat too and is not listed in accessGroups",
      }),
      held({ accountId: a.lena, kind: "unknown", code: "new-seat", reason: "the seat is younger than 14 days" }),
      held({
        accountId: a.mei,
        seat: seats.bitbucket,
        kind: "unknown",
        code: "no-signal",
        reason: "Atlassian's activity dates do not cover how Bitbucket is used",
      }),
      held({
        accountId: a.lena2,
        seat: seats.bitbucket,
        kind: "unknown",
        code: "no-signal",
        reason: "Atlassian's activity dates do not cover how Bitbucket is used",
      }),
      held({ accountId: a.dana, kind: "protected", code: "org-admin", reason: "administers the organisation" }),
      held({
        accountId: a.bot,
        kind: "exempt",
        code: "EX-014",
        reason: "EX-014 until 2027-03-31: CI service account",
        owner: "@acme/platform",
      }),
      held({
        accountId: a.lena2,
        kind: "held",
        code: "reversal",
        reason: "somebody gave the seat back on 2 November 2026; not proposed again before 31 January 2027",
      }),
      held({
        accountId: a.priya,
        seat: seats.confluence,
        kind: "waiting",
        code: "pace",
        reason: "the policy's pace is 100 changes a run",
      }),
    ],
    conflicts: [conflict],
    notes: ["exemption EX-009 ended on 31 October 2026 and still holds 2 people until it is renewed or deleted"],
  });
}

/** The small plan's removals behind a tripped limit. */
export function quarantinedPlan(): Plan {
  const plan = smallPlan();
  const removals = plan.changes.filter(({ direction }) => direction === "take");
  return {
    ...plan,
    changes: plan.changes.filter(({ direction }) => direction === "give"),
    quarantined: removals,
    heldBack: [
      ...plan.heldBack,
      ...removals.map(({ accountId, action, seat, target }) =>
        held({ accountId, action, seat, target, kind: "quarantined", reason: "perRun.percent was tripped" }),
      ),
    ],
    seats: plan.seats.map((seat) => ({ ...seat, after: seat.before })),
    limits: [limit({ observed: 61, of: 881, tripped: true }), ...plan.limits.slice(1)],
  };
}

/** A plan with this many removals of Jira seats. */
export function bigPlan(size: number): Plan {
  const changes = Array.from({ length: size }, (_, at) =>
    change({
      number: at + 1,
      accountId: `712020:${at.toString(16).padStart(8, "0")}-77aa-4c21-9d0e-0000${at.toString(16).padStart(8, "0")}`,
      lastActive: at % 17 === 0 ? "never" : daysAgo(90 + (at % 900)),
      fresh: at % 11 === 0,
    }),
  );
  return planOf({
    changes,
    policies: [policy("unused-seats", { matched: size, changes: size })],
    seats: [{ ...seats.jira, before: size * 3, after: size * 2, unknown: 0, capacity: null }],
  });
}

/** How the small plan may have ended. */
export function smallRun(parts: Partial<RunResult> = {}): RunResult {
  const plan = smallPlan();
  const ends: readonly (readonly [RunResult["outcomes"][number]["outcome"], string])[] = [
    ["done", "deactivated and read back"],
    ["failed", "Atlassian answered 403 to PATCH deactivate: this account is managed by an identity provider"],
    ["left-alone", "active in Jira on 2026-11-20, after the plan was made"],
    ["done", "left jira-users-acme; the seat is free"],
    ["partial", "left jira-users-acme; the direct role could not be revoked and the group could not be joined again"],
    ["done-not-yet-visible", "left jira-users-acme; Atlassian still reports the seat"],
    ["withdrawn", "the fresh look proposes more than was approved; waits for a new plan"],
    ["done", "left confluence-users-acme; the seat is free"],
    ["already-so", "was not in confluence-users-acme any more"],
    ["not-reached", "the run was stopped before it"],
  ];
  const outcomes = plan.changes.map(({ id, accountId, action }, at) => {
    const [outcome, reason] = ends[at] ?? (["not-reached", "the run was stopped before it"] as const);
    return { change: id, accountId, action, outcome, reason };
  });
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return {
    kind: "run",
    version: 1,
    run: "r-20261120T061500Z-1a2b3c4d",
    organization: organizationId,
    planDigest: plan.digest,
    startedAt: "2026-11-20T06:15:00Z",
    finishedAt: "2026-11-20T06:17:42Z",
    exit: { code: 5, reason: "stopped by the operator after the change in flight" },
    outcomes,
    counts,
    auditHead: fakeDigest(9),
    ...parts,
  };
}
