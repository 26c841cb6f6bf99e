import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changeFor } from "../support/apply.ts";
import { jiraUser } from "../support/organization.ts";
import { settingOf } from "./setting.ts";

const one = (): ReturnType<typeof settingOf> => settingOf([changeFor("ada")], { ada: jiraUser() });

describe("a ledger that cannot be used", () => {
  it.each(["audit", "plans"])("stops the run before the first change where %s cannot be written", async (part) => {
    const setting = one();
    writeFileSync(join(setting.directory, part), "a file where a directory should be");
    await expect(setting.apply()).rejects.toMatchObject({ reason: "usage", message: /The ledger could not use/ });
    expect(setting.organization.calls).toEqual([]);
    rmSync(join(setting.directory, part));
    expect((await setting.apply()).counts).toEqual({ done: 1 });
  });

  it("stops the run in its middle where it fails, and the same apply goes on", async () => {
    const setting = one();
    const broken = join(setting.directory, "head.json");
    const { ledger } = setting.dependencies;
    const failing = setting.apply(
      {},
      {
        ledger: {
          ...ledger,
          openRun: async (run) => {
            const log = await ledger.openRun(run);
            return {
              ...log,
              append: async (at, events) => {
                if (events.some(({ type }) => type === "change.outcome")) {
                  rmSync(broken);
                  mkdirSync(broken);
                }
                return await log.append(at, events);
              },
            };
          },
        },
      },
    );
    await expect(failing).rejects.toMatchObject({
      reason: "appliedPartially",
      message: /stopped in the middle/,
      remedy: /Applying the same plan again goes on/,
    });
  });

  it("lets one apply at a time be at work", async () => {
    const setting = one();
    const held = await setting.dependencies.ledger.lock(setting.plan.organization.id, "another apply");
    await expect(setting.apply()).rejects.toMatchObject({ reason: "lockHeld" });
    expect(setting.organization.calls).toEqual([]);
    await held.release();
    await setting.apply();
  });

  it("gives the lock back also where the plan may not be applied", async () => {
    const setting = one();
    await setting.apply();
    await expect(setting.apply()).rejects.toMatchObject({ reason: "notApproved" });
    await (await setting.dependencies.ledger.lock(setting.plan.organization.id, "next")).release();
  });
});
