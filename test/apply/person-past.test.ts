import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import { describe, expect, it } from "vitest";
import { readPersonPast } from "../../src/apply/person-past.ts";
import { personPast as isPersonPast } from "../support/written.generated.cjs";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { PersonPast, Plan } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { noNames, renderPersonPast } from "../../src/report/explain-past.ts";
import { changeFor, confluenceChange, join, planWith, testClock, wanting } from "../support/apply.ts";
import { jira, jiraUser, organizationId } from "../support/organization.ts";
import { type Setting, settingOf } from "./setting.ts";

const fact = { filter: "unused: 90d", at: "policies/unused.yaml:7", result: "true", value: "never active" } as const;
const seats: Plan["seats"] = [
  { instance: jira, app: "jira-software", site: "acme", before: 2, after: 1, unknown: 0, capacity: null },
];

/** An organisation in which Ada and Bob lose Jira for `unused-seats`. */
function stage(): Setting {
  const because = [{ policy: "unused-seats", facts: [fact] }];
  const changes = ["ada", "bob"].map((id) => changeFor(id, { policies: because }));
  const heldBack: Plan["heldBack"] = [
    {
      accountId: "ada",
      policy: "unused-seats",
      action: "revoke",
      seat: { instance: "ari:cloud:confluence::site/acme", app: "confluence", site: "acme" },
      target: null,
      kind: "blocked",
      code: "synced-group",
      reason: "the seat comes from okta",
      owner: "@acme/iam",
      owed: false,
      handoff: false,
    },
  ];
  return settingOf(changes, { ada: jiraUser(), bob: jiraUser() }, { plan: { seats, heldBack } });
}

async function past({ directory }: Setting, accountId: string, run: string | null = null): Promise<PersonPast> {
  const ledger = createDirectoryLedger({ directory, organizationId, clock: testClock() });
  const found = await readPersonPast(ledger, accountId, run);
  expect(isPersonPast(found), JSON.stringify(isPersonPast.errors)).toBe(true);
  return found;
}

const textOf = (found: PersonPast): string =>
  renderPersonPast(found, noNames, { colour: "off", width: 100 }).replaceAll(/\s+/g, " ");

/** The undo of Ada's change, applied. */
async function undone(setting: Setting, run: string): Promise<string> {
  const back = changeFor("ada", {
    action: "grant",
    direction: "give",
    operations: [join("g-jira")],
    before: { status: "active", seats: [], paths: [] },
    after: { status: "active", seats: [jira], paths: [] },
  });
  const plan = planWith([back], { origin: { kind: "undo", run } });
  setting.clock.pass(3600);
  return (await setting.apply({}, { plan, repropose: wanting([back]) })).run;
}

describe("what runs did about one person", () => {
  it("tells the run, the moment, the policy with the facts of that day, the approval and the way back", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const { changes, problems } = await past(setting, "ada");
    expect(problems).toEqual([]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      run,
      action: "revoke",
      origin: "policies",
      outcome: "done",
      policies: [{ policy: "unused-seats", facts: [fact] }],
      lost: [{ instance: jira, app: "jira-software", site: "acme" }],
      gained: [],
      approval: { approvers: ["ops"], reason: "quarterly clean-up" },
      undo: { state: "possible", reason: null, command: `seatwright undo ${run} --person ada --out undo.json` },
    });
    expect(changes[0]?.operations).toMatchObject([
      { operation: { kind: "leaveGroup", group: "g-jira" }, inverse: false, result: "done" },
    ]);
  });

  it("tells of nobody else, and nothing of somebody whom no run touched", async () => {
    const setting = stage();
    await setting.apply();
    const found = await past(setting, "bob");
    expect(found.changes).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain('"ada"');
    expect((await past(setting, "eve")).changes).toEqual([]);
  });

  it("tells that it was taken back, by which run, and what the undo did", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const later = await undone(setting, run);
    const { changes } = await past(setting, "ada");
    expect(changes.map((change) => [change.run, change.origin, change.undo.state])).toEqual([
      [later, "undo", "possible"],
      [run, "policies", "taken-back"],
    ]);
    expect(changes[1]?.undo).toMatchObject({
      command: null,
      reason: expect.stringContaining(`taken back by ${later}`),
    });
    expect((await past(setting, "bob")).changes[0]?.undo.state).toBe("possible");
  });

  it("does not take the undo of another change of the same person for its own", async () => {
    const changes = [changeFor("ada"), confluenceChange("ada")];
    const setting = settingOf(changes, { ada: jiraUser({ groups: ["g-jira", "g-confluence"] }) });
    const { run } = await setting.apply();
    await undone(setting, run);
    const states = (await past(setting, "ada", run)).changes.map(({ seat, undo }) => [seat?.app, undo.state]);
    expect(Object.fromEntries(states)).toEqual({ "jira-software": "taken-back", confluence: "possible" });
  });

  it("tells that a later run changed it again, where that was no undo, and not an undo of something else", async () => {
    const changes = [changeFor("ada"), confluenceChange("ada")];
    const setting = settingOf(changes, { ada: jiraUser({ groups: ["g-jira", "g-confluence"] }) });
    const { run } = await setting.apply();
    await undone(setting, run);
    const given = confluenceChange("ada", {
      action: "addToGroup",
      direction: "give",
      operations: [join("g-confluence")],
      after: { status: "active", seats: [jira], paths: [] },
    });
    setting.clock.pass(3600);
    const later = await setting.apply({}, { plan: planWith([given]), repropose: wanting([given]) });
    const confluence = (await past(setting, "ada", run)).changes.find(({ seat }) => seat?.app === "confluence");
    expect(confluence?.undo).toMatchObject({ state: "no", reason: expect.stringContaining(later.run) });
  });

  it("tells why somebody who came back was left alone", async () => {
    const changes = [changeFor("ada")];
    const setting = settingOf(
      changes,
      { ada: jiraUser() },
      { held: () => ({ kind: "unknown", reason: "came back: active yesterday" }) },
    );
    await setting.apply();
    const [change] = (await past(setting, "ada")).changes;
    expect(change?.outcome).not.toBe("done");
    expect(change?.operations).toEqual([]);
    expect(change?.undo).toMatchObject({ state: "nothing", command: null });
  });

  it("tells a change that an earlier end of the run left out as not reached", async () => {
    const setting = stage();
    const stop = new AbortController();
    stop.abort();
    const { run } = await setting.apply({ signal: stop.signal });
    const [change] = (await past(setting, "ada", run)).changes;
    expect(change).toMatchObject({ outcome: "not-reached", undo: { state: "nothing" } });
  });
});

describe("one run about one person", () => {
  it("is told from the ledger alone, with how its log verifies, what its plan left alone, and the other runs", async () => {
    const setting = stage();
    const { run, auditHead, planDigest } = await setting.apply();
    const later = await undone(setting, run);
    const found = await past(setting, "ada", run);
    expect(found.run).toMatchObject({ run, auditHead, planDigest, exit: 0, asOf: "2026-11-20T06:00:00Z" });
    expect(found.changes.map((change) => change.run)).toEqual([run]);
    expect(found.heldBack.map(({ code }) => code)).toEqual(["synced-group"]);
    expect(found.otherRuns).toEqual([later]);
    const text = textOf(found);
    expect(text).toContain("Revoke Jira on acme: done, and read back, on 20 November 2026");
    expect(text).toContain("unused-seats: unused: 90d is true: never active (policies/unused.yaml:7)");
    expect(text).toContain("Approved by ops (command-line) on 20 November 2026, 06:01 UTC: quarterly clean-up.");
    expect(text).toContain(`It was taken back by ${later}`);
    expect(text).toContain("Revoke Confluence on acme (unused-seats): blocked, the seat comes from okta.");
    expect(text).toContain(`each chained to the one before; the last is ${auditHead}`);
  });

  it("says so where it did nothing to the person, and names the runs that did", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const later = await undone(setting, run);
    const found = await past(setting, "bob", later);
    expect(found).toMatchObject({ changes: [], heldBack: [], otherRuns: [run] });
    expect(textOf(found)).toContain("The run changed nothing about this account");
    expect(textOf(found)).toContain(`Other runs that had a change of this account: ${run}.`);
  });

  it("that the ledger does not have is refused, with the newest run", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const error: unknown = await past(setting, "ada", "r-20200101T000000Z-00000000").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperatorError);
    expect(error).toMatchObject({ exitCode: 64, remedy: expect.stringContaining(run) });
  });

  it("is not told from a log that was changed, and such a log spoils no other run", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const later = await undone(setting, run);
    const file = path(setting.directory, "audit", `${run}.jsonl`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("quarterly", "careful"));
    await expect(past(setting, "ada", run)).rejects.toThrow("does not verify");
    const found = await past(setting, "ada");
    expect(found.changes.map((change) => change.run)).toEqual([later]);
    expect(found.problems).toEqual([expect.stringContaining("does not verify")]);
    expect(textOf(found)).toContain("The ledger is not whole");
  });

  it("is told with a warning where a log between two others was taken out", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    const second = await undone(setting, run);
    const third = await undone(setting, second);
    rmSync(path(setting.directory, "audit", `${second}.jsonl`));
    const { problems } = await past(setting, "ada", run);
    expect(problems).toEqual([`${third} follows a run that is not in the ledger: a log was taken out.`]);
  });

  it("whose plan is gone is told from its log, without what only the plan knew", async () => {
    const setting = stage();
    const { run } = await setting.apply();
    rmSync(path(setting.directory, "plans"), { recursive: true });
    const [change] = (await past(setting, "ada", run)).changes;
    expect(change).toMatchObject({ action: "revoke", outcome: "done", origin: null, seat: null, lost: [] });
    expect(change?.policies[0]?.facts).toEqual([fact]);
    expect(change?.undo.state).toBe("unclear");
  });
});
