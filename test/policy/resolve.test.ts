import { describe, expect, it } from "vitest";
import type { LockedName } from "../../src/model/documents.generated.ts";
import { lockFileText } from "../../src/policy/lock.ts";
import type { Resolution, ResolveContext } from "../../src/policy/resolve.ts";
import { organization, type OrganizationParts } from "../support/people.ts";
import { marked, organizationId, policyYaml, resolveOn, seatwrightYaml, type Texts, told } from "./support.ts";

const parts: OrganizationParts = {
  directories: ["main", "second"],
  instances: {
    jira: { app: "jira-software" },
    beta: { app: "jira-software", site: "beta" },
    confluence: { app: "confluence" },
    sandbox: { app: "compass", sandbox: true },
    unknown: { app: "mystery", known: false },
  },
  groups: {
    "jira-users-acme": { grants: ["jira"] },
    "on-call": {},
    "okta-staff": { synced: true },
    leads: {},
  },
  people: {
    ada: { email: "ada@example.com" },
    twin1: { email: "twin@example.com" },
    twin2: { email: "Twin@Example.com" },
    "712020:x": {},
  },
};
const usual = organization(parts);
/** Two groups called leads, in two directories. */
const twice = {
  ...usual,
  header: {
    ...usual.header,
    groups: [...usual.header.groups, { ...usual.header.groups[3]!, id: "g-leads-2", directory: 1 }],
  },
};

const inPolicy = (keys: Texts): Texts => ({ "policies/a.yaml": policyYaml(keys) });
const inWhere = (where: string): Texts => inPolicy({ where });
const person = (where: string, actions = "[{restore: {}}]"): Texts =>
  inPolicy({ for: "person", where, ["then"]: actions });
const inOrganization = (lines: string): Texts => ({ "seatwright.yaml": seatwrightYaml + lines });
const exemption = (subject: string): Texts => ({
  "exemptions.yaml": `version: 1\nexemptions:\n  - {id: E-1, ${subject}, reason: x, owner: y, until: 2027-01-01}\n`,
});
const locked = (...names: readonly LockedName[]): Texts => ({
  "seatwright.lock.yaml": lockFileText(organizationId, names),
});

type Rule = readonly [sentence: string, texts: Texts, finding: string, words: string];

const rules: readonly Rule[] = [
  ["an unknown group", person("{memberOf: [leads, ▸on-cal]}"), "error unknown-group", "Did you mean `on-call`?"],
  [
    "a pattern that matches no group is a doubt",
    person("{memberOf: ▸'off-*'}"),
    "warning glob-matches-none",
    "No group matches `off-*`",
  ],
  [
    "an unknown group in `except`",
    inPolicy({ except: "{groups: [▸on-cal]}" }),
    "error unknown-group",
    "Did you mean `on-call`?",
  ],
  [
    "an unknown group of an action",
    person("{status: active}", "[{addToGroup: {group: ▸on-cal}}]"),
    "error unknown-group",
    "`on-call`",
  ],
  [
    "a group of an action that is in another directory",
    person("{status: active}", "[{addToGroup: {group: ▸on-call, directory: second}}]"),
    "error unknown-group",
    "no group called `on-call`",
  ],
  [
    "an unknown directory of an action",
    person("{status: suspended}", "[{restore: {directory: ▸secnd}}]"),
    "error unknown-directory",
    "Did you mean `second`?",
  ],
  ["an unknown directory", person("{directory: ▸secnd}"), "error unknown-directory", "Did you mean `second`?"],
  [
    "an unknown access group",
    inOrganization("accessGroups: [jira-users-*, ▸conf-users]\n"),
    "error unknown-group",
    "`conf-users`",
  ],
  [
    "an unknown protected group",
    inOrganization("protect: {groups: [▸leadz]}\n"),
    "error unknown-group",
    "Did you mean `leads`?",
  ],
  [
    "a provider's group that is not synced is a doubt",
    inOrganization("identityProviders: [{name: Okta, owner: x, groups: [▸on-call]}]\n"),
    "warning group-not-synced",
    "not filled by an identity provider",
  ],
  [
    "an address that nobody has",
    person("{people: [ada@example.com, ▸bob@example.com]}"),
    "error unknown-person",
    "Nobody in the organisation has the address",
  ],
  ["an account id that nobody has", person("{people: [▸'712020:y']}"), "error unknown-person", "account id"],
  [
    "an address that two accounts have",
    person("{people: ▸twin@example.com}"),
    "error ambiguous-name",
    "`twin1` and `twin2`",
  ],
  [
    "an excepted address that nobody has",
    inPolicy({ except: "{people: ▸bob@example.com}" }),
    "error unknown-person",
    "bob@example.com",
  ],
  [
    "a protected address that nobody has",
    inOrganization("protect: {people: [▸bob@example.com]}\n"),
    "error unknown-person",
    "bob@example.com",
  ],
  [
    "an exempt address that nobody has",
    exemption("person: ▸bob@example.com"),
    "error unknown-person",
    "Remove the entry if the person has left",
  ],
  ["an exempt group that does not exist", exemption("group: ▸on-cal"), "error unknown-group", "`on-call`"],
  [
    "an app the organisation does not have",
    inWhere("{app: [jira-software, ▸bitbucket], unused: 90d}"),
    "error app-not-here",
    "Apps here: `confluence` and `jira-software`",
  ],
  [
    "an app that is only in a sandbox",
    inWhere("{holds: ▸compass}"),
    "error app-not-here",
    "no `compass` with paid seats",
  ],
  [
    "an app that is not on that site",
    inWhere("{holds: {app: ▸confluence, site: beta}}"),
    "error app-not-here",
    "It is on `acme`.",
  ],
  ["a site that does not exist", inWhere("{site: ▸bata}"), "error unknown-site", "Did you mean `beta`?"],
  [
    "an app and a site that do not meet",
    { "policies/a.yaml": policyYaml({ where: "{app: confluence, site: beta}" }).replace("where", "▸where") },
    "error matches-no-seat",
    "can match no seat",
  ],
  [
    "a person's app on several sites",
    person("{app: jira-software, ▸unused: 90d}"),
    "error site-needed",
    "on 2 sites: `acme` and `beta`",
  ],
  [
    "an app inside a site, which begins anew",
    person("{site: acme, not: {app: jira-software, ▸unused: 90d}}"),
    "error site-needed",
    "Add `site:`",
  ],
  [
    "a person's seat on several sites",
    person("{app: jira-software, site: acme, unused: 90d}", "[{revoke: {app: ▸jira-software}}]"),
    "error site-needed",
    "Add `site:`",
  ],
  [
    "a grant on several sites",
    person("{status: active}", "[{grant: {app: ▸jira-software}}]"),
    "error site-needed",
    "Add `site:`",
  ],
  [
    "a grant of an app that is not here",
    person("{status: active}", "[{grant: {app: ▸bitbucket}}]"),
    "error app-not-here",
    "no `bitbucket`",
  ],
  [
    "another organisation's id",
    { "seatwright.yaml": "version: 1\norganization: {id: ▸another-organisation}\n" },
    "error other-organization",
    "the key and the snapshot",
  ],
  [
    "a name that now means another group",
    {
      ...person("{memberOf: ▸on-call}"),
      ...locked({ kind: "group", name: "on-call", id: "g-before", directory: "d-main" }),
    },
    "error name-moved",
    "the id `g-before`",
  ],
  [
    "an address that now is another account's",
    {
      ...person("{people: ▸ada@example.com}"),
      ...locked({ kind: "person", name: "ada@example.com", id: "ada-before" }),
    },
    "error name-moved",
    "validate --lock",
  ],
  [
    "a group by a name it no longer has is a doubt, and is found",
    { ...person("{memberOf: ▸pager}"), ...locked({ kind: "group", name: "pager", id: "g-on-call" }) },
    "warning name-changed",
    "is now called `on-call`",
  ],
  [
    "a group by a name it did not have is a doubt",
    { ...person("{memberOf: ▸on-call}"), ...locked({ kind: "group", name: "pager", id: "g-on-call" }) },
    "warning name-changed",
    "was called `pager`",
  ],
  [
    "an address that its account no longer has is a doubt, and is found",
    { ...person("{people: ▸ada@old.example}"), ...locked({ kind: "person", name: "ada@old.example", id: "ada" }) },
    "warning name-changed",
    "the lock file still finds the account",
  ],
];

function resolution(texts: Texts, context: Partial<ResolveContext> = {}): Resolution {
  return resolveOn(usual, texts, context);
}

/** What the filter or the actions of the one policy came to. */
function policyOf(texts: Texts, population = usual) {
  const { set, findings } = resolveOn(population, texts);
  const [policy] = set?.policies ?? [];
  if (policy === undefined) throw new Error(told(findings).join("\n"));
  return policy;
}

describe("a name is one thing or a finding:", () => {
  it.each(rules)("%s", (_, withMark, finding, words) => {
    const { texts, place } = marked(withMark);
    const { set, findings } = resolution(texts);
    expect(told(findings)).toEqual([`${place} ${finding}`]);
    expect(`${findings[0]?.message} ${findings[0]?.remedy}`).toContain(words);
    expect(set === null).toBe(finding.startsWith("error"));
  });

  it("a group's name in two directories names both, and an id or a directory tells them apart", () => {
    const { findings } = resolveOn(twice, person("{memberOf: leads}"));
    expect(told(findings)).toEqual(["policies/a.yaml:7:23 error ambiguous-name"]);
    expect(findings[0]?.message).toBe("2 groups are called `leads`: `g-leads in main` and `g-leads-2 in second`.");
    expect(policyOf(person("{memberOf: g-leads-2}"), twice).filter).toMatchObject({ test: { groups: [4] } });
    const inSecond = person("{status: active}", "[{addToGroup: {group: leads, directory: second}}]");
    expect(policyOf(inSecond, twice).actions).toEqual([{ kind: "addToGroup", group: 4 }]);
  });

  it("a pattern means all it matches, in every directory", () => {
    expect(policyOf(person("{memberOf: ['LEAD*', on-call]}"), twice).filter).toMatchObject({
      test: { groups: [1, 3, 4] },
    });
  });

  it("capitals do not count", () => {
    expect(policyOf(person("{memberOf: On-Call, directory: Second, people: ADA@example.com}")).filter).toMatchObject({
      of: [{ test: { groups: [1] } }, { test: { directories: [1] } }, { test: { accountIds: ["ada"] } }],
    });
  });

  it("many that are wrong are all told at once", () => {
    const texts = { ...person("{memberOf: [a1, b2], people: [x@y.z]}"), ...exemption("group: c3") };
    expect(told(resolution(texts).findings).map((line) => line.split(" ")[2])).toEqual([
      "unknown-group",
      "unknown-group",
      "unknown-group",
      "unknown-person",
    ]);
  });
});

describe("names that were resolved", () => {
  const texts = {
    ...person("{memberOf: [on-call, 'lead*', g-leads], people: [ada@example.com, '712020:x'], directory: main}"),
    ...inOrganization("accessGroups: [jira-users-acme]\n"),
  };

  it("are listed by kind and name for the lock file, without ids and patterns", () => {
    expect(resolution(texts).names).toEqual([
      { kind: "directory", name: "main", id: "d-main" },
      { kind: "group", name: "jira-users-acme", id: "g-jira-users-acme", directory: "d-main" },
      { kind: "group", name: "on-call", id: "g-on-call", directory: "d-main" },
      { kind: "person", name: "ada@example.com", id: "ada" },
    ]);
  });

  it("written to the lock file are found again without a finding", () => {
    const lock = lockFileText(organizationId, resolution(texts).names);
    expect(resolution({ ...texts, "seatwright.lock.yaml": lock }).findings).toEqual([]);
    expect(lock.split("\n")).toContain("  - { kind: group, name: on-call, id: g-on-call, directory: d-main }");
    expect(resolution({ "seatwright.lock.yaml": lockFileText(organizationId, []) }).findings).toEqual([]);
  });

  it("keep a site by the id in its instances' ARIs", () => {
    expect(resolution(inWhere("{site: ACME, unused: 90d}")).names).toEqual([{ kind: "site", name: "ACME", id: "1" }]);
  });

  it("on everybody are used again where only some people are looked at", () => {
    const some = organization({ ...parts, people: { other: { email: "other@example.com" } } });
    const earlier: readonly LockedName[] = [{ kind: "person", name: "ada@example.com", id: "ada" }];
    const asked = { ...person("{people: [ada@example.com, '712020:x']}"), ...exemption("person: ada@example.com") };
    const { set } = resolveOn(some, asked, { coverage: "some", earlier });
    expect(set?.policies[0]?.filter).toMatchObject({ test: { accountIds: ["ada", "712020:x"] } });
    expect(told(resolveOn(some, asked, { coverage: "some" }).findings)).toEqual([
      "exemptions.yaml:3:23 error unknown-person",
      "policies/a.yaml:7:22 error unknown-person",
    ]);
  });
});

describe("a seat policy", () => {
  it("knows the instances its filter can match: known, paid for, of its apps and sites", () => {
    expect(policyOf(inWhere("{unused: 90d}")).instances).toEqual([0, 1, 2]);
    expect(policyOf(inWhere("{app: jira-software, unused: 90d}")).instances).toEqual([0, 1]);
    expect(policyOf(inWhere("{app: jira-software, site: beta}")).instances).toEqual([1]);
    expect(policyOf(inWhere("{not: {app: jira-software}}")).instances).toEqual([2]);
    expect(policyOf(inWhere("{any: [{site: beta}, {app: confluence, unused: 90d}]}")).instances).toEqual([1, 2]);
    expect(policyOf(inWhere("{any: [{site: beta}, {mfa: true}]}")).instances).toEqual([0, 1, 2]);
  });

  it("takes its own seats, also where the action names the one app it is about", () => {
    const own = { kind: "revoke", instances: "own", ifBlocked: "report", leave: "access", keepOthers: "blocked" };
    expect(policyOf(inPolicy({ where: "{app: confluence, unused: 90d}" })).actions).toEqual([own]);
    const named = inPolicy({
      where: "{app: jira-software, unused: 90d}",
      ["then"]: "[{revoke: {app: jira-software}}]",
    });
    expect(policyOf(named).actions).toEqual([own]);
    const onSite = inPolicy({
      where: "{site: beta, unused: 90d}",
      ["then"]: "[{revoke: {site: beta, ifBlocked: handoff}}]",
    });
    expect(policyOf(onSite).actions).toEqual([{ ...own, ifBlocked: "handoff" }]);
  });

  it("takes another seat that `holds` looked at", () => {
    const texts = inPolicy({
      where: "{app: jira-software, unused: 90d, holds: confluence}",
      ["then"]: "[{revoke: {app: confluence}}]",
    });
    expect(policyOf(texts).actions).toMatchObject([{ kind: "revoke", instances: [2] }]);
  });

  it("may not take seats on one site where it matches others", () => {
    const { texts, place } = marked(
      inPolicy({ where: "{app: jira-software, unused: 90d}", ["then"]: "[{revoke: {site: ▸beta}}]" }),
    );
    expect(told(resolution(texts).findings)).toEqual([`${place} error unseen-seat`]);
  });
});

describe("actions", () => {
  it.each<[string, object]>([
    [
      "{revoke: {app: jira-software, site: beta, leave: any, keepOthers: direct}}",
      { kind: "revoke", instances: [1], ifBlocked: "report", leave: "any", keepOthers: "direct" },
    ],
    [
      "{setRole: {app: confluence, role: guest}}",
      { kind: "setRole", instances: [2], role: "atlassian/guest", leave: "access" },
    ],
    ["{grant: {app: confluence}}", { kind: "grant", instance: 2, role: "atlassian/user" }],
    [
      "{grant: {app: jira-software, site: beta, role: stakeholder}}",
      { kind: "grant", instance: 1, role: "atlassian/stakeholder" },
    ],
    ["{addToGroup: {group: on-call}}", { kind: "addToGroup", group: 1 }],
    ["{removeFromGroup: {group: leads}}", { kind: "removeFromGroup", group: 3 }],
    ["{suspend: {}}", { kind: "suspend", directory: null }],
    ["{suspend: {directory: second}}", { kind: "suspend", directory: 1 }],
    ["{restore: {}}", { kind: "restore", directory: null }],
    ["{removeFromOrg: {}}", { kind: "removeFromOrg", directory: null }],
    ["{deactivate: {message: Ask IT}}", { kind: "deactivate", message: "Ask IT" }],
    ["{activate: {}}", { kind: "activate" }],
    [
      "{firstOf: [{deactivate: {}}, {removeFromGroup: {group: leads}}]}",
      {
        kind: "firstOf",
        of: [
          { kind: "deactivate", message: null },
          { kind: "removeFromGroup", group: 3 },
        ],
      },
    ],
  ])("%s", (action, resolved) => {
    const texts = {
      ...person("{status: active, holds: [confluence, jira-software]}", `[${action}]`),
      ...inOrganization("irreversible: [removeFromOrg]\n"),
    };
    expect(policyOf(texts).actions).toEqual([resolved]);
  });

  it("that are not carried out are left out, and hold the policy", () => {
    const policy = policyOf(person("{status: active}", "[{notify: {to: x}}, {suspend: {}}]"));
    expect(policy.actions).toEqual([{ kind: "suspend", directory: null }]);
    expect(policy.holds).toHaveLength(1);
  });
});

describe("exemptions", () => {
  it("are resolved to a filter, from every saving where nothing is named, and know whether they have lapsed", () => {
    const { set } = resolution(exemption("person: ada@example.com"));
    expect(set?.exemptions).toMatchObject([
      {
        id: "E-1",
        from: ["saving"],
        until: "2027-01-01",
        lapsed: false,
        filter: { test: { key: "people", accountIds: ["ada"] } },
      },
    ]);
    const past = resolution({
      "exemptions.yaml": exemption("group: leads")["exemptions.yaml"]?.replace("2027-01-01", "2026-11-19") ?? "",
    });
    expect(past.set?.exemptions).toMatchObject([{ lapsed: true, filter: { test: { key: "memberOf", groups: [3] } } }]);
    expect(told(past.findings)).toEqual(["exemptions.yaml:3:57 warning exemption-lapsed"]);
  });

  it("that run for more than a year stop the run", () => {
    const { set, findings } = resolution({
      "exemptions.yaml": exemption("group: leads")["exemptions.yaml"]?.replace("2027-01-01", "2028-01-01") ?? "",
    });
    expect(set).toBeNull();
    expect(told(findings)).toEqual(["exemptions.yaml:3:57 error exemption-too-long"]);
  });
});
