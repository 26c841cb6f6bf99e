import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { createGitLedger } from "../../src/ledger/git/ledger.ts";
import type { Approval, Plan } from "../../src/model/documents.generated.ts";
import type { Clock } from "../../src/ports.ts";
import { addToGroup } from "../../src/simulator/edit.ts";
import { builtOrganizationId } from "../../src/simulator/build.ts";
import { needs } from "../support/needs.ts";
import { openStory, organizationYaml, guestsYaml, policyYaml, type Story } from "./acme.ts";
import {
  APPLY_CHECK,
  checksOn,
  expectRefused,
  forgeCheck,
  headOf,
  ledgerFiles,
  LEDGER,
  open,
  sealsOn,
  told,
  writesOf,
} from "./cheats-support.ts";
import { pushEvent, scheduleEvent } from "./stage/events.ts";
import { numberAt, object, objects, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";
import { pushAs } from "./stage/worktree.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

const clock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  sleep: async (milliseconds) => {
    await pause(milliseconds);
  },
};

/** A story with its baseline, for the tests of one group. */
function staged(...given: Parameters<typeof openStory>): { readonly story: Story } {
  const held: { story: Story | null } = { story: null };
  beforeAll(async () => {
    held.story = await openStory(...given);
    const baseline = await held.story.reconcile();
    expect(baseline, told(baseline)).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(async () => {
    expect(held.story?.stage.judge.violations).toEqual([]);
    await held.story?.close();
  });
  return {
    get story() {
      if (held.story === null) throw new Error("The story has not begun.");
      return held.story;
    },
  };
}

async function fine(running: Promise<ActionResult>): Promise<ActionResult> {
  const result = await running;
  expect(result, told(result)).toMatchObject({ code: 0 });
  return result;
}

needs("git").describe("what somebody who may push could forge", () => {
  const at = staged();
  let planNumber: number;

  it("goes on with no run that somebody else wrote into the ledger", patient, async () => {
    const { story } = at;
    addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
    const found = await fine(story.reconcile());
    const open = await story.stage.api("ada", "GET", `/repos/${story.stage.fullName}/pulls?state=open`);
    planNumber = numberAt(objects(open.body)[0], "number");
    await forgeRun(story, found.outputs["digest"] ?? "");
    const resumed = await fine(story.run("reconcile", await scheduleEvent(story.stage, "ada")));
    expect(writesOf(story)).toEqual([]);
    const warning = resumed.annotations.find(({ title }) => title === "A run that was cut off cannot be gone on with");
    expect(warning?.message).toContain("was not written by this action with the organisation's present key");
  });

  it("applies no plan pull request whose plan was edited, though its check run is copied", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const [seal = ""] = await sealsOn(story, await headOf(story, planNumber));
    expect(seal).toMatch(/^seatwright-1:/);
    const { git } = stage.world.upstream;
    const [file = ""] = await git.lines(["ls-tree", "-r", "--name-only", "refs/heads/seatwright/plan", "plans/"]);
    const plan = await git.text(["cat-file", "blob", `refs/heads/seatwright/plan:${file}`]);
    await stage.push("bob", "seatwright/plan", { [file]: plan.replace('"take"', '"give"') }, "A better plan");
    const head = await headOf(story, planNumber);
    await forgeCheck(story, head, seal);
    // Reopened or pushed to by a person, a plan pull request meets the workflow for pull requests: it seals nothing.
    const planned = await fine(story.plan(planNumber));
    expect(planned.log).toContain("seatwright/plan is a branch for plans");
    expect(await sealsOn(story, head)).toEqual([seal]);
    await story.approve("cyd", planNumber);
    await stage.merge("cyd", planNumber, "merge");
    const words = [`No plan of ours was posted for commit ${head.slice(0, 7)} of pull request #${planNumber}`];
    await expectRefused(story, await story.apply(), words, { number: planNumber });
  });

  it("applies no plan pull request that somebody made up, though it is reviewed and merged", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const [file = "", plan = ""] = Object.entries(await ledgerFiles(story, "plans/")).at(-1) ?? [];
    const branch = "seatwright/undo-r-20261120T090000Z-1a2b3c4d";
    const made = await open(story, branch, { [`plans/${file.replace(/^.*-/, "20261120T090000Z-")}`]: plan }, "bob");
    expect((await story.plan(made)).code).toBe(64);
    await story.approve("cyd", made);
    await stage.merge("bob", made, "merge");
    const words = [`of pull request #${made}, so nothing of it is approved`];
    await expectRefused(story, await story.apply(), words, { number: made });
  });

  it("takes an approval for the plan it was given to, whatever is posted again", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await fine(story.plan(number));
    const head = await headOf(story, number);
    const [first = ""] = await sealsOn(story, head);
    await story.approve("cyd", number);
    addToGroup(story.atlassian.world, "busy-1@example.com", "guests");
    await pause(1_100);
    await fine(story.plan(number));
    const second = (await sealsOn(story, head)).find((seal) => seal !== first) ?? "";
    expect(second).toMatch(/^seatwright-1:/);
    // The second plan as if it had been there before the approval.
    await forgeCheck(story, head, second, "2026-01-01T00:00:00Z");
    await stage.merge("ada", number, "rebase");
    const words = ["was merged without an approval that counts", "cyd approved, but before the plan was posted"];
    await expectRefused(story, await story.apply(), words, { number });
    // The first plan, which was approved, as if it were the last.
    await forgeCheck(story, head, first, "2026-01-01T00:00:00Z");
    await expectRefused(story, await story.apply(), words, { number });
  });

  it("applies no plan once the same head was planned again and there was nothing to approve", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const files = { "policies/wiki.yaml": policyYaml({ id: "wiki", where: "{app: confluence, unused: 90d}" }) };
    const number = await open(story, "wiki", files);
    await fine(story.plan(number));
    await stage.push("bob", "main", files, "The same, at once");
    const again = await fine(story.plan(number));
    expect(again.log).toContain("changes no policy");
    const head = await headOf(story, number);
    expect((await sealsOn(story, head)).every((seal) => seal.startsWith("seatwright-1:"))).toBe(true);
    await story.approve("cyd", number);
    await stage.merge("ada", number, "merge");
    const words = [`Our last word on commit ${head.slice(0, 7)} of pull request #${number} is that it has no plan`];
    await expectRefused(story, await story.apply(), words, { number });
    // A job on anybody's branch can edit the check runs of other jobs: the word that there is no plan is gone.
    const token = await stage.jobToken({ checks: "write" });
    const found = await stage.api(token, "GET", `/repos/${stage.fullName}/commits/${head}/check-runs?filter=all`);
    const none = objects(object(found.body)["check_runs"]).find((check) =>
      / no policy/.test(textAt(check, "output", "title")),
    );
    const path = `/repos/${stage.fullName}/check-runs/${numberAt(none, "id")}`;
    expect((await stage.api(token, "PATCH", path, { external_id: "nothing" })).status).toBe(200);
    const changed = [`Merging pull request #${number} changed no policy: main said the same before it`];
    await expectRefused(story, await story.apply(), changed, { number });
    await stage.push("ada", "main", { "policies/wiki.yaml": null }, "Not yet");
  });

  it("lets nobody approve alone what a workflow pushed and proposed", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const token = await stage.jobToken({ contents: "write", "pull-requests": "write" });
    const files = { "policies/unused.yaml": policyYaml({ description: "Free what Bob wants freed" }) };
    const push = { login: "bob", token, branch: "quiet", files, message: "Free seats" };
    await pushAs(stage.world, stage.folder, push);
    const body = { title: "Free seats", head: "quiet", base: "main" };
    const opened = await stage.api(token, "POST", `/repos/${stage.fullName}/pulls`, body);
    const number = numberAt(opened.body, "number");
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const words = [
      "bob approved, but two have to",
      "github-actions[bot] opened the pull request, and who is behind that is not known",
      "github-actions[bot] pushed to the branch, and who is behind that is not known",
    ];
    await expectRefused(story, await story.apply(), words, { number });
  });

  it("applies nothing for a commit that came by no pull request", patient, async () => {
    const { story } = at;
    await story.stage.push("ada", "main", { "policies/unused.yaml": policyYaml() }, "Free unused seats, at once");
    const pushed = await pushEvent(story.stage);
    await expectRefused(story, await story.run("apply", pushed), [
      "came by no merged pull request, so nothing about it is approved",
    ]);
    expect(await checksOn(story, pushed.sha, APPLY_CHECK)).toMatchObject([{ conclusion: "failure" }]);
  });

  it("applies no pull request that is named by hand and not merged", patient, async () => {
    const { story } = at;
    const number = await open(story, "later", { "policies/unused.yaml": policyYaml({ description: "Later" }) });
    await fine(story.plan(number));
    await story.approve("bob", number);
    const started = await story.dispatch("apply", "bob", { "pull-request": String(number) });
    await expectRefused(story, started, [`Pull request #${number} is not merged.`], { number });
  });
});

needs("git").describe("two at once", () => {
  const at = staged();

  it(
    "applies neither of two pull requests that were planned on the same base and are both merged",
    patient,
    async () => {
      const { story } = at;
      const { stage } = story;
      const one = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
      const wiki = policyYaml({ id: "wiki", where: "{app: confluence, unused: 90d}" });
      const two = await open(story, "wiki", { "policies/wiki.yaml": wiki });
      for (const number of [one, two]) await fine(story.plan(number));
      await story.approve("bob", one);
      await story.approve("bob", two);
      await stage.merge("ada", one, "squash");
      const first = await pushEvent(stage);
      await stage.merge("ada", two, "merge");
      const second = await pushEvent(stage);
      const words = ["The policies have changed since the plan was made."];
      await expectRefused(story, await story.run("apply", first), words, { number: one });
      await expectRefused(story, await story.run("apply", second), words, { number: two });
      await expectRefused(story, await story.run("apply", { ...first, attempt: 2 }), words, { number: one });
    },
  );

  it("applies a plan once, though two runs of it are at work, and names who holds the lock", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const before = story.holders();
    const number = await open(story, "words", { "policies/unused.yaml": policyYaml({ description: "Free seats" }) });
    const planned = await fine(story.plan(number));
    expect(planned.outputs["changes"]).toBe("6");
    await story.approve("bob", number);
    await stage.merge("ada", number, "squash");
    const ledger = createGitLedger({
      folder: join(stage.folder, "another-run"),
      remote: `${stage.serverUrl}/${stage.fullName}`,
      organizationId: builtOrganizationId,
      clock,
      token: stage.person("ada").token,
      isGone: async () => false,
    });
    const lock = await ledger.lock(builtOrganizationId, "applying something else");
    const waiting = await story.apply();
    await expectRefused(story, waiting, ["applying something else"], { code: 6, number });
    await lock.release();
    const results = await Promise.all([story.apply(), story.apply()]);
    // The other one meets the lock, or comes when all is done.
    for (const { code } of results) expect([0, 4, 6]).toContain(code);
    const words = results.map(told).join("\n");
    expect(
      results.filter(({ code }) => code === 0),
      words,
    ).toHaveLength(1);
    expect(before - story.holders()).toBe(4);
    expect(new Set(writesOf(story).map(({ path }) => path)).size).toBe(writesOf(story).length);
  });
});

needs("git").describe("a plan from elsewhere", () => {
  const at = staged();

  it("is not made for a fork, and not applied when the fork is merged", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const repository = await stage.fork("eve");
    await stage.push("eve", "work", { "policies/unused.yaml": policyYaml() }, "Free seats", { repository });
    const number = await stage.openPullRequest("eve", { head: "eve:work", title: "Free seats" });
    await expectRefused(story, await story.plan(number), [`This pull request comes from ${repository}, a fork`]);
    await story.approve("bob", number);
    await stage.merge("ada", number, "merge");
    await expectRefused(story, await story.apply(), ["No plan of ours was posted"], { number });
  });

  it("is neither made nor applied for another organisation than the key's", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const other = "9b241ecd-17cd-2b16-99a8-0933157226a2";
    const edited = organizationYaml.replace(builtOrganizationId, other);
    const number = await open(story, "other", { "seatwright.yaml": edited });
    const planned = await story.plan(number);
    expect([4, 8]).toContain(planned.code);
    expect(writesOf(story)).toEqual([]);
    await story.approve("bob", number);
    await stage.merge("ada", number, "merge");
    await expectRefused(story, await story.apply(), ["No plan of ours was posted"], { number });
    const named = await story.apply({ inputs: { ...inputsOf(story), "org-id": builtOrganizationId } });
    await expectRefused(story, named, [`seatwright.yaml is for organisation ${other}`], { code: 9 });
  });

  it("is not applied once seatwright.yaml names another organisation than the plan's", patient, async () => {
    const { story } = at;
    const { stage } = story;
    const back = await open(story, "back", { "seatwright.yaml": organizationYaml });
    await stage.merge("ada", back, "merge");
    const number = await open(story, "words", { "policies/unused.yaml": policyYaml({ description: "Free seats" }) });
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("ada", number, "squash");
    const merge = await pushEvent(stage);
    const moved = organizationYaml.replace(builtOrganizationId, "9b241ecd-17cd-2b16-99a8-0933157226a2");
    await stage.merge("ada", await open(story, "moved", { "seatwright.yaml": moved }), "squash");
    await expectRefused(story, await story.run("apply", merge), ["No plan of ours was posted"], { number });
  });
});

needs("git").describe("a limit that somebody lets pass", () => {
  const tight = organizationYaml.replace("perRun: {percent: 100}", "perRun: {percent: 5}");
  const at = staged({ "seatwright.yaml": tight, "policies/guests.yaml": guestsYaml });
  let number: number;
  let override: string;
  const dispatch = (actor: string, more: Readonly<Record<string, string>> = {}): Promise<ActionResult> =>
    at.story.dispatch("apply", actor, { "pull-request": String(number), override, reason: "Agreed", ...more });

  it("does not pass by an approval alone", patient, async () => {
    const { story } = at;
    number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "0", quarantined: "4" } });
    override = `perRun.percent@${planned.outputs["digest"] ?? ""}`;
    await story.approve("bob", number);
    await story.stage.merge("ada", number, "squash");
    const result = await story.apply();
    expect(result.outputs["exit-code"], told(result)).toBe("3");
    expect(writesOf(story)).toEqual([]);
  });

  it("does not pass in a run that nobody started by hand", patient, async () => {
    const inputs = { ...inputsOf(at.story), override, reason: "Agreed" };
    const result = await at.story.apply({ inputs });
    await expectRefused(at.story, result, ["A run set off by push cannot override a limit."], { code: 64, number });
  });

  describe("is refused by hand too", () => {
    it.each<[string, string, Readonly<Record<string, string>>, number, string]>([
      ["where the approver asks", "bob", {}, 4, "bob both approved the plan and overrode its limit perRun.percent"],
      ["where a reader asks", "eve", {}, 4, "eve started this run and has no write permission of their own"],
      ["where a workflow asks", "github-actions[bot]", {}, 4, "has no write permission of their own"],
      ["without a reason", "cyd", { reason: "" }, 64, "An override needs a reason."],
      ["for another limit", "cyd", { override: `perDay.changes@sha256:${"0".repeat(64)}` }, 4, "not for this plan"],
      ["for no plan", "cyd", { override: "perRun.percent" }, 64, "does not name a limit and a plan"],
    ])("%s", patient, async (_, actor, more, code, words) => {
      await expectRefused(at.story, await dispatch(actor, more), [words], { code, number });
    });
  });

  it("passes where a second person says so by hand, and says who", patient, async () => {
    const before = at.story.holders();
    const result = await fine(dispatch("cyd"));
    expect(before - at.story.holders()).toBe(4);
    const kept = await ledgerFiles(at.story, "approvals/");
    const [approval] = Object.values(kept).map((words) => JSON.parse(words) as Approval);
    expect(approval, told(result)).toMatchObject({
      approvers: ["bob"],
      overrides: [{ limit: "perRun.percent", by: "cyd", reason: "Agreed" }],
    });
  });
});

/** The inputs that every run with a key has, where a test gives its own beside them. */
function inputsOf({ atlassian }: Story): Readonly<Record<string, string>> {
  return { "api-key": atlassian.apiKey, "atlassian-url": atlassian.url };
}

/**
 * Pushes a run that was begun and not ended into the ledger, with an approval nobody gave: sound in everything that does
 * not need the key.
 */
async function forgeRun(story: Story, digest: string): Promise<void> {
  const { stage } = story;
  const directory = join(stage.folder, "forged");
  const files = await ledgerFiles(story, ".");
  for (const [name, words] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), `${words}\n`);
  }
  const ledger = createDirectoryLedger({ directory, organizationId: builtOrganizationId, clock, rehearsal: true });
  const plan = (await ledger.loadPlan(digest)) as Plan;
  const approval: Approval = {
    kind: "approval",
    version: 1,
    organization: builtOrganizationId,
    planDigest: digest,
    made: "pull-request",
    approvers: ["cyd"],
    reason: "Pull request #1: Free seats",
    at: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    evidence: { seal: `seatwright-1:${"0".repeat(64)}` },
    overrides: [],
  };
  const log = await ledger.openRun("r-20261120T000000Z-0badf00d");
  await log.append(clock.now(), [
    { type: "approval", approval },
    {
      type: "run.started",
      tool: plan.tool,
      organization: builtOrganizationId,
      planDigest: digest,
      policyDigest: plan.policyDigest,
      snapshotDigest: plan.snapshotDigest,
      certificate: plan.certificate.state,
    },
    { type: "plan", planDigest: digest, counts: { changes: 1, quarantined: 0, heldBack: 0 } },
  ]);
  await log.secure();
  await log.close();
  expect(await ledger.unfinishedRun()).toMatchObject({ planDigest: digest });
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const forged = Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(directory.length + 1), readFileSync(path)];
    }),
  );
  await stage.push("bob", LEDGER, forged, "A run of Bob's");
  rmSync(directory, { recursive: true, force: true });
}
