import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup, removeFromGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import { open, PLAN_CHECK, told } from "./cheats-support.ts";
import { type Json, numberAt, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

async function fine(running: Promise<ActionResult>): Promise<ActionResult> {
  const result = await running;
  expect(result, told(result)).toMatchObject({ code: 0 });
  return result;
}

async function pullsOf({ stage }: Story): Promise<readonly Json[]> {
  return objects(await stage.look(`/repos/${stage.fullName}/pulls`));
}

needs("git").describe("pull requests that Seatwright opens", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });
  const into = async (base: string): Promise<Json | undefined> =>
    (await pullsOf(story)).find((pull) => textAt(pull, "base", "ref") === base);

  it("are those into the default branch: one of that name into another branch does not count", patient, async () => {
    const { stage } = story;
    await stage.push("bob", "release", { "notes.md": "Notes\n" }, "A release");
    await stage.push("bob", "seatwright/plan", { "more.md": "More\n" }, "More");
    const path = `/repos/${stage.fullName}/pulls`;
    const body = { title: "Notes", head: "seatwright/plan", base: "release" };
    expect((await stage.api("bob", "POST", path, body)).status).toBe(201);
    const idle = await fine(story.reconcile());
    expect(idle.log).not.toContain("Closed ");
    expect(textAt(await into("release"), "state"), "it is not ours to close").toBe("open");
    addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
    await fine(story.reconcile());
    expect(textAt(await into("main"), "body")).toContain("seatwright:plan-pull-request");
    expect(textAt(await into("release"), "title"), "it is nobody's plan").toBe("Notes");
  });

  it("say which plan they take the place of, once another is needed", patient, async () => {
    const before = textAt(await into("main"), "body");
    expect(before).not.toContain("takes the place of");
    const [, digest = ""] = /in full `(sha256:[0-9a-f]{64})`/.exec(before) ?? [];
    addToGroup(story.atlassian.world, "busy-1@example.com", "guests");
    await fine(story.reconcile());
    expect(textAt(await into("main"), "body")).toContain(`\`${digest}\`: that one is not applied any more`);
  });

  it("are closed when nothing of an undo is left to take back, and not before", patient, async () => {
    const { stage, atlassian } = story;
    for (const at of [0, 1]) removeFromGroup(atlassian.world, `busy-${at}@example.com`, "guests");
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const { outputs } = await fine(story.apply());
    const run = outputs["run"] ?? "";
    await fine(story.dispatch("reconcile", "ada", { undo: run }));
    const again = await fine(story.dispatch("reconcile", "ada", { undo: run }));
    expect(again.log).toContain("still holds");
    const branches = async (): Promise<readonly string[]> =>
      (await pullsOf(story)).map((pull) => textAt(pull, "head", "ref"));
    await fine(story.reconcile());
    expect(await branches()).toContain(`seatwright/undo-${run}`);
    // Somebody takes it back by hand.
    for (let at = 0; at < 4; at += 1) addToGroup(atlassian.world, `idle-${at}@example.com`, "jira-users");
    const closed = await story.reconcile();
    expect(closed.log).toContain("nothing is left to take back");
    expect(await branches()).not.toContain(`seatwright/undo-${run}`);
  });
});

needs("git").describe("a team that owns the policies", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory(
      {
        "seatwright.yaml": organizationYaml,
        "policies/guests.yaml": guestsYaml,
        ".github/CODEOWNERS": "/policies/ @acme/it\n/plans/ @acme/it\n",
      },
      { teams: { it: ["bob"] } },
    );
    await fine(story.reconcile());
    const rules = { approvals: 1, codeOwners: true, dismissStale: true, lastPushApproval: true, checks: [PLAN_CHECK] };
    story.stage.protect("main", rules);
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("has a member approve what is merged and applied, and is named where it could not be asked", patient, async () => {
    const { stage, atlassian } = story;
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await fine(story.plan(number));
    await story.approve("cyd", number);
    await expect(stage.merge("cyd", number, "squash"), "Cyd is not in the team").rejects.toThrow("405");
    await story.approve("bob", number);
    await stage.merge("cyd", number, "squash");
    const applied = await fine(story.apply());
    expect(applied.outputs["outcome-done"]).toBe("4");

    addToGroup(atlassian.world, "busy-0@example.com", "guests");
    await fine(story.reconcile());
    const [plan] = await pullsOf(story);
    const planNumber = numberAt(plan, "number");
    expect(textAt(plan, "body")).toMatch(/Could not be asked:[^:]{0,40}acme\/it: GitHub says/);
    await story.approve("cyd", planNumber);
    await expect(stage.merge("cyd", planNumber, "merge")).rejects.toThrow("405");
    await story.approve("bob", planNumber);
    await stage.merge("bob", planNumber, "merge");
    expect((await fine(story.apply())).outputs["outcome-done"]).toBe("1");
  });
});
