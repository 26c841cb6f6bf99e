import { describe, expect, it } from "vitest";
import { secondsOf } from "../../src/model/time.ts";
import { checkMoment } from "../../src/policy/check-exemptions.ts";
import { marked, policyYaml, read, repositoryOf, seatwrightYaml, type Texts, told, withSource } from "./support.ts";

/** Something a repository should not say, the finding at the mark, and words of it. */
type Rule = readonly [sentence: string, texts: Texts, finding: string, words: string];

const inPolicy = (keys: Texts): Texts => ({ "policies/a.yaml": policyYaml(keys) });
const inWhere = (where: string): Texts => inPolicy({ where });
const sourced = (keys: Texts): Texts => ({ "seatwright.yaml": withSource, ...inPolicy(keys) });
const duty: Texts = {
  for: "person",
  purpose: "duty",
  because: "ITGC-07",
  where: "{in: hr, date: {hr.end: passed}}",
  ["then"]: "[{suspend: {}}]",
};
const person = (where: string, actions: string): Texts => inPolicy({ for: "person", where, ["then"]: actions });
const seat = (where: string, actions: string): Texts => inPolicy({ where, ["then"]: actions });
const inOrganization = (lines: string): Texts => ({ "seatwright.yaml": seatwrightYaml + lines });
const exemption = (parts: string): Texts => ({
  "exemptions.yaml": `version: 1\nexemptions:\n  - {reason: x, owner: y, until: 2027-01-01, ${parts}}\n`,
});
const selectors = (lines: string, keys: Texts = {}): Texts => ({
  "policies/a.yaml": policyYaml(keys).replace("policies:", `selectors:\n${lines}policies:`),
});

const rules: readonly Rule[] = [
  // Names of apps, roles, domains, people
  [
    "an unknown app",
    inWhere("{app: [confluence, ▸jira-sofware]}"),
    "error unknown-app",
    "Did you mean `jira-software`?",
  ],
  [
    "an unknown app in `holds`",
    inWhere("{holds: {app: ▸conflunce}}"),
    "error unknown-app",
    "Did you mean `confluence`?",
  ],
  [
    "an unknown app in a list of `holds`",
    inWhere("{holds: [confluence, ▸conflunce]}"),
    "error unknown-app",
    "`confluence`",
  ],
  ["an unknown app in `productAdmin`", inWhere("{productAdmin: ▸conflunce}"), "error unknown-app", "`confluence`"],
  [
    "an unknown app of an action",
    seat("{unused: {everywhere: 90d}}", "[{revoke: {app: ▸conflunce}}]"),
    "error unknown-app",
    "`confluence`",
  ],
  [
    "a price of an unknown app is a doubt",
    inOrganization("prices: {▸jirra: {currency: EUR, perSeatMonth: 1}}\n"),
    "warning unknown-app",
    "`jirra`",
  ],
  ["an unknown role", inWhere("{role: ▸usr}"), "error unknown-role", "Did you mean `user`?"],
  [
    "an address for a domain",
    inWhere("{emailDomain: [example.com, ▸'@example.com']}"),
    "error email-domain",
    "Write the domain alone",
  ],
  ["a pattern for a person", inWhere("{people: [▸'*@example.com']}"), "error person-name", "listed one by one"],
  ["a name for a person", inWhere("{people: ▸Ada Lovelace}"), "error person-name", "e-mail address"],
  [
    "a name for an excepted person",
    inPolicy({ except: "{people: [▸Ada Lovelace]}" }),
    "error person-name",
    "e-mail address",
  ],
  [
    "a name for a protected person",
    inOrganization("protect: {people: [▸Ada Lovelace]}\n"),
    "error person-name",
    "e-mail address",
  ],
  // Times
  ["a threshold under the signal's lag", inWhere("{unused: ▸2d}"), "error threshold-below-lag", "a day late"],
  [
    "a threshold under the lag everywhere",
    inWhere("{idle: {everywhere: ▸47h}}"),
    "error threshold-below-lag",
    "a day late",
  ],
  [
    "a threshold under the lag in ISO words",
    inWhere("{neverActive: ▸PT48H}"),
    "error threshold-below-lag",
    "a day late",
  ],
  ["a duration that ISO 8601 does not know", inWhere("{heldFor: ▸P3}"), "error duration", "needs a unit"],
  ["a duration of nothing", inWhere("{inOrgFor: ▸P0D}"), "error duration", "needs a unit"],
  ["a duration in a date test", sourced({ where: "{date: {hr.end: {within: ▸P}}}" }), "error duration", "needs a unit"],
  [
    "a duration of a source",
    { "seatwright.yaml": withSource.replace("36h", "▸P0D") },
    "error duration",
    "needs a unit",
  ],
  ["a duration of the plan", inOrganization("plan: {validFor: ▸P0D}\n"), "error duration", "needs a unit"],
  ["a duration of the key", inOrganization("key: {label: x, warn: [7d, ▸P0D]}\n"), "error duration", "needs a unit"],
  [
    "a zone that is none",
    { "seatwright.yaml": withSource.replace("{column: last_day}", "{column: last_day, zone: ▸Europe/Berln}") },
    "error unknown-zone",
    "Did you mean `Europe/Berlin`?",
  ],
  [
    "a zone by abbreviation",
    { "seatwright.yaml": withSource.replace("{column: last_day}", "{column: last_day, zone: ▸EST}") },
    "error unknown-zone",
    "named by place",
  ],
  [
    "a zone by offset",
    { "seatwright.yaml": withSource.replace("{column: last_day}", "{column: last_day, zone: ▸'+02:00'}") },
    "error unknown-zone",
    "named by place",
  ],
  // Selectors and sources
  [
    "an unknown selector",
    selectors("  bots: {status: active}\n", { where: "{selector: ▸bot}" }),
    "error unknown-selector",
    "Did you mean `bots`?",
  ],
  [
    "an unknown selector in `except`",
    inPolicy({ except: "{selectors: ▸bots}" }),
    "error unknown-selector",
    "Define it under `selectors`",
  ],
  [
    "an unknown selector in a selector",
    selectors("  bots: {not: {selector: ▸ghosts}}\n"),
    "error unknown-selector",
    "`ghosts`",
  ],
  [
    "a selector that is itself",
    selectors("  ▸a: {any: [{selector: a}, {status: active}]}\n"),
    "error selector-cycle",
    "refers to itself",
  ],
  ["an undeclared source", sourced({ where: "{in: [▸hrr]}" }), "error unknown-source", "Did you mean `hr`?"],
  ["an undeclared source of a fact", sourced({ where: "{fact: {▸crm.x: y}}" }), "error unknown-source", "Declare it"],
  [
    "an undeclared date",
    sourced({ where: "{date: {▸hr.ende: passed}}" }),
    "error unknown-date",
    "Did you mean `hr.end`?",
  ],
  [
    "an undeclared date of `during`",
    sourced({ where: "{during: {from: hr.leave_start, to: ▸hr.leave}}" }),
    "error unknown-date",
    "`leave`",
  ],
  [
    "a source outside the repository",
    { "seatwright.yaml": withSource.replace("data/hr.csv", "▸../hr.csv") },
    "error source-path",
    "--source hr=PATH",
  ],
  [
    "a source at the root of the disk",
    { "seatwright.yaml": withSource.replace("data/hr.csv", "▸/etc/passwd") },
    "error source-path",
    "outside the policy repository",
  ],
  // Duties, notice, pace
  [
    "a duty without what obliges us",
    {
      "seatwright.yaml": withSource,
      "policies/a.yaml": policyYaml({ ...duty, purpose: "▸duty" }).replace(/ {4}because.*\n/, ""),
    },
    "error duty-because",
    "Add `because:`",
  ],
  [
    "a duty that looks at no source",
    { "policies/a.yaml": policyYaml({ ...duty, where: "{status: active}" }).replace("where", "▸where") },
    "error duty-source",
    "declared source",
  ],
  [
    "a duty with a pace",
    {
      "seatwright.yaml": withSource,
      "policies/a.yaml": policyYaml({ ...duty, pace: "{changes: 5}" }).replace("pace", "▸pace"),
    },
    "error duty-pace",
    "Remove `pace`",
  ],
  ["a saving without notice", inPolicy({ notice: "▸none" }), "error notice-none", "Only a duty"],
  ["a policy called saving", inPolicy({ id: "▸saving" }), "error reserved-name", "every saving"],
  // People and seats
  [
    "idleness of people on no app",
    person("{▸unused: 90d}", "[{restore: {}}]"),
    "error app-needed",
    "Add `app:` beside it",
  ],
  ["a role of people on no app", person("{not: {▸role: admin}}", "[{restore: {}}]"), "error app-needed", "which app"],
  [
    "how long people hold nothing in particular",
    person("{▸heldFor: 90d}", "[{restore: {}}]"),
    "error app-needed",
    "which app",
  ],
  [
    "a selector about people on no app",
    selectors("  quiet: {▸idle: 90d}\n", { for: "person", where: "{selector: quiet}", ["then"]: "[{restore: {}}]" }),
    "error app-needed",
    "which app",
  ],
  [
    "a revoke of people on no app",
    person("{status: active}", "[{▸revoke: {}}]"),
    "error app-needed",
    "Write `revoke: {app: ...}`",
  ],
  [
    "a seat policy for suspended people",
    inWhere("{unused: 90d, status: ▸suspended}"),
    "warning seat-status",
    "can match nobody",
  ],
  [
    "a restore of seats",
    seat("{unused: 90d}", "[{▸restore: {}}]"),
    "warning seat-status",
    "Only active people hold seats",
  ],
  // What an action takes
  [
    "a seat of an app that was not looked at",
    seat("{app: jira-software, unused: 90d}", "[{▸revoke: {app: confluence}}]"),
    "error unseen-seat",
    "Leave `app` out",
  ],
  [
    "one app's seat where another app's matched",
    seat("{app: [jira-software, confluence], unused: 90d}", "[{▸revoke: {app: confluence}}]"),
    "error unseen-seat",
    "Leave `app` out",
  ],
  [
    "a person's seat of an app that was not looked at",
    person("{app: jira-software, unused: 90d}", "[{▸revoke: {app: confluence}}]"),
    "error unseen-seat",
    "`app: confluence`",
  ],
  [
    "a person's seat where no app was looked at is a doubt",
    person("{memberOf: interns}", "[{▸revoke: {app: confluence}}]"),
    "warning unseen-seat",
    "no key of `where` looked",
  ],
  [
    "every seat where one was looked at",
    seat("{unused: 90d}", "[{▸suspend: {}}]"),
    "error unseen-seat",
    "takes every seat",
  ],
  [
    "every seat, as an alternative",
    seat("{unused: 90d}", "[{firstOf: [{revoke: {}}, {▸suspend: {}}]}]"),
    "error unseen-seat",
    "takes every seat",
  ],
  [
    "every seat of a person idle on one app",
    person("{app: confluence, idle: 90d}", "[{▸deactivate: {}}]"),
    "error unseen-seat",
    "look at every app",
  ],
  [
    "every seat where one is blocked is a doubt",
    seat("{unused: 90d}", "[{revoke: {ifBlocked: ▸suspend}}]"),
    "warning unseen-seat",
    "every other seat",
  ],
  [
    "an irreversible action that is not allowed",
    person("{status: suspended}", "[{▸removeFromOrg: {}}]"),
    "error irreversible",
    "`irreversible` in seatwright.yaml",
  ],
  [
    "an irreversible alternative that is not allowed",
    person("{status: suspended}", "[{firstOf: [{deactivate: {}}, {▸removeFromOrg: {}}]}]"),
    "error irreversible",
    "cannot be undone",
  ],
  [
    "a pattern for the group of an action",
    person("{status: active}", "[{addToGroup: {group: ▸'on-*'}}]"),
    "error group-name",
    "one group exactly",
  ],
  [
    "the same action twice",
    seat("{unused: 90d}", "[{revoke: {}}, {▸revoke: {}}]"),
    "error repeated-action",
    "stands twice",
  ],
  [
    "one kind of alternative twice",
    seat("{unused: 90d}", "[{firstOf: [{revoke: {}}, {▸revoke: {leave: any}}]}]"),
    "error repeated-action",
    "so is the second",
  ],
  [
    "actions that undo each other",
    person("{status: suspended}", "[{suspend: {}}, {▸restore: {}}]"),
    "error opposite-actions",
    "two ways",
  ],
  [
    "a seat taken and given",
    seat("{app: confluence, unused: 90d}", "[{revoke: {}}, {▸grant: {app: confluence}}]"),
    "error opposite-actions",
    "two ways",
  ],
  [
    "a seat taken twice over",
    seat("{app: confluence, unused: 90d}", "[{setRole: {role: guest}}, {▸revoke: {}}]"),
    "error opposite-actions",
    "two ways",
  ],
  [
    "one group joined and left",
    person("{status: active}", "[{addToGroup: {group: a}}, {▸removeFromGroup: {group: A}}]"),
    "error opposite-actions",
    "two ways",
  ],
  // Exemptions
  ["an exemption for nobody", exemption("id: ▸E-1"), "error exemption-subject", "does not say whom"],
  [
    "an exemption for a person and a group",
    exemption("id: ▸E-1, person: a@b.c, group: x"),
    "error exemption-subject",
    "exactly one",
  ],
  [
    "an exemption from an unknown policy",
    exemption("id: E-1, person: a@b.c, from: [saving, ▸unused-seat]"),
    "error unknown-policy",
    "Did you mean `unused-seats`?",
  ],
  [
    "an exemption for a pattern of groups",
    exemption("id: E-1, group: ▸'on-*'"),
    "error group-name",
    "one group exactly",
  ],
  [
    "an exemption for somebody by name",
    exemption("id: E-1, person: ▸Ada Lovelace"),
    "error person-name",
    "e-mail address",
  ],
  ["an exemption for an unknown selector", exemption("id: E-1, selector: ▸bots"), "error unknown-selector", "`bots`"],
  [
    "an exemption until a day that does not exist",
    {
      "exemptions.yaml":
        "version: 1\nexemptions:\n  - {id: E-1, person: a@b.c, reason: x, owner: y, until: ▸2027-02-29}\n",
    },
    "error date",
    "not a day of the calendar",
  ],
  [
    "a freeze that ends before it begins",
    inOrganization("freeze: [{from: 2027-01-04, to: ▸2026-12-18, zone: UTC, reason: x}]\n"),
    "error date",
    "before the first",
  ],
  [
    "a lock file of another organisation",
    { "seatwright.lock.yaml": "version: 1\norganization: ▸another-organisation\nnames: []\n" },
    "error lock-organization",
    "validate --lock",
  ],
  // Owners
  [
    "an owner of a policy that init made up is a doubt",
    inPolicy({ owner: '▸"@your-org/it-licences"' }),
    "warning placeholder-owner",
    "`@your-org/it-licences` stands for an owner",
  ],
  [
    "an owner of an exemption that init made up is a doubt",
    {
      "exemptions.yaml": `version: 1\nexemptions:\n  - {id: E, person: a@example.com, from: [saving], reason: x, owner: ▸"@your-org/platform", until: 2027-01-01}\n`,
    },
    "warning placeholder-owner",
    "`@your-org/platform`",
  ],
  [
    "an owner of an identity provider that init made up is a doubt",
    inOrganization('identityProviders: [{name: Okta, groups: ["okta-*"], owner: ▸"@your-org/identity"}]\n'),
    "warning placeholder-owner",
    "`@your-org/identity`",
  ],
];

describe("a repository may not say", () => {
  it.each(rules)("%s", (_, withMark, finding, words) => {
    const { texts, place } = marked(withMark);
    const { findings } = read(texts);
    const [severity] = finding.split(" ");
    const relevant = findings.filter(({ rule }) => rule !== "not-carried-out");
    expect(told(relevant)).toEqual([`${place} ${finding}`]);
    expect(`${relevant[0]?.message} ${relevant[0]?.remedy}`).toContain(words);
    expect(read(texts).repository === null).toBe(severity === "error");
  });

  it("a circle of selectors, which is one finding for each of them", () => {
    const { findings } = read(selectors("  a: {selector: b}\n  b: {not: {selector: a}}\n  c: {selector: a}\n"));
    expect(told(findings)).toEqual([
      "policies/a.yaml:3:3 error selector-cycle",
      "policies/a.yaml:4:3 error selector-cycle",
    ]);
    expect(findings[0]?.message).toContain("by way of others");
  });

  it("a selector that needs an app, which is one finding however many policies use it", () => {
    const about: Texts = { for: "person", where: "{selector: quiet}", ["then"]: "[{restore: {}}]" };
    const texts = {
      ...selectors("  quiet: {idle: 90d}\n", about),
      "policies/b.yaml": policyYaml({ ...about, id: "b" }),
    };
    expect(told(read(texts).findings)).toEqual(["policies/a.yaml:3:11 error app-needed"]);
  });

  it("two dates of two sources as one span", () => {
    const two = withSource.replace(
      "  hr:",
      "  crm: {csv: c.csv, key: {email: e}, dates: {end: {column: x}}, minRows: 1, maxAge: 1d, maxShrink: 1%}\n  hr:",
    );
    const texts = { "seatwright.yaml": two, ...inWhere("{during: {from: hr.end, to: ▸crm.end}}") };
    const { texts: plain, place } = marked(texts);
    expect(told(read(plain).findings)).toEqual([`${place} error during-two-sources`]);
  });
});

describe("a repository may say", () => {
  it.each<[string, Texts]>([
    [
      "a duty that takes a seat on an app it did not look at",
      sourced({ ...duty, ["then"]: "[{revoke: {app: confluence}}]" }),
    ],
    ["a duty without notice", sourced({ ...duty, notice: "none" })],
    [
      "a duty whose source is in a selector",
      {
        "seatwright.yaml": withSource,
        ...selectors("  left: {date: {hr.end: passed}}\n", { ...duty, where: "{selector: left}" }),
      },
    ],
    ["a seat's own app in its action", seat("{app: jira, unused: 90d}", "[{revoke: {app: jira-software}}]")],
    [
      "a seat of an app that `holds` looked at",
      seat("{app: confluence, unused: 90d, holds: jira-software}", "[{revoke: {app: jira-software}}]"),
    ],
    ["every seat where every app was looked at", seat("{unused: {everywhere: 90d}}", "[{suspend: {}}]")],
    ["every seat of people whose use nobody asked about", person("{memberOf: interns}", "[{suspend: {}}]")],
    [
      "an irreversible action that is allowed",
      {
        ...inOrganization("irreversible: [removeFromOrg]\n"),
        ...person("{status: suspended}", "[{removeFromOrg: {}}]"),
      },
    ],
    ["different alternatives", person("{status: active}", "[{firstOf: [{deactivate: {}}, {suspend: {}}]}]")],
    [
      "two groups joined and left",
      person("{status: active}", "[{addToGroup: {group: a}}, {removeFromGroup: {group: b}}]"),
    ],
    [
      "access ended in one directory and given back in another",
      person("{status: active}", "[{suspend: {directory: main}}, {restore: {directory: second}}]"),
    ],
    ["mode report", inPolicy({ mode: "report" })],
    [
      "an app of people around their idleness",
      person("{app: confluence, not: {idle: 90d}}", "[{addToGroup: {group: a}}]"),
    ],
    ["an exemption from a policy and every saving", exemption("id: E-1, person: a@b.c, from: [saving, unused-seats]")],
    ["a threshold just above the lag", inWhere("{unused: 49h}")],
  ])("%s", (_, texts) => {
    expect(told(read(texts).findings)).toEqual([]);
  });
});

describe("the moment", () => {
  const until = (day: string): ReturnType<typeof repositoryOf> =>
    repositoryOf({
      "exemptions.yaml": `version: 1\nexemptions:\n  - {id: E-1, person: a@b.c, reason: x, owner: y, until: ${day}}\n`,
    });
  const check = (day: string, moment: string): readonly string[] =>
    told(checkMoment(until(day), secondsOf(moment) ?? 0)).map((line) => line.split(" ").slice(1).join(" "));

  it("lets an exemption run for a year and no longer", () => {
    expect(check("2027-11-20", "2026-11-20T06:00:00Z")).toEqual([]);
    expect(check("2027-11-21", "2026-11-20T06:00:00Z")).toEqual(["error exemption-too-long"]);
  });

  it("ends an exemption with the end of its last day", () => {
    expect(check("2026-11-20", "2026-11-20T23:59:59Z")).toEqual([]);
    expect(check("2026-11-20", "2026-11-21T00:00:00Z")).toEqual(["warning exemption-lapsed"]);
  });
});
