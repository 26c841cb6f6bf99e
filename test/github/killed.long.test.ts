import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditEvent } from "../../src/model/documents.generated.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import { type RecordedRequest, type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { cli } from "../e2e/run.ts";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import { commentsOn, ledgerFiles, open } from "./cheats-support.ts";
import { dispatchEvent, pushEvent, scheduleEvent, type Trigger } from "./stage/events.ts";
import { objects } from "./stage/json.ts";
import type { ActionResult, RunningAction } from "./stage/runner.ts";
import { told } from "./workflow-run.ts";

/** Whoever goes on with a run waits up to a minute for what was asked for last to show, on a machine that is busy. */
const timeoutMs = 400_000;
const patient = { timeout: 3 * timeoutMs };

interface Killed {
  readonly trigger: Trigger;
  readonly number: number;
  /** Changes of the organisation that were asked for, answered or not. */
  readonly writes: () => readonly RecordedRequest[];
  readonly before: number;
}

const moments = [
  ["the second change was made and its answer lost", 2, "after"],
  ["the third change was asked for and not made", 3, "before"],
] as const;

for (const [words, nth, when] of moments)
  needs("git").describe(`an apply whose runner is killed when ${words}`, () => {
    let story: Story;
    const atlassian: Simulator[] = [];
    beforeAll(async () => {
      story = await openStory();
      const baseline = await story.reconcile();
      expect(baseline.code, told(baseline)).toBe(0);
    }, 120_000);
    afterAll(async () => {
      expect(story.stage.judge.violations).toEqual([]);
      for (const each of atlassian) await each.close();
      await story.close();
    });

    /** Has a plan of four changes approved and merged, and kills the job that applies it in the middle. */
    async function killInTheMiddle(policies: Readonly<Record<string, string>>): Promise<Killed> {
      const { stage } = story;
      const number = await open(story, "unused", policies);
      const planned = await story.plan(number);
      expect(planned.outputs["changes"], told(planned)).toBe("4");
      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      const before = story.holders();
      const job: { running?: RunningAction } = {};
      let asked = 0;
      const faults: FaultPlan = ({ method, pattern }) => {
        if (!isWrite({ method, pattern }) || ++asked !== nth) return undefined;
        job.running?.kill("SIGKILL");
        return { kind: "reset", when };
      };
      // The same organisation behind another address, which kills whoever asks for the nth change.
      const deadly = await startSimulator({ world: story.atlassian.world, clock: () => new Date(), faults });
      atlassian.push(deadly);
      const trigger = await pushEvent(stage);
      const inputs = { "atlassian-url": deadly.url, "api-key": story.atlassian.apiKey };
      job.running = await story.start("apply", { ...trigger, inputs });
      const killed = await job.running.finished;
      expect(killed, told(killed)).toMatchObject({ code: null, signal: "SIGKILL" });
      expect(before - story.holders()).toBe(when === "after" ? nth : nth - 1);
      return {
        trigger,
        number,
        before,
        writes: () => [...deadly.requests, ...story.atlassian.requests].filter(isWrite),
      };
    }

    /** That all of the plan was done, nothing of it twice, and that whoever approved it is told. */
    async function expectWhole({ writes, number, before }: Killed, result: ActionResult): Promise<void> {
      const { stage } = story;
      expect(result.code, told(result)).toBe(0);
      expect(before - story.holders()).toBe(4);
      expect(new Set(writes().map(({ path, body }) => `${path} ${JSON.stringify(body)}`)).size).toBe(4);
      // Asked for again only where it had not been made.
      expect(writes()).toHaveLength(when === "after" ? 4 : 5);
      const [comment, ...others] = (await commentsOn(story, number)).filter((body) =>
        body.includes("seatwright:result"),
      );
      expect(others).toEqual([]);
      expect(comment).toContain("4 changes");
      expect(await checksOn(story)).toContainEqual(["Seatwright apply", "success"]);

      const logs = Object.entries(await ledgerFiles(story, "audit/")).filter(([, text]) =>
        text.includes('"change.outcome"'),
      );
      expect(logs).toHaveLength(1);
      const [[path, text] = ["", ""]] = logs;
      const events = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as AuditEvent);
      const done = events.flatMap(({ event }) => (event.type === "change.outcome" ? [event.outcome] : []));
      expect(done).toEqual(["done", "done", "done", "done"]);
      const file = join(stage.folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${text.trim()}\n`);
      const verified = await cli(["audit", "verify", file]);
      expect(verified.code, `${verified.out}${verified.err}`).toBe(0);
      expect(objects(await stage.look(`/repos/${stage.fullName}/issues`)).filter(isIssue)).toEqual([]);
    }

    it("is gone on with by the next scheduled job, on the approval it had", patient, async () => {
      const killed = await killInTheMiddle({ "policies/unused.yaml": policyYaml() });
      const next = await story.run("reconcile", { ...(await scheduleEvent(story.stage, "ada")), timeoutMs });
      expect(next.log).toContain("was cut off; going on with it");
      await expectWhole(killed, next);
      // The plan is used up, whoever runs the old job again.
      const again = await story.run("apply", { ...killed.trigger, attempt: 2 });
      expect(killed.writes(), told(again)).toHaveLength(when === "after" ? 4 : 5);
      const after = await story.reconcile();
      expect(after, told(after)).toMatchObject({ code: 0, outputs: { changes: "0" } });
    });
  });

needs("git").describe("an apply whose runner is killed", () => {
  let story: Story;
  let deadly: Simulator;
  beforeAll(async () => {
    story = await openStory();
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await deadly.close();
    await story.close();
  });

  it("is finished by the same job run again, or by hand with the pull request's number", patient, async () => {
    const { stage } = story;
    expect((await story.reconcile()).code).toBe(0);
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    expect((await story.plan(number)).code).toBe(0);
    await story.approve("bob", number);
    await stage.merge("bob", number, "merge");
    const before = story.holders();
    const job: { running?: RunningAction } = {};
    let asked = 0;
    const faults: FaultPlan = (request) => {
      // Each job that applies through this address ends at its second change.
      if (!isWrite(request) || ++asked % 2 !== 0) return undefined;
      job.running?.kill("SIGKILL");
      return { kind: "reset", when: "after" };
    };
    deadly = await startSimulator({ world: story.atlassian.world, clock: () => new Date(), faults });
    const inputs = { "atlassian-url": deadly.url, "api-key": story.atlassian.apiKey };
    const trigger = await pushEvent(stage);
    job.running = await story.start("apply", { ...trigger, inputs, runId: 7001 });
    expect((await job.running.finished).signal).toBe("SIGKILL");
    job.running = await story.start("apply", { ...trigger, inputs, runId: 7001, attempt: 2, timeoutMs });
    const second = await job.running.finished;
    expect(second.signal, told(second)).toBe("SIGKILL");
    expect(before - story.holders()).toBe(4);
    const typed = { "pull-request": String(number) };
    const started = await dispatchEvent(stage, { actor: "cyd", inputs: typed });
    const byHand = await story.run("apply", { ...started, inputs: typed, timeoutMs });
    expect(byHand, told(byHand)).toMatchObject({ code: 0, outputs: { "outcome-done": "4" } });
    const writes = [...deadly.requests, ...story.atlassian.requests].filter(isWrite);
    expect(writes).toHaveLength(4);
    expect(new Set(writes.map(({ path }) => path)).size).toBe(4);
  });
});

/** Requests that change something in the organisation. */
function isWrite({ method, pattern }: Pick<RecordedRequest, "method" | "pattern">): boolean {
  return method !== "GET" && !/\/(search|workspaces)$/.test(pattern);
}

/** Issues of the list that are no pull requests. */
function isIssue(issue: Readonly<Record<string, unknown>>): boolean {
  return issue["pull_request"] === undefined || issue["pull_request"] === null;
}

/** Name and conclusion of the checks on the default branch's tip. */
async function checksOn({ stage }: Story): Promise<readonly unknown[]> {
  const found = (await stage.look(`/repos/${stage.fullName}/commits/main/check-runs`)) as { check_runs: unknown };
  return objects(found.check_runs).map(({ name, conclusion }) => [name, conclusion]);
}
