import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/model/documents.generated.ts";
import type { Counts } from "../../src/model/ledger-view.ts";
import { secondsOf } from "../../src/model/time.ts";
import { countsForPage, goneInstances, runsForPage } from "../../src/report/page-ledger.ts";
import { organization } from "../support/people.ts";

const population = organization({ people: { ada: { name: "Ada" } } });

const counts = (at: string, seats: number): Counts => ({
  asOf: secondsOf(at) ?? 0,
  people: 3,
  seats: { jira: seats },
  withActivity: {},
  members: {},
  orgAdmins: 1,
  holders: {},
  keyCreators: null,
  believed: {},
});

const event = (body: object): AuditEvent => ({ at: "2026-11-20T06:00:00Z", event: body }) as unknown as AuditEvent;

const run = (id: string, outcomes: number) => ({
  run: id,
  result: null,
  auditHead: null,
  problem: null,
  events: [
    event({ type: "run.started", approval: { approvers: ["ann"], made: "command-line", reason: "Clean-up" } }),
    event({ type: "change.started", change: "c", action: "revoke", policies: [{ policy: "unused", facts: [] }] }),
    ...Array.from({ length: outcomes }, (_, at) =>
      event({
        type: "change.outcome",
        change: "c",
        accountId: at === 0 ? "ada" : `gone-${at}`,
        outcome: "done",
        reason: "x",
      }),
    ),
  ],
});

describe("counts over time", () => {
  it("are the last of each day", () => {
    const told = countsForPage([
      counts("2026-11-18T06:00:00Z", 1),
      counts("2026-11-18T18:00:00Z", 2),
      counts("2026-11-19T00:00:00Z", 3),
    ]);
    expect(told.map(({ at, seats }) => [at, seats["jira"]])).toEqual([
      ["2026-11-18T18:00:00Z", { held: 2, unknown: null, active: null }],
      ["2026-11-19T00:00:00Z", { held: 3, unknown: null, active: null }],
    ]);
  });

  it("tell how many were active within each length of time, where the dates were believed", () => {
    const at = "2026-11-19T00:00:00Z";
    const counted = {
      ...counts(at, 9),
      unknown: { jira: 2 },
      lastActive: { jira: [4, 0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 0] },
    };
    const believed = { jira: { at: counted.asOf, seats: 9, withActivity: 8 } };
    expect(countsForPage([{ ...counted, believed }])[0]?.seats["jira"]).toEqual({
      held: 9,
      unknown: 2,
      active: [4, 4, 4, 5, 5, 7, 7, 7, 7],
    });
    const older = { jira: { ...believed.jira, at: counted.asOf - 86_400 } };
    expect(countsForPage([{ ...counted, believed: older }])[0]?.seats["jira"]?.active).toBeNull();
  });

  it("call instances that are gone by what the ledger knows of them", () => {
    const here = population.header.instances[0];
    const names = [
      { instance: here?.id ?? "", app: "jira-software", site: "acme" },
      { instance: "gone", app: "confluence", site: "sold" },
    ];
    expect(goneInstances(names, population)).toEqual({ gone: "Confluence on sold" });
  });
});

describe("runs", () => {
  it("come newest first, with people as positions where the snapshot has them", () => {
    const told = runsForPage([run("r-1", 1), run("r-2", 2)], population);
    expect(told.map((entry) => entry.run)).toEqual(["r-2", "r-1"]);
    expect(told[0]?.outcomes.map(({ who, action, policies }) => [who, action, policies])).toEqual([
      [0, "revoke", ["unused"]],
      ["gone-1", "revoke", ["unused"]],
    ]);
    expect(told[0]?.approvals).toEqual(["ann (command-line): Clean-up"]);
  });

  it("keep the newest outcomes where there are too many, and say how many are left out", () => {
    const told = runsForPage([run("r-1", 10), run("r-2", 4_995)], population);
    expect(told.map(({ outcomes, more }) => [outcomes.length, more])).toEqual([
      [4_995, 0],
      [5, 5],
    ]);
  });
});
