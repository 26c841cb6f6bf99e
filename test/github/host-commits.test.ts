import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReviewHost } from "../../src/review-ports.ts";
import { createReviewHost } from "../../src/github/host.ts";
import { needs } from "../support/needs.ts";
import { allOfAJob, type HostStage, openHostStage } from "./host-stage.ts";
import { json, quickClock, serve, sha } from "./host-support.ts";
import { objects } from "./stage/json.ts";

const MARK = "<!-- seatwright:plan -->";

needs("git").describe("our host on GitHub", () => {
  let at: HostStage;
  let host: ReviewHost;
  beforeAll(async () => {
    at = await openHostStage();
    host = createReviewHost({
      repository: at.stage.fullName,
      token: await at.stage.jobToken(allOfAJob),
      apiUrl: at.stage.apiUrl,
      clock: quickClock(),
      userAgent: "seatwright/test",
      limits: { retryMs: 1, writeSpacingMs: 0 },
    });
  }, 60_000);
  afterAll(async () => at.close());
  const bodies = async (number: number): Promise<readonly unknown[]> =>
    objects(await at.stage.look(`${at.repository}/issues/${number}/comments`)).map(({ body }) => body);
  const writes = (): number => at.stage.requests.filter(({ method }) => method !== "GET").length;

  it("tells the parents of a commit, the branch that was merged into first", async () => {
    const { commit, number } = await at.opened();
    const [before = ""] = await host.parentsOf(commit);
    const merge = await at.stage.merge("ada", number, "merge");
    expect(await host.parentsOf(merge)).toEqual([before, commit]);
  });

  it("tells which folders hold a file", async () => {
    const files = {
      "eu/seatwright.yaml": "",
      "eu/policies/a.yaml": "",
      "teams/us/seatwright.yaml": "",
      "not-seatwright.yaml": "",
    };
    const commit = await at.stage.push("bob", "folders", files, "Folders");
    expect(await host.foldersWith(commit, "seatwright.yaml")).toEqual([".", "eu", "teams/us"]);
  });

  it("replaces a comment of its own where there is one, and writes none otherwise", async () => {
    const { number } = await at.opened();
    expect(await host.replaceComment(number, MARK, "Nothing")).toBeNull();
    expect(await bodies(number)).toEqual([]);
    await host.keepComment(number, MARK, "One");
    expect(await host.replaceComment(number, MARK, "Two")).toMatch(/^http/);
    expect(await bodies(number)).toEqual([`${MARK}\nTwo`]);
  });

  it("writes no comment that is as it should be", async () => {
    const { number } = await at.opened();
    const url = await host.keepComment(number, MARK, "The plan");
    const before = writes();
    expect(await host.keepComment(number, MARK, "The plan")).toBe(url);
    expect(writes()).toBe(before);
  });

  it("lists open pull requests by where their branches begin and where they lead", async () => {
    const { stage } = at;
    for (const branch of ["seatwright/undo-1", "seatwright/undo-2", "other/undo-3"]) {
      await stage.push("bob", branch, { "x.md": branch }, "X");
      await stage.openPullRequest("bob", { head: branch, title: branch });
    }
    await stage.push("bob", "release", { "r.md": "r" }, "R");
    await stage.push("bob", "seatwright/undo-4", { "x.md": "4" }, "X");
    await stage.openPullRequest("bob", { head: "seatwright/undo-4", base: "release", title: "4" });
    const found = await host.openPullRequestsFrom("seatwright/undo-", "main");
    expect(found.map(({ head }) => head.branch).sort()).toEqual(["seatwright/undo-1", "seatwright/undo-2"]);
  });
});

describe("a commit that GitHub does not have", () => {
  it("has no parents", async () => {
    const { host } = await serve((request, response) => {
      if (request.url?.includes("/git/commits/") === true) json(response, 404, { message: "Not Found" });
      else json(response, 200, { id: 1, default_branch: "main", visibility: "private" });
    });
    expect(await host.parentsOf(sha("a"))).toEqual([]);
  });
});
