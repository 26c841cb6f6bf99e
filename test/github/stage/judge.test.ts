import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import type { Judge } from "./judge.ts";
import { createJudge } from "./judge.ts";
import { loadOpenApi } from "./openapi.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

const repo = "/repos/acme/policies";

describe("the judge of requests", () => {
  let judge: Judge;
  beforeEach(() => {
    judge = createJudge(() => loadOpenApi("api.github.com"));
  });
  const ask = (method: string, path: string, body?: unknown, headers: object = {}) => {
    const url = new URL(path, "http://127.0.0.1");
    const found = judge.find(method, url.pathname);
    const all = {
      "user-agent": "test",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    judge.request(found, { method, path: url.pathname, query: url.searchParams, headers: all, body });
    return judge.violations.map(({ what }) => what);
  };

  it("finds nothing wrong with what GitHub describes", () => {
    ask("GET", `${repo}/pulls?state=all&per_page=100&head=acme:topic`);
    ask("POST", `${repo}/check-runs`, {
      name: "x",
      head_sha: "abc",
      status: "in_progress",
      output: { title: "t", summary: "s" },
    });
    ask("PUT", `${repo}/pulls/3/merge`);
    ask("PUT", `${repo}/pulls/3/merge`, { merge_method: "squash", sha: "abc" });
    ask("GET", `${repo}/contents/policies/a%20b.yaml?ref=main`);
    ask("GET", `${repo}/git/ref/heads%2Ffeature%2Fx`);
    ask("PATCH", `${repo}/check-runs/5`, { status: "completed", conclusion: "neutral" });
    expect(judge.violations).toEqual([]);
  });

  it("tells operations apart that look alike", () => {
    const key = (method: string, path: string) => judge.find(method, `${repo}${path}`)?.operation.key;
    expect(key("GET", "/commits/feature/x")).toBe("GET /repos/{owner}/{repo}/commits/{ref}");
    expect(key("GET", "/commits/abc/pulls")).toBe("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls");
    expect(key("GET", "/commits/feature/x/check-runs")).toBe("GET /repos/{owner}/{repo}/commits/{ref}/check-runs");
    expect(key("GET", "/issues/comments/4")).toBe("GET /repos/{owner}/{repo}/issues/comments/{comment_id}");
    expect(key("GET", "/pulls/4/nothing")).toBeUndefined();
    expect(key("POST", "/pulls/4")).toBeUndefined();
  });

  it("finds paths, parameters and headers that GitHub does not know", () => {
    expect(ask("GET", "/repos/acme/policies/pullz")).toEqual(["GitHub describes no such operation."]);
    expect(ask("GET", `${repo}/pulls?status=open`).at(-1)).toContain('"status" is unknown');
    expect(ask("GET", `${repo}/pulls?state=merged`).at(-1)).toContain('"state" is "merged"');
    expect(ask("GET", `${repo}/pulls?per_page=500`).at(-1)).toContain("at most 100");
    expect(ask("GET", `${repo}/pulls/first`).at(-1)).toContain("must be integer");
    expect(ask("GET", repo, undefined, { "user-agent": "" }).at(-1)).toContain("User-Agent");
    expect(ask("GET", repo, undefined, { accept: "image/png" }).at(-1)).toContain("image/png");
  });

  it("finds bodies that lack something, have something strange, or should not be there", () => {
    expect(ask("POST", `${repo}/check-runs`, { head_sha: "abc" })).toEqual(["it must have required property 'name'"]);
    expect(ask("POST", `${repo}/check-runs`).at(-1)).toContain("GitHub needs one here");
    expect(ask("GET", repo, {}).at(-1)).toContain("GitHub takes none here");
    expect(ask("POST", `${repo}/issues`, { title: "x", boddy: "y" }).at(-1)).toContain("/boddy is unknown");
    const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" };
    const output = (annotations: unknown) => ({
      name: "x",
      head_sha: "abc",
      output: { title: "t", summary: "s", annotations },
    });
    expect(ask("POST", `${repo}/check-runs`, output([{ ...annotation, annotation_level: "error" }])).at(-1)).toContain(
      "annotation_level",
    );
    expect(ask("POST", `${repo}/check-runs`, output([{ ...annotation, lines: 3 }])).at(-1)).toContain(
      "/output/annotations/0/lines is unknown",
    );
    expect(ask("POST", `${repo}/check-runs`, output(Array.from({ length: 51 }, () => annotation))).at(-1)).toContain(
      "50 items",
    );
    const before = judge.violations.length;
    ask("POST", `${repo}/check-runs`, output([annotation]));
    expect(judge.violations).toHaveLength(before);
  });

  it("finds answers that GitHub would not give", () => {
    const operation = judge.find("PUT", `${repo}/pulls/1/merge`)?.operation;
    if (operation === undefined) throw new Error("GitHub describes merging.");
    judge.answer(operation, 200, { sha: "abc", merged: true, message: "Done" });
    judge.answer(operation, 404, { message: "Not Found" });
    expect(judge.violations).toEqual([]);
    judge.answer(operation, 200, { sha: 5, merged: true });
    judge.answer(operation, 202, {});
    expect(judge.violations.map(({ side, what }) => `${side}: ${what}`)).toEqual([
      "answer: 200: it must have required property 'message'",
      "answer: 200: /sha must be string",
      "answer: GitHub does not answer with 202.",
    ]);
  });
});

needs("git").describe("the judge on the stage", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ people: { ada: "admin" }, files: { "a.txt": "a" } });
  });
  afterEach(async () => {
    await stage.close();
  });

  it("sees every request, also one that is refused", async () => {
    await stage.api("ada", "GET", `/repos/${stage.fullName}/pulls?stat=open`);
    await stage.api(null, "POST", `/repos/${stage.fullName}/issues`, { titel: "x" });
    expect(stage.judge.violations.map(({ operation, what }) => [operation, what])).toEqual([
      ["GET /repos/{owner}/{repo}/pulls", 'The query parameter "stat" is unknown: GitHub ignores it.'],
      ["POST /repos/{owner}/{repo}/issues", "it must have required property 'title'"],
      ["POST /repos/{owner}/{repo}/issues", "/titel is unknown: GitHub ignores it"],
    ]);
  });

  it("is told of operations that the stage does not play, until a test supplies an answer", async () => {
    const path = `/repos/${stage.fullName}/environments`;
    const key = "GET /repos/{owner}/{repo}/environments";
    stage.answer(key, { status: 200, body: { total_count: 0, environments: [] } });
    expect((await stage.api("ada", "GET", path)).body).toEqual({ total_count: 0, environments: [] });
    expect(stage.judge.violations).toEqual([]);
    expect((await stage.api("ada", "GET", path)).status).toBe(501);
    expect((await stage.api("ada", "GET", `/repos/${stage.fullName}/hooks`)).status).toBe(501);
    expect(stage.judge.violations.map(({ what }) => what)).toEqual([
      "The stage does not play this operation: supply an answer.",
      "The stage does not play this operation: supply an answer.",
    ]);
  });

  it("holds what a test supplies against the description as well", async () => {
    stage.answer("GET /repos/{owner}/{repo}/environments", {
      status: 200,
      body: { environments: [{ name: "apply" }] },
    });
    stage.answer("POST /repos/{owner}/{repo}/issues", { status: 502, body: { message: "Server Error" }, times: 2 });
    await stage.api("ada", "GET", `/repos/${stage.fullName}/environments`);
    expect(stage.judge.violations.some(({ side, what }) => side === "answer" && what.includes("'node_id'"))).toBe(true);
    const statuses = [];
    for (let round = 0; round < 3; round++)
      statuses.push((await stage.api("ada", "POST", `/repos/${stage.fullName}/issues`, { title: "x" })).status);
    expect(statuses).toEqual([502, 502, 201]);
  });
});
