import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { noPauses, type Pauses } from "../../src/apply/pauses.ts";
import { createPauseWatch } from "../../src/commands/pauses.ts";
import { createPolicyFolder } from "../../src/disk/policy-folder.ts";
import { changeFor, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { jiraUser } from "../support/organization.ts";
import { outcomesByPerson, reasonFor, settingOf } from "./setting.ts";

describe("a pause that appears while a run is going", () => {
  const other = { policies: [{ policy: "other", facts: [] }] };
  const both = {
    policies: [
      { policy: "other", facts: [] },
      { policy: "unused-seats", facts: [] },
    ],
  };
  const changes = [changeFor("ada"), changeFor("bob", other), changeFor("cyd", both)];
  const people = { ada: jiraUser(), bob: jiraUser(), cyd: jiraUser() };

  it("of a policy leaves what only that policy asked for, and the rest goes on", async () => {
    const setting = settingOf(changes, people);
    const { organization } = setting;
    const pauses: Pauses = { everything: null, policies: new Map([["unused-seats", "unused-seats is paused by now"]]) };
    const result = await setting.apply({}, { pauses: () => Promise.resolve(pauses) });
    expect(outcomesByPerson(result)).toEqual({ ada: "withdrawn", bob: "done", cyd: "done" });
    expect(reasonFor(result, "ada")).toBe("unused-seats is paused by now");
    expect(organization.written.map(({ accountId }) => accountId).sort()).toEqual(["bob", "cyd"]);
  });

  it("of everything ends the run before its next change, with exit 5", async () => {
    const setting = settingOf(changes, people);
    const { organization } = setting;
    const pauses = (): Promise<Pauses> =>
      Promise.resolve({ ...noPauses, everything: organization.written.length > 0 ? "every policy is paused" : null });
    const result = await setting.apply({}, { pauses });
    expect(organization.written).toHaveLength(1);
    expect(result.exit).toEqual({ code: 5, reason: "stopped: every policy is paused" });
    expect(Object.values(outcomesByPerson(result)).filter((outcome) => outcome === "not-reached")).toHaveLength(2);
  });
});

describe("watching the policy files", () => {
  const policy = (paused: string): string => `version: 1
policies:
  - id: unused-seats
    description: Free seats nobody uses
    owner: "@acme/it"
    for: seat
    mode: enforce${paused}
    where: {app: jira-software, unused: 90d}
    then: [{revoke: {}}]
`;
  const organization = (more: string): string =>
    `version: 1\norganization: {id: 8a130dbc-06bc-1a05-jjk7-9822046115j1}\npower: act\n${more}`;

  function folder(): { readonly root: string; readonly write: (file: string, text: string) => void } {
    const root = temporaryDirectory();
    mkdirSync(join(root, "policies"));
    const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
    write("seatwright.yaml", organization(""));
    write("policies/unused.yaml", policy(""));
    return { root, write };
  }

  it("sees a pause of a policy and of the organisation when it is written, and its end", async () => {
    const { root, write } = folder();
    const look = createPauseWatch(root, createPolicyFolder(root), testClock());
    expect(await look()).toEqual(noPauses);
    write("policies/unused.yaml", policy("\n    paused: true"));
    expect([...(await look()).policies.keys()]).toEqual(["unused-seats"]);
    write("seatwright.yaml", organization("paused: true\n"));
    expect((await look()).everything).toContain("`paused: true`");
    write("seatwright.yaml", organization(""));
    write("policies/unused.yaml", policy(""));
    expect(await look()).toEqual(noPauses);
  });

  it("reads the files again only when one has changed", async () => {
    const { root, write } = folder();
    const source = createPolicyFolder(root);
    let reads = 0;
    const counting = {
      readFiles: () => {
        reads++;
        return source.readFiles();
      },
    };
    const look = createPauseWatch(root, counting, testClock());
    for (let times = 0; times < 5; times++) await look();
    expect(reads).toBe(1);
    write("policies/unused.yaml", policy("\n    paused: true"));
    await look();
    expect(reads).toBe(2);
  });

  it("waits for a file that is only half written", async () => {
    const { root, write } = folder();
    const clock = testClock();
    const saving = {
      ...clock,
      sleep: async (milliseconds: number): Promise<void> => {
        await clock.sleep(milliseconds);
        if (clock.slept() >= 400) write("seatwright.yaml", organization("paused: true\n"));
      },
    };
    write("seatwright.yaml", "");
    const look = createPauseWatch(root, createPolicyFolder(root), saving);
    expect((await look()).everything).toContain("`paused: true`");
  });

  it("stops everything where the files can no longer be understood, or are gone", async () => {
    const { root, write } = folder();
    const look = createPauseWatch(root, createPolicyFolder(root), testClock());
    write("policies/unused.yaml", "policies: [");
    expect((await look()).everything).toContain("cannot be read");
    rmSync(join(root, "seatwright.yaml"));
    expect((await look()).everything).toContain("cannot be read");
  });
});
