import type { Change, Conflict, Plan, RunResult } from "../../src/model/documents.generated.ts";
import {
  accounts,
  activity,
  change,
  daysAgo,
  fact,
  fakeDigest,
  groupId,
  held,
  limit,
  organizationId,
  planOf,
  policy,
  seats,
} from "./plan-parts.ts";

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
      undo: { possible: "exact", note: "The account is activated again." },
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
            fact("unused: 90d", activity(lastActive), 10),
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
        undo: { possible: "partial", note: "The group is joined again; what it gives elsewhere may differ by then." },
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
        undo: { possible: "exact", note: "The group is left again." },
      }),
    ],
    heldBack: [
      held({
        accountId: a.emeka,
        policy: "leavers",
        action: "deactivate",
        seat: null,
        kind: "blocked",
        code: "synced-account",
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
