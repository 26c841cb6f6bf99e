import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, policyYaml, type Story } from "./acme.ts";
import {
  APPLY_CHECK,
  checksOn,
  commentsOn,
  expectRefused,
  forgeCheck,
  headOf,
  ledgerFiles,
  LEDGER,
  open,
  PLAN_CHECK,
  sealsOn,
  told,
  writesOf,
} from "./cheats-support.ts";
import { dispatchEvent, pullRequestEvent, pushEvent, type Trigger } from "./stage/events.ts";
import { object, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 120_000 };

/**
 * One policy pull request and everything that could pass for its approval. The cases build on each other, in this order:
 * Ada opens it, Cyd approves the first commit, Bob pushes another over it, which is planned and merged unapproved.
 */
needs("git").describe("cheating an approval", () => {
  let story: Story;
  let number: number;
  let merge: Trigger;
  let before: number;
  let seal: string;
  const apply = (): Promise<ActionResult> => story.run("apply", merge);

  beforeAll(async () => {
    story = await openStory();
    const { stage } = story;
    const baseline = await story.reconcile();
    expect(baseline, told(baseline)).toMatchObject({ code: 0 });
    number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await stage.review("cyd", number, "APPROVE");
    const changed = { "policies/unused.yaml": policyYaml({ description: "Free seats" }) };
    await stage.forcePush("bob", "unused", changed, "Free unused seats, said shorter");
    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "4" } });
    before = story.holders();
    [seal = ""] = await sealsOn(story, await headOf(story, number));
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("does nothing for a workflow that was edited on a branch", patient, async () => {
    const asked = await story.run("apply", await pullRequestEvent(story.stage, { number }));
    await expectRefused(story, asked, ["A run set off by pull_request may not apply: it may lint."]);
    const pushed = await story.run("apply", await pushEvent(story.stage, "unused"));
    await expectRefused(story, pushed, ["Mode apply runs on the default branch main only", "refs/heads/unused"]);
    const inputs = { "pull-request": String(number) };
    const event = await dispatchEvent(story.stage, { actor: "bob", branch: "unused", inputs });
    const started = await story.run("apply", { ...event, inputs });
    await expectRefused(story, started, ["Mode apply runs on the default branch main only", "refs/heads/unused"]);
  });

  it("counts no approval of an older commit, of a reader, the author or the last to push", patient, async () => {
    const { stage } = story;
    await pause(1_100);
    await stage.review("bob", number, "APPROVE");
    await stage.review("eve", number, "APPROVE");
    // GitHub refuses the author's own approval; this is what it would look like.
    await expect(stage.review("ada", number, "APPROVE")).rejects.toThrow("422");
    const reviews = objects(await stage.look(`/repos/${stage.fullName}/pulls/${number}/reviews`));
    const ofBob = reviews.find((review) => textAt(review, "user", "login") === "bob");
    const own = { ...ofBob, id: 990_001, user: await stage.look("/users/ada") };
    await stage.merge("bob", number, "squash");
    merge = await pushEvent(stage);
    stage.answer("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", { status: 200, body: [...reviews, own] });
    await expectRefused(
      story,
      await apply(),
      [
        `Pull request #${number} was merged without an approval that counts.`,
        "ada approved, but is the author of the pull request",
        "bob approved, but pushed the head commit",
        "cyd approved, but of commit",
        "eve approved, but may only read, not write",
      ],
      { number },
    );
  });

  it("posts a failed check of its own where it refuses, once for each reason, beside the plan's", patient, async () => {
    const told = { conclusion: "failure", title: "Seatwright applied nothing: notApproved" };
    expect(await checksOn(story, merge.sha, APPLY_CHECK)).toMatchObject([told]);
    // GitHub does not show the author's approval any more: the reason is another one, and then the same again.
    await apply();
    await apply();
    expect(await checksOn(story, merge.sha, APPLY_CHECK)).toMatchObject([told, told]);
    const plans = await checksOn(story, await headOf(story, number), PLAN_CHECK);
    expect(plans).toMatchObject([{ conclusion: "success", externalId: seal }]);
  });

  it("lets nothing pass that a writer objects to, merged or not", patient, async () => {
    await story.stage.review("cyd", number, "REQUEST_CHANGES");
    const words = [`Pull request #${number} was merged although cyd asked for changes.`];
    await expectRefused(story, await apply(), words, { number });
    expect(await checksOn(story, merge.sha, APPLY_CHECK)).toHaveLength(3);
  });

  it("does not believe a plan that was edited in the ledger, or is gone from it", patient, async () => {
    const { stage } = story;
    await story.approve("cyd", number);
    const [, digest = ""] = (await sealsOn(story, await headOf(story, number)))[0]?.split(":") ?? [];
    const plans = await ledgerFiles(story, "plans/");
    const [name = "", plan = ""] = Object.entries(plans).find(([path]) => path.endsWith(`-${digest}.json`)) ?? [];
    const edited = plan.replace('"heldBack":[', '"heldBack":[],"wasHeldBack":[');
    expect(edited).not.toBe(plan);
    await stage.push("bob", LEDGER, { [name]: edited }, "A plan of Bob's");
    await expectRefused(story, await apply(), ["is not the plan that was stored there"], { number });
    await stage.push("bob", LEDGER, { [name]: null }, "No plan");
    await expectRefused(story, await apply(), ["The ledger does not hold the plan"], { number });
    await stage.push("bob", LEDGER, { [name]: plan }, "The plan again");
  });

  it(
    "applies the plan that was posted, whatever is written into the comment or posted beside it",
    patient,
    async () => {
      const { stage } = story;
      const path = `/repos/${stage.fullName}/issues/${number}/comments`;
      const comment = objects(await stage.look(path)).find((each) => String(each["body"]).includes("seatwright:plan"));
      const id = String(object(comment)["id"]);
      const body = "<!-- seatwright:plan -->\nsha256:0000 Approved: everybody is suspended.";
      const answer = await stage.api("bob", "PATCH", `/repos/${stage.fullName}/issues/comments/${id}`, { body });
      expect(answer.status).toBe(200);
      const head = await headOf(story, number);
      await forgeCheck(story, head, `seatwright-1:${"1".repeat(64)}:1800000000:${"2".repeat(64)}`);
      await forgeCheck(story, head, `sha256:${"1".repeat(64)}`);
      const applied = await apply();
      expect(applied, told(applied)).toMatchObject({ code: 0, outputs: { "outcome-done": "4" } });
      expect(before - story.holders()).toBe(4);
      expect(writesOf(story)).toHaveLength(4);
    },
  );

  it(
    "uses an approval up: the same run once more does nothing, and leaves the result where it is",
    patient,
    async () => {
      const again = await story.run("apply", { ...merge, attempt: 2 });
      await expectRefused(story, again, ["This plan has been applied already, by run"], { number, writes: 4 });
      const results = (await commentsOn(story, number)).filter((body) => body.includes("seatwright:result"));
      expect(results).toHaveLength(1);
      const checks = await checksOn(story, merge.sha, APPLY_CHECK);
      expect(checks.at(-1), "the word that it was applied is the last").toMatchObject({ conclusion: "success" });
    },
  );

  it("does not take another pull request's plan for this one's", patient, async () => {
    const { stage } = story;
    const notes = await open(story, "notes", { "policies/guests.yaml": `${guestsYaml}# Nothing new.\n` });
    const head = await headOf(story, notes);
    expect(seal).toMatch(/^seatwright-1:/);
    await forgeCheck(story, head, seal);
    await forgeCheck(story, head, seal.replace(/[0-9a-f]{64}$/, "0".repeat(64)));
    await story.approve("bob", notes);
    await stage.merge("ada", notes, "merge");
    const words = [`No plan of ours was posted for commit ${head.slice(0, 7)} of pull request #${notes}`];
    await expectRefused(story, await story.apply(), words, { number: notes, writes: 4 });
  });
});
