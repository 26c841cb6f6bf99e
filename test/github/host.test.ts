import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { type HostStage, allOfAJob, check, hostFor, openHostStage, people } from "./host-stage.ts";
import { errorOf } from "./host-support.ts";
import type { Stage } from "./stage/stage-shape.ts";

needs("git").describe("the review host, reading at a GitHub on loopback", () => {
  let stage: Stage;
  let host: HostStage["host"];
  let repository: string;
  let pushed: HostStage["pushed"];
  let opened: HostStage["opened"];
  let close: HostStage["close"];
  beforeAll(async () => {
    ({ stage, host, repository, pushed, opened, close } = await openHostStage());
  });
  afterAll(async () => {
    await close();
  });

  it("tells the repository's id, default branch and visibility", async () => {
    expect(await host.repositoryFacts()).toEqual({
      id: stage.repositoryId,
      defaultBranch: "main",
      visibility: "private",
    });
    expect(host.repository).toBe(stage.fullName);
  });

  it("reads an open pull request, which is no merge yet although GitHub shows a test merge", async () => {
    const { branch, commit, number } = await opened();
    const found = await host.pullRequest(number);
    expect(found).toMatchObject({
      number,
      title: `Pull request of ${branch}`,
      author: "bob",
      authorKind: "person",
      state: "open",
      draft: false,
      head: { commit, branch, repository: stage.fullName },
      base: { branch: "main" },
      mergeCommit: null,
      mergedBy: null,
      labels: [],
    });
  });

  it("gives null for a pull request that is not there, and an error where the repository is not shown", async () => {
    expect(await host.pullRequest(9_999)).toBeNull();
    const stranger = hostFor(stage, stage.person("zed").token);
    expect(await errorOf(stranger.pullRequest(1))).toMatchObject({
      reason: "usage",
      message: expect.stringContaining(`GET /repos/${stage.fullName}`),
    });
  });

  it.each(["merge", "squash", "rebase"] as const)("finds by its commit the pull request of a %s", async (method) => {
    const { branch, number } = await opened();
    const mergeCommit = await stage.merge("ada", number, method);
    const [found, ...others] = await host.pullRequestsOf(mergeCommit);
    expect(found).toMatchObject({ number, state: "merged", mergeCommit, mergedBy: "ada", head: { branch } });
    expect(others).toEqual([]);
  });

  it("takes no branch of a fork for a branch of the same name here", async () => {
    const { branch, number } = await opened();
    await stage.fork("ada");
    await stage.push("ada", branch, { "policies/fork.yaml": "policies: []\n" }, "In a fork", {
      repository: `ada/${stage.repo}`,
    });
    const forked = await stage.openPullRequest("ada", { head: `ada:${branch}`, title: "From a fork" });
    expect((await host.openPullRequests(branch)).map((each) => each.number)).toEqual([number]);
    expect((await host.pullRequest(forked))?.head.repository).toBe(`ada/${stage.repo}`);
  });

  it("gives every review over all pages, oldest first, with the commit each is of", async () => {
    const { commit, number } = await opened();
    await stage.review("ada", number, "REQUEST_CHANGES");
    for (let nth = 0; nth < 101; nth++) await stage.review("eve", number, "COMMENT");
    await stage.review("cy", number, "APPROVE");
    const reviews = await host.reviews(number);
    expect(reviews).toHaveLength(103);
    expect(reviews[0]).toMatchObject({ by: "ada", kind: "person", state: "changes-requested", commit });
    expect(reviews.at(-1)).toMatchObject({ by: "cy", state: "approved", commit });
    expect(reviews.map(({ at }) => at)).toEqual(reviews.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it("tells a bot's review from a person's", async () => {
    const { number } = await opened();
    const job = await stage.jobToken(allOfAJob);
    const posted = await stage.api(job, "POST", `${repository}/pulls/${number}/reviews`, { event: "APPROVE" });
    expect(posted.status).toBe(200);
    expect(await host.reviews(number)).toMatchObject([{ by: "github-actions[bot]", kind: "other", state: "approved" }]);
  });

  it.each(Object.entries(people))("tells that %s has the permission %s", async (login, level) => {
    expect(await host.permission(login)).toBe(level);
  });

  it("gives no permission to bots and to logins that nobody has", async () => {
    expect(await host.permission("github-actions[bot]")).toBe("none");
    expect(await host.permission("nobody-at-all")).toBe("none");
  });

  it("tells who set a branch to a commit: by creating it, by a push and by a force push", async () => {
    const { branch, commit } = await pushed("bob");
    const second = await stage.push("cy", branch, { "a.txt": "a" }, "Second");
    const forced = await stage.forcePush("ada", branch, { "a.txt": "b" }, "Third");
    const person = (login: string): object => ({ login, kind: "person" });
    expect(await host.pushesTo(branch)).toEqual([
      { by: person("ada"), what: "moved", after: forced },
      { by: person("cy"), what: "moved", after: second },
      { by: person("bob"), what: "made", after: commit },
    ]);
  });

  it("tells who pushed although the branch is gone, and nobody for a branch that never was", async () => {
    const { branch, commit } = await pushed("cy");
    const git = await stage.clone("ada");
    await git.text(["push", "-q", "origin", "--delete", branch]);
    expect(await host.pushesTo(branch)).toMatchObject([
      { by: { login: "ada" }, what: "deleted" },
      { by: { login: "cy" }, what: "made", after: commit },
    ]);
    expect(await host.pushesTo(`${branch}-2`)).toEqual([]);
  });

  it("tells of a workflow run who set it off and whether it is over", async () => {
    const head = await pushed();
    const base = { event: "workflow_dispatch", headBranch: "main", headSha: head.commit, actor: "cy" };
    stage.setRun({ id: 41, ...base, status: "in_progress" });
    stage.setRun({ id: 42, ...base, status: "completed", conclusion: "success" });
    expect(await host.workflowRun("41")).toEqual({
      id: "41",
      status: "going",
      triggeredBy: "cy",
      startedBy: "cy",
      event: "workflow_dispatch",
      branch: "main",
    });
    expect(await host.workflowRun("42")).toMatchObject({ status: "over" });
    expect(await host.workflowRun("43")).toBeNull();
    expect(await host.workflowRun("on a laptop")).toBeNull();
  });

  it("names the permission that a job lacks", async () => {
    const { commit, number } = await opened();
    const bare = hostFor(stage, await stage.jobToken({ contents: "read" }));
    const asked: readonly [() => Promise<unknown>, string][] = [
      [() => bare.pullRequest(number), "pull-requests: read"],
      [() => bare.reviews(number), "pull-requests: read"],
      [() => bare.checkRuns(commit, "Seatwright plan"), "checks: read"],
      [() => bare.postCheckRun(check(commit, "seal")), "checks: write"],
      [() => bare.workflowRun("41"), "actions: read"],
      [() => bare.keepIssue("<!-- a -->", "A", "A"), "issues: read"],
      [() => bare.requestReviewers(number, ["@cy"]), "pull-requests: write"],
      [() => bare.closePullRequest(number, "Done."), "pull-requests: read"],
    ];
    for (const [work, permission] of asked) {
      const error = await errorOf(work());
      expect(error.reason).toBe("credentials");
      expect(error.remedy).toContain(`Add ${permission} to`);
    }
  });

  it("says that a person's token posts no check run", async () => {
    const { commit } = await pushed();
    const error = await errorOf(hostFor(stage, stage.person("ada").token).postCheckRun(check(commit, "seal")));
    expect(error).toMatchObject({ reason: "credentials", remedy: expect.stringContaining("the workflow's own token") });
  });

  it("says that a token is not accepted, and never shows it", async () => {
    const wrong = "stage-not-a-token";
    const error = await errorOf(hostFor(stage, wrong).repositoryFacts());
    expect(error).toMatchObject({
      reason: "credentials",
      message: expect.stringContaining("does not accept the token"),
    });
    expect(JSON.stringify([error.message, error.remedy, error.stack])).not.toContain(wrong);
  });
});

needs("git").describe("the review host, at an Enterprise Server", () => {
  it("reads and writes under the server's own API address", async () => {
    const { stage, host, close } = await openHostStage("enterprise");
    const commit = await stage.push("bob", "topic", { "a.txt": "a" }, "A");
    const number = await stage.openPullRequest("bob", { head: "topic", title: "A" });
    await stage.review("cy", number, "APPROVE");
    expect(await host.repositoryFacts()).toMatchObject({ defaultBranch: "main" });
    expect(await host.reviews(number)).toMatchObject([{ by: "cy", state: "approved", commit }]);
    const first = await host.keepComment(number, "<!-- a -->", "One");
    expect(await host.keepComment(number, "<!-- a -->", "Two")).toBe(first);
    expect(await host.postCheckRun(check(commit, "seal"))).toMatchObject({ externalId: "seal" });
    expect(await host.pushesTo("topic")).toMatchObject([{ by: { login: "bob" }, after: commit }]);
    await close();
  });
});
