import { afterAll, beforeAll, expect, it } from "vitest";
import { marksOf } from "../../src/action/marks.ts";
import { addToGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, type Story } from "./acme.ts";
import { numberAt, objects, textAt } from "./stage/json.ts";

const patient = { timeout: 120_000 };
const inputs = { "repo-path": "./access/", "org-id": "" };

needs("git").describe("policies in a folder of a repository", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory({
      "access/seatwright.yaml": organizationYaml,
      "access/policies/guests.yaml": guestsYaml,
      "README.md": "Other things live here too.\n",
    });
  }, 60_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it(
    "have marks, a branch and a plan file of their own, so that several organisations share a repository",
    patient,
    async () => {
      const { stage } = story;
      expect((await story.reconcile(inputs)).code).toBe(0);
      addToGroup(story.atlassian.world, "busy-0@example.com", "guests");
      expect((await story.reconcile(inputs)).code).toBe(0);
      const [plans] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
      const number = numberAt(plans, "number");
      expect(textAt(plans, "head", "ref")).toBe("seatwright/plan-access");
      expect(textAt(plans, "body")).toContain("<!-- seatwright:plan-pull-request access -->");
      const files = objects(await stage.look(`/repos/${stage.fullName}/pulls/${number}/files`));
      expect(textAt(files[0], "filename")).toMatch(/^access\/plans\/\d{8}T\d{6}Z-[0-9a-f]{8}\.json$/);

      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      const applied = await story.apply({ inputs });
      expect(applied, applied.log).toMatchObject({ code: 0, outputs: { "outcome-done": "1" } });

      await stage.push("ada", "words", { "README.md": "Other words.\n" }, "Say it better");
      const words = await stage.openPullRequest("ada", { head: "words", title: "Say it better" });
      await stage.merge("ada", words, "merge");
      const other = await story.apply({ inputs });
      expect(other, other.log).toMatchObject({ code: 0 });
      expect(other.log).toContain("changes no policy of");
    },
  );

  it("are told apart by name, whatever the folder is called", () => {
    expect(marksOf({ folder: "." })).toMatchObject({
      comment: "<!-- seatwright:plan -->",
      planBranch: "seatwright/plan",
    });
    const odd = marksOf({ folder: "Teams/EU --> here" });
    expect(odd).toMatchObject({
      comment: "<!-- seatwright:plan teams-eu-here -->",
      planBranch: "seatwright/plan-teams-eu-here",
    });
  });
});
