import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup, findGroup, removePerson } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import {
  commentsOn,
  checksOn,
  expectRefused,
  headOf,
  ledgerFiles,
  open,
  PLAN_CHECK,
  told,
  writesOf,
} from "./cheats-support.ts";
import { type Json, numberAt, object, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";
import { pushAs } from "./stage/worktree.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

async function fine(running: Promise<ActionResult>): Promise<ActionResult> {
  const result = await running;
  expect(result, told(result)).toMatchObject({ code: 0 });
  return result;
}

/** The open pull request from this branch. */
async function openFrom({ stage }: Story, branch: string): Promise<Json> {
  const pulls = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
  return object(pulls.find((pull) => textAt(pull, "head", "ref") === branch));
}

/** What the check run of a pull request's head says at length. */
async function summaryOn({ stage }: Story, commit: string): Promise<string> {
  const found = await stage.look(`/repos/${stage.fullName}/commits/${commit}/check-runs`);
  const check = objects(object(found)["check_runs"]).find((each) => each["name"] === PLAN_CHECK);
  return textAt(object(check), "output", "summary");
}

const welcome = policyYaml({
  id: "welcome",
  for: "person",
  where: "{memberOf: wiki-users}",
  then: "[{addToGroup: {group: guests}}]",
});

needs("git").describe("a plan that is its approver's own", () => {
  let story: Story;
  let run: string;
  let writes: number;
  const guests = (): number => findGroup(story.atlassian.world, "guests").members.size;
  beforeAll(async () => {
    story = await openStory({ "seatwright.yaml": organizationYaml, "policies/welcome.yaml": welcome });
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("says that nobody approved its policy, and is not approved by who pushed that", patient, async () => {
    const { stage } = story;
    await stage.push("bob", "main", { "policies/welcome.yaml": welcome.replace("Free", "Do not free") }, "In a hurry");
    await fine(story.reconcile());
    const pull = await openFrom(story, "seatwright/plan");
    const number = numberAt(pull, "number");
    const [top = ""] = textAt(pull, "body").split("It holds one plan document");
    expect(top).toContain("> [!WARNING]\n> No approval is behind the last change of what this plan follows from:");
    expect(top).toMatch(
      /`policies\/welcome\.yaml` \(commit `[0-9a-f]{7}`\) by `bob`; `seatwright\.yaml` .* by `ada`\./,
    );
    expect(await summaryOn(story, await headOf(story, number))).toContain("No approval is behind the last change");
    await story.approve("bob", number);
    await story.approve("ada", number);
    await stage.merge("bob", number, "merge");
    const words = [
      "bob approved, but wrote or pushed the last change of policies/welcome.yaml, which nobody else approved",
      "ada approved, but wrote or pushed the last change of seatwright.yaml, which nobody else approved",
      "who neither asked for the plan nor wrote what it follows from unreviewed",
    ];
    const refused = await story.apply();
    expect(refused.code, told(refused)).toBe(4);
    for (const each of words) expect(told(refused)).toContain(each);
    expect(writesOf(story)).toEqual([]);
    await story.approve("cyd", number);
    run = (await fine(story.apply())).outputs["run"] ?? "";
    expect(guests()).toBe(14);
  });

  it("warns of nothing where everything it follows from was approved", patient, async () => {
    const { stage, atlassian } = story;
    const files = {
      "policies/welcome.yaml": welcome.replace("Free seats", "Invite people"),
      "seatwright.yaml": `${organizationYaml}# Reviewed.\n`,
    };
    const number = await open(story, "reviewed", files);
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("ada", number, "squash");
    await story.apply();
    addToGroup(atlassian.world, "idle-2@example.com", "wiki-users");
    await fine(story.reconcile());
    const body = textAt(await openFrom(story, "seatwright/plan"), "body");
    expect(body).not.toContain("[!WARNING]");
  });

  it("is not approved by who asked for the undo, where that takes something", patient, async () => {
    const { stage } = story;
    writes = writesOf(story).length;
    await fine(story.dispatch("reconcile", "bob", { undo: run }));
    const pull = await openFrom(story, `seatwright/undo-${run}`);
    const number = numberAt(pull, "number");
    expect(textAt(pull, "body")).toContain("> [!WARNING]\n> `bob` asked for this undo: it takes something away");
    const [check] = await checksOn(story, await headOf(story, number), PLAN_CHECK);
    expect(check?.externalId).toMatch(/:bob:[0-9a-f]{64}$/);
    await story.approve("bob", number);
    await stage.merge("bob", number, "merge");
    const words = ["bob approved, but asked for this undo, which takes something away"];
    await expectRefused(story, await story.apply(), words, { number, writes });
    await story.approve("cyd", number);
    await fine(story.apply());
    expect(guests()).toBe(0);
  });
});

needs("git").describe("a head that several pushed", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("is approved by none of them, whoever was the last", patient, async () => {
    const { stage } = story;
    const loose = policyYaml({ where: "{app: [jira-software, confluence], unused: 90d}" });
    await stage.push("bob", "unused", { "policies/unused.yaml": loose }, "Bob's policy");
    const files = { "policies/unused.yaml": loose.replace("nobody uses", "nobody needs") };
    await stage.push("ada", "unused", files, "Say it otherwise");
    const number = await stage.openPullRequest("ada", { head: "unused", title: "Free seats" });
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const words = ["bob approved, but made the branch or pushed to it"];
    await expectRefused(story, await story.apply(), words, { number });
  });

  it("is approved by two where a bot is among them, and by one of them not", patient, async () => {
    const { stage } = story;
    const token = await stage.jobToken({ contents: "write" });
    const wiki = policyYaml({ id: "wiki", where: "{app: confluence, unused: 90d}", description: "Free the wiki" });
    const push = { login: "bob", token, branch: "wiki", files: { "policies/wiki.yaml": wiki }, message: "Free it" };
    await pushAs(stage.world, stage.folder, push);
    const number = await stage.openPullRequest("ada", { head: "wiki", title: "Free the wiki" });
    const planned = await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const words = ["bob approved, but two have to", "github-actions[bot] pushed to the branch"];
    await expectRefused(story, await story.apply(), words, { number });
    await story.approve("cyd", number);
    const applied = await fine(story.apply());
    expect(applied.outputs["outcome-done"]).toBe(planned.outputs["changes"]);
  });
});

needs("git").describe("an undo that only gives back", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("may be approved by who asked for it", patient, async () => {
    const { stage } = story;
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("ada", number, "squash");
    const before = story.holders();
    const taken = await fine(story.apply());
    expect(before - story.holders()).toBe(4);
    const back = taken.outputs["run"] ?? "";
    await fine(story.dispatch("reconcile", "bob", { undo: back }));
    const pull = await openFrom(story, `seatwright/undo-${back}`);
    expect(textAt(pull, "body")).toContain("so they may approve it too");
    await story.approve("bob", numberAt(pull, "number"));
    await stage.merge("bob", numberAt(pull, "number"), "merge");
    await fine(story.apply());
    expect(story.holders()).toBe(before);
  });
});

needs("git").describe("counts that somebody accepted", () => {
  const reason = "The branch in Lyon was sold";
  let story: Story;
  let number: number;
  beforeAll(async () => {
    story = await openStory();
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("are refused where nothing fell: there is nothing to accept", patient, async () => {
    const refused = await story.dispatch("reconcile", "cyd", { "accept-counts": reason });
    expect(refused.code, told(refused)).toBe(64);
    expect(told(refused)).toContain("Nothing fell against the last good counts");
    expect(Object.values(await ledgerFiles(story, "counts/")).join()).not.toContain("accepted");
  });

  it(
    "are told at the top of the plan that was made on them, and their acceptor does not approve it",
    patient,
    async () => {
      const { stage, atlassian } = story;
      addToGroup(atlassian.world, "busy-11@example.com", "guests");
      await fine(story.reconcile());
      // The plan that is open is the same then, and was posted before anybody's word.
      for (let at = 0; at < 8; at += 1) removePerson(atlassian.world, `busy-${at}@example.com`);
      await fine(story.dispatch("reconcile", "cyd", { "accept-counts": reason }));
      const pull = await openFrom(story, "seatwright/plan");
      number = numberAt(pull, "number");
      const [top = ""] = textAt(pull, "body").split("It holds one plan document");
      expect(top).toMatch(
        /> \[!WARNING\]\n> This plan was made on counts that fell, and `cyd` accepted them: “The branch in Lyon was sold”\. What fell: holders of .+ for Confluence on acme fell from 14 to 6;/,
      );
      await story.approve("cyd", number);
      await stage.merge("cyd", number, "merge");
      const words = ["cyd approved, but accepted the counts that the plan was made on, though they fell"];
      await expectRefused(story, await story.apply(), words, { number });
    },
  );

  it("keep their acceptor from approving the next plan, which was held against them", patient, async () => {
    const { stage } = story;
    const files = { "policies/unused.yaml": policyYaml() };
    const next = await open(story, "unused", files);
    await pause(1_100);
    await fine(story.plan(next));
    expect((await commentsOn(story, next)).join()).toMatch(
      /> \[!WARNING\]\n> .*made on counts that fell, and `cyd` accepted/,
    );
    await story.approve("cyd", next);
    await stage.merge("ada", next, "squash");
    const words = ["cyd approved, but accepted the counts that the plan was made on, though they fell"];
    await expectRefused(story, await story.apply(), words, { number: next });
    await story.approve("bob", next);
    await fine(story.apply());
  });
});
