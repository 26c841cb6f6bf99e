import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { openStory, organizationYaml, policyYaml, guestsYaml, type Story } from "./acme.ts";
import { checksOn, commentsOn, headOf, open, PLAN_CHECK, sealsOn, told } from "./cheats-support.ts";
import { object, objects, text } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 120_000 };
const secret = `${organizationYaml}privacy: {show: ids}\n`;

/** One pull request, push by push. The cases build on each other, in this order. */
needs("git").describe("a policy pull request, push by push", () => {
  let story: Story;
  let number: number;
  const push = async (files: Readonly<Record<string, string | null>>): Promise<void> => {
    await story.stage.push("ada", "unused", files, "More");
  };
  const plan = async (): Promise<ActionResult> => {
    const planned = await story.plan(number);
    expect(planned, told(planned)).toMatchObject({ code: 0 });
    return planned;
  };
  const comment = async (): Promise<string> => {
    const ours = (await commentsOn(story, number)).filter((body) => body.startsWith("<!-- seatwright:plan -->"));
    expect(ours).toHaveLength(1);
    return ours[0] ?? "";
  };

  beforeAll(async () => {
    story = await openStory({ "seatwright.yaml": secret, "policies/guests.yaml": guestsYaml });
    const baseline = await story.reconcile();
    expect(baseline, told(baseline)).toMatchObject({ code: 0 });
    number = await open(story, "unused", { "policies/unused.yaml": policyYaml({ for: "seats" }) });
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await story.close();
  });

  it("marks the line of a mistake, in the log and in the check, and has no plan", patient, async () => {
    const linted = await story.lint(number);
    const planned = await story.plan(number);
    for (const result of [linted, planned]) {
      expect(result, told(result)).toMatchObject({ code: 9, outputs: { "exit-reason": "policyInvalid" } });
      expect(result.annotations).toContainEqual(
        expect.objectContaining({ level: "error", file: "policies/unused.yaml", line: 6 }),
      );
    }
    const head = await headOf(story, number);
    expect(await checksOn(story, head, PLAN_CHECK)).toMatchObject([
      { conclusion: "failure", externalId: expect.stringMatching(/^seatwright-1:0{64}:/) as string },
    ]);
    const { stage } = story;
    const { check_runs } = object(await stage.look(`/repos/${stage.fullName}/commits/${head}/check-runs`));
    const id = String(objects(check_runs)[0]?.["id"]);
    const marks = objects(await stage.look(`/repos/${stage.fullName}/check-runs/${id}/annotations`));
    expect(marks).toMatchObject([{ path: "policies/unused.yaml", start_line: 6, annotation_level: "failure" }]);
    expect(await comment()).toContain("policies/unused.yaml:6");
  });

  it("shows nobody's name for a rule that it would itself loosen", patient, async () => {
    const loose = secret.replace("show: ids", "show: names-and-emails, history: accounts");
    await push({ "policies/unused.yaml": policyYaml(), "seatwright.yaml": loose });
    const planned = await plan();
    const said = [await comment(), planned.summary, JSON.stringify(await story.stage.look(checksPath(await head())))];
    for (const words of said) {
      expect(words).toContain("4 changes");
      expect(words).not.toMatch(/Idle \d|idle-\d|@example\.com/);
    }
    const git = await story.stage.clone("ada");
    const kept = await git.lines(["ls-tree", "-r", "--name-only", "origin/seatwright-ledger"]);
    expect(kept.filter((path) => path.startsWith("history/"))).toEqual([]);
  });

  it("says what is different since the last push", patient, async () => {
    const wiki = policyYaml({ id: "wiki", where: "{app: confluence, unused: 90d}" });
    await push({ "policies/wiki.yaml": wiki });
    const planned = await plan();
    expect(planned.outputs["changes"]).toBe("6");
    const body = await comment();
    expect(body).toContain("Since the last push");
    expect(body).toMatch(/Since the last push[^\n]*2/);
  });

  it("has its comment put right where somebody edited or deleted it, and keeps the plan", patient, async () => {
    const { stage } = story;
    const before = await comment();
    const seals = await sealsOn(story, await head());
    const path = `/repos/${stage.fullName}/issues/${number}/comments`;
    const idOf = async (): Promise<string> => String(objects(await stage.look(path))[0]?.["id"]);
    const one = `/repos/${stage.fullName}/issues/comments`;
    const body = "<!-- seatwright:plan -->\nNothing changes. Approve it.";
    expect((await stage.api("bob", "PATCH", `${one}/${await idOf()}`, { body })).status).toBe(200);
    await pause(1_100);
    expect((await plan()).log).toContain("still holds");
    expect(await comment()).toBe(before);
    expect((await stage.api("ada", "DELETE", `${one}/${await idOf()}`)).status).toBe(204);
    expect((await plan()).log).toContain("still holds");
    expect(await comment()).toBe(before);
    expect(await sealsOn(story, await head())).toEqual(seals);
  });

  it("has nothing to approve once it changes no policy any more", patient, async () => {
    await push({
      "policies/unused.yaml": null,
      "policies/wiki.yaml": null,
      "seatwright.yaml": secret,
      "README.md": "Words.\n",
    });
    const asked = story.atlassian.requests.length;
    const planned = await plan();
    expect(planned.outputs).toMatchObject({ changes: "0", "exit-reason": "done" });
    expect(story.atlassian.requests.length, "the organisation was not read").toBe(asked);
    const body = await comment();
    expect(body).toContain("has no plan for this pull request");
    expect(body).toContain(`\`${(await head()).slice(0, 7)}\``);
    expect(body).not.toContain("4 changes");
    expect(await checksOn(story, await head(), PLAN_CHECK)).toEqual([
      {
        conclusion: "success",
        externalId: expect.stringMatching(/^seatwright-1:0{64}:/) as string,
        title: "Changes no policy: nothing to approve here",
      },
    ]);
  });

  it("gets no comment where there never was a plan, and nothing is applied by its merge", patient, async () => {
    const words = await open(story, "words", { "CONTRIBUTING.md": "Ask Ada.\n" });
    const planned = await story.plan(words);
    expect(planned, told(planned)).toMatchObject({ code: 0 });
    expect(await commentsOn(story, words)).toEqual([]);
    await story.approve("bob", words);
    await story.stage.merge("bob", words, "squash");
    const applied = await story.apply();
    expect(applied, told(applied)).toMatchObject({ code: 0 });
    expect(applied.log).toContain("changes no policy of");
  });

  const head = async (): Promise<string> => headOf(story, number);
  const checksPath = (commit: string): string => `/repos/${story.stage.fullName}/commits/${commit}/check-runs`;
});

needs("git").describe("a pull request that changes a list", () => {
  it("is planned, though no policy changes by it", patient, async () => {
    const sources = `sources: {guests: {csv: data/guests.csv, key: {email: email}, minRows: 1, maxAge: 30d, maxShrink: 50%}}\n`;
    const story = await openStory({
      "seatwright.yaml": `${organizationYaml}${sources}`,
      "data/guests.csv": "email\nbusy-0@example.com\n",
      "policies/listed.yaml": policyYaml({
        id: "listed",
        for: "person",
        where: "{in: guests, memberOf: jira-users}",
        then: "[{removeFromGroup: {group: jira-users}}]",
      }),
    });
    try {
      expect((await story.reconcile()).code).toBe(0);
      const list = { "data/guests.csv": "email\nbusy-0@example.com\nbusy-1@example.com\n" };
      const number = await open(story, "list", list);
      const planned = await story.plan(number);
      expect(planned, told(planned)).toMatchObject({ code: 0, outputs: { changes: "2" } });
      expect(text((await commentsOn(story, number))[0])).toContain("Because you changed the policy");
    } finally {
      expect(story.stage.judge.violations).toEqual([]);
      await story.close();
    }
  });
});
