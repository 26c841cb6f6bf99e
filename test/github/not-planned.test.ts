import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import { checksOn, commentsOn, expectRefused, headOf, open, PLAN_CHECK, told } from "./cheats-support.ts";
import { pullRequestTargetEvent } from "./stage/events.ts";
import type { ActionResult } from "./stage/runner.ts";

/** The external id of a check run that says that there is no plan. */
const noPlan = expect.stringMatching(/^seatwright-1:0{64}:/) as string;
/** Processes take their time on a machine that is busy. */
const patient = { timeout: 120_000 };

needs("git").describe("a pull request that cannot be planned", () => {
  let story: Story;
  let number: number;
  /** Plans with a key that Atlassian does not know. */
  const planBlindly = async (of: number): Promise<ActionResult> =>
    story.run("plan", {
      ...(await pullRequestTargetEvent(story.stage, { number: of })),
      inputs: { "api-key": "wrong" },
    });
  const checks = async (of: number): ReturnType<typeof checksOn> =>
    checksOn(story, await headOf(story, of), PLAN_CHECK);

  beforeAll(async () => {
    story = await openStory();
    const baseline = await story.reconcile();
    expect(baseline, told(baseline)).toMatchObject({ code: 0 });
    number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "4" } });
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("names the commit that a plan is of", patient, async () => {
    expect((await commentsOn(story, number))[0]).toContain(`\`${(await headOf(story, number)).slice(0, 7)}\``);
  });

  it("has the plan before it taken down, and a failed check that tells why", patient, async () => {
    await story.stage.push(
      "ada",
      "unused",
      { "policies/unused.yaml": policyYaml({ limits: "{percent: 90}" }) },
      "Less",
    );
    const failed = await planBlindly(number);
    expect(failed, told(failed)).toMatchObject({ code: 8, outputs: { "exit-reason": "credentials" } });
    const [body = "", ...more] = await commentsOn(story, number);
    expect(more).toEqual([]);
    expect(body).toContain("could not be planned");
    expect(body).toContain("**What to do:**");
    expect(body).toContain(`\`${(await headOf(story, number)).slice(0, 7)}\``);
    expect(body).not.toContain("4 changes");
    expect(await checks(number)).toEqual([
      { conclusion: "failure", externalId: noPlan, title: "This pull request could not be planned: credentials" },
    ]);
  });

  it("is planned by the next run, and an approval that was given to its failure does not count", patient, async () => {
    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "4" } });
    expect((await planBlindly(number)).code).toBe(8);
    await story.approve("bob", number);
    const again = await story.plan(number);
    expect(again, told(again)).toMatchObject({ code: 0 });
    expect((await checks(number)).map(({ conclusion }) => conclusion)).toEqual([
      "failure",
      "success",
      "failure",
      "success",
    ]);
    expect((await commentsOn(story, number))[0]).toContain("4 changes");
    await story.stage.merge("bob", number, "squash");
    await expectRefused(story, await story.apply(), ["before the plan was posted"], { number });
  });

  it("has no plan to apply by its merge, though one was approved before", patient, async () => {
    const failing = await open(story, "failing", { "policies/failing.yaml": policyYaml({ id: "failing" }) });
    expect((await story.plan(failing)).code).toBe(0);
    await story.approve("bob", failing);
    const trigger = await pullRequestTargetEvent(story.stage, { number: failing });
    const failed = await story.run("plan", { ...trigger, inputs: { "org-id": "another" } });
    expect(failed.code, told(failed)).not.toBe(0);
    await story.stage.merge("bob", failing, "squash");
    await expectRefused(story, await story.apply(), ["is that it has no plan"], { number: failing });
  });

  it("is told that its branches conflict", patient, async () => {
    const conflict = await open(story, "conflict", { "policies/guests.yaml": policyYaml({ id: "ours" }) });
    await story.stage.push("ada", "main", { "policies/guests.yaml": policyYaml({ id: "theirs" }) }, "Theirs");
    const failed = await story.plan(conflict);
    expect(failed.code, told(failed)).not.toBe(0);
    expect((await commentsOn(story, conflict))[0]).toContain("could not be planned");
    expect(await checks(conflict)).toMatchObject([{ conclusion: "failure" }]);
  });

  it("is planned anew where its base is another one, and not where its words were edited", patient, async () => {
    const moved = await open(story, "moved", { "policies/moved.yaml": policyYaml({ id: "moved" }) });
    const trigger = await pullRequestTargetEvent(story.stage, { number: moved, action: "edited" });
    const asked = story.atlassian.requests.length;
    const words = { ...trigger, payload: { ...trigger.payload, changes: { title: { from: "Move" } } } };
    expect((await story.run("plan", words)).log).toContain("Only the words");
    expect(story.atlassian.requests).toHaveLength(asked);
    expect(await checks(moved)).toEqual([]);
    const base = {
      ...trigger,
      payload: { ...trigger.payload, changes: { base: { ref: { from: "next" }, sha: { from: "0" } } } },
    };
    const planned = await story.run("plan", base);
    expect(planned, told(planned)).toMatchObject({ code: 0 });
    expect(await checks(moved)).toMatchObject([{ conclusion: "success" }]);
  });

  it("is none because of the name of its branch, but for the one that jobs push plans to", patient, async () => {
    const named = await open(story, "seatwright/plan-b-licences", {
      "policies/named.yaml": policyYaml({ id: "named" }),
    });
    const planned = await story.plan(named);
    expect(planned, told(planned)).toMatchObject({ code: 0 });
    expect(await checks(named)).toMatchObject([{ conclusion: "success" }]);
    const ours = await open(story, "seatwright/plan", { "policies/ours.yaml": policyYaml({ id: "ours" }) });
    const refused = await story.plan(ours);
    expect(refused, told(refused)).toMatchObject({ code: 64 });
    expect((await commentsOn(story, ours))[0]).toContain("is where Seatwright itself puts its plans");
    expect(await checks(ours)).toMatchObject([{ conclusion: "failure", externalId: noPlan }]);
  });
});
