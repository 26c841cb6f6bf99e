import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import type { ActionResult } from "./stage/runner.ts";
import { numberAt, objects, text, textAt } from "./stage/json.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 120_000 };

needs("git").describe("from a policy pull request to an undo", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
  }, 60_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("keeps reviewed and applied together", patient, async () => {
    const { stage } = story;
    const baseline = await story.reconcile();
    expect(baseline, baseline.log).toMatchObject({ code: 0 });

    await stage.push("ada", "unused", { "policies/unused.yaml": policyYaml() }, "Free unused seats");
    const number = await stage.openPullRequest("ada", { head: "unused", title: "Free unused seats" });
    const linted = await story.lint(number);
    expect(linted, linted.log).toMatchObject({ code: 0 });

    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0 });
    expect(planned.outputs).toMatchObject({ changes: "4", "seats-freed": "4", "exit-reason": "done" });
    const comments = objects(await stage.look(`/repos/${stage.fullName}/issues/${number}/comments`));
    expect(comments).toHaveLength(1);
    const body = text(comments[0]?.["body"]);
    expect(body).toContain("Because you changed the policy: 4 changes");

    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const before = story.holders();
    const applied = await story.apply();
    expect(applied, told(applied)).toMatchObject({ code: 0 });
    expect(before - story.holders()).toBe(4);
    const after = await stage.look(`/repos/${stage.fullName}/issues/${number}/comments`);
    expect(objects(after)).toHaveLength(2);
    expect(applied.summary).toContain("4 changes");

    // Somebody becomes a guest, and a schedule finds it.
    addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
    const found = await story.reconcile();
    expect(found, told(found)).toMatchObject({ code: 0 });
    const [plans] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    expect(textAt(plans, "head", "ref")).toBe("seatwright/plan");
    const planNumber = numberAt(plans, "number");
    const again = await story.reconcile();
    expect(again.log).toContain("still holds");

    await story.approve("bob", planNumber);
    await stage.merge("bob", planNumber, "merge");
    const reconciled = await story.apply();
    expect(reconciled, told(reconciled)).toMatchObject({ code: 0 });
    expect(story.holders()).toBe(before - 4);

    const run = applied.outputs["run"] ?? "";
    const undone = await story.dispatch("reconcile", "ada", { undo: run });
    expect(undone, told(undone)).toMatchObject({ code: 0 });
    const [undo] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    const undoNumber = numberAt(undo, "number");
    await story.approve("cyd", undoNumber);
    await stage.merge("cyd", undoNumber, "rebase");
    const back = await story.apply();
    expect(back, told(back)).toMatchObject({ code: 0 });
    expect(story.holders()).toBe(before);

    const last = await story.reconcile();
    expect(last, told(last)).toMatchObject({ code: 0, outputs: { changes: "0" } });
    expect(objects(await stage.look(`/repos/${stage.fullName}/pulls`))).toEqual([]);
  });
});

function told({ log, annotations }: ActionResult): string {
  return `${log}${JSON.stringify(annotations)}`;
}
