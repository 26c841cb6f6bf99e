import { afterAll, beforeAll, expect, it } from "vitest";
import { marksOf } from "../../src/action/marks.ts";
import { addToGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { builtOrganizationId } from "../../src/simulator/build.ts";
import { guestsYaml, openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import { checksOn, commentsOn, headOf, open, told } from "./cheats-support.ts";
import { pullRequestTargetEvent, pushEvent } from "./stage/events.ts";
import { numberAt, objects, textAt } from "./stage/json.ts";

const patient = { timeout: 120_000 };
const inputs = { "repo-path": "./access/", "org-id": "" };

needs("git").describe("policies in a folder of a repository", () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory({
      "access/seatwright.yaml": organizationYaml,
      "access/policies/guests.yaml": guestsYaml,
      "us/seatwright.yaml": organizationYaml.replace(builtOrganizationId, "9b241ecd-17cd-2b16-99a8-0933157226a2"),
      "us/policies/guests.yaml": guestsYaml,
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

      // GitHub starts no workflow for it: the job that opens it posts what the other organisation's would.
      const head = await headOf(story, number);
      expect(await checksOn(story, head, "Seatwright plan (us)")).toMatchObject([
        { conclusion: "success", externalId: "no-plan" },
      ]);
      expect(await checksOn(story, head, "Seatwright plan (access)")).toHaveLength(1);

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

  it(
    "get a check for each organisation, which can be required, and a plan where something changes",
    patient,
    async () => {
      const { stage } = story;
      const number = await open(story, "unused", { "access/policies/unused.yaml": policyYaml() });
      const trigger = await pullRequestTargetEvent(stage, { number });
      const ours = await story.run("plan", { ...trigger, inputs });
      expect(ours, told(ours)).toMatchObject({ code: 0, outputs: { changes: "4" } });
      const asked = story.atlassian.requests.length;
      const theirs = await story.run("plan", { ...trigger, inputs: { ...inputs, "repo-path": "us" } });
      expect(theirs, told(theirs)).toMatchObject({ code: 0, outputs: { changes: "0" } });
      expect(story.atlassian.requests).toHaveLength(asked);
      const head = await headOf(story, number);
      expect(await checksOn(story, head, "Seatwright plan (access)")).toMatchObject([
        { conclusion: "success", externalId: expect.stringMatching(/^seatwright-1:/) as string },
      ]);
      expect(await checksOn(story, head, "Seatwright plan (us)")).toMatchObject([
        { conclusion: "success", externalId: expect.stringMatching(/^seatwright-1:0{64}:/) as string },
      ]);
      expect(await checksOn(story, head, "Seatwright plan")).toEqual([]);
      expect(await commentsOn(story, number)).toHaveLength(1);

      await story.approve("bob", number);
      await stage.merge("bob", number, "squash");
      const merge = await pushEvent(stage);
      const elsewhere = await story.run("apply", { ...merge, inputs: { ...inputs, "repo-path": "us" } });
      expect(elsewhere.log, told(elsewhere)).toContain("changes no policy of");
      const applied = await story.run("apply", { ...merge, inputs });
      expect(applied, told(applied)).toMatchObject({ code: 0, outputs: { "outcome-done": "4" } });
      expect(await checksOn(story, merge.sha, "Seatwright apply (access)")).toMatchObject([{ conclusion: "success" }]);
      expect(await checksOn(story, merge.sha, "Seatwright apply (us)")).toEqual([]);
    },
  );

  it("are told apart by name, whatever the folder is called", () => {
    expect(marksOf({ folder: "." })).toMatchObject({
      comment: "<!-- seatwright:plan -->",
      planBranch: "seatwright/plan",
    });
    const odd = marksOf({ folder: "Teams/EU --> here" });
    expect(odd).toMatchObject({
      comment: expect.stringMatching(/^<!-- seatwright:plan teams-eu-here__[0-9a-f]{8} -->$/) as string,
      planBranch: expect.stringMatching(/^seatwright\/plan-teams-eu-here__[0-9a-f]{8}$/) as string,
    });
  });
});
