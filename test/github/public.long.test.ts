import { afterAll, expect, it } from "vitest";
import { addToGroup } from "../../src/simulator/edit.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import { LEDGER, open } from "./cheats-support.ts";
import { numberAt, objects } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";
import { told } from "./workflow-run.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

/** A name or an address of somebody whom a plan of these tests is about. */
const somebody = /Idle [0-3]|(idle|busy)-\d+@example\.com/;

needs("git").describe("names and addresses, in policies that ask for both", () => {
  const stories: Story[] = [];
  afterAll(async () => {
    for (const story of stories) {
      expect(story.stage.judge.violations).toEqual([]);
      await story.close();
    }
  });

  /** Plans, applies and proposes; gives all that anybody can read of it on GitHub, by where it stands. */
  async function everythingShown(visibility: "private" | "public"): Promise<ReadonlyMap<string, string>> {
    const files = {
      "seatwright.yaml": `${organizationYaml}privacy: {show: names-and-emails}\n`,
      "policies/guests.yaml": guestsYaml,
    };
    const story = await openStory(files, { visibility });
    stories.push(story);
    const { stage } = story;
    const shown = new Map<string, string>();
    const ran = (what: string, result: ActionResult): void => {
      expect(result.code, told(result)).toBe(0);
      shown.set(`the summary of ${what}`, result.summary);
      shown.set(`the log of ${what}`, told(result));
    };
    ran("the baseline", await story.reconcile());
    const number = await open(story, "unused", { "policies/unused.yaml": policyYaml() });
    ran("lint", await story.lint(number));
    ran("plan", await story.plan(number));
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    ran("apply", await story.apply());
    addToGroup(story.atlassian.world, "idle-0@example.com", "guests");
    ran("reconcile", await story.reconcile());
    const [plans] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    const merged = (await stage.look(`/repos/${stage.fullName}/pulls/${number}`)) as NonNullable<typeof plans>;
    const pulls = [merged, ...(plans === undefined ? [] : [plans])];
    expect(pulls).toHaveLength(2);
    for (const pull of pulls) {
      const at = numberAt(pull, "number");
      shown.set(`pull request ${at}`, JSON.stringify([pull["title"], pull["body"]]));
      const comments = objects(await stage.look(`/repos/${stage.fullName}/issues/${at}/comments`));
      const bodies = comments.map(({ body }) => String(body));
      shown.set(`the comments of ${at}`, JSON.stringify(bodies));
      shown.set(`the result on ${at}`, bodies.find((body) => body.startsWith("<!-- seatwright:result -->")) ?? "");
      const head = (pull["head"] as { readonly sha: string }).sha;
      for (const commit of [head, "main"]) {
        const checks = await stage.look(`/repos/${stage.fullName}/commits/${commit}/check-runs`);
        shown.set(`the checks of ${commit === head ? `pull request ${at}` : commit}`, JSON.stringify(checks));
      }
    }
    const { git } = stage.world.upstream;
    for (const branch of [LEDGER, "seatwright/plan"]) {
      const paths = await git.lines(["ls-tree", "-r", "--name-only", `refs/heads/${branch}`]);
      const texts = await Promise.all(
        paths.map((path) => git.text(["cat-file", "blob", `refs/heads/${branch}:${path}`])),
      );
      shown.set(`the branch ${branch}`, texts.join("\n"));
    }
    return shown;
  }

  it("are nowhere in a public repository, where ids stand in their place", patient, async () => {
    const shown = await everythingShown("public");
    const named = [...shown].flatMap(([where, text]) => (somebody.test(text) ? [where] : []));
    expect(named).toEqual([]);
    const places = [
      "the comments of 1",
      "the result on 1",
      "the summary of plan",
      "the summary of apply",
      "pull request 2",
    ];
    for (const where of places) {
      expect(shown.get(where), where).toContain(accountIdOf("idle-0@example.com"));
    }
  });

  it(
    "are where people read in a private one, and never in the ledger, a plan document or the log",
    patient,
    async () => {
      const shown = await everythingShown("private");
      const named = [...shown].flatMap(([where, text]) => (somebody.test(text) ? [where] : []));
      for (const where of ["the comments of 1", "the summary of plan", "pull request 2"])
        expect(named).toContain(where);
      for (const where of ["the result on 1", "the summary of apply", "the checks of main"])
        expect(shown.get(where), where).toMatch(/Idle [0-3] <idle-[0-3]@example\.com>|Idle [0-3]/);
      expect(named.filter((where) => /branch|log/.test(where))).toEqual([]);
    },
  );
});
