import { describe, expect, it } from "vitest";
import type { Change, Outcome, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { DAY, momentOf, type Seconds } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import type { Ledger, RunLog } from "../../src/ports.ts";
import { approvalOf, changeFor, planTime, planWith, testClock, type TestClock } from "../support/apply.ts";
import { confluence, jira, jiraUser, organizationId, type People, populationOf } from "../support/organization.ts";

/** How a test gets at a ledger: `open` opens the same one again, as a new process would. */
export interface LedgerUnderTest {
  readonly open: () => Ledger;
  readonly clock: TestClock;
}

const runA = "r-20261120T061000Z-0000000a";
const runB = "r-20261121T061000Z-0000000b";

/** What every ledger promises, wherever it keeps its files. */
export function describeLedger(name: string, make: (clock: TestClock) => LedgerUnderTest): void {
  const fresh = (): LedgerUnderTest => make(testClock(planTime));

  describe(`${name}: snapshots`, () => {
    it("knows nothing at first", async () => {
      const view = await fresh().open().view();
      expect(view).toMatchObject({
        lastGood: null,
        holds: [],
        removals: [],
        previousChanges: null,
        measures: {},
      });
      expect(view.seat("ada", jira)).toBeNull();
    });

    it("keeps the counts of a complete snapshot for those that come after it", async () => {
      const { open } = fresh();
      await open().recordSnapshot(
        snapshot({ ada: jiraUser({ active: { [jira]: planTime - DAY } }), bob: jiraUser() }, planTime),
      );
      expect((await open().view(planTime + DAY)).lastGood).toMatchObject({
        asOf: planTime,
        people: 2,
        seats: { [jira]: 2, [confluence]: 0 },
        withActivity: { [jira]: 1, [confluence]: 0 },
        members: { "g-jira": 2 },
      });
    });

    it("shows a snapshot that is planned again the view it was planned with", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: ["g-both"] }) }, planTime + DAY));
      const again = await open().view(planTime);
      expect(again.lastGood).toBeNull();
      expect(again.seat("ada", jira)).toBeNull();
      const second = await open().view(planTime + DAY);
      expect(second.lastGood?.asOf).toBe(planTime);
      expect(second.seat("ada", confluence)).toBeNull();
    });

    it("keeps nothing of a snapshot that is not complete", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime, "suspect"));
      expect((await open().view(planTime + DAY)).lastGood).toBeNull();
    });

    it("keeps the last believed reading of activity, and who accepted counts that fell", async () => {
      const { open } = fresh();
      const active = { active: { [jira]: planTime - DAY } };
      await open().recordSnapshot(snapshot({ ada: jiraUser(active), bob: jiraUser(active) }, planTime));
      await open().recordSnapshot(
        snapshot({ ada: jiraUser(active), bob: jiraUser(), cyd: jiraUser() }, planTime + DAY),
      );
      const { lastGood } = await open().view(planTime + 2 * DAY);
      expect(lastGood?.withActivity[jira]).toBe(1);
      expect(lastGood?.believed[jira]).toEqual({ at: planTime, seats: 2, withActivity: 2 });
      const accepted = { by: "ada", reason: "half of them are new" };
      await open().recordSnapshot(
        snapshot({ ada: jiraUser(active), bob: jiraUser(), cyd: jiraUser() }, planTime + 2 * DAY),
        accepted,
      );
      expect((await open().view(planTime + 3 * DAY)).lastGood).toMatchObject({
        accepted,
        believed: { [jira]: { at: planTime + 2 * DAY, seats: 3, withActivity: 1 } },
      });
    });

    it("measures growth against the last plan that was not alarming, or that somebody overrode", async () => {
      const { open } = fresh();
      const measured = { kind: "policy", id: "unused", rule: "0123456789abcdef", selects: 9, measure: 3 } as const;
      const grown = {
        limit: "growth.percent",
        scope: "unused",
        allowed: 100,
        unit: "percent",
        observed: 6,
        of: 3,
      } as const;
      const plan = planWith([changeFor("ada")], { measures: [measured], limits: [{ ...grown, tripped: true }] });
      await open().storePlan(plan);
      expect((await open().view(planTime + 1)).measures).toEqual({
        "policy unused": [{ rule: measured.rule, selects: 3 }],
      });
      const override = { limit: "growth.percent", planDigest: plan.digest, by: "bo", reason: "a new branch" };
      await finished(open(), runA, plan, [done(changeFor("ada"), planTime + 60)], { overrides: [override] });
      expect((await open().view(planTime + 1)).measures).toEqual({
        "policy unused": [{ rule: measured.rule, selects: 9 }],
      });
    });

    it("still measures growth of a rule after a plan of another rule, as of a pull request that is never merged", async () => {
      const { open } = fresh();
      const measured = { kind: "policy", id: "unused", rule: "0123456789abcdef", selects: 3, measure: 3 } as const;
      const other = { ...measured, rule: "fedcba9876543210", selects: 900, measure: 900 };
      await open().storePlan(planWith([], { measures: [measured] }));
      await open().storePlan(planWith([], { measures: [other], asOf: momentOf(planTime + 60) }));
      expect((await open().view(planTime + DAY)).measures).toEqual({
        "policy unused": [
          { rule: other.rule, selects: 900 },
          { rule: measured.rule, selects: 3 },
        ],
      });
    });

    it("keeps nothing of a snapshot older than the newest", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime + DAY));
      await open().recordSnapshot(snapshot({}, planTime));
      expect((await open().view(planTime + 2 * DAY)).lastGood?.people).toBe(1);
    });
  });

  describe(`${name}: seats`, () => {
    it("calls seats of the first snapshot older than us, and dates later ones", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: ["g-both"] }), bob: jiraUser() }, planTime + DAY));
      const view = await open().view(planTime + 2 * DAY);
      expect(view.seat("ada", jira)).toEqual({ firstSeen: null, restored: null });
      expect(view.seat("ada", confluence)).toEqual({ firstSeen: planTime + DAY, restored: null });
      expect(view.seat("bob", jira)).toEqual({ firstSeen: planTime + DAY, restored: null });
      expect(view.seat("bob", confluence)).toBeNull();
    });

    it("lets a seat that was taken and given again count from its new first day", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, planTime + DAY));
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime + 2 * DAY));
      expect((await open().view(planTime + 3 * DAY)).seat("ada", jira)).toEqual({
        firstSeen: planTime + 2 * DAY,
        restored: null,
      });
    });

    it("forgets the seats of somebody who is gone", async () => {
      const { open } = fresh();
      await open().recordSnapshot(snapshot({ ada: jiraUser(), bob: jiraUser() }, planTime));
      await open().recordSnapshot(snapshot({ bob: jiraUser() }, planTime + DAY));
      expect((await open().view(planTime + 2 * DAY)).seat("ada", jira)).toBeNull();
    });

    it("notes what we gave, and keeps it while reads may lag behind", async () => {
      const { open } = fresh();
      const give = giveBack("ada");
      const plan = planWith([give]);
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, planTime));
      await finished(open(), runA, plan, [done(give, planTime + 100)]);
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, planTime + 600));
      const view = await open().view(planTime + DAY);
      expect(view.seat("ada", jira)).toEqual({ firstSeen: planTime + 100, restored: planTime + 100 });
    });
  });

  describe(`${name}: plans`, () => {
    it("gives back the plan with a digest, and null for one it does not have", async () => {
      const { open } = fresh();
      const plan = planWith([changeFor("ada")]);
      await open().storePlan(plan);
      await open().storePlan(plan);
      expect(await open().loadPlan(plan.digest)).toEqual(plan);
      expect(await open().loadPlan(planWith([]).digest)).toBeNull();
    });

    it("remembers what the plan before proposed, selected and read", async () => {
      const { open } = fresh();
      const change = changeFor("ada");
      const source = { name: "hr", rows: 240, digest: `sha256:${"1".repeat(64)}`, unmatched: 0 };
      await open().storePlan(planWith([change], { sources: [source] }));
      await open().storePlan(planWith([], { asOf: momentOf(planTime + 2 * DAY) }));
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
      const view = await open().view(planTime + DAY);
      expect([...(view.previousChanges ?? [])]).toEqual([change.id]);
      expect(view.sourceRows).toEqual({ hr: 240 });
    });

    it("does not take an undo for the plan before", async () => {
      const { open } = fresh();
      await open().storePlan(planWith([changeFor("ada")], { origin: { kind: "undo", run: runA } }));
      expect((await open().view(planTime + DAY)).previousChanges).toBeNull();
    });
  });

  describe(`${name}: the lock`, () => {
    it("is held by one at a time, and names its holder", async () => {
      const { open } = fresh();
      const held = await open().lock(organizationId, "applying plan sha256:1");
      await expect(open().lock(organizationId, "another")).rejects.toMatchObject({
        reason: "lockHeld",
        message: expect.stringContaining("applying plan sha256:1"),
      });
      await held.release();
      await (await open().lock(organizationId, "another")).release();
    });
  });

  describe(`${name}: runs`, () => {
    it("chains events, and goes on from the head of the run before", async () => {
      const { open } = fresh();
      const plan = planWith([]);
      const first = await finished(open(), runA, plan, []);
      const log = await open().openRun(runB);
      const [event] = await log.append(planTime, [{ type: "run.started", planDigest: plan.digest }]);
      expect(event).toMatchObject({ seq: 1, prev: first, run: runB });
      const [second, third] = await log.append(planTime, [{ type: "plan" }, { type: "run.stopped" }]);
      expect([second?.prev, third?.prev, log.head()]).toEqual([event?.hash, second?.hash, third?.hash]);
      await log.close();
    });

    it("tells what a run left that did not come to its end, and lets it be gone on with", async () => {
      const { open } = fresh();
      const plan = planWith([changeFor("ada")]);
      const log = await begun(open(), runA, plan);
      await log.close();
      const left = await open().unfinishedRun();
      expect(left).toMatchObject({ run: runA, planDigest: plan.digest });
      expect(left?.events.map(({ event }) => event.type)).toEqual(["approval", "run.started"]);
      const again = await open().openRun(runA);
      const [event] = await again.append(planTime, [{ type: "run.resumed" }]);
      expect(event).toMatchObject({ seq: 3, prev: left?.events.at(-1)?.hash });
      await again.close();
    });

    it("calls a run unfinished until its result is stored", async () => {
      const { open } = fresh();
      const plan = planWith([]);
      const log = await begun(open(), runA, plan);
      await log.append(planTime, [{ type: "run.stopped", exit: 5, reason: "interrupted" }]);
      await open().storeResult(resultOf(runA, plan, [], log.head()), approvalOf(plan));
      await log.append(planTime, [{ type: "run.finished", exit: 0, reason: "nothing to do" }]);
      await log.close();
      expect((await open().unfinishedRun())?.run).toBe(runA);
      await open().storeResult(resultOf(runA, plan, [], log.head()), approvalOf(plan));
      expect(await open().unfinishedRun()).toBeNull();
    });

    it("calls a plan used up only when its run came to its end", async () => {
      const { open } = fresh();
      const plan = planWith([changeFor("ada")]);
      const log = await begun(open(), runA, plan);
      await log.append(planTime, [{ type: "run.stopped", exit: 5 }]);
      await open().storeResult(resultOf(runA, plan, [], log.head()), approvalOf(plan));
      expect(await open().consumedBy(plan.digest)).toBeNull();
      await log.append(planTime, [{ type: "run.finished", exit: 0 }]);
      await log.close();
      await open().storeResult(resultOf(runA, plan, [], log.head()), approvalOf(plan));
      expect(await open().consumedBy(plan.digest)).toBe(runA);
    });

    it("counts our removals for thirty days, with the policies that asked for them", async () => {
      const { open } = fresh();
      const changes = [changeFor("ada"), changeFor("bob"), changeFor("cyd"), giveBack("dan")];
      const [ada, bob, cyd, dan] = changes;
      if (ada === undefined || bob === undefined || cyd === undefined || dan === undefined)
        throw new Error("no changes");
      const at = planTime + 300;
      await finished(open(), runA, planWith(changes), [
        done(ada, at),
        { ...done(bob, at + 1), outcome: "done-not-yet-visible" },
        { ...done(cyd, at), outcome: "failed-restored" },
        done(dan, at),
      ]);
      const removals = [
        { at, accountId: "ada", purpose: "saving", policies: ["unused-seats"] },
        { at: at + 1, accountId: "bob", purpose: "saving", policies: ["unused-seats"] },
      ];
      expect((await open().view(at + 30 * DAY)).removals).toEqual(removals);
      expect((await open().view(at)).removals).toEqual([]);
      expect((await open().view(at + 31 * DAY)).removals).toEqual([]);
    });

    it("leaves somebody alone for ninety days to whom an undo gave something back", async () => {
      const { open } = fresh();
      const give = giveBack("ada");
      const at = planTime + 300;
      await finished(open(), runA, planWith([give], { origin: { kind: "undo", run: runB } }), [done(give, at)]);
      expect((await open().view(at + 89 * DAY)).holds).toEqual([
        {
          accountId: "ada",
          policy: "unused-seats",
          until: at + 90 * DAY,
          reason: `given back by ${runA} on 2026-11-20`,
        },
      ]);
      expect((await open().view(at + 90 * DAY)).holds).toEqual([]);
    });
  });

  describe(`${name}: what we did`, () => {
    const at = planTime + 300;

    it("is known for ninety days, and whether it was seen", async () => {
      const { open } = fresh();
      const [ada, bob] = [changeFor("ada"), changeFor("bob")];
      const outcomes = [done(ada, at), { ...done(bob, at + 1), outcome: "done-not-yet-visible" as const }];
      await finished(open(), runA, planWith([ada, bob]), outcomes);
      const { deeds } = await open().view(at + DAY);
      expect(deeds).toMatchObject([
        { run: runA, change: ada.id, at, accountId: "ada", instance: jira, moved: [jira], proof: "seen" },
        { run: runA, change: bob.id, at: at + 1, accountId: "bob", proof: "accepted", origin: "policies" },
      ]);
      expect((await open().view(at)).deeds, "of the very second a snapshot may show it or not").toMatchObject([
        { accountId: "ada" },
      ]);
      expect((await open().view(at - 1)).deeds).toEqual([]);
      expect((await open().view(at + 90 * DAY)).deeds).toMatchObject([{ accountId: "bob" }]);
    });

    it("is noted as reversed when a complete snapshot shows it, once, and for later plans only", async () => {
      const { open } = fresh();
      const ada = changeFor("ada");
      await finished(open(), runA, planWith([ada]), [done(ada, at)]);
      const seenAt = planTime + DAY;
      const people = { ada: jiraUser() };
      await open().recordSnapshot(snapshot(people, seenAt - 3600, "suspect"));
      await open().recordSnapshot(snapshot(people, seenAt));
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, seenAt + DAY));
      await open().recordSnapshot(snapshot(people, seenAt + 2 * DAY));
      const reversal = {
        run: runA,
        change: ada.id,
        accountId: "ada",
        policies: ["unused-seats"],
        doneAt: at,
        seenAt,
      };
      expect((await open().view(seenAt)).reversals).toEqual([]);
      expect((await open().view(seenAt + 1)).reversals).toEqual([reversal]);
      expect((await open().view(seenAt + 89 * DAY)).reversals).toEqual([reversal]);
      expect((await open().view(seenAt + 90 * DAY)).reversals).toEqual([]);
    });

    it("is no reversal where an undo of ours gave it back", async () => {
      const { open } = fresh();
      const [take, give] = [changeFor("ada"), giveBack("ada")];
      const undo = planWith([give], { origin: { kind: "undo", run: runA } });
      await finished(open(), runA, planWith([take]), [done(take, at)]);
      await finished(open(), runB, undo, [done(give, at + 60)]);
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime + DAY));
      expect((await open().view(planTime + 2 * DAY)).reversals).toEqual([]);
    });

    it("leaves somebody alone for ninety days from whom an undo took something back", async () => {
      const { open } = fresh();
      const take = changeFor("ada");
      await finished(open(), runA, planWith([take], { origin: { kind: "undo", run: runB } }), [done(take, at)]);
      expect((await open().view(at + DAY)).holds).toMatchObject([
        {
          accountId: "ada",
          policy: "unused-seats",
          until: at + 90 * DAY,
          reason: `taken back by ${runA} on 2026-11-20`,
        },
      ]);
    });

    it("can be read again by run, and every run is listed", async () => {
      const { open } = fresh();
      expect(await open().runIds()).toEqual([]);
      const plan = planWith([]);
      await finished(open(), runA, plan, []);
      await finished(open(), runB, planWith([], { asOf: momentOf(planTime + DAY) }), []);
      expect(await open().runIds()).toEqual([runA, runB]);
      expect(await open().readRun(runA)).toMatchObject({ run: runA, planDigest: plan.digest });
      expect((await open().readRun(runA))?.events.at(-1)?.event.type).toBe("run.finished");
      expect(await open().readRun("r-20200101T000000Z-00000000")).toBeNull();
    });
  });

  describe(`${name}: hand-offs`, () => {
    const seat = { instance: jira, app: "jira-software", site: "acme" };
    const handoffId = "h-00000000000000aa";
    const handing = (at: Seconds): Plan =>
      planWith([], {
        asOf: momentOf(at),
        heldBack: [
          {
            accountId: "ada",
            policy: "unused-seats",
            action: "revoke",
            seat,
            target: null,
            kind: "blocked",
            code: "synced-group",
            reason: "Okta fills the group",
            owner: "@acme/iam",
            owed: false,
            handoff: true,
            handoffId,
            since: momentOf(at),
          },
        ],
      });

    it("are open since the first plan that had them, until a complete snapshot shows them done", async () => {
      const { open } = fresh();
      await open().storePlan(handing(planTime));
      await open().storePlan(handing(planTime + DAY));
      const kept = { id: handoffId, accountId: "ada", action: "revoke", instance: jira, since: planTime };
      expect((await open().view(planTime)).handoffs).toEqual([]);
      expect((await open().view(planTime + 2 * DAY)).handoffs).toEqual([kept]);
      await open().recordSnapshot(snapshot({ ada: jiraUser() }, planTime + 2 * DAY));
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, planTime + 3 * DAY, "suspect"));
      expect((await open().view(planTime + 4 * DAY)).handoffs).toEqual([kept]);
      const doneAt = planTime + 4 * DAY;
      await open().recordSnapshot(snapshot({ ada: jiraUser({ groups: [] }) }, doneAt));
      expect((await open().view(doneAt)).handoffs).toEqual([kept]);
      expect((await open().view(doneAt + 1)).handoffs).toEqual([]);
      await open().storePlan(handing(doneAt + DAY));
      expect((await open().view(doneAt + 2 * DAY)).handoffs).toEqual([{ ...kept, since: doneAt + DAY }]);
    });
  });

  describe(`${name}: stop`, () => {
    it("stands until it is withdrawn", async () => {
      const { open } = fresh();
      expect(await open().stopRequested()).toBeNull();
      await open().requestStop("too many surprises", "eve");
      expect(await open().stopRequested()).toBe("eve asked to stop: too many surprises");
      await open().withdrawStop();
      await open().withdrawStop();
      expect(await open().stopRequested()).toBeNull();
    });
  });
}

/** Everybody of an organisation, as a snapshot of a moment. */
export function snapshot(people: People, at: Seconds, state: "complete" | "suspect" = "complete"): Population {
  const population = populationOf(people, at, "everybody");
  return { ...population, header: { ...population.header, certificate: { state, checks: [] } } };
}

function giveBack(accountId: string): Change {
  return changeFor(accountId, {
    action: "grant",
    direction: "give",
    target: "atlassian/user",
    before: { status: "active", seats: [], paths: [] },
    after: { status: "active", seats: [jira], paths: [] },
  });
}

function done({ id, accountId, action }: Change, at: Seconds): Outcome {
  return { change: id, accountId, action, outcome: "done", reason: "carried out and read back", at: momentOf(at) };
}

function resultOf(run: string, plan: Plan, outcomes: readonly Outcome[], auditHead: string): RunResult {
  return {
    kind: "run",
    version: 1,
    run,
    organization: organizationId,
    planDigest: plan.digest,
    startedAt: momentOf(planTime),
    finishedAt: momentOf(planTime + 900),
    exit: { code: 0, reason: "done" },
    outcomes,
    counts: {},
    auditHead,
  };
}

async function begun(ledger: Ledger, run: string, plan: Plan): Promise<RunLog> {
  await ledger.storePlan(plan);
  const log = await ledger.openRun(run);
  await log.append(planTime, [
    { type: "approval", approval: approvalOf(plan) },
    { type: "run.started", planDigest: plan.digest },
  ]);
  return log;
}

/** A run from beginning to end. Gives the hash of its last event. */
async function finished(
  ledger: Ledger,
  run: string,
  plan: Plan,
  outcomes: readonly Outcome[],
  approval: Parameters<typeof approvalOf>[1] = {},
): Promise<string> {
  const log = await begun(ledger, run, plan);
  await log.append(planTime, [{ type: "run.finished", exit: 0, reason: "done" }]);
  await log.close();
  await ledger.storeResult(resultOf(run, plan, outcomes, log.head()), approvalOf(plan, approval));
  return log.head();
}
