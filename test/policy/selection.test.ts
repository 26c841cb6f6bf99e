import { describe, expect, it } from "vitest";
import {
  readSelection,
  type SelectionReading,
  type SelectionText,
  selectionQuestion,
} from "../../src/policy/selection.ts";
import { filesOf, repositoryOf, type Texts, told } from "./support.ts";

const selectors: Texts = {
  "policies/a.yaml":
    "version: 1\nselectors:\n  leads: {jobTitle: 'Lead *'}\n  inner: {selector: leads, app: confluence}\n  other: {in: hr}\n",
};

function read(
  where: string | null,
  flags: SelectionText["flags"] = [],
  per: SelectionText["per"] = "person",
): SelectionReading {
  const [file] = where === null ? [] : filesOf({ "--where": where });
  return readSelection({ where: file ?? null, flags, per }, repositoryOf(selectorsOnly()));
}

function selectorsOnly(): Texts {
  return { "policies/a.yaml": (selectors["policies/a.yaml"] ?? "").replace("  other: {in: hr}\n", "") };
}

describe("a filter on the command line", () => {
  it("is the YAML alone, the flags alone, or the YAML inside the flags", () => {
    expect(read("{status: active}").where?.value).toEqual({ status: "active" });
    const app = { flag: "--app", key: "app", value: "confluence" } as const;
    expect(read(null, [app]).where?.value).toEqual({ app: "confluence" });
    expect(read("{unused: 90d}", [app]).where?.value).toEqual({ app: "confluence", all: [{ unused: "90d" }] });
    expect(read(null).where).toBeNull();
  });

  it("lends the app of a flag to the YAML, which would lack it otherwise", () => {
    const app = { flag: "--app", key: "app", value: "confluence" } as const;
    expect(told(read("unused: 90d", [app]).findings)).toEqual([]);
    expect(told(read("unused: 90d").findings)).toEqual(["--where:1:1 error app-needed"]);
    expect(told(read("unused: 90d", [], "seat").findings)).toEqual([]);
  });

  it.each([
    ["unusd: 90d", "--where:1:1 error unknown-key"],
    ["{app: confluence,\n idle: 1d}", "--where:2:8 error threshold-below-lag"],
    ["{app: jirra}", "--where:1:7 error unknown-app"],
    ["[a, b]", "--where:1:1 error wrong-type"],
    ["{", "--where:1:2 error yaml-syntax"],
    ["", "--where:1:1 error yaml-empty"],
    ["{}", "--where:1:1 error empty-mapping"],
    ["{status: []}", "--where:1:10 error empty-list"],
    ["{selector: leeds}", "--where:1:12 error unknown-selector"],
    ["{in: hr}", "--where:1:6 error unknown-source"],
    ["{people: ['*@x.example']}", "--where:1:11 error person-name"],
  ])("is judged by the rules of policies, at its own line and column: %j", (where, finding) => {
    const reading = read(where);
    expect(told(reading.findings)).toEqual([finding]);
    expect(reading.where).toBeNull();
  });

  it.each([
    ["--status", "status", "activ", "wrong-value"],
    ["--idle", "idle", "90", "duration"],
    ["--app", "app", ["confluence", "jirra"], "unknown-app"],
    ["--domain", "emailDomain", "@x.example", "email-domain"],
    ["--role", "role", "admn", "unknown-role"],
  ] as const)("is told at the flag where a flag is wrong: %s %s", (flag, key, value, rule) => {
    const app = { flag: "--app", key: "app", value: "confluence" } as const;
    const flags = key === "app" ? [{ flag, key, value }] : [app, { flag, key, value }];
    expect(told(read("{status: active}", flags).findings)).toEqual([`${flag}:1:1 error ${rule}`]);
  });
});

describe("the question that a selection asks", () => {
  it("leaves out policies, and selectors that nothing names, with the sources only they look at", () => {
    const repository = { ...repositoryOf(selectorsOnly()), exemptions: [] };
    const where = readSelection(
      { where: filesOf({ w: "selector: inner" })[0] ?? null, flags: [], per: "seat" },
      repository,
    ).where;
    if (where === null) throw new Error("the selection is not sound");
    const asked = selectionQuestion(repository, where, "seat");
    expect([...asked.selectors.keys()].sort()).toEqual(["inner", "leads"]);
    expect(asked.policies.map(({ value }) => [value.for, value.mode])).toEqual([["seat", "report"]]);
    const plain = readSelection(
      { where: filesOf({ w: "status: active" })[0] ?? null, flags: [], per: "person" },
      repository,
    ).where;
    if (plain === null) throw new Error("the selection is not sound");
    expect([...selectionQuestion(repository, plain, "person").selectors.keys()]).toEqual([]);
  });
});
