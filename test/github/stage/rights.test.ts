import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { numberAt, object, objects, textAt } from "./json.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";
import { tokenHeader } from "./worktree.ts";

const people = { ada: "admin", mia: "maintain", bob: "write", tom: "triage", eve: "read", zed: "none" } as const;
const files = { "seatwright.yaml": "version: 1\n" };

needs("git").describe("the API of the stage", () => {
  let stage: Stage;
  let base: string;
  let head: string;
  let number: number;
  beforeAll(async () => {
    stage = await openStage({ people, teams: { identity: ["bob"] }, files });
    base = `/repos/${stage.fullName}`;
    head = await stage.push("bob", "topic", { "a.txt": "a\n" }, "A");
    number = await stage.openPullRequest("bob", { head: "topic", title: "A" });
  });
  afterAll(async () => {
    await stage.close();
  });
  const status = async (token: string | null, method: string, path: string, body?: unknown) =>
    (await stage.api(token, method, path, body)).status;
  const check = (more: object = {}) => ({ name: "seatwright", head_sha: head, ...more });

  it("refuses an unknown token whatever is asked, and shows a private repository to nobody else", async () => {
    const unknown = await stage.api("stage-nobody", "GET", "/rate_limit");
    expect(unknown.status).toBe(401);
    expect(unknown.body).toMatchObject({ message: "Bad credentials" });
    expect(await status(null, "GET", base)).toBe(404);
    expect(await status("zed", "GET", base)).toBe(404);
    expect(await status("zed", "POST", `${base}/issues`, { title: "x" })).toBe(404);
    expect(await status("eve", "GET", "/repos/acme/other")).toBe(404);
    expect(await status(null, "GET", "/users/ada")).toBe(200);
  });

  it("lets a token that can only read do nothing but look", async () => {
    const token = stage.token("ada", "read");
    expect(await status(token, "GET", `${base}/pulls/${number}`)).toBe(200);
    expect(await status(token, "POST", `${base}/issues/${number}/comments`, { body: "x" })).toBe(403);
    expect(await status(token, "PUT", `${base}/pulls/${number}/merge`)).toBe(403);
    const ref = { ref: "refs/heads/x", sha: head };
    expect(await status(token, "POST", `${base}/git/refs`, ref)).toBe(403);
    expect(await status("eve", "POST", `${base}/git/refs`, ref)).toBe(403);
    expect(await status("eve", "PUT", `${base}/pulls/${number}/merge`)).toBe(403);
  });

  it("gives a job no more than the permissions of its workflow, and nothing of the organisation", async () => {
    const none = await stage.jobToken({});
    expect(await status(none, "GET", base)).toBe(200);
    expect(await status(none, "GET", `${base}/contents/seatwright.yaml`)).toBe(403);
    expect(await status(none, "GET", `${base}/pulls`)).toBe(403);
    const some = await stage.jobToken({ contents: "read", "pull-requests": "write", checks: "read" });
    expect(await status(some, "GET", `${base}/activity`)).toBe(200);
    expect(await status(some, "GET", `${base}/collaborators/bob/permission`)).toBe(200);
    expect(await status(some, "GET", `${base}/commits/${head}/check-runs`)).toBe(200);
    expect(await status(some, "POST", `${base}/check-runs`, check())).toBe(403);
    expect(await status(some, "POST", `${base}/git/refs`, { ref: "refs/heads/x", sha: head })).toBe(403);
    expect(await status(some, "POST", `${base}/issues/${number}/comments`, { body: "x" })).toBe(201);
    expect(await status(some, "POST", `${base}/issues/${number}/labels`, { labels: ["x"] })).toBe(200);
    expect(await status(some, "POST", `${base}/issues`, { title: "x" })).toBe(403);
    for (const path of ["/user", "/orgs/acme/teams/identity/members", `${base}/actions/permissions/workflow`])
      expect(await status(some, "GET", path)).toBe(403);
    expect(await status("bob", "GET", "/orgs/acme/teams/identity/members")).toBe(200);
    stage.revoke(some);
    expect(await status(some, "GET", base)).toBe(401);
  });

  it("lets a job fetch and push as far as its permission for contents goes", async () => {
    const git = await stage.clone("bob");
    const as = async (permissions: Readonly<Record<string, "read" | "write">>, ...args: readonly string[]) => {
      await git.text([
        "config",
        `http.${stage.serverUrl}/.extraheader`,
        tokenHeader(await stage.jobToken(permissions)),
      ]);
      return (await git.run(args)).code;
    };
    const push = ["push", "-q", "origin", "HEAD:refs/heads/seatwright-ledger"];
    expect(await as({}, "fetch", "origin")).not.toBe(0);
    expect(await as({ contents: "read" }, "fetch", "origin")).toBe(0);
    expect(await as({ contents: "read" }, ...push)).not.toBe(0);
    expect(await as({ contents: "write" }, ...push)).toBe(0);
    const { body } = await stage.api("eve", "GET", `${base}/activity?ref=seatwright-ledger`);
    expect(textAt(objects(body)[0], "actor", "login")).toBe("github-actions[bot]");
  });

  it("tells what somebody may do in four words, and the role beside it", async () => {
    const levels: unknown[] = [];
    for (const login of Object.keys(people)) {
      const { body } = await stage.api("eve", "GET", `${base}/collaborators/${login}/permission`);
      levels.push([login, object(body)["permission"], object(body)["role_name"]]);
    }
    expect(levels).toEqual([
      ["ada", "admin", "admin"],
      ["mia", "write", "maintain"],
      ["bob", "write", "write"],
      ["tom", "read", "triage"],
      ["eve", "read", "read"],
      ["zed", "none", "none"],
    ]);
    expect(await status("eve", "GET", `${base}/collaborators/nobody/permission`)).toBe(404);
    await stage.setLevel("tom", "write");
    const { body } = await stage.api("eve", "GET", `${base}/collaborators/tom/permission`);
    expect(object(body)["permission"]).toBe("write");
    await stage.setLevel("tom", "triage");
    const own = await stage.api("eve", "GET", base);
    expect(object(own.body)["permissions"]).toMatchObject({ push: false, pull: true });
  });

  it("has nobody approve their own pull request, and takes reviews of people who can only read", async () => {
    const review = async (login: string, event: string) =>
      await stage.api(login, "POST", `${base}/pulls/${number}/reviews`, { event, body: "x" });
    const own = await review("bob", "APPROVE");
    expect(own.status).toBe(422);
    expect(object(own.body)["errors"]).toEqual(["Can not approve your own pull request"]);
    expect((await review("bob", "COMMENT")).status).toBe(200);
    const other = await review("eve", "APPROVE");
    expect(other.body).toMatchObject({ state: "APPROVED", commit_id: head, user: { login: "eve" } });
  });

  it("asks for a review only people who see the repository, never the author, and for a job no team", async () => {
    const path = `${base}/pulls/${number}/requested_reviewers`;
    const asked = async (token: string, body: object) => await stage.api(token, "POST", path, body);
    expect(textAt((await asked("ada", { reviewers: ["bob"] })).body, "message")).toContain("pull request author");
    expect(textAt((await asked("ada", { reviewers: ["zed"] })).body, "message")).toContain("collaborators");
    expect(textAt((await asked("ada", { team_reviewers: ["nobody"] })).body, "message")).toContain("collaborators");
    const token = await stage.jobToken({ "pull-requests": "write" });
    const refused = await asked(token, { team_reviewers: ["identity"] });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining("global id")]);
    expect((await asked(token, { reviewers: ["mia"] })).status).toBe(201);
    expect((await asked("ada", { team_reviewers: ["identity"] })).body).toMatchObject({
      requested_reviewers: [{ login: "mia" }],
      requested_teams: [{ slug: "identity" }],
    });
  });

  it("keeps the commit that an approval was of when the branch moves on", async () => {
    const first = await stage.push("bob", "moving", { "m.txt": "1" }, "One");
    const moving = await stage.openPullRequest("bob", { head: "moving", title: "Moving" });
    const before = await stage.review("ada", moving, "APPROVE");
    const second = await stage.forcePush("bob", "moving", { "m.txt": "2" }, "Two");
    await stage.review("mia", moving, "APPROVE");
    await stage.review("ada", moving, "COMMENT", first);
    const { body } = await stage.api("eve", "GET", `${base}/pulls/${moving}/reviews`);
    expect(objects(body).map(({ state, commit_id }) => [state, commit_id])).toEqual([
      ["APPROVED", first],
      ["APPROVED", second],
      ["COMMENTED", first],
    ]);
    const dismissal = { message: "Outdated" };
    await stage.api("ada", "PUT", `${base}/pulls/${moving}/reviews/${before}/dismissals`, dismissal);
    const { body: after } = await stage.api("eve", "GET", `${base}/pulls/${moving}/reviews/${before}`);
    expect(textAt(after, "state")).toBe("DISMISSED");
  });

  it("lets only apps write checks, on commits that exist, with at most fifty annotations at a time", async () => {
    const token = await stage.jobToken({ checks: "write" });
    const path = `${base}/check-runs`;
    expect(await status("ada", "POST", path, check())).toBe(403);
    expect(await status(token, "POST", path, { ...check(), head_sha: "0".repeat(40) })).toBe(422);
    const output = (annotations: number, from = 1) => ({
      title: "Findings",
      summary: "Some",
      annotations: Array.from({ length: annotations }, (_, index) => ({
        path: "a.txt",
        start_line: from + index,
        end_line: from + index,
        annotation_level: "warning",
        message: `Line ${from + index}`,
      })),
    });
    expect(await status(token, "POST", path, check({ output: output(51) }))).toBe(422);
    const { body: run } = await stage.api(token, "POST", path, check({ output: output(50) }));
    const id = numberAt(run, "id");
    const updated = await stage.api(token, "PATCH", `${path}/${id}`, { output: output(30, 51) });
    expect(updated.body).toMatchObject({
      app: { id: 15368, slug: "github-actions" },
      output: { annotations_count: 80 },
      pull_requests: [{ number }],
    });
    const listed = objects((await stage.api("eve", "GET", `${path}/${id}/annotations?per_page=100`)).body);
    expect(listed.map(({ start_line }) => start_line)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    const second = await stage.api("eve", "GET", `${path}/${id}/annotations?per_page=50&page=2`);
    expect(objects(second.body)).toHaveLength(30);
  });

  it("refuses texts of more than 65,536 characters, wherever they are written", async () => {
    const longest = "ü".repeat(65_536);
    const places: readonly [string, string, object][] = [
      ["POST", `${base}/issues/${number}/comments`, {}],
      ["POST", `${base}/issues`, { title: "Long" }],
      ["PATCH", `${base}/pulls/${number}`, {}],
      ["POST", `${base}/pulls/${number}/reviews`, { event: "COMMENT" }],
    ];
    for (const [method, path, more] of places) {
      expect(await status("bob", method, path, { ...more, body: longest })).toBeLessThan(300);
      const refused = await stage.api("bob", method, path, { ...more, body: `${longest}x` });
      expect(refused.status).toBe(422);
      expect(JSON.stringify(refused.body)).toContain("maximum is 65536 characters");
    }
  });

  it("has a comment edited by who wrote it and by people with write permission, and says through which app", async () => {
    const token = await stage.jobToken({ issues: "write" });
    const { body: made } = await stage.api(token, "POST", `${base}/issues/${number}/comments`, { body: "The plan" });
    expect(made).toMatchObject({
      user: { login: "github-actions[bot]", type: "Bot" },
      performed_via_github_app: { slug: "github-actions" },
    });
    const path = `${base}/issues/comments/${numberAt(made, "id")}`;
    expect(await status("eve", "PATCH", path, { body: "Forged" })).toBe(403);
    expect(await status("bob", "PATCH", path, { body: "Forged" })).toBe(200);
    const { body: seen } = await stage.api("eve", "GET", path);
    expect(seen).toMatchObject({ body: "Forged", user: { login: "github-actions[bot]" } });
    const { body: own } = await stage.api("eve", "POST", `${base}/issues/${number}/comments`, { body: "Mine" });
    expect(await status("eve", "DELETE", `${base}/issues/comments/${numberAt(own, "id")}`)).toBe(204);
  });

  it("opens pull requests only of branches that exist and differ, once, and for jobs only where that is allowed", async () => {
    const open = async (token: string, more: object) =>
      await stage.api(token, "POST", `${base}/pulls`, { title: "x", base: "main", ...more });
    expect((await open("bob", { head: "nowhere" })).status).toBe(422);
    expect((await open("bob", { head: "topic", base: "nowhere" })).status).toBe(422);
    expect(JSON.stringify((await open("bob", { head: "topic" })).body)).toContain("already exists for acme:topic");
    await stage.api("bob", "POST", `${base}/git/refs`, {
      ref: "refs/heads/same",
      sha: await stage.world.upstream.git.text(["rev-parse", "main"]),
    });
    expect(JSON.stringify((await open("bob", { head: "same" })).body)).toContain(
      "No commits between main and acme:same",
    );
    await stage.push("bob", "plan", { "plans/a.json": "{}" }, "Plan");
    expect((await open("eve", { head: "plan" })).status).toBe(403);
    const token = await stage.jobToken({ "pull-requests": "write", contents: "write" });
    stage.allowActionsToOpenPullRequests("not allowed");
    const refused = await open(token, { head: "plan" });
    expect(refused.status).toBe(403);
    expect(textAt(refused.body, "message")).toContain("not permitted to create");
    const setting = await stage.api("ada", "GET", `${base}/actions/permissions/workflow`);
    expect(setting.body).toMatchObject({ can_approve_pull_request_reviews: false });
    stage.allowActionsToOpenPullRequests("allowed");
    const opened = await open(token, { head: "plan" });
    expect(opened.body).toMatchObject({ user: { login: "github-actions[bot]" } });
    expect(
      (await stage.api(token, "POST", `${base}/pulls/${numberAt(opened.body, "number")}/reviews`, { event: "APPROVE" }))
        .status,
    ).toBe(422);
  });

  it("shows a run as the test says it is", async () => {
    expect(await status("eve", "GET", `${base}/actions/runs/77`)).toBe(404);
    stage.setRun({ id: 77, status: "in_progress", headSha: head, actor: "bob", attempt: 2 });
    const run = async () => (await stage.api("eve", "GET", `${base}/actions/runs/77`)).body;
    expect(await run()).toMatchObject({
      status: "in_progress",
      conclusion: null,
      run_attempt: 2,
      actor: { login: "bob" },
    });
    stage.setRun({ id: 77, status: "completed", conclusion: "cancelled" });
    expect(await run()).toMatchObject({ status: "completed", conclusion: "cancelled", run_attempt: 2 });
  });

  it("is asked and answers as GitHub's description says, through all of this", () => {
    const deliberate = [/maxItems|more than 50 items/];
    const others = stage.judge.violations.filter(({ what }) => !deliberate.some((each) => each.test(what)));
    expect(others).toEqual([]);
    expect(stage.judge.violations).toHaveLength(1);
  });

  it("remembers each request, and whose it was", async () => {
    const before = stage.requests.length;
    await stage.api("eve", "POST", `${base}/issues`, { title: "Remembered" });
    await stage.api("stage-nobody", "GET", `${base}/issues?state=all`);
    expect(stage.requests.slice(before)).toMatchObject([
      {
        method: "POST",
        operation: "POST /repos/{owner}/{repo}/issues",
        caller: "eve",
        status: 201,
        body: { title: "Remembered" },
      },
      { method: "GET", path: `${base}/issues`, query: "?state=all", caller: null, status: 401 },
    ]);
  });
});

needs("git").describe("a public repository on the stage", () => {
  it("is read by everybody, and forked by people without any rights", async () => {
    const stage = await openStage({ visibility: "public", people: { ada: "admin", zed: "none" }, files });
    const base = `/repos/${stage.fullName}`;
    expect((await stage.api(null, "GET", base)).body).toMatchObject({ visibility: "public" });
    expect((await stage.api(null, "POST", `${base}/issues`, { title: "x" })).status).toBe(401);
    const fork = await stage.fork("zed");
    await stage.push("zed", "theirs", { "x.txt": "x" }, "X", { repository: fork });
    const number = await stage.openPullRequest("zed", { head: "zed:theirs", title: "X" });
    expect((await stage.api(null, "GET", `${base}/pulls/${number}`)).body).toMatchObject({
      head: { repo: { full_name: "zed/policies" } },
    });
    expect((await stage.api("zed", "PUT", `${base}/pulls/${number}/merge`)).status).toBe(403);
    expect(stage.judge.violations).toEqual([]);
    await stage.close();
  });
});
