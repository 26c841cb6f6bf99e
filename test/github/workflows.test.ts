import { afterAll, beforeAll, expect, it } from "vitest";
import { workflowFile, WORKFLOW_PATH } from "../../src/commands/init/workflow.ts";
import { builtOrganizationId } from "../../src/simulator/build.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import {
  dispatchEvent,
  pullRequestEvent,
  pullRequestTargetEvent,
  pushEvent,
  scheduleEvent,
  type Trigger,
} from "./stage/events.ts";
import { numberAt, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";
import { runWorkflow, told } from "./workflow-run.ts";

const text = workflowFile({
  layout: { kind: "root", organizationId: builtOrganizationId },
  time: "daily",
  uses: `acme/seatwright@${"0".repeat(40)}`,
});

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

needs("git").describe("the workflow that init writes, on GitHub", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory({
      "seatwright.yaml": organizationYaml,
      "policies/guests.yaml": guestsYaml,
      [WORKFLOW_PATH]: text,
    });
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  async function run(trigger: Trigger, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
    const [only] = await runWorkflow(story.stage, text, { trigger, inputs, atlassianOf: () => story.atlassian });
    if (only === undefined) throw new Error("No job ran.");
    return only.result;
  }

  it("does everything with the inputs and permissions that stand in it", patient, async () => {
    const { stage } = story;
    const open = async (): Promise<ReturnType<typeof objects>> =>
      objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    const baseline = await run(await scheduleEvent(stage, "ada"));
    expect(baseline, told(baseline)).toMatchObject({ code: 0, outputs: { "exit-reason": "done" } });

    await stage.push("ada", "unused", { "policies/unused.yaml": policyYaml() }, "Free unused seats");
    const number = await stage.openPullRequest("ada", { head: "unused", title: "Free unused seats" });
    const linted = await run(await pullRequestEvent(stage, { number }));
    expect(linted, told(linted)).toMatchObject({ code: 0, outputs: { errors: "0", warnings: "0" } });
    const planned = await run(await pullRequestTargetEvent(stage, { number }));
    expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "4" } });

    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const before = story.holders();
    const applied = await run(await pushEvent(stage));
    expect(applied, told(applied)).toMatchObject({ code: 0, outputs: { "seats-freed": "4" } });
    expect(story.holders()).toBe(before - 4);

    // The words of the comment: gh workflow run seatwright.yml -f mode=reconcile -f undo=<run>
    const dispatched = { mode: "reconcile", undo: applied.outputs["run"] ?? "" };
    const undone = await run(await dispatchEvent(stage, { actor: "ada", inputs: dispatched }), dispatched);
    expect(undone, told(undone)).toMatchObject({ code: 0 });
    const [undo] = await open();
    expect(textAt(undo, "head", "ref")).toBe(`seatwright/undo-${dispatched.undo}`);
    await story.approve("cyd", numberAt(undo, "number"));
    await stage.merge("cyd", numberAt(undo, "number"), "merge");
    // In place of the run for the push: by hand, with the number of the pull request.
    const again = { mode: "apply", "pull-request": String(numberAt(undo, "number")) };
    const back = await run(await dispatchEvent(stage, { actor: "bob", inputs: again }), again);
    expect(back, told(back)).toMatchObject({ code: 0 });
    expect(story.holders()).toBe(before);
  });

  it("tells when the organisation was last read whole, and warns where that is too long ago", patient, async () => {
    const { stage } = story;
    const soon = await run(await scheduleEvent(stage, "ada"));
    expect(soon, told(soon)).toMatchObject({ code: 0, outputs: { "days-since-last-good-run": "0" } });
    expect(soon.annotations).toEqual([]);
    // Four days pass: what is in the ledger is that much older.
    const git = await stage.clone("ada");
    const paths = await git.lines(["ls-tree", "--name-only", "origin/seatwright-ledger", "counts/"]);
    expect(paths.length).toBeGreaterThan(0);
    const aged = new Map<string, string | null>(paths.map((path) => [path, null]));
    for (const path of paths) {
      const counts = await git.text(["show", `origin/seatwright-ledger:${path}`]);
      const asOf = Number(/"asOf":(\d+)/.exec(counts)?.[1]);
      const earlier = asOf - 4 * 86_400;
      const name = new Date(earlier * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
      aged.set(`counts/${name}Z.json`, counts.replace(`"asOf":${asOf}`, `"asOf":${earlier}`));
    }
    await stage.push("ada", "seatwright-ledger", Object.fromEntries(aged), "Four days pass");
    const late = await run(await scheduleEvent(stage, "ada"));
    expect(late, told(late)).toMatchObject({ code: 0, outputs: { "days-since-last-good-run": "4" } });
    expect(JSON.stringify(late.annotations)).toContain("was 4 days ago");
  });
});
