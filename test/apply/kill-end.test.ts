import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventsOf } from "../support/ledger.ts";
import { settingOf } from "./setting.ts";
import { changes, people } from "./story.ts";

describe("a process that is killed when its log has come to its end", () => {
  it("before the ledger's head says so is concluded by the next one, and its plan is used up", async () => {
    const setting = settingOf(changes, people);
    const { directory, plan } = setting;
    const { run } = await setting.apply();
    const calls = setting.organization.calls.length;
    // What the kill leaves: the log, and the head as it stood at the event before the last.
    const before = eventsOf(directory, run).at(-2);
    const head = { run, events: before?.seq, head: before?.hash, finished: false };
    writeFileSync(join(directory, "head.json"), JSON.stringify(head));
    for (const folder of ["runs", "approvals", "consumed"]) rmSync(join(directory, folder), { recursive: true });

    const concluded = await setting.apply();
    expect(concluded.run).toBe(run);
    await expect(setting.apply()).rejects.toMatchObject({ reason: "notApproved" });
    expect(setting.organization.calls).toHaveLength(calls);
    const consumed = join(directory, "consumed", `${plan.digest.replace("sha256:", "")}.json`);
    expect(existsSync(consumed) && JSON.parse(readFileSync(consumed, "utf8"))).toMatchObject({ run });
  });
});
