import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup, findGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { openStory, type Story } from "./acme.ts";
import { objects } from "./stage/json.ts";
import { guests, settings, visits } from "./standing-support.ts";

const patient = { timeout: 180_000 };

needs("git").describe("a standing policy", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory({
      "seatwright.yaml": settings,
      "data/visits.csv": visits,
      "policies/guests.yaml": guests({ approval: "standing" }),
    });
  }, 60_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  const openPulls = async (): Promise<number> =>
    objects(await story.stage.look(`/repos/${story.stage.fullName}/pulls`)).length;
  const membersOf = (group: string): number => findGroup(story.atlassian.world, group).members.size;

  it(
    "is carried out on a schedule by its last review alone, and without one waits like any other",
    patient,
    async () => {
      const { stage } = story;
      expect((await story.reconcile()).code).toBe(0);
      addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
      const unreviewed = await story.reconcile();
      expect(unreviewed.annotations.map(({ title }) => title)).toContain("A standing policy is not approved");
      expect([membersOf("guests"), await openPulls()], "it waits in a plan pull request").toEqual([1, 1]);

      const files = { "policies/guests.yaml": guests({ approval: "standing", description: "Nobody stays a guest" }) };
      await stage.push("ada", "stand", files, "Let it stand");
      const number = await stage.openPullRequest("ada", { head: "stand", title: "Let it stand" });
      expect((await story.plan(number)).code).toBe(0);
      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      const applied = await story.apply();
      expect(applied, applied.log).toMatchObject({ code: 0 });
      expect(membersOf("guests")).toBe(0);

      addToGroup(story.atlassian.world, "busy-1@example.com", "guests");
      const standing = await story.reconcile();
      expect(standing, standing.log).toMatchObject({ code: 0 });
      expect([membersOf("guests"), await openPulls()], "it was done, and the old plan closed").toEqual([0, 0]);
      const audit = await (await stage.clone("ada")).text(["show", "origin/seatwright-ledger:head.json"]);
      expect(audit).toContain("finished");

      const loose = settings.replace(/^power: act$/m, "power: act # at once");
      expect(loose).not.toBe(settings);
      await stage.push("ada", "main", { "seatwright.yaml": loose }, "Past every review");
      addToGroup(story.atlassian.world, "busy-1@example.com", "guests");
      const pushedPast = await story.reconcile();
      expect(pushedPast.annotations.map(({ message }) => message).join()).toContain(
        "change of seatwright.yaml, on which",
      );
      expect([membersOf("guests"), await openPulls()], "it waits in a plan pull request").toEqual([1, 1]);
      await stage.push("ada", "tidy", { "seatwright.yaml": settings }, "Reviewed again");
      const tidy = await stage.openPullRequest("ada", { head: "tidy", title: "Reviewed again" });
      expect((await story.plan(tidy)).code).toBe(0);
      await story.approve("bob", tidy);
      await stage.merge("bob", tidy, "merge");
      expect((await story.reconcile()).code).toBe(0);
      expect([membersOf("guests"), await openPulls()], "it was done, and the old plan closed").toEqual([0, 0]);

      const mondays = { "policies/guests.yaml": guests({ approval: "standing", schedule: "{start: 2099-01-01}" }) };
      await stage.push("ada", "later", mondays, "Only much later");
      const later = await stage.openPullRequest("ada", { head: "later", title: "Only much later" });
      expect((await story.plan(later)).code).toBe(0);
      await story.approve("bob", later);
      await stage.merge("bob", later, "merge");
      addToGroup(story.atlassian.world, "busy-2@example.com", "guests");
      const byHand = await story.dispatch("reconcile", "cyd", {});
      expect(byHand.code, byHand.log).toBe(0);
      expect([membersOf("guests"), await openPulls()], "nobody alone starts what is not due").toEqual([1, 1]);
      const notDue = await story.reconcile();
      expect(notDue.summary).toContain("due from 2099-01-01 on");
      expect([membersOf("guests"), await openPulls()]).toEqual([1, 0]);
    },
  );
});
