import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup, findGroup, removePerson } from "../../src/simulator/edit.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import { APPLY_CHECK, checksOn, commentsOn, ledgerFiles, open, told, writesOf } from "./cheats-support.ts";
import { guests, settings, visits } from "./standing-support.ts";
import { pushEvent, scheduleEvent, type Trigger } from "./stage/events.ts";
import { type Json, objects, text, textAt } from "./stage/json.ts";
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

/** An Atlassian whose next writes go wrong as it is told. */
interface Moody {
  mood: "well" | "refuse the next write";
  /** Told of the next write while it is under way, which takes its time. */
  onWrite: (() => void) | null;
  readonly faults: FaultPlan;
}

function moody(): Moody {
  const atlassian: Moody = {
    mood: "well",
    onWrite: null,
    faults: ({ method, pattern }) => {
      if (method === "GET" || /\/(search|workspaces)$/.test(pattern)) return undefined;
      if (atlassian.onWrite !== null) {
        atlassian.onWrite();
        atlassian.onWrite = null;
        return { kind: "slow", milliseconds: 500 };
      }
      if (atlassian.mood === "well") return undefined;
      atlassian.mood = "well";
      return { kind: "status", status: 409, envelope: "application", code: "ADMIN-UAM-409-3" };
    },
  };
  return atlassian;
}

/** Applies a merge, and kills the runner while the first write is under way, which is carried out all the same. */
async function applyAndKill(story: Story, atlassian: Moody, merge: Trigger): Promise<void> {
  const before = writesOf(story).length;
  const running = await story.start("apply", merge);
  // Until one write is seen to have worked there is no second one that could be under way too.
  atlassian.onWrite = () => running.kill("SIGKILL");
  await running.finished.catch(() => undefined);
  while (writesOf(story).length === before) await pause(20);
  expect(writesOf(story)).toHaveLength(before + 1);
}

async function issuesOf({ stage }: Story): Promise<readonly Json[]> {
  const all = await stage.api("ada", "GET", `/repos/${stage.fullName}/issues?state=all`);
  return objects(all.body).filter((issue) => issue["pull_request"] === undefined);
}

needs("git").describe("what is told after a merge", () => {
  let story: Story;
  const atlassian = moody();
  beforeAll(async () => {
    story = await openStory(undefined, {}, atlassian);
    await fine(story.reconcile());
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("is one issue with what failed, which the schedule closes when nothing is left", patient, async () => {
    const { stage } = story;
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    atlassian.mood = "refuse the next write";
    const applied = await story.apply();
    expect(applied.outputs, told(applied)).toMatchObject({ "outcome-done": "3", "outcome-failed": "1" });
    const [issue] = await issuesOf(story);
    expect(text(issue?.["title"])).toContain("1 thing left to do");
    expect(text(issue?.["state"])).toBe("open");
    const result = (await commentsOn(story, number)).find((body) => body.startsWith("<!-- seatwright:result -->"));
    expect(result).toContain(text(issue?.["html_url"]));

    await fine(story.reconcile());
    const [after, ...more] = await issuesOf(story);
    expect([text(after?.["state"]), more]).toEqual(["closed", []]);
    const [plan] = await pullsOf(story);
    expect(textAt(plan, "head", "ref"), "what failed is proposed again").toBe("seatwright/plan");
  });

  it("is told where the plan was approved, also by a later job that goes on with it", patient, async () => {
    const { stage } = story;
    const wiki = policyYaml({ id: "wiki", where: "{app: confluence, unused: 90d}" });
    const number = await open(story, "wiki", { "policies/wiki.yaml": wiki });
    const planned = await fine(story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "merge");
    const merge = await pushEvent(stage);
    await applyAndKill(story, atlassian, merge);
    expect(await checksOn(story, merge.sha, APPLY_CHECK)).toEqual([]);

    const resumed = await fine(story.reconcile());
    expect(resumed.log).toContain("was cut off; going on with it");
    expect(await checksOn(story, merge.sha, APPLY_CHECK)).toMatchObject([
      { conclusion: "success", title: "everything approved is settled" },
    ]);
    const comments = await commentsOn(story, number);
    const [result = ""] = comments.filter((body) => body.startsWith("<!-- seatwright:result -->"));
    expect(result).toContain(planned.outputs["digest"]);
    expect(result).toMatch(/gh workflow run seatwright\.yml -f mode=reconcile -f undo=r-/);
    expect(result).toContain("`bob`");
  });
});

needs("git").describe("what a run that was cut off left", () => {
  const atlassian = moody();

  it("stays in the issue, though a standing policy was carried out whole after it", patient, async () => {
    const story = await openStory(
      { "seatwright.yaml": settings, "data/visits.csv": visits, "policies/guests.yaml": guests({}) },
      {},
      atlassian,
    );
    try {
      const { stage } = story;
      await fine(story.reconcile());
      const number = await open(story, "both", {
        "policies/guests.yaml": guests({ approval: "standing" }),
        "policies/unused.yaml": policyYaml(),
      });
      await fine(story.plan(number));
      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      await applyAndKill(story, atlassian, await pushEvent(stage));
      addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
      atlassian.mood = "refuse the next write";
      const reconciled = await story.reconcile();
      expect(reconciled.outputs["exit-reason"], told(reconciled)).toBe("appliedPartially");
      expect(reconciled.code).toBe(Number(reconciled.outputs["exit-code"]));
      expect(findGroup(story.atlassian.world, "guests").members.size, told(reconciled)).toBe(0);
      expect((await issuesOf(story)).map((issue) => text(issue["state"]))).toEqual(["open"]);
    } finally {
      expect(story.stage.judge.violations).toEqual([]);
      await story.close();
    }
  });
});

needs("git").describe("counts that fell", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
    await fine(story.reconcile());
    addToGroup(story.atlassian.world, "busy-11@example.com", "guests");
    await fine(story.reconcile());
    for (let at = 0; at < 8; at += 1) removePerson(story.atlassian.world, `busy-${at}@example.com`);
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });
  const reason = "The branch in Lyon was sold";

  it(
    "close no plan pull request and no issue: whoever sees too little cannot say that nothing is left",
    patient,
    async () => {
      const [plan] = await pullsOf(story);
      expect(textAt(plan, "head", "ref")).toBe("seatwright/plan");
      const blind = await story.reconcile();
      expect(blind.outputs["exit-reason"], told(blind)).toBe("snapshotNotComplete");
      expect(blind.log).toContain("stays open: this run could not tell what is left to change");
      expect(await pullsOf(story)).toHaveLength(1);
    },
  );

  it("are accepted by nobody but a person who may write, in a run by hand", patient, async () => {
    const scheduled = await story.run("reconcile", {
      ...(await scheduleEvent(story.stage, "ada")),
      inputs: { "accept-counts": reason },
    });
    expect(scheduled.code, told(scheduled)).toBe(64);
    expect(told(scheduled)).toContain("this one was set off by schedule");
    await story.stage.push("ada", "main", { "README.md": "Words.\n" }, "Words");
    const pushed = await story.apply({ inputs: { "accept-counts": reason } });
    expect(pushed.code, told(pushed)).toBe(64);
    for (const actor of ["eve", "github-actions[bot]"]) {
      const refused = await story.dispatch("reconcile", actor, { "accept-counts": reason });
      expect(refused.code, told(refused)).toBe(4);
      expect(told(refused)).toContain("so they cannot accept counts that fell");
    }
    const counts = Object.values(await ledgerFiles(story, "counts/"));
    expect(counts.join()).not.toContain("accepted");
  });

  it("are the measure from then on, by that person's word on the record", patient, async () => {
    const accepted = await fine(story.dispatch("reconcile", "cyd", { "accept-counts": reason }));
    expect(accepted.outputs["changes"]).toBe("1");
    const counts = Object.values(await ledgerFiles(story, "counts/")).map(
      (file) => (JSON.parse(file) as { readonly accepted?: unknown }).accepted,
    );
    expect(counts.filter((each) => each !== undefined)).toEqual([{ by: "cyd", reason }]);
    const next = await fine(story.reconcile());
    expect(next.log).toContain("still holds");
  });

  it(
    "name that person in the plans that follow, also where the pull request was closed meanwhile",
    patient,
    async () => {
      const { stage } = story;
      for (const round of [1, 2, 3]) {
        const [open] = await pullsOf(story);
        const closed = await stage.api("cyd", "PATCH", `/repos/${stage.fullName}/pulls/${Number(open?.["number"])}`, {
          state: "closed",
        });
        expect(closed.status).toBe(200);
        await fine(story.reconcile());
        const [next] = await pullsOf(story);
        expect(next?.["number"], `round ${round}`).not.toBe(open?.["number"]);
        expect(text(next?.["body"])).toContain("Their own approval does not count here either");
        expect(text(next?.["body"])).toContain("`cyd`");
      }
      const [last] = await pullsOf(story);
      const number = Number(last?.["number"]);
      await story.approve("cyd", number);
      await stage.merge("bob", number, "squash");
      const applied = await story.apply();
      expect(applied.code, told(applied)).toBe(4);
    },
  );
});
