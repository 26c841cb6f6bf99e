import { describe, expect, it } from "vitest";
import { Crash, mortal } from "./mortal.ts";
import { settingOf } from "./setting.ts";
import { changes, people } from "./story.ts";

/** Right after the first of two operations was carried out. */
async function firstOperation(setting: ReturnType<typeof settingOf>): Promise<void> {
  for (let moment = 1; ; moment++) {
    if (setting.organization.written.length === 1) return;
    await dyingAt(setting, moment);
  }
}

async function dyingAt(setting: ReturnType<typeof settingOf>, moment: number): Promise<"died" | "finished"> {
  const life = mortal(moment, () => {
    throw new Crash();
  });
  const { ledger, writer } = setting.dependencies;
  return setting.apply({}, { ledger: life.ledger(ledger), writer: life.writer(writer) }).then(
    () => "finished" as const,
    (error: unknown) => {
      if (error instanceof Crash) return "died";
      throw error;
    },
  );
}

describe("a process that dies while it puts back what is not wanted any more", () => {
  it("at any moment is gone on with: once begun it is put back, though the change is wanted again by then", async () => {
    const [, both] = changes;
    if (both === undefined) throw new Error("no change");
    let begun = 0;
    for (let moment = 1; ; moment++) {
      let cameBack = false;
      const held = (): { kind: "exempt"; reason: string } | null =>
        cameBack ? { kind: "exempt", reason: "on call" } : null;
      const setting = settingOf([both], people, { held });
      const { organization } = setting;
      await firstOperation(setting);
      cameBack = true;
      if ((await dyingAt(setting, moment)) === "finished") break;
      const putBack = organization.written.length > 1;
      cameBack = false;
      const { counts } = await setting.apply();
      const groups = [...(organization.people()["bob"]?.groups ?? [])].sort();
      if (putBack) {
        begun++;
        expect(groups, `died at moment ${moment}`).toEqual(["g-confluence", "g-jira", "g-jira-2"]);
        expect(counts).toEqual({ "failed-restored": 1 });
        expect(organization.written).toHaveLength(2);
      } else {
        expect([["g-confluence"], ["g-confluence", "g-jira", "g-jira-2"]]).toContainEqual(groups);
      }
    }
    expect(begun).toBeGreaterThan(2);
  });
});
