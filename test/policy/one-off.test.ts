import { describe, expect, it } from "vitest";
import type { Action } from "../../src/model/documents.generated.ts";
import { isSameOneOff, type OneOff, oneOffId, oneOffPath, oneOffText, readAction } from "../../src/policy/one-off.ts";
import { organization } from "../support/people.ts";
import { policyYaml, read, resolveOn, type Texts, told } from "./support.ts";

const selectors: Texts = {
  "policies/selectors.yaml":
    "version: 1\nselectors: {leavers: {status: active}, idle: {app: confluence, unused: 90d}}\n",
};

function oneOff(written: string, parts: Partial<OneOff> = {}): OneOff {
  const { action, findings } = readAction(written, "--do");
  if (action === null) throw new Error(told(findings).join("\n"));
  return { selector: "leavers", action, because: "HR-812", owner: "ada", until: "2026-11-27", ...parts };
}

const file = (of: OneOff) => ({ path: oneOffPath(of.selector), bytes: new TextEncoder().encode(oneOffText(of)) });

describe("an action on the command line", () => {
  it.each<[string, Action]>([
    ["suspend", { suspend: {} }],
    [" revoke ", { revoke: {} }],
    ["addToGroup: {group: jira-users}", { addToGroup: { group: "jira-users" } }],
    ["{setRole: {role: guest}}", { setRole: { role: "guest" } }],
    ["firstOf: [deactivate: {}, suspend: {}]", { firstOf: [{ deactivate: {} }, { suspend: {} }] }],
  ])("is a name alone or YAML: %j", (written, action) => {
    expect(readAction(written, "--do")).toEqual({ action, findings: [] });
  });

  it.each([
    ["suspnd", "unknown-key"],
    ["addToGroup", "missing-key"],
    ["addToGroup: {grop: x}", "unknown-key"],
    ["{suspend: {}, revoke: {}}", "several-keys"],
    ["[suspend: {}]", "wrong-type"],
    ["{", "yaml-syntax"],
    ["", "yaml-empty"],
  ])("is refused at its place where it is none: %j", (written, rule) => {
    const { action, findings } = readAction(written, "--do");
    expect(action).toBeNull();
    expect(findings.map(({ rule: found, place }) => [found, place.file])).toEqual([[rule, "--do"]]);
  });
});

describe("a one-off", () => {
  it("is a sound policy file: enforced, a saving, with its reason and its end", () => {
    const text = oneOffText(oneOff("suspend"));
    const { repository, findings } = read({ ...selectors, [oneOffPath("leavers")]: text });
    expect(told(findings)).toEqual([]);
    expect(repository?.policies.find(({ value }) => value.id === "ad-hoc-leavers")?.value).toEqual({
      id: oneOffId("leavers"),
      description: "One-off for leavers: suspend",
      owner: "ada",
      for: "person",
      because: "HR-812",
      mode: "enforce",
      until: "2026-11-27",
      where: { selector: "leavers" },
      ["then"]: [{ suspend: {} }],
    });
  });

  it.each([
    ["suspend", "person"],
    ["revoke", "seat"],
    ["setRole: {role: guest}", "seat"],
    ["revoke: {app: confluence}", "person"],
    ["addToGroup: {group: x}", "person"],
  ])("is about the seats that matched where it takes them: %s", (written, about) => {
    expect(oneOffText(oneOff(written))).toContain(`for: ${about}\n`);
  });

  it("is the same one-off whoever asks for it and until when, and another where it says something else", () => {
    const first = oneOff("suspend");
    expect(isSameOneOff(file(first), { ...first, owner: "ben", until: "2027-01-01" })).toBe(true);
    expect(isSameOneOff(file(first), oneOff("revoke"))).toBe(false);
    expect(isSameOneOff(file(first), { ...first, because: "HR-813" })).toBe(false);
    const edited = { ...file(first), bytes: new TextEncoder().encode(oneOffText(first).replace("enforce", "report")) };
    expect(isSameOneOff(edited, first)).toBe(false);
    expect(isSameOneOff({ path: "x", bytes: new TextEncoder().encode("{") }, first)).toBe(false);
  });
});

describe("a policy with an end", () => {
  const population = organization({ people: { ada: {} }, groups: { users: { grants: ["jira"] } } });
  const holdsOn = (until: string, days = 0): readonly string[] | undefined =>
    resolveOn(
      population,
      { "policies/a.yaml": policyYaml({ until }) },
      { asOf: Date.parse("2026-11-20T06:00:00Z") / 1000 + days * 86_400 },
    ).set?.policies[0]?.holds;

  it("is held once its last day is over, and not before", () => {
    expect(holdsOn('"2026-11-20"')).toEqual([]);
    expect(holdsOn('"2026-11-20"', 1)).toEqual([
      "the policy ended on 2026-11-20 (policies/a.yaml:9:5); delete it in a reviewed commit",
    ]);
  });

  it("ends on a day of the calendar", () => {
    expect(told(read({ "policies/a.yaml": policyYaml({ until: '"2026-02-30"' }) }).findings)).toEqual([
      "policies/a.yaml:9:12 error date",
    ]);
  });
});

describe("a file below policies/", () => {
  it("may hold selectors alone, and not nothing", () => {
    expect(told(read(selectors).findings)).toEqual([]);
    expect(told(read({ "policies/b.yaml": "version: 1\n" }).findings)).toEqual([
      "policies/b.yaml:1:1 error empty-mapping",
    ]);
  });
});
