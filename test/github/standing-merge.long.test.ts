import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addToGroup, findGroup, removeFromGroup } from "../../src/simulator/edit.ts";
import { needs } from "../support/needs.ts";
import { openStory, policyYaml, type Story } from "./acme.ts";
import { open, told } from "./cheats-support.ts";
import { guests, settings, visits } from "./standing-support.ts";
import type { ActionResult } from "./stage/runner.ts";

const patient = { timeout: 180_000 };
const UNREVIEWED = "A standing policy is not approved";

needs("git").describe("a standing policy, by how it was merged", () => {
  let story: Story;
  const guestsNow = (): number => findGroup(story.atlassian.world, "guests").members.size;
  /** A guest comes, and a schedule looks; gives whether the guest is still there, and which warnings there were. */
  const visit = async (person: string): Promise<readonly [number, readonly string[], ActionResult]> => {
    addToGroup(story.atlassian.world, person, "guests");
    const result = await story.reconcile();
    expect(result, told(result)).toMatchObject({ code: 0 });
    const stayed = guestsNow();
    if (stayed > 0) removeFromGroup(story.atlassian.world, person, "guests");
    return [stayed, result.annotations.map(({ title }) => title ?? ""), result];
  };

  beforeAll(async () => {
    story = await openStory({
      "seatwright.yaml": settings,
      "data/visits.csv": visits,
      "policies/guests.yaml": guests({}),
    });
    const baseline = await story.reconcile();
    expect(baseline, told(baseline)).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("stands after a rebase of several commits that change the same line", patient, async () => {
    const { stage } = story;
    const number = await open(story, "stand", {
      "policies/guests.yaml": guests({ approval: "standing", description: "One word" }),
    });
    const files = { "policies/guests.yaml": guests({ approval: "standing", description: "Another word" }) };
    await stage.push("ada", "stand", files, "Say it otherwise");
    await stage.push("ada", "main", { "README.md": "Words\n" }, "Something else meanwhile");
    await story.approve("bob", number);
    await stage.merge("bob", number, "rebase");
    const [stayed, warnings] = await visit("busy-0@example.com");
    expect([stayed, warnings]).toEqual([0, []]);
  });

  it("waits where somebody merged by hand something else than was approved", patient, async () => {
    const { stage } = story;
    const number = await open(story, "words", {
      "policies/guests.yaml": guests({ approval: "standing", description: "Approved words" }),
    });
    await story.approve("bob", number);
    const git = await stage.clone("ada");
    await git.text(["merge", "--no-ff", "--no-commit", "origin/words"]);
    const loose = guests({ approval: "standing", description: "Approved words", where: "{in: visits}" });
    writeFileSync(join(git.folder, "policies/guests.yaml"), loose.replace("in: visits", "in: [visits]"));
    await git.text(["commit", "--quiet", "-am", `Merge pull request #${number} from acme/words`]);
    await git.text(["push", "--quiet", "origin", "HEAD:main"]);
    const shown = (await stage.look(`/repos/${stage.fullName}/pulls/${number}`)) as { readonly merged: boolean };
    expect(shown.merged, "GitHub shows it as merged").toBe(true);
    const [stayed, warnings] = await visit("busy-1@example.com");
    expect(stayed).toBe(1);
    expect(warnings).toContain(UNREVIEWED);
  });

  it("stands again after a review of what is there, merged by hand just as it was approved", patient, async () => {
    const { stage } = story;
    const number = await open(story, "again", {
      "policies/guests.yaml": guests({ approval: "standing", description: "Reviewed again" }),
    });
    await story.approve("bob", number);
    const git = await stage.clone("ada");
    await git.text(["merge", "--no-ff", "--quiet", "-m", `Merge #${number}`, "origin/again"]);
    await git.text(["push", "--quiet", "origin", "HEAD:main"]);
    const [stayed, warnings] = await visit("busy-2@example.com");
    expect([stayed, warnings]).toEqual([0, []]);
  });

  it(
    "waits where another file was left as it was by a merge by hand, though its change was approved",
    patient,
    async () => {
      const { stage } = story;
      const number = await open(story, "shorter", {
        "policies/guests.yaml": guests({ approval: "standing", description: "Of a shorter list" }),
        "data/visits.csv": visits.replace("busy-3@example.com\n", ""),
      });
      await story.approve("bob", number);
      const git = await stage.clone("ada");
      await git.text(["merge", "--no-ff", "--no-commit", "origin/shorter"]);
      writeFileSync(join(git.folder, "data/visits.csv"), visits);
      await git.text(["commit", "--quiet", "-am", "Merge"]);
      await git.text(["push", "--quiet", "origin", "HEAD:main"]);
      const [stayed, warnings] = await visit("busy-3@example.com");
      expect(stayed).toBe(1);
      expect(warnings).toContain(UNREVIEWED);
    },
  );

  it("waits for review where it is a saving that takes something", patient, async () => {
    const saving = policyYaml({
      id: "guests",
      for: "person",
      where: "{memberOf: guests}",
      then: "[{removeFromGroup: {group: guests}}]",
      approval: "standing",
    });
    const number = await open(story, "saving", { "policies/guests.yaml": saving });
    const linted = await story.lint(number);
    expect(linted.annotations.map(({ title }) => title)).toContain("Seatwright: standing-notice");
    await story.approve("bob", number);
    await story.stage.merge("bob", number, "squash");
    const [stayed, warnings, result] = await visit("busy-4@example.com");
    expect(stayed).toBe(1);
    expect(warnings).toContain("A standing policy takes without notice");
    expect(warnings).not.toContain(UNREVIEWED);
    expect(result.log).toContain("The plan is in ");
  });
});
