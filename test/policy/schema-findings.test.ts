import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { patternHint } from "../../src/policy/schema-hints.ts";
import { marked, policyYaml, read, seatwrightYaml, type Texts, told, withSource } from "./support.ts";

/** One slip in a repository that is sound without it, the one finding it makes at the mark, and words of it. */
type Slip = readonly [sentence: string, texts: Texts, rule: string, words: string];

const inPolicy = (keys: Texts): Texts => ({ "policies/a.yaml": policyYaml(keys) });
const inWhere = (where: string): Texts => inPolicy({ where });
const inThen = (actions: string): Texts => inPolicy({ ["then"]: actions });
const inOrganization = (lines: string): Texts => ({ "seatwright.yaml": seatwrightYaml + lines });
const inExemption = (lines: string): Texts => ({ "exemptions.yaml": `version: 1\nexemptions:\n${lines}` });

const slips: readonly Slip[] = [
  [
    "a misspelt key of a policy names the key that was meant",
    { "policies/a.yaml": policyYaml().replace("owner", "▸ownr") },
    "unknown-key",
    "Did you mean `owner`?",
  ],
  [
    "a misspelt key of a filter names the key that was meant",
    inWhere("{▸unusd: 90d}"),
    "unknown-key",
    "Did you mean `unused`?",
  ],
  [
    "a misspelt key inside a key is one finding, not also a missing one",
    inWhere("{unused: {everywhere: 90d}, holds: {▸ap: confluence}}"),
    "unknown-key",
    "Did you mean `app`?",
  ],
  [
    "a key of a policy inside its filter is a matter of indentation",
    inWhere("{unused: 90d, ▸mode: enforce}"),
    "unknown-key",
    "`mode` belongs to the policy: check the indentation.",
  ],
  [
    "a word of other tools names ours",
    inWhere("{unused: 90d, not: {▸groups: [on-call]}}"),
    "unknown-key",
    "Did you mean `memberOf`?",
  ],
  [
    "a key that is like none lists those that can stand there",
    inOrganization("▸banana: 1\n"),
    "unknown-key",
    "Keys that can stand here: `version`, `organization`",
  ],
  [
    "a missing key says what it is for",
    {
      "policies/a.yaml": policyYaml()
        .replace(/ {4}owner.*\n/, "")
        .replace("id:", "▸id:"),
    },
    "missing-key",
    "Add `owner:`. The team or person who answers for this policy.",
  ],
  [
    "an exemption without an end",
    inExemption("  - ▸{id: E-1, person: ada@example.com, reason: x, owner: y}\n"),
    "missing-key",
    "Add `until:`. Last day, at most a year ahead.",
  ],
  [
    "an exemption without an owner",
    inExemption("  - ▸{id: E-1, person: ada@example.com, reason: x, until: 2027-01-01}\n"),
    "missing-key",
    "Add `owner:`",
  ],
  ["a duration that is a number", inWhere("{unused: ▸90}"), "wrong-type", "A duration needs a unit, for example `90d`"],
  ["a duration without a unit", inWhere('{heldFor: ▸"90"}'), "duration", "A duration needs a unit, for example `90d`"],
  ["an empty list", inWhere("{memberOf: ▸[]}"), "empty-list", "an empty list never means everybody"],
  ["an empty filter", inWhere("▸{}"), "empty-mapping", "Nothing written never means everybody"],
  [
    "an empty filter inside another",
    inWhere("{unused: 90d, not: ▸{}}"),
    "empty-mapping",
    "Nothing written never means everybody",
  ],
  ["a list that names an entry twice", inWhere("{memberOf: [a, b, ▸a]}"), "repeated", "Keep one of the two."],
  ["an empty text", inWhere("{memberOf: [▸'']}"), "empty-text", "Write a value, or remove the key."],
  [
    "a text where a number is meant",
    inPolicy({ pace: "{changes: ▸many}" }),
    "wrong-type",
    "It must be a whole number.",
  ],
  ["a number where a text is meant", inPolicy({ because: "▸7" }), "wrong-type", 'Put it in quotes: `"7"`.'],
  ["an action without its settings", inThen("[{▸revoke: }]"), "wrong-type", "Write a value behind it, if need be `{}`"],
  ["an action that is only a word", inThen("[▸revoke]"), "wrong-type", "Write `revoke: {}`."],
  ["two actions in one entry", inThen("[▸{revoke: {}, suspend: {}}]"), "several-keys", "start each with its own `- `"],
  ["a misspelt action", inThen("[{▸revok: {}}]"), "unknown-key", "Did you mean `revoke`?"],
  ["a choice of one", inThen("[{firstOf: ▸[{suspend: {}}]}]"), "short-list", "at least two actions"],
  [
    "a misspelt word of a choice",
    inPolicy({ mode: "▸enforced" }),
    "wrong-value",
    "Did you mean `enforce`? It is one of `report` and `enforce`.",
  ],
  ["a misspelt status", inWhere("{status: ▸activ}"), "wrong-value", "Did you mean `active`?"],
  ["a misspelt status in a list", inWhere("{status: [active, ▸suspnded]}"), "wrong-value", "Did you mean `suspended`?"],
  ["an id with capitals", inPolicy({ id: "▸Unused" }), "bad-name", "lower-case letters"],
  [
    "a name of a source with capitals",
    { "seatwright.yaml": withSource.replace("  hr:", "  ▸HR:") },
    "bad-name",
    "Names are lower-case letters",
  ],
  [
    "a column without a source",
    inWhere("{fact: {▸cost_centre: x}}"),
    "bad-name",
    "Write the source, a dot and the column",
  ],
  ["a date test that is no word of ours", inWhere("{date: {hr.end: ▸soon}}"), "wrong-value", "It is one of `passed`."],
  [
    "a percentage above a hundred",
    inOrganization("limits: {perRun: {percent: ▸120}}\n"),
    "wrong-value",
    "It must be <= 100.",
  ],
  [
    "a share without its sign",
    { "seatwright.yaml": withSource.replace("20%", "▸20") },
    "wrong-type",
    "Write a percentage from 0% to 100%: `20%`.",
  ],
  [
    "a day that is no day",
    inExemption("  - {id: E-1, person: a@b.c, reason: x, owner: y, until: ▸soon}\n"),
    "date",
    "Write a day as year-month-day",
  ],
  [
    "another version",
    { "policies/a.yaml": policyYaml().replace("version: 1", "version: ▸2") },
    "wrong-value",
    "This version reads `1`.",
  ],
  ["a list where a mapping is meant", { "policies/a.yaml": "▸- a\n" }, "wrong-type", "It must be a mapping"],
  [
    "a misspelt key of the lock file",
    { "seatwright.lock.yaml": "version: 1\norganization: x\nnames:\n  - {kind: group, ▸nam: a, id: b}\n" },
    "unknown-key",
    "Did you mean `name`?",
  ],
];

describe("one slip is one finding, at its place", () => {
  it.each(slips)("%s", (_, withMark, rule, words) => {
    const { texts, place } = marked(withMark);
    const { repository, findings } = read(texts);
    expect(told(findings)).toEqual([`${place} error ${rule}`]);
    expect(`${findings[0]?.message} ${findings[0]?.remedy}`).toContain(words);
    expect(repository).toBeNull();
  });

  it("two slips are two findings, in order of lines", () => {
    const text = policyYaml({ mode: "enforced" }).replace("owner", "ownr");
    expect(told(read({ "policies/a.yaml": text }).findings)).toEqual([
      "policies/a.yaml:5:5 error unknown-key",
      "policies/a.yaml:9:11 error wrong-value",
    ]);
  });
});

describe("hints", () => {
  it("are written for every pattern of the schemas that people write against", () => {
    const folder = new URL("../../schemas/", import.meta.url);
    const names = readdirSync(folder).filter((name) => /^(organization|policies|exemptions|common)\./.test(name));
    const patterns = names.flatMap((name) => patternsIn(JSON.parse(readFileSync(new URL(name, folder), "utf8"))));
    const ofDocumentsOnly = /sha256|T\[0-9\]|_\|:-/;
    const written = patterns.filter((pattern) => !ofDocumentsOnly.test(pattern));
    expect(written.length).toBeGreaterThan(10);
    for (const pattern of written) expect(patternHint(pattern, "x").remedy).not.toBe("");
  });
});

/** Patterns of values; those of key names have words of their own. */
function patternsIn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "propertyNames" ? [] : key === "pattern" && typeof value === "string" ? [value] : patternsIn(value),
  );
}
