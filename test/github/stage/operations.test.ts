import { expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { numberAt, textAt } from "./json.ts";
import { playedOperations } from "./rules.ts";
import { openStage } from "./stage.ts";

needs("git").describe("every operation of the stage", () => {
  it("answers as GitHub's description says, on github.com and on an Enterprise Server", async () => {
    for (const server of ["github.com", "enterprise"] as const) {
      const stage = await openStage({
        server,
        people: { ada: "admin", bob: "write", eve: "read" },
        teams: { identity: ["bob"] },
        files: {
          "seatwright.yaml": "version: 1\n",
          "policies/a.yaml": "a: 1\n",
          CODEOWNERS: "/policies/ @ada @nobody\n",
        },
      });
      const base = `/repos/${stage.fullName}`;
      const job = await stage.jobToken({
        checks: "write",
        issues: "write",
        contents: "write",
        "pull-requests": "write",
      });
      const call = async (token: string | null, method: string, path: string, body?: unknown) => {
        const answer = await stage.api(token, method, path, body);
        expect([method, path, answer.status < 300, answer.body]).toEqual([method, path, true, answer.body]);
        return answer.body;
      };
      const get = async (...paths: readonly string[]) => {
        for (const path of paths) await call("ada", "GET", `${base}${path}`);
      };
      const head = await stage.push("bob", "topic", { "policies/b.yaml": "b: 1\n" }, "Add b");
      const number = await stage.openPullRequest("bob", { head: "topic", title: "Add b" });
      const pull = `/pulls/${number}`;
      const issue = `/issues/${number}`;

      await call("bob", "PATCH", `${base}${pull}`, { body: "Because" });
      await call("ada", "POST", `${base}${pull}/requested_reviewers`, {
        reviewers: ["eve"],
        team_reviewers: ["identity"],
      });
      await call("ada", "DELETE", `${base}${pull}/requested_reviewers`, { reviewers: ["eve"] });
      const review = await stage.review("ada", number, "APPROVE");
      await get(
        pull,
        "/pulls?state=all",
        `${pull}/commits`,
        `${pull}/files`,
        `${pull}/reviews`,
        `${pull}/reviews/${review}`,
      );
      await call("ada", "PUT", `${base}${pull}/reviews/${review}/dismissals`, { message: "Again" });

      const check = { name: "plan", head_sha: head, output: { title: "t", summary: "s" } };
      const run = numberAt(await call(job, "POST", `${base}/check-runs`, check), "id");
      await call(job, "PATCH", `${base}/check-runs/${run}`, { conclusion: "success", status: "completed" });
      await get(`/check-runs/${run}`, `/check-runs/${run}/annotations`, `/commits/${head}/check-runs`);

      const comment = numberAt(await call(job, "POST", `${base}${issue}/comments`, { body: "x" }), "id");
      await call(job, "PATCH", `${base}/issues/comments/${comment}`, { body: "y" });
      await get(`${issue}/comments`, `/issues/comments/${comment}`);
      await call(job, "DELETE", `${base}/issues/comments/${comment}`);
      const other = numberAt(
        await call(job, "POST", `${base}/issues`, { title: "Left over", labels: ["seatwright"] }),
        "number",
      );
      await call(job, "PATCH", `${base}/issues/${other}`, { state: "closed", state_reason: "completed" });
      await call("bob", "PATCH", `${base}${issue}`, { title: "Add b, really" });
      await call("bob", "POST", `${base}/labels`, { name: "urgent", color: "ff0000" });
      await call("bob", "POST", `${base}${issue}/labels`, { labels: ["urgent", "seatwright"] });
      await call("bob", "PUT", `${base}${issue}/labels`, { labels: ["urgent"] });
      await get("/issues?state=all", issue, `${issue}/labels`, "/labels", "/labels/urgent");
      await call("bob", "DELETE", `${base}${issue}/labels/urgent`);

      const blob = textAt(await call(job, "POST", `${base}/git/blobs`, { content: "x" }), "sha");
      const entry = { path: "x.txt", mode: "100644", type: "blob", sha: blob };
      const tree = textAt(await call(job, "POST", `${base}/git/trees`, { tree: [entry] }), "sha");
      const commit = textAt(
        await call(job, "POST", `${base}/git/commits`, { message: "m", tree, parents: [head] }),
        "sha",
      );
      await call(job, "POST", `${base}/git/refs`, { ref: "refs/heads/made", sha: head });
      await call(job, "PATCH", `${base}/git/refs/heads/made`, { sha: commit });
      await get(
        "/git/ref/heads/made",
        "/git/matching-refs/heads/ma",
        `/git/blobs/${blob}`,
        `/git/trees/${tree}`,
        `/git/commits/${commit}`,
      );
      const file = { message: "m", branch: "made", content: "eA==" };
      const written = await call(job, "PUT", `${base}/contents/y.txt`, file);
      await call(job, "DELETE", `${base}/contents/y.txt`, {
        message: "m",
        branch: "made",
        sha: textAt(written, "content", "sha"),
      });
      await get(
        "/contents/policies",
        "/contents/seatwright.yaml?ref=topic",
        "/branches",
        "/branches/topic",
        "/compare/main...topic",
      );
      await call(job, "DELETE", `${base}/git/refs/heads/made`);

      stage.setRun({ id: 5, headSha: head, actor: "ada" });
      stage.protect("main", { approvals: 0, checks: ["plan"] });
      await get("", "/actions/runs/5", "/actions/permissions/workflow", "/rules/branches/main", "/codeowners/errors");
      await get("/collaborators", "/collaborators/bob", "/collaborators/bob/permission");
      for (const path of ["/user", "/users/eve", "/rate_limit", "/orgs/acme/teams/identity/members"])
        await call("ada", "GET", path);
      await call("ada", "PUT", `${base}${pull}/merge`);
      await get("/commits", "/commits/main", `/commits/${head}/pulls`, "/activity");

      expect(stage.judge.violations).toEqual([]);
      const seen = new Set(stage.requests.map(({ operation }) => operation));
      expect(playedOperations().filter((key) => !seen.has(key))).toEqual([]);
      expect(await stage.differences()).toEqual([]);
      await stage.close();
    }
  });
});
