import { expect, it } from "vitest";
import { addToGroup, findAccount, makeOrganizationAdmin, removePerson } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, type Story } from "./acme.ts";
import { told } from "./cheats-support.ts";
import { type Json, objects, text } from "./stage/json.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 120_000 };

async function issuesOf({ stage }: Story): Promise<readonly Json[]> {
  const all = await stage.api("ada", "GET", `/repos/${stage.fullName}/issues?state=all`);
  return objects(all.body).filter((issue) => issue["pull_request"] === undefined);
}

needs("git").describe("the end of the API key", () => {
  // The key of the story lasts a hundred days.
  const withKey = (warn: string): string => `${organizationYaml}key: {label: seatwright, warn: [${warn}]}\n`;

  it(
    "is told by the scheduled run, in an output, a warning and the issue, from when the file says",
    patient,
    async () => {
      const story = await openStory({ "seatwright.yaml": withKey("30d"), "policies/guests.yaml": guestsYaml });
      try {
        const early = await story.reconcile();
        expect(early, told(early)).toMatchObject({ code: 0, outputs: { "key-days-left": "99" } });
        expect(early.outputs["key-ends"]).toMatch(/^\d{4}-\d\d-\d\dT/);
        expect(early.annotations).toEqual([]);
        expect(await issuesOf(story)).toEqual([]);

        await story.stage.push("ada", "main", { "seatwright.yaml": withKey("30d, 120d") }, "Tell earlier");
        const late = await story.reconcile();
        expect(late, told(late)).toMatchObject({ code: 0 });
        expect(JSON.stringify(late.annotations)).toContain("less than 120d away");
        const [issue, ...more] = await issuesOf(story);
        expect(more).toEqual([]);
        expect(text(issue?.["title"])).toContain("1 thing left to do");
        expect(text(issue?.["body"])).toContain("### The API key");
        expect(text(issue?.["body"])).toContain("less than 120d away");

        await story.stage.push("ada", "main", { "seatwright.yaml": withKey("30d") }, "Tell later");
        const after = await story.reconcile();
        expect(after, told(after)).toMatchObject({ code: 0 });
        expect((await issuesOf(story)).map(({ state }) => state)).toEqual(["closed"]);
        expect(story.stage.judge.violations).toEqual([]);
      } finally {
        await story.close();
      }
    },
  );

  it("may come at any time where whoever made it is gone, which is told too, and after an apply", patient, async () => {
    const story = await openStory({ "seatwright.yaml": withKey("30d"), "policies/guests.yaml": guestsYaml });
    try {
      const { stage, atlassian } = story;
      expect((await story.reconcile()).code).toBe(0);
      addToGroup(atlassian.world, "busy-0@example.com", "guests");
      makeOrganizationAdmin(atlassian.world, "busy-1@example.com");
      expect(findAccount(atlassian.world, "admin@example.com")).toBeDefined();
      removePerson(atlassian.world, "admin@example.com");
      const found = await story.reconcile();
      expect(JSON.stringify(found.annotations), told(found)).toContain("is not in the organisation any more");
      const [issue] = await issuesOf(story);
      expect(text(issue?.["body"])).toContain("Whoever made the key seatwright");

      const [plans] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
      const number = Number(plans?.["number"]);
      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      const applied = await story.apply();
      expect(applied, told(applied)).toMatchObject({ code: 0, outputs: { "outcome-done": "1" } });
      expect(
        (await issuesOf(story)).map(({ state }) => state),
        "it is still so",
      ).toEqual(["open"]);
      expect(stage.judge.violations).toEqual([]);
    } finally {
      await story.close();
    }
  });
});
