import { describe, expect, it } from "vitest";
import { organizationFlag } from "../../src/action/by-hand-words.ts";
import { checkByHand } from "../../src/action/by-hand.ts";
import { readInputs } from "../../src/action/inputs.ts";
import { unitedResult } from "../../src/action/left-to-do.ts";
import { marksOf } from "../../src/action/marks.ts";
import { showBefore } from "../../src/action/policies.ts";
import type { RunEvent } from "../../src/action/event.ts";
import type { OutcomeKind, RunResult } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";

describe("whose names are shown on a pull request", () => {
  const inPrivate = { visibility: "private" } as const;
  const shows = ["ids", "names", "names-and-emails"] as const;

  it("is never more than its base lets be seen, nor more than it says itself", () => {
    const told = shows.map((base) => shows.map((merged) => showBefore({ show: base }, { show: merged }, inPrivate)));
    expect(told).toEqual([
      ["ids", "ids", "ids"],
      ["ids", "names", "names"],
      ["ids", "names", "names-and-emails"],
    ]);
  });

  it("is nobody where the base has no sound policies, and in a public repository", () => {
    expect(showBefore(null, { show: "names" }, inPrivate)).toBe("ids");
    expect(showBefore({ show: "names" }, { show: "names" }, { visibility: "public" })).toBe("ids");
  });
});

describe("what several runs left", () => {
  const run = (id: string, outcomes: Readonly<Record<string, OutcomeKind>>): RunResult => ({
    kind: "run",
    version: 1,
    run: id,
    organization: "o",
    planDigest: `sha256:${"0".repeat(64)}`,
    startedAt: "2026-11-20T09:00:00Z",
    finishedAt: "2026-11-20T09:01:00Z",
    exit: { code: 0, reason: "done" },
    outcomes: Object.entries(outcomes).map(([change, outcome]) => ({
      change,
      accountId: "a",
      action: "revoke",
      outcome,
      reason: "",
    })),
    counts: {},
    auditHead: `sha256:${"0".repeat(64)}`,
  });

  it("is what each of them left, and of what both had, what the last one left", () => {
    const resumed = run("r-1", { a: "failed", b: "failed", c: "done" });
    const standing = run("r-2", { b: "done", d: "partial" });
    const united = unitedResult([resumed, standing]);
    expect(united?.outcomes.map(({ change, outcome }) => `${change} ${outcome}`)).toEqual([
      "a failed",
      "b done",
      "c done",
      "d partial",
    ]);
    expect(united).toMatchObject({ run: "r-2", counts: { done: 2, failed: 1, partial: 1 } });
  });

  it("is what one left where there was one, and nothing where there was none", () => {
    expect(unitedResult([run("r-1", { a: "failed" }), null])).toMatchObject({ run: "r-1", counts: { failed: 1 } });
    expect(unitedResult([null, null])).toBeNull();
  });
});

describe("the marks of a folder", () => {
  it("give each organisation of a repository checks of its own, which can be required apart", () => {
    expect(marksOf({ folder: "." })).toMatchObject({ planCheck: "Seatwright plan", applyCheck: "Seatwright apply" });
    expect(marksOf({ folder: "eu/one" })).toMatchObject({
      planCheck: "Seatwright plan (eu/one)",
      applyCheck: "Seatwright apply (eu/one)",
    });
  });

  it("are shared by no two folders, however they are written", () => {
    const folders = [
      ".",
      "eu-1",
      "eu_1",
      "EU/1",
      "eu/1",
      "a.b",
      "a/b",
      "a-b",
      "日本",
      "日本 ",
      "folder",
      "x/lock",
      "Folder",
    ];
    const all = folders.map((folder) => marksOf({ folder }));
    for (const mark of ["comment", "result", "refusal", "body", "issue", "planCheck", "planBranch"] as const)
      expect(new Set(all.map((marks) => marks[mark])).size, mark).toBe(folders.length);
    for (const marks of all) {
      expect(marks.comment).toMatch(/^<!-- (?:(?!--|>)[ -~])*-->$/);
      expect(marks.planBranch).toMatch(/^seatwright\/plan(-[a-z0-9_-]*[a-z0-9])?$/);
      expect(all.filter(({ isOurs }) => isOurs(marks.planBranch))).toHaveLength(1);
    }
    expect(marksOf({ folder: "orgs/eu" }).planBranch).toBe("seatwright/plan-orgs_eu");
  });

  it("tell which run a branch takes back, of their own folder only", () => {
    const run = "r-20261120T090000Z-1a2b3c4d";
    const [top, eu] = [marksOf({ folder: "." }), marksOf({ folder: "eu" })];
    expect([top, eu].map(({ undoneBy, undoBranch }) => undoneBy(undoBranch(run)))).toEqual([run, run]);
    expect(top.undoneBy(eu.undoBranch(run))).toBeNull();
    expect(eu.undoneBy(top.undoBranch(run))).toBeNull();
    expect(top.undoneBy(top.planBranch)).toBeNull();
  });
});

describe("the command that takes a run back", () => {
  it("names the organisation where the workflow that init writes asks for it, and only there", () => {
    const flag = (folder: string, ledgerBranch: string): string => organizationFlag({ folder, ledgerBranch });
    expect(flag("organizations/eu", "seatwright-ledger-eu")).toBe(" -f organization=eu");
    expect(flag("access", "seatwright-ledger")).toBe("");
    expect(flag(".", "seatwright-ledger")).toBe("");
  });
});

describe("inputs for a run by hand", () => {
  const refusal = (event: string, given: Readonly<Record<string, string>>): string | null => {
    const inputs = readInputs((name) => given[name] ?? "");
    try {
      checkByHand({ event: { name: event } as RunEvent, inputs });
      return null;
    } catch (error) {
      if (error instanceof OperatorError && error.reason === "usage") return error.message;
      throw error;
    }
  };

  it.each(["schedule", "push", "pull_request_target"])("are refused in a run set off by %s", (event) => {
    for (const name of ["accept-counts", "undo"])
      expect(refusal(event, { mode: "reconcile", [name]: "so" })).toContain(`set off by ${event}`);
    expect(refusal(event, { mode: "reconcile", override: "perRun.percent@sha256:0" })).toContain("`override`");
    expect(refusal(event, { mode: "reconcile" })).toBeNull();
  });

  it("are refused in a mode that does not use them, and where one run cannot do both", () => {
    expect(refusal("workflow_dispatch", { mode: "apply", "accept-counts": "sold" })).toContain("is for mode reconcile");
    expect(refusal("workflow_dispatch", { mode: "reconcile", override: "a@b" })).toContain("is for mode apply");
    expect(refusal("workflow_dispatch", { mode: "reconcile", "accept-counts": "sold", undo: "r-1" })).toContain(
      "one run",
    );
  });

  it("are taken where they belong", () => {
    expect(refusal("workflow_dispatch", { mode: "reconcile", "accept-counts": "sold" })).toBeNull();
    expect(refusal("workflow_dispatch", { mode: "reconcile", undo: "r-1" })).toBeNull();
    expect(refusal("workflow_dispatch", { mode: "apply", override: "a@b" })).toBeNull();
  });
});
