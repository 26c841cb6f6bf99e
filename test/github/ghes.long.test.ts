import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import { commentsOn, expectRefused, open } from "./cheats-support.ts";
import { numberAt, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";
import { told } from "./workflow-run.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

needs("git").describe("GitHub Enterprise Server, with its API below /api/v3", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory(undefined, { server: "enterprise" });
  }, 120_000);
  afterAll(async () => {
    // Held to the server's own description: what only github.com has would stand here.
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });
  const fine = (result: ActionResult): ActionResult => {
    expect(result.code, told(result)).toBe(0);
    return result;
  };

  it("is found by what the runner says, and carries everything from a pull request to an undo", patient, async () => {
    const { stage } = story;
    expect(stage.apiUrl).toMatch(/\/api\/v3$/);
    fine(await story.reconcile());
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    fine(await story.lint(number));
    expect(fine(await story.plan(number)).outputs["changes"]).toBe("4");
    expect((await commentsOn(story, number)).join()).toContain("Because you changed the policy: 4 changes");
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const before = story.holders();
    const applied = fine(await story.apply());
    expect(before - story.holders()).toBe(4);

    addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
    fine(await story.reconcile());
    const [plans] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    expect(textAt(plans, "head", "ref")).toBe("seatwright/plan");
    await story.approve("cyd", numberAt(plans, "number"));
    await stage.merge("cyd", numberAt(plans, "number"), "merge");
    expect(fine(await story.apply()).outputs["outcome-done"]).toBe("1");

    fine(await story.dispatch("reconcile", "ada", { undo: applied.outputs["run"] ?? "" }));
    const [undo] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    await story.approve("bob", numberAt(undo, "number"));
    await stage.merge("bob", numberAt(undo, "number"), "squash");
    fine(await story.apply());
    expect(story.holders()).toBe(before);
  });

  it("counts nobody's approval where the server does not tell who pushed", patient, async () => {
    const { stage } = story;
    const files = { "policies/unused.yaml": policyYaml({ description: "Free seats" }) };
    const number = await open(story, "words", files);
    fine(await story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    // An older server has no repository activity.
    const body = { message: "Not Found", documentation_url: "https://docs.github.com/enterprise-server/rest" };
    stage.answer("GET /repos/{owner}/{repo}/activity", { status: 404, body, times: 10 });
    const writes = story.atlassian.requests.filter(
      ({ method, pattern }) => method !== "GET" && !/\/(search|workspaces)$/.test(pattern),
    ).length;
    await expectRefused(story, await story.apply(), ["was merged without an approval that counts"], { number, writes });
  });
});
