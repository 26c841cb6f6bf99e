import { describe, expect, it } from "vitest";
import type { Where } from "../../src/model/documents.generated.ts";
import type { Truth } from "../../src/model/verdict.ts";
import type { Population } from "../../src/people/population.ts";
import { withHeader } from "../../src/people/builder.ts";
import { DAYS, now, organization, type OrganizationParts, type PersonParts } from "../support/people.ts";
import { answers, ask, evaluatorOn } from "./evaluation.ts";
import { hrSource } from "./support.ts";

/** A rule about one key, and what it is for people who differ in what the key looks at. */
interface Rule {
  readonly rule: string;
  readonly where: Where;
  /** The seat's instance; absent: the policy is about people. */
  readonly on?: string;
  readonly parts?: OrganizationParts;
  /** By what is so of a person, what comes out. The names say what is so. */
  readonly people: Readonly<Record<string, readonly [is: PersonParts, truth: Truth]>>;
}

const jiraUsers: OrganizationParts = { groups: { "jira-users": { grants: ["jira"] } } };
const holder: PersonParts = { groups: ["jira-users"] };
const old = now - 400 * DAYS;

const rules: readonly Rule[] = [
  {
    rule: "`status` is one of those listed; a status nobody knows is unknown",
    where: { status: ["active", "suspended"] },
    people: {
      active: [{ status: "active" }, "true"],
      suspended: [{ status: "suspended" }, "true"],
      deactivated: [{ status: "deactivated" }, "false"],
      other: [{ status: "frozen" }, "unknown"],
    },
  },
  {
    rule: "`account` is managed or not",
    where: { account: "managed" },
    people: { yes: [{ claim: "managed" }, "true"], no: [{ claim: "unmanaged" }, "false"], missing: [{}, "unknown"] },
  },
  {
    rule: "`managementSource` is how the account came; null is unknown",
    where: { managementSource: "synced" },
    people: {
      synced: [{ source: "synced" }, "true"],
      invited: [{ source: "invited" }, "false"],
      untold: [{ source: null }, "unknown"],
    },
  },
  {
    rule: "`mfa` is told of some accounts only",
    where: { mfa: false },
    people: { off: [{ mfa: false }, "true"], on: [{ mfa: true }, "false"], untold: [{}, "unknown"] },
  },
  {
    rule: "`emailDomain` is the whole domain, without regard to capitals",
    where: { emailDomain: ["Example.com"] },
    people: {
      same: [{ email: "ada@EXAMPLE.com" }, "true"],
      below: [{ email: "ada@mail.example.com" }, "false"],
      behind: [{ email: "ada@example.com.evil" }, "false"],
      hidden: [{}, "unknown"],
    },
  },
  {
    rule: "`email` matches addresses and globs as a whole",
    where: { email: ["*-bot@example.com", "ada@example.com"] },
    people: {
      bot: [{ email: "ci-bot@example.com" }, "true"],
      exact: [{ email: "ADA@example.com" }, "true"],
      other: [{ email: "ada@example.org" }, "false"],
      hidden: [{}, "unknown"],
    },
  },
  {
    rule: "`name` matches names and globs",
    where: { name: "* Lovelace" },
    people: { ada: [{ name: "Ada Lovelace" }, "true"], bob: [{ name: "Bob" }, "false"], none: [{}, "unknown"] },
  },
  ...(["department", "jobTitle", "location", "organization"] as const).map(
    (field): Rule => ({
      rule: `\`${field}\` matches its field; without the field it is unknown`,
      where: { [field]: ["IT*", "legal"] },
      people: {
        it: [{ [field]: "IT Berlin" }, "true"],
        legal: [{ [field]: "Legal" }, "true"],
        sales: [{ [field]: "Sales" }, "false"],
        none: [{}, "unknown"],
      },
    }),
  ),
  {
    rule: "`orgRole` is any of those listed; where roles were not read it is unknown",
    where: { orgRole: ["org-admin", "user-access-admin"] },
    people: {
      admin: [{ platformRoles: ["atlassian/org-admin"] }, "true"],
      access: [{ platformRoles: ["atlassian/user-access-admin", "atlassian/new"] }, "true"],
      site: [{ platformRoles: ["atlassian/site-admin"] }, "false"],
      none: [{ platformRoles: [] }, "false"],
    },
  },
  {
    rule: "`inOrgFor` counts from the day of joining, whole",
    where: { inOrgFor: "45d" },
    people: {
      longer: [{ added: now - 46 * DAYS }, "true"],
      exactly: [{ added: now - 45 * DAYS }, "true"],
      shorter: [{ added: now - 45 * DAYS + 1 }, "false"],
      untold: [{}, "unknown"],
    },
  },
  {
    rule: "`people` is those listed and nobody else",
    where: { people: ["listed", "ada@example.com"] },
    people: { listed: [{}, "true"], mailed: [{ email: "Ada@Example.com" }, "true"], other: [{}, "false"] },
  },
  {
    rule: "`directory` is any the person is in",
    where: { directory: ["main", "second"] },
    parts: { directories: ["main", "second", "third"] },
    people: {
      one: [{ in: ["main"] }, "true"],
      two: [{ in: ["second", "third"] }, "true"],
      other: [{ in: ["third"] }, "false"],
      none: [{ in: [] }, "false"],
    },
  },
  {
    rule: "`memberOf` is any group by name or glob; unknown where memberships were not read",
    where: { memberOf: ["on-call", "lead-*"] },
    parts: { groups: { "on-call": {}, "lead-a": {}, "lead-b": {}, "old-lead-c": {} } },
    people: {
      named: [{ groups: ["on-call"] }, "true"],
      globbed: [{ groups: ["lead-b", "old-lead-c"] }, "true"],
      other: [{ groups: ["old-lead-c"] }, "false"],
      none: [{ groups: [] }, "false"],
      unread: [{ groups: null }, "unknown"],
    },
  },
  {
    rule: "`memberOf` of a group that does not add up is unknown for those of its directory who were not seen in it",
    where: { memberOf: "on-call" },
    parts: { directories: ["main", "second"], groups: { "on-call": { members: 7 } } },
    people: {
      seen: [{ groups: ["on-call"] }, "true"],
      unseen: [{}, "unknown"],
      elsewhere: [{ in: ["second"] }, "false"],
    },
  },
  {
    rule: "`app` and `site` of a seat are where it is",
    where: { app: "jira-software", site: ["acme"] },
    on: "jira",
    people: { anybody: [{}, "true"] },
  },
  {
    rule: "`app` of a seat is false on another app",
    where: { any: [{ app: "confluence" }, { status: "suspended" }] },
    on: "jira",
    people: { anybody: [{}, "false"], suspended: [{ status: "suspended" }, "true"] },
  },
  {
    rule: "`app` of people by itself is holding a seat there",
    where: { app: "jira-software" },
    parts: jiraUsers,
    people: {
      holder: [holder, "true"],
      nobody: [{}, "false"],
      suspended: [{ ...holder, status: "suspended" }, "false"],
      untold: [{ groups: null }, "unknown"],
    },
  },
  {
    rule: "`holds` is a paid seat on any of the apps",
    where: { holds: ["jira-software", "confluence"] },
    parts: { groups: { "jira-users": { grants: ["jira"] }, guests: { grants: ["confluence atlassian/guest"] } } },
    people: {
      group: [holder, "true"],
      direct: [{ direct: ["confluence"] }, "true"],
      guest: [{ groups: ["guests"] }, "false"],
      untold: [{ groups: null }, "unknown"],
    },
  },
  {
    rule: "`holds` with a site looks at that site only",
    where: { holds: { app: "jira-software", site: "beta" } },
    parts: {
      instances: { jira: { app: "jira-software" }, beta: { app: "jira-software", site: "beta" } },
    },
    people: { there: [{ direct: ["beta"] }, "true"], here: [{ direct: ["jira"] }, "false"] },
  },
  {
    rule: "`role` of a seat is held there by a group or directly",
    where: { role: ["admin"] },
    on: "jira",
    parts: {
      groups: {
        admins: { grants: ["jira atlassian/admin"] },
        "jira-users": { grants: ["jira"] },
        "wiki-admins": { grants: ["confluence atlassian/admin"] },
      },
    },
    people: {
      group: [{ groups: ["admins"] }, "true"],
      direct: [{ direct: ["jira atlassian/admin"] }, "true"],
      told: [{ detail: { roles: ["jira atlassian/admin: direct"] } }, "true"],
      inferred: [{ ...holder, detail: { roles: ["jira atlassian/admin: inferred"] } }, "false"],
      user: [holder, "false"],
      elsewhere: [{ groups: ["wiki-admins"] }, "false"],
      untold: [{ groups: null }, "unknown"],
    },
  },
  {
    rule: "`role` of somebody in two directories is unknown until a call tells where access is open",
    where: { app: "jira-software", role: "user" },
    parts: { ...jiraUsers, directories: ["main", "second"] },
    people: {
      one: [holder, "true"],
      two: [{ ...holder, in: ["main", "second"] }, "unknown"],
      open: [{ ...holder, in: ["main", "second"], detail: { roles: ["jira atlassian/user: group_direct"] } }, "true"],
      closed: [
        { ...holder, in: ["main", "second"], detail: { membership: { main: "suspended" }, roles: [] } },
        "false",
      ],
    },
  },
  {
    rule: "`role` of people is held on the app beside it; a free role that nobody counted is unknown unless seen",
    where: { app: "jira-software", role: "guest" },
    parts: { groups: { guests: { grants: ["jira atlassian/guest"] } } },
    people: {
      group: [{ groups: ["guests"] }, "true"],
      uncounted: [{}, "unknown"],
      told: [{ detail: { roles: ["jira atlassian/user: direct"] } }, "false"],
    },
  },
  {
    rule: "`role` of somebody who is not active is unknown unless seen: direct roles are counted of active people",
    where: { app: "jira-software", role: "user" },
    parts: jiraUsers,
    people: {
      seen: [{ ...holder, status: "suspended" }, "true"],
      unseen: [{ status: "suspended" }, "unknown"],
      active: [{}, "false"],
    },
  },
  {
    rule: "`productAdmin` is the admin role on any instance of the apps",
    where: { productAdmin: ["confluence", "jira-software"] },
    parts: { groups: { admins: { grants: ["confluence atlassian/admin"] }, "jira-users": { grants: ["jira"] } } },
    people: {
      group: [{ groups: ["admins"] }, "true"],
      direct: [{ direct: ["jira atlassian/admin"] }, "true"],
      user: [holder, "false"],
      untold: [{ groups: null }, "unknown"],
    },
  },
  {
    rule: "`all` is false where one is false, and unknown only where the rest is true",
    where: { status: "active", all: [{ mfa: true }, { account: "managed" }] },
    people: {
      both: [{ mfa: true, claim: "managed" }, "true"],
      half: [{ claim: "managed" }, "unknown"],
      false: [{ claim: "unmanaged" }, "false"],
    },
  },
  {
    rule: "`any` is true where one is true, and unknown only where the rest is false",
    where: { any: [{ mfa: true }, { account: "managed" }] },
    people: {
      one: [{ claim: "managed" }, "true"],
      half: [{ claim: "unmanaged" }, "unknown"],
      none: [{ mfa: false, claim: "unmanaged" }, "false"],
    },
  },
  {
    rule: "`not` of unknown is unknown",
    where: { not: { mfa: true } },
    people: { off: [{ mfa: false }, "true"], on: [{ mfa: true }, "false"], untold: [{}, "unknown"] },
  },
  {
    rule: "`not` around a holder of a role keeps to the app beside it",
    where: { app: "jira-software", not: { role: "admin" } },
    parts: { groups: { "jira-users": { grants: ["jira"] }, admins: { grants: ["jira atlassian/admin"] } } },
    people: {
      user: [holder, "true"],
      admin: [{ groups: ["admins"] }, "false"],
      nobody: [{}, "false"],
    },
  },
];

function populationOf({ parts, people }: Rule): Population {
  return organization({
    ...parts,
    people: Object.fromEntries(Object.entries(people).map(([name, [is]]) => [name, { added: old, ...is }])),
  });
}

function expected({ people }: Rule): Readonly<Record<string, Truth>> {
  return Object.fromEntries(Object.entries(people).map(([name, [, truth]]) => [name, truth]));
}

describe("a key of a filter", () => {
  it.each(rules.map((rule) => [rule.rule, rule] as const))("%s", (_, rule) => {
    const population = populationOf(
      rule.rule.startsWith("`inOrgFor`")
        ? { ...rule, people: { ...rule.people, untold: [{ added: 0xffffffff }, "unknown"] } }
        : rule,
    );
    expect(answers(population, rule.where, rule.on ?? null)).toEqual(expected(rule));
  });

  it("`orgRole` is unknown where the admin roles were not read", () => {
    const whole = organization({ people: { ada: { platformRoles: [] } } });
    const population = { ...whole, platformRoles: Uint8Array.of(128) };
    expect(answers(population, { orgRole: "org-admin" }, null)).toEqual({ ada: "unknown" });
    const admin = { ...whole, platformRoles: Uint8Array.of(128 + 1) };
    expect(answers(admin, { orgRole: "org-admin" }, null)).toEqual({ ada: "true" });
  });

  it("`role` of a free role that was counted is false where it was not seen", () => {
    const plain = organization({ people: { ada: {} } });
    const holders = [{ instance: 0, role: "atlassian/guest", count: 0 }];
    const counted = withHeader(plain, { ...plain.header, holders });
    expect(answers(counted, { app: "jira-software", role: "guest" }, null)).toEqual({ ada: "false" });
  });

  it("`selector` is any of the named filters, wherever they are defined", () => {
    const population = organization({
      people: { bot: { email: "a-bot@x.y" }, quiet: { status: "suspended", email: "b@x.y" }, ada: { email: "c@x.y" } },
    });
    const selectors = `version: 1
selectors:
  bots: {email: "*-bot@x.y"}
  asleep: {status: suspended}
policies:
  - {id: other, description: x, owner: x, for: seat, where: {unused: 90d}, "then": [{revoke: {}}]}
`;
    const rest = { texts: { "policies/selectors.yaml": selectors } };
    expect(answers(population, { selector: ["bots", "asleep"] }, null, rest)).toEqual({
      bot: "true",
      quiet: "true",
      ada: "false",
    });
    expect(answers(population, { not: { selector: "bots" } }, null, rest)).toEqual({
      bot: "false",
      quiet: "true",
      ada: "true",
    });
  });
});

describe("a key that looks at a source", () => {
  const people: OrganizationParts["people"] = {
    ada: { email: "ada@x.y" },
    bob: { email: "bob@x.y" },
    cy: { email: "cy@x.y" },
    dan: { email: "dan@x.y" },
    eve1: { email: "eve@x.y" },
    eve2: { email: "EVE@x.y" },
    hidden: {},
    stranger: { email: "stranger@x.y" },
  };
  const sources = hrSource([
    "Ada@X.Y,2026-11-19,2026-11-01,2026-11-30,4410",
    "bob@x.y,2026-11-20,2026-11-20,2026-11-20,4420",
    "cy@x.y,,2026-11-21,,",
    "dan@x.y,soon,2026-10-01,2026-11-19,44100",
    "eve@x.y,2026-01-01,2026-01-01,2027-01-01,4410",
    "gone@x.y,2026-01-01,,,",
  ]);
  const tell = (where: Where): Readonly<Record<string, Truth>> =>
    answers(organization({ people }), where, null, { sources });
  const ambiguous = { eve1: "unknown", eve2: "unknown", hidden: "unknown", stranger: "false" };

  it("`in` is having a row; an address of two accounts, and a hidden one, are unknown", () => {
    expect(tell({ in: "hr" })).toEqual({ ada: "true", bob: "true", cy: "true", dan: "true", ...ambiguous });
  });

  it("a hidden address is no doubt where every row found its person", () => {
    const population = organization({ people: { ada: { email: "ada@x.y" }, hidden: {} } });
    const all = { sources: hrSource(["ada@x.y,,,,"]) };
    expect(answers(population, { in: "hr" }, null, all)).toEqual({ ada: "true", hidden: "false" });
  });

  it("`fact` matches a column; an empty cell is unknown", () => {
    expect(tell({ fact: { "hr.cost_centre": ["4410", "442?"] } })).toEqual({
      ada: "true",
      bob: "true",
      cy: "unknown",
      dan: "false",
      ...ambiguous,
    });
  });

  it("`date: passed` is true once the day is over; no date, and one that cannot be read, are unknown", () => {
    expect(tell({ date: { "hr.end": "passed" } })).toEqual({
      ada: "true",
      bob: "false",
      cy: "unknown",
      dan: "unknown",
      ...ambiguous,
    });
  });

  it("`date: within` is true ahead of the date and behind it", () => {
    expect(tell({ date: { "hr.end": { within: "24h" } } })).toMatchObject({ ada: "true", bob: "true" });
    expect(tell({ date: { "hr.end": { within: "17h" } } })).toMatchObject({ ada: "true", bob: "false" });
  });

  it("`date: past` is true that long behind the end of the day", () => {
    expect(tell({ date: { "hr.end": { past: "6h" } } })).toMatchObject({ ada: "true", bob: "false" });
    expect(tell({ date: { "hr.end": { past: "7h" } } })).toMatchObject({ ada: "false", bob: "false" });
  });

  it("`during` includes its first and its last day, and is unknown where the end that matters is", () => {
    expect(tell({ during: { from: "hr.leave_start", to: "hr.leave_end" } })).toEqual({
      ada: "true",
      bob: "true",
      cy: "false",
      dan: "false",
      ...ambiguous,
    });
    expect(tell({ during: { from: "hr.leave_start", to: "hr.end" } })).toMatchObject({ dan: "unknown", cy: "false" });
  });

  it("a source that was not read tells nothing", () => {
    const population = organization({ people: { ada: { email: "ada@x.y" } } });
    const { policy } = ask(population, "person", { in: "hr" }, { sources });
    expect(evaluatorOn(population, new Map()).truthOf(policy.filter, null, 0)).toBe("unknown");
  });
});
