import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runResult as isRunResult } from "../../src/documents/validators.generated.cjs";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { canonicalJson } from "../../src/plan/digest.ts";
import { changeFor, planWith } from "../support/apply.ts";
import { eventsOf } from "../support/ledger.ts";
import { jira } from "../support/organization.ts";
import { Crash, mortal } from "./mortal.ts";
import { settingOf, type Setting } from "./setting.ts";
import { changes, people } from "./story.ts";

/** Applies, dies at each possible moment in turn, applies again, and hands both to `check`. Gives how many moments there were. */
async function atEveryMoment(
  make: () => Setting,
  check: (setting: Setting, moment: number) => Promise<void>,
): Promise<number> {
  for (let moment = 1; ; moment++) {
    const setting = make();
    let died = false;
    const life = mortal(moment, () => {
      died = true;
      throw new Crash();
    });
    const { ledger, writer } = setting.dependencies;
    const first = setting.apply({}, { ledger: life.ledger(ledger), writer: life.writer(writer) });
    if (await first.then(() => !died, dies)) return moment - 1;
    await check(setting, moment);
  }
}

function dies(error: unknown): boolean {
  if (error instanceof Crash) return false;
  throw error;
}

async function logIsWhole({ directory }: Setting): Promise<void> {
  for (const name of readdirSync(`${directory}/audit`)) {
    const path = `${directory}/audit/${name}`;
    const { verdict } = await verifyAuditFile(path, await anchorsOf(path));
    expect(verdict).toMatchObject({ ok: true, finished: true });
  }
}

/** Every call that reached the organisation has its intent in the log. */
function everyCallIsIntended({ organization, directory }: Setting): void {
  const intents = readdirSync(`${directory}/audit`)
    .flatMap((name) => eventsOf(directory, name.replace(".jsonl", "")))
    .filter(({ event }) => event.type === "operation.intent")
    .map(({ event }) => canonicalJson([event.accountId, event.operation]));
  for (const { accountId, operation } of organization.calls) {
    const at = intents.indexOf(canonicalJson([accountId, operation]));
    expect(at).not.toBe(-1);
    intents.splice(at, 1);
  }
}

describe("a process that dies", () => {
  it.each([
    ["at any moment", 0],
    ["at any moment, where reads lag", 25],
  ])("%s is gone on with: nothing lost, nothing unrecorded, nothing done twice", async (_, lag) => {
    const moments = await atEveryMoment(
      () => settingOf(changes, people, { lag }),
      async (setting) => {
        const result = await setting.apply();
        expect(result.counts).toEqual({ done: 4 });
        expect(result.exit.code).toBe(0);
        expect(isRunResult(result)).toBe(true);
        expect(setting.organization.people()).toMatchObject({
          ada: { groups: [] },
          bob: { groups: [] },
          cyd: { groups: ["g-team"], direct: [`${jira} atlassian/guest`] },
        });
        const effects = setting.organization.written.map(({ accountId, operation }) =>
          canonicalJson([accountId, operation]),
        );
        expect(new Set(effects).size).toBe(effects.length);
        everyCallIsIntended(setting);
        await logIsWhole(setting);
        await expect(setting.apply()).rejects.toMatchObject({ reason: "notApproved" });
      },
    );
    expect(moments).toBeGreaterThan(40);
  });

  it("while it puts back is gone on with: the seat is whole again or the log says what is missing", async () => {
    const [, both] = changes;
    if (both === undefined) throw new Error("no change");
    const moments = await atEveryMoment(
      () =>
        settingOf([both], people, {
          writeFault: ({ operation }) => (operation.group === "g-jira-2" ? { http: 400 } : undefined),
        }),
      async (setting) => {
        const result = await setting.apply();
        const held = [...(setting.organization.people()["bob"]?.groups ?? [])].sort();
        expect(held).toEqual(["g-confluence", "g-jira", "g-jira-2"]);
        expect(Object.keys(result.counts)).toEqual([expect.stringMatching(/^failed(-restored)?$/)]);
        everyCallIsIntended(setting);
        await logIsWhole(setting);
      },
    );
    expect(moments).toBeGreaterThan(12);
  });

  it("is accounted for when another plan is applied next, and nothing is written for the old one", async () => {
    const other = planWith([changeFor("ada")], { notes: ["another plan"] });
    await atEveryMoment(
      () => settingOf(changes, people),
      async (setting) => {
        const before = setting.organization.calls.length;
        const result = await setting.apply({}, { plan: other });
        expect(result.planDigest).toBe(other.digest);
        expect(setting.organization.people()["ada"]?.groups).toEqual([]);
        const calls = setting.organization.calls.slice(before);
        expect(calls.every(({ accountId }) => accountId === "ada")).toBe(true);
        everyCallIsIntended(setting);
        await logIsWhole(setting);
      },
    );
  });

  it("in the middle of a change puts back what it did where the person came back meanwhile", async () => {
    const [, both] = changes;
    if (both === undefined) throw new Error("no change");
    let cameBack = false;
    await atEveryMoment(
      () => {
        cameBack = false;
        return settingOf([both], people, { held: () => (cameBack ? { kind: "exempt", reason: "on call" } : null) });
      },
      async (setting) => {
        cameBack = true;
        const done = setting.organization.people()["bob"]?.groups ?? [];
        const result = await setting.apply();
        const held = [...(setting.organization.people()["bob"]?.groups ?? [])].sort();
        if (done.length === 1) expect(held).toEqual(["g-confluence"]);
        else expect(held).toEqual(["g-confluence", "g-jira", "g-jira-2"]);
        await logIsWhole(setting);
        expect(result.counts["not-reached"]).toBeUndefined();
      },
    );
  });
});
