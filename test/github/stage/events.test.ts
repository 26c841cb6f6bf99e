import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import {
  dispatchEvent,
  pullRequestEvent,
  pullRequestReviewEvent,
  pullRequestTargetEvent,
  pushEvent,
  scheduleEvent,
} from "./events.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

needs("git").describe("an event on the stage", () => {
  let stage: Stage;
  let base: string;
  let head: string;
  let number: number;
  beforeAll(async () => {
    stage = await openStage({ people: { ada: "admin", bob: "write" }, files: { "a.txt": "a\n" } });
    base = await stage.world.upstream.git.text(["rev-parse", "main"]);
    head = await stage.push("bob", "topic", { "a.txt": "b\n", "b.txt": "b\n" }, "Change");
    number = await stage.openPullRequest("bob", { head: "topic", title: "Change" });
  });
  afterAll(async () => {
    expect(stage.judge.violations).toEqual([]);
    expect(stage.requests.map(({ caller }) => caller)).not.toContain("admin");
    await stage.close();
  });

  it("of a pull request has its head and base, and runs on the test merge", async () => {
    const event = await pullRequestEvent(stage, { number });
    expect(event).toMatchObject({
      event: "pull_request",
      ref: `refs/pull/${number}/merge`,
      sha: stage.world.pulls.get(number)?.mergeCommit,
      headRef: "topic",
      baseRef: "main",
      actor: "bob",
      payload: {
        action: "opened",
        number,
        pull_request: {
          head: { sha: head, ref: "topic", repo: { full_name: "acme/policies" } },
          base: { sha: base },
          merged: false,
        },
        repository: { full_name: "acme/policies", default_branch: "main" },
        organization: { login: "acme" },
        sender: { login: "bob" },
      },
    });
  });

  it("of its target runs on the default branch, whatever the head holds", async () => {
    const later = await stage.push("ada", "topic", { "a.txt": "c\n" }, "By somebody else");
    const event = await pullRequestTargetEvent(stage, { number, action: "synchronize" });
    expect(event).toMatchObject({ ref: "refs/heads/main", sha: base, actor: "ada", headRef: "topic" });
    expect(event.payload).toMatchObject({
      action: "synchronize",
      before: head,
      after: later,
      pull_request: { head: { sha: later } },
    });
  });

  it("of a review has its state in lower case", async () => {
    const review = await stage.review("ada", number, "APPROVE");
    const event = await pullRequestReviewEvent(stage, { number, review });
    expect(event).toMatchObject({ event: "pull_request_review", actor: "ada", ref: `refs/pull/${number}/merge` });
    expect(event.payload).toMatchObject({
      action: "submitted",
      review: { id: review, state: "approved", user: { login: "ada" } },
    });
  });

  it("of a push tells what moved, by whom, and with which files", async () => {
    const after = await stage.merge("ada", number, "squash");
    const event = await pushEvent(stage);
    expect(event).toMatchObject({ event: "push", ref: "refs/heads/main", sha: after, actor: "ada" });
    expect(event.payload).toMatchObject({
      before: base,
      after,
      created: false,
      forced: false,
      pusher: { name: "ada" },
      head_commit: { id: after, added: ["b.txt"], modified: ["a.txt"], removed: [], author: { username: "bob" } },
    });
    await stage.forcePush("bob", "topic", { "a.txt": "d\n" }, "Forced", base);
    expect((await pushEvent(stage, "topic")).payload).toMatchObject({ forced: true, ref: "refs/heads/topic" });
  });

  it("of a schedule or a dispatch runs where GitHub runs it", async () => {
    const tip = await stage.world.upstream.git.text(["rev-parse", "main"]);
    expect(await scheduleEvent(stage, "ada", "0 4 * * *")).toMatchObject({
      event: "schedule",
      ref: "refs/heads/main",
      sha: tip,
      payload: { schedule: "0 4 * * *" },
    });
    expect(await dispatchEvent(stage, { actor: "bob", inputs: { reason: "x" }, branch: "topic" })).toMatchObject({
      event: "workflow_dispatch",
      ref: "refs/heads/topic",
      actor: "bob",
      payload: { inputs: { reason: "x" }, sender: { login: "bob" } },
    });
  });
});
