import { describe, expect, it } from "vitest";
import type { Where } from "../../src/model/documents.generated.ts";
import { at, DAYS, now, organization, type OrganizationParts } from "../support/people.ts";
import { ask, type Rest } from "./evaluation.ts";
import { hrSource } from "./support.ts";

const groups = { "jira-users": { grants: ["jira"] }, "on-call": {}, both: { grants: ["jira", "confluence"] } };
const old = now - 1_000 * DAYS;

/** `words = result (value)`, one for each fact of somebody. */
function facts(
  where: Where,
  person: NonNullable<OrganizationParts["people"]>[string],
  { on = null, every = false, ...rest }: Rest & { readonly on?: string | null; readonly every?: boolean } = {},
): readonly string[] {
  const population = organization({ groups, people: { ada: person } });
  const { policy, evaluator } = ask(population, on === null ? "person" : "seat", where, rest);
  const instance = on === null ? null : at.instance(population, on);
  const which = every ? "every" : "deciding";
  return evaluator
    .factsAt(policy.filter, instance, 0, which)
    .map(({ filter, result, value }) => `${filter} = ${result}${value === null ? "" : ` (${value})`}`);
}

describe("facts", () => {
  it("stand in the order of the filter, each with its line", () => {
    const population = organization({
      groups,
      people: { ada: { groups: ["jira-users"], added: old, active: { jira: 100 } } },
    });
    const { policy, evaluator } = ask(population, "seat", { app: "jira-software", unused: "90d", status: "active" });
    expect(evaluator.factsAt(policy.filter, 0, 0)).toEqual([
      { filter: "app: jira-software", at: "policies/a.yaml:7", result: "true", value: "Jira on acme" },
      { filter: "unused: 90d", at: "policies/a.yaml:7", result: "true", value: "last active 2026-08-12" },
      { filter: "status: active", at: "policies/a.yaml:7", result: "true", value: "active" },
    ]);
  });

  it("of a true filter are all parts of `all`, and the true parts of `any`", () => {
    const where: Where = { status: "active", any: [{ account: "managed" }, { mfa: true }, { memberOf: "on-call" }] };
    expect(facts(where, { claim: "managed", mfa: false, groups: ["on-call"] })).toEqual([
      "status: active = true (active)",
      "account: managed = true (managed)",
      "memberOf: on-call = true (member of on-call)",
    ]);
  });

  it("of a false filter are the false parts of `all`, and all parts of `any`", () => {
    expect(facts({ status: "suspended", account: "managed" }, { claim: "managed" })).toEqual([
      "status: suspended = false (active)",
    ]);
    expect(facts({ any: [{ status: "suspended" }, { mfa: true }] }, { mfa: false })).toEqual([
      "status: suspended = false (active)",
      "mfa: true = false (off)",
    ]);
  });

  it("of an unknown filter are the unknown parts", () => {
    expect(facts({ status: "active", mfa: true }, {})).toEqual(["mfa: true = unknown (unknown)"]);
  });

  it("under `not` are told as their opposites, twice turned as they are", () => {
    expect(facts({ not: { memberOf: "on-call" } }, {})).toEqual([
      "not memberOf: on-call = true (not seen in any of them)",
    ]);
    expect(facts({ not: { status: "suspended", mfa: true } }, { mfa: true })).toEqual([
      "not status: suspended = true (active)",
    ]);
    expect(facts({ not: { not: { mfa: true } } }, { mfa: true })).toEqual(["mfa: true = true (on)"]);
    expect(facts({ not: { mfa: true } }, {})).toEqual(["not mfa: true = unknown (unknown)"]);
  });

  it("can be every part, for whoever asks why not", () => {
    const where: Where = { status: "suspended", account: "managed" };
    expect(facts(where, { claim: "managed" }, { every: true })).toEqual([
      "status: suspended = false (active)",
      "account: managed = true (managed)",
    ]);
  });

  it("never hold the value of a personal field, nor of a source", () => {
    const where: Where = {
      any: [
        { email: "*@x.y" },
        { emailDomain: "x.y" },
        { name: "Ada*" },
        { department: "IT" },
        { jobTitle: "Boss" },
        { location: "Berlin" },
        { organization: "Acme" },
        { people: ["ada"] },
        { in: "hr" },
        { fact: { "hr.cost_centre": "44*" } },
        { date: { "hr.end": "passed" } },
        { during: { from: "hr.leave_start", to: "hr.leave_end" } },
      ],
    };
    const person = {
      email: "ada@x.y",
      name: "Ada L",
      department: "IT",
      jobTitle: "Boss",
      location: "Berlin",
      organization: "Acme",
    };
    const sources = hrSource(["ada@x.y,2026-01-01,2026-01-01,2027-01-01,4410"]);
    const told = facts(where, person, { sources });
    expect(told).toHaveLength(12);
    for (const line of told) expect(line).toMatch(/ = true$/);
  });

  it("count listed people and single addresses instead of naming them", () => {
    const where: Where = {
      any: [{ people: ["ada", "ada@x.y"] }, { email: ["ada@x.y", "*-bot@x.y"] }, { name: "Ada L" }],
    };
    expect(facts(where, { email: "ada@x.y", name: "Ada L" })).toEqual([
      "people: 2 listed = true",
      "email: *-bot@x.y, 1 written out = true",
      "name: 1 written out = true",
    ]);
  });

  it("cut long lists of a filter", () => {
    const where: Where = { location: ["a", "b", "c", "d", "e", "Berlin"] };
    expect(facts(where, { location: "Berlin" })).toEqual(["location: a, b, c and 3 more = true"]);
  });
});

describe("the value of a fact about activity", () => {
  const seat = { groups: ["jira-users"], added: old };

  it.each<[string, Parameters<typeof facts>[1], Rest, string]>([
    ["the last day", { ...seat, active: { jira: 100 } }, {}, "last active 2026-08-12"],
    ["from when the never active count", seat, {}, "never active, counted from 2024-02-24"],
    ["that nothing is known", { ...seat, active: null }, {}, "activity is not known"],
    [
      "that the dates cannot be believed",
      seat,
      { distrusted: ["jira"] },
      "activity on Jira on acme cannot be believed: a test says so",
    ],
    [
      "that the seat is young",
      seat,
      { history: { "ada jira": { firstSeen: now - 5 * DAYS, restored: null } } },
      "never active, held since 2026-11-15, which is less than 14 days",
    ],
    [
      "that its age is not known",
      { groups: ["jira-users"] },
      {},
      "never active, and it is not known since when the seat is held",
    ],
    ["that there is no seat", { added: old }, {}, "holds no seat there"],
  ])("says %s", (_, person, rest, value) => {
    const [fact = ""] = facts({ unused: "90d" }, person, { ...rest, on: "jira" });
    expect(fact).toContain(`(${value})`);
  });

  it("says how many apps were looked at everywhere, and where else somebody was active", () => {
    const everywhere: Where = { unused: { everywhere: "90d" } };
    const both = { groups: ["both"], added: old };
    expect(facts(everywhere, { ...both, active: { jira: 100, confluence: 200 } })).toEqual([
      "unused: everywhere 90d = true (last active 2026-08-12 on 2 apps)",
    ]);
    expect(facts(everywhere, { ...seat, active: { jira: 100, bitbucket: 1 } })).toEqual([
      "unused: everywhere 90d = false (last active 2026-11-19 on Bitbucket on acme, where no seat is held)",
    ]);
    expect(facts(everywhere, { added: old })).toEqual(["unused: everywhere 90d = false (holds no seat)"]);
    // Dates that cannot be believed are the reason only where nothing else settles it.
    expect(facts(everywhere, { ...both, active: { jira: 10 } }, { distrusted: ["confluence"] })).toEqual([
      "unused: everywhere 90d = false (last active 2026-11-10 on Jira on acme)",
    ]);
    expect(facts(everywhere, { ...both, active: { jira: 100 } }, { distrusted: ["confluence"] })).toEqual([
      "unused: everywhere 90d = unknown (activity on Confluence on acme cannot be believed: a test says so)",
    ]);
  });
});

describe("the value of other facts", () => {
  it.each<[Where, Parameters<typeof facts>[1], string]>([
    [{ inOrgFor: "45d" }, { added: now - 100 * DAYS }, "inOrgFor: 45d = true (added 2026-08-12)"],
    [{ holds: "confluence" }, { groups: ["both"] }, "holds: confluence = true (Confluence on acme)"],
    [{ holds: "confluence" }, {}, "holds: confluence = false (holds none)"],
    [{ holds: "confluence" }, { groups: null }, "holds: confluence = unknown (Confluence on acme (perhaps))"],
    [{ app: "jira-software", role: "user" }, { groups: ["both"] }, "role: user = true (user)"],
    [{ app: "jira-software", role: "user" }, {}, "role: user = false (no role seen)"],
    [
      { app: "jira-software", heldFor: "45d" },
      { groups: ["both"], added: now - 100 * DAYS },
      "heldFor: 45d = true (held since 2026-08-12 or longer)",
    ],
    [
      { orgRole: "org-admin" },
      { platformRoles: ["atlassian/org-admin", "atlassian/site-admin"] },
      "orgRole: org-admin = true (org-admin, site-admin)",
    ],
    [{ directory: "main" }, {}, "directory: main = true (main)"],
    [{ memberOf: "on-call" }, { groups: null }, "memberOf: on-call = unknown (memberships are not known)"],
    [{ managementSource: "synced" }, { source: "invited" }, "managementSource: synced = false (invited)"],
    [
      { productAdmin: "confluence" },
      { direct: ["confluence atlassian/admin"] },
      "productAdmin: confluence = true (admin)",
    ],
  ])("%j", (where, person, fact) => {
    expect(facts(where, person)).toEqual([fact]);
  });
});
