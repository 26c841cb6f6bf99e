import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { type HostStage, allOfAJob, check, hostFor, openHostStage } from "./host-stage.ts";
import { errorOf } from "./host-support.ts";
import { object, objects, textAt } from "./stage/json.ts";
import type { Stage } from "./stage/stage-shape.ts";

needs("git").describe("the review host, writing at a GitHub on loopback", () => {
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

  it("posts a completed check run with every annotation, fifty to a request", async () => {
    const { commit } = await pushed();
    const annotations = Array.from({ length: 120 }, (_, index) => ({
      file: "policies/seats.yaml",
      line: index + 1,
      level: "warning" as const,
      title: `Finding ${index}`,
      message: `Message ${index}`,
    }));
    const posted = await host.postCheckRun({ ...check(commit, "seal-1"), annotations });
    expect(posted).toMatchObject({ commit, externalId: "seal-1", conclusion: "neutral" });
    expect(posted.completedAt).not.toBeNull();
    expect(stage.world.annotations.get(posted.id)?.map((each) => each["start_line"])).toEqual(
      annotations.map(({ line }) => line),
    );
  });

  it("gives the check runs of a name on a commit, newest first, over all pages", async () => {
    const { commit } = await pushed();
    await host.postCheckRun({ ...check(commit, "other"), name: "Another check" });
    for (let nth = 1; nth <= 102; nth++) await host.postCheckRun(check(commit, `seal-${nth}`));
    const found = await host.checkRuns(commit, "Seatwright plan");
    expect(found.map(({ externalId }) => externalId)).toEqual(
      Array.from({ length: 102 }, (_, index) => `seal-${102 - index}`),
    );
  });

  it("replaces its one comment, on whichever page it is", async () => {
    const { number } = await opened();
    const marker = "<!-- seatwright:plan -->";
    const comments = `${repository}/issues/${number}/comments`;
    for (let nth = 0; nth < 101; nth++) await stage.api("eve", "POST", comments, { body: `Word ${nth}` });
    const first = await host.keepComment(number, marker, `${marker}\nOne`);
    const second = await host.keepComment(number, marker, `${marker}\nTwo`);
    expect(second).toBe(first);
    const { body } = await stage.api("ada", "GET", `${comments}?per_page=100&page=2`);
    expect(objects(body).map((each) => each["body"])).toEqual(["Word 100", `${marker}\nTwo`]);
  });

  it("never touches a comment that somebody else began with its marker", async () => {
    const { number } = await opened();
    const marker = "<!-- seatwright:plan -->";
    const comments = `${repository}/issues/${number}/comments`;
    await stage.api("eve", "POST", comments, { body: `${marker}\nForged` });
    await host.keepComment(number, marker, "Ours");
    await host.keepComment(number, marker, "Ours again");
    const { body } = await stage.api("ada", "GET", comments);
    expect(objects(body).map((each) => each["body"])).toEqual([`${marker}\nForged`, `${marker}\nOurs again`]);
  });

  it("replaces the comment of a person whose token it has, and of the workflow's own token before", async () => {
    const { number } = await opened();
    const mine = hostFor(stage, stage.person("bob").token);
    const written = await mine.keepComment(number, "<!-- a -->", "By bob");
    expect(await mine.keepComment(number, "<!-- a -->", "By bob again")).toBe(written);
    const bots = await host.keepComment(number, "<!-- b -->", "By the job");
    expect(await mine.keepComment(number, "<!-- b -->", "By bob now")).toBe(bots);
  });

  it("leaves one comment where two runs at once had written two", async () => {
    const { number } = await opened();
    const comments = `${repository}/issues/${number}/comments`;
    const job = await stage.jobToken(allOfAJob);
    for (const body of ["<!-- a -->\nOne", "<!-- a -->\nTwo"]) await stage.api(job, "POST", comments, { body });
    await host.keepComment(number, "<!-- a -->", "The present plan");
    const { body } = await stage.api("ada", "GET", comments);
    expect(objects(body).map((each) => each["body"])).toEqual(["<!-- a -->\nThe present plan"]);
  });

  it("opens a pull request once and updates it after that", async () => {
    const { branch } = await pushed();
    const request = { headBranch: branch, baseBranch: "main", title: "Plan of Monday", body: "One" };
    const first = await host.keepPullRequest(request);
    expect(first).toMatchObject({ author: "github-actions[bot]", title: "Plan of Monday", head: { branch } });
    const second = await host.keepPullRequest({ ...request, title: "Plan of Tuesday", body: "Two" });
    expect(second).toMatchObject({ number: first.number, title: "Plan of Tuesday" });
    const { body } = await stage.api("ada", "GET", `${repository}/pulls/${first.number}`);
    expect(textAt(body, "body")).toBe("Two");
  });

  it("says which setting keeps workflows from opening pull requests", async () => {
    const { branch } = await pushed();
    stage.allowActionsToOpenPullRequests("not allowed");
    const error = await errorOf(
      host.keepPullRequest({ headBranch: branch, baseBranch: "main", title: "Plan", body: "" }),
    );
    stage.allowActionsToOpenPullRequests("allowed");
    expect(error.reason).toBe("credentials");
    expect(error.remedy).toContain("Allow GitHub Actions to create and approve pull requests");
  });

  it("says why there is nothing to open a pull request from", async () => {
    const error = await errorOf(
      host.keepPullRequest({ headBranch: "not-there", baseBranch: "main", title: "Plan", body: "" }),
    );
    expect(error).toMatchObject({ reason: "usage", message: expect.stringContaining("head is invalid") });
  });

  it("says why it closes a pull request, and leaves one alone that is closed", async () => {
    const { number } = await opened();
    await host.closePullRequest(number, "Nothing is left to do.");
    await host.closePullRequest(number, "Nothing is left to do.");
    expect((await host.pullRequest(number))?.state).toBe("closed");
    const { body } = await stage.api("ada", "GET", `${repository}/issues/${number}/comments`);
    expect(objects(body).map((each) => each["body"])).toEqual(["Nothing is left to do."]);
  });

  it("keeps one issue, and closes it with a word", async () => {
    const marker = "<!-- seatwright:left -->";
    await stage.api("eve", "POST", `${repository}/issues`, { title: "Forged", body: `${marker}\nx` });
    const forged = await stage.api("ada", "POST", `${repository}/issues`, {
      title: "Forged with the label",
      body: `${marker}\nx`,
      labels: ["seatwright"],
    });
    const first = await host.keepIssue(marker, "3 left", "Three");
    expect(await host.keepIssue(marker, "2 left", "Two")).toBe(first);
    expect(await host.keepIssue("<!-- seatwright:other -->", "Other", "Other")).not.toBe(first);
    expect(await host.closeIssue(marker, "All done.")).toBe(first);
    expect(await host.closeIssue(marker, "All done.")).toBeNull();
    const number = first.split("/").at(-1) ?? "";
    const { body } = await stage.api("ada", "GET", `${repository}/issues/${number}`);
    expect(body).toMatchObject({ title: "2 left", body: `${marker}\nTwo`, state: "closed", comments: 1 });
    expect(object(forged.body)["state"]).toBe("open");
    expect(await host.keepIssue(marker, "1 left", "One")).not.toBe(first);
  });

  it("asks people and teams for their review", async () => {
    const { number } = await opened();
    const mine = hostFor(stage, stage.person("bob").token);
    expect(await mine.requestReviewers(number, [`@${stage.owner}/licences`, "@cy", "@cy"])).toEqual([]);
    const { body } = await stage.api("ada", "GET", `${repository}/pulls/${number}`);
    expect(objects(object(body)["requested_reviewers"]).map(({ login }) => login)).toEqual(["cy"]);
    expect(objects(object(body)["requested_teams"]).map(({ slug }) => slug)).toEqual(["licences"]);
  });

  it("asks whom it can, and tells who cannot be asked: the author, strangers, teams that a job may not see", async () => {
    const { number } = await opened("bob");
    const owners = ["@cy", "@bob", `@${stage.owner}/licences`, "@elsewhere/team", "it@example.com"];
    expect(await host.requestReviewers(number, owners)).toEqual([
      "@elsewhere/team: a team of another organisation than acme",
      "it@example.com: neither @login nor @organisation/team",
      expect.stringMatching(/^@bob: GitHub says “.*pull request author/),
      expect.stringMatching(/^@acme\/licences: GitHub says “.*; a workflow's own token cannot ask teams/),
    ]);
    const { body } = await stage.api("ada", "GET", `${repository}/pulls/${number}`);
    expect(objects(object(body)["requested_reviewers"]).map(({ login }) => login)).toEqual(["cy"]);
  });
});
