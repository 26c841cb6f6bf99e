import { stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { countBits } from "../../src/model/bits.ts";
import type { Plan, SeatReport, UserList } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { pageColumn } from "../../src/model/page-data.ts";
import type { PageContent } from "../../src/report/page-pack.ts";
import { contentOf } from "../page/content.ts";
import { acme, answer, type Made, made, newFolder, reportOf, run, textOf } from "../page/reports.ts";

let files: Made;
let content: PageContent;

beforeAll(async () => {
  files = await made(acme());
  content = contentOf(await textOf(await reportOf(files)));
});

const bitsOf = (name: string): number =>
  countBits((content.columns.get(name) as Uint32Array | undefined) ?? new Uint32Array());

describe("what a report carries", () => {
  it("are the figures of `seats`, whole", async () => {
    expect(content.head.seats).toEqual(await answer<SeatReport>("seats", { ...files }));
    expect(content.head.seats.total.held).toBeGreaterThan(0);
  });

  it("is for each seat and length of time what `users` answers", async () => {
    const { head } = content;
    for (const [at, { app, site, paid }] of head.instances.entries()) {
      if (!paid) continue;
      for (const [length, unused] of head.thresholds.entries()) {
        const list = await answer<UserList>("users", { ...files, per: "seat", app: [app], site: [site], unused });
        const told = (["yes", "unknown"] as const).map((part) => bitsOf(pageColumn.unused(length, at, part)));
        expect(told, `${app} on ${site}, ${unused}`).toEqual([list.matched, list.unknown]);
      }
    }
    for (const [length, unused] of head.thresholds.entries()) {
      const list = await answer<UserList>("users", { ...files, unused });
      const told = (["yes", "unknown"] as const).map((part) => bitsOf(pageColumn.unused(length, "everywhere", part)));
      expect(told, unused).toEqual([list.matched, list.unknown]);
    }
  });

  it("is for each role what `users` answers", async () => {
    const { people, instances } = content.head;
    expect(people.roles).toEqual(["guest", "user"]);
    for (const [position, role] of people.roles.entries()) {
      for (const at of people.roleInstances[position] ?? []) {
        const { app = "", site = "" } = instances[at] ?? {};
        const list = await answer<UserList>("users", { ...files, app: [app], site: [site], role: [role] });
        const told = (["yes", "unknown"] as const).map((part) => bitsOf(pageColumn.role(position, at, part)));
        expect(told, `${role} of ${app} on ${site}`).toEqual([list.matched, list.unknown]);
      }
    }
  });

  it("is the plan of the same snapshot, which is kept nowhere", async () => {
    const plan = await answer<Plan>("plan", { ...files });
    const told = content.head.plan;
    expect(plan.changes.length).toBeGreaterThan(0);
    expect(told?.changes).toBe(plan.changes.length);
    expect(told?.changed).toHaveLength(new Set(plan.changes.map(({ accountId }) => accountId)).size);
    expect(told?.handoffs.reduce((sum, { count }) => sum + count, 0)).toBe(
      plan.heldBack.filter(({ handoff }) => handoff).length,
    );
    expect(content.head.plans).toEqual([]);
  });

  it("are the counts of earlier snapshots, in order", () => {
    expect(content.head.history.map(({ at }) => at.slice(0, 10))).toEqual(["2026-10-11", "2026-10-31", "2026-11-19"]);
    const jira = content.head.instances.find(({ app }) => app === "jira-software")?.id ?? "";
    const counted = content.head.history.at(-1)?.seats[jira];
    expect([counted?.held, counted?.unknown]).toEqual([
      bitsOf(pageColumn.seat(0, "yes")),
      bitsOf(pageColumn.seat(0, "unknown")),
    ]);
  });
});

describe("what privacy.show allows", () => {
  const people = async (show: string): Promise<string> => {
    const yaml = `version: 1\norganization: {id: 8a130dbc-06bc-1a05-jjk7-9822046115j1, name: acme}\nprivacy: {show: ${show}}\n`;
    const out = await reportOf(await made(acme(), { "seatwright.yaml": yaml }));
    return JSON.stringify(contentOf(await textOf(out)).head.people);
  };

  it("names: no address", async () => {
    const text = await people("names");
    expect(text).toContain("Busy Person 3");
    expect(text).not.toContain("busy-3@");
  });

  it("names-and-emails: both", async () => {
    expect(await people("names-and-emails")).toContain("busy-3@example.com");
  });

  it("ids: neither, and no domain", async () => {
    const text = await people("ids");
    expect(text).toContain("busy-03");
    expect(text).not.toMatch(/Busy Person|@|example\.com/);
  });
});

describe("seatwright report", () => {
  it("writes a file that only its owner may read, and says so", async () => {
    const out = join(await newFolder(), "report.html");
    const { err, out: printed } = await run("report", { ...files, out });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(printed).toBe("");
    expect(err).toContain("keep it out of Git");
    expect(JSON.parse((await run("report", { ...files, out, json: true })).out)).toEqual({
      file: out,
      people: content.head.size,
      show: "names",
    });
  });

  it("works without a policy repository, and then has no plan", async () => {
    const { head } = contentOf(await textOf(await reportOf({ ...files, repo: "." })));
    expect(head.plan).toBeNull();
    expect(head.seats.notes.join(" ")).toContain("There is no policy repository here");
  });

  it("takes warning and overdue from the lengths of time that it is made for", async () => {
    const { head } = contentOf(await textOf(await reportOf(files, { idle: "45d,200d" })));
    expect([head.thresholds, head.warning, head.overdue]).toEqual([["45d", "200d"], "45d", "200d"]);
    const refused = await run("report", { ...files, out: join(await newFolder(), "r.html"), overdue: "91d" }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(OperatorError);
    expect((refused as OperatorError).message).toContain("--overdue 91d is not one of the lengths of time");
  });
});
