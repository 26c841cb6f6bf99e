import { describe, expect, it } from "vitest";
import { errorOf, json, pull, serve, sha } from "./host-support.ts";

const bot = { login: "github-actions[bot]", type: "Bot" };
const comment = (id: number, user: object | null, body: string) => ({ id, user, body, html_url: `https://x/${id}` });

describe("a comment", () => {
  it("longer than GitHub takes is not sent", async () => {
    const { host, asked } = await serve((_request, response) => json(response, 200, []));
    const error = await errorOf(host.keepComment(7, "<!-- a -->", "x".repeat(65_536)));
    expect(error.message).toContain("65547 characters, and GitHub takes 65536 at most");
    expect(asked).toEqual([]);
  });

  it("of an app of one's own is told by its author, where the token does not say who it is", async () => {
    const app = { login: "seatwright-acme[bot]", type: "Bot" };
    const { host, asked } = await serve((request, response) => {
      if (request.url === "/user") json(response, 403, { message: "Resource not accessible by integration" });
      else if (request.method === "POST") json(response, 201, comment(9, app, "<!-- a -->\nB"));
      else if (request.method === "DELETE") response.writeHead(204).end();
      else {
        const others = [comment(2, { login: "eve", type: "User" }, "<!-- a -->"), comment(3, null, "<!-- a -->")];
        json(response, 200, [comment(1, app, "<!-- a -->\nA"), ...others]);
      }
    });
    expect(await host.keepComment(7, "<!-- a -->", "B")).toBe("https://x/9");
    expect(asked.filter((each) => !each.startsWith("GET"))).toEqual([
      "POST /repos/acme/policies/issues/7/comments",
      "DELETE /repos/acme/policies/issues/comments/1",
    ]);
  });

  it("by a person who is called like the bot is nobody's of ours", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.method === "GET") json(response, 200, [comment(1, { ...bot, type: "User" }, "<!-- a -->")]);
      else json(response, 201, comment(2, { login: "other", type: "Bot" }, "<!-- a -->"));
    });
    await host.keepComment(7, "<!-- a -->", "A");
    expect(asked.map((each) => each.split(" ")[0])).toEqual(["GET", "POST"]);
  });

  it("that somebody deletes meanwhile is written again", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.method === "PATCH" || request.method === "DELETE") json(response, 404, { message: "Not Found" });
      else if (request.method === "POST") json(response, 201, comment(2, bot, "<!-- a -->"));
      else json(response, 200, [comment(1, bot, "<!-- a -->")]);
    });
    expect(await host.keepComment(7, "<!-- a -->", "A")).toBe("https://x/2");
    expect(asked.map((each) => each.split(" ")[0])).toEqual(["GET", "PATCH", "POST", "DELETE"]);
  });

  it("that only quotes the marker further down is not ours to replace", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.method === "POST") json(response, 201, comment(2, bot, "<!-- a -->"));
      else json(response, 200, [comment(1, bot, "See <!-- a -->")]);
    });
    await host.keepComment(7, "<!-- a -->", "A");
    expect(asked.map((each) => each.split(" ")[0])).toEqual(["GET", "POST"]);
  });
});

describe("a check run", () => {
  const answer = {
    id: 5,
    name: "Seatwright plan",
    head_sha: sha("a"),
    external_id: "seal",
    conclusion: "neutral",
    completed_at: "2026-11-20T09:00:00Z",
    html_url: "https://x/5",
  };
  const check = {
    commit: sha("a"),
    name: "Seatwright plan",
    externalId: "seal",
    conclusion: "neutral",
    title: "3 changes",
    summary: "Three changes.",
    annotations: [],
    detailsUrl: "https://x/details",
  } as const;

  it("whose summary is longer than GitHub takes is not sent", async () => {
    const { host, asked } = await serve((_request, response) => json(response, 201, answer));
    await host.postCheckRun({ ...check, summary: "x".repeat(65_535) });
    const error = await errorOf(host.postCheckRun({ ...check, summary: "x".repeat(65_536) }));
    expect(error.message).toContain("The summary of the check run “Seatwright plan” has 65536 characters");
    expect(asked).toHaveLength(1);
  });

  it("cuts what is too long in an annotation, never through a letter, and points to a line that exists", async () => {
    const { host, bodies } = await serve((_request, response) => json(response, 201, answer));
    const title = `${"x".repeat(253)}😀😀`;
    await host.postCheckRun({
      ...check,
      annotations: [{ file: "a.yaml", line: 0, level: "failure", title, message: "y".repeat(99_999) }],
    });
    const sent = JSON.parse(bodies[0] ?? "") as { output: { annotations: Record<string, unknown>[] } };
    expect(sent).toMatchObject({ details_url: "https://x/details", status: "completed", external_id: "seal" });
    expect(sent.output.annotations[0]).toMatchObject({
      title: `${"x".repeat(253)}…`,
      start_line: 1,
      end_line: 1,
      annotation_level: "failure",
    });
    expect(String(sent.output.annotations[0]?.["message"])).toHaveLength(16_384);
  });

  it("adds the annotations beyond the first fifty once, and says so where that fails", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.method === "POST") json(response, 201, answer);
      else json(response, 500, { message: "Oops" });
    });
    const annotations = Array.from({ length: 51 }, (_, index) => ({
      file: "a.yaml",
      line: index + 1,
      level: "notice" as const,
      title: "A",
      message: "B",
    }));
    expect((await errorOf(host.postCheckRun({ ...check, annotations }))).message).toContain("PATCH");
    expect(asked).toEqual(["POST /repos/acme/policies/check-runs", "PATCH /repos/acme/policies/check-runs/5"]);
  });
});

describe("a pull request of ours", () => {
  const request = { headBranch: "seats", baseBranch: "main", title: "Plan", body: "Body" };

  it.each([
    ["refuses because another run opened it", 422],
    ["fails although it opened it", 502],
  ])("is found again where GitHub %s", async (_which, status) => {
    let tried = "no";
    const { host, asked } = await serve((request_, response) => {
      if (request_.method === "POST") {
        tried = "yes";
        json(response, status, { message: "A pull request already exists for acme:seats." });
      } else if ((request_.url ?? "").includes("?")) json(response, 200, tried === "yes" ? [pull()] : []);
      else json(response, 200, pull());
    });
    expect((await host.keepPullRequest(request)).number).toBe(7);
    expect(asked.at(-1)).toBe("PATCH /repos/acme/policies/pulls/7");
    expect(asked.filter((each) => each.startsWith("POST"))).toHaveLength(1);
  });

  it("into another branch stays as it is", async () => {
    const repo = { full_name: "acme/policies" };
    const other = pull({ base: { sha: sha("b"), ref: "next", repo } });
    const { host, asked } = await serve((request_, response) => {
      if (request_.method === "POST") json(response, 201, pull({ number: 8 }));
      else json(response, 200, (request_.url ?? "").includes("?") ? [other] : other);
    });
    expect((await host.keepPullRequest(request)).number).toBe(8);
    expect(asked.filter((each) => each.startsWith("PATCH"))).toEqual([]);
  });

  it("with a title longer than GitHub takes is not sent", async () => {
    const { host, asked } = await serve((_request, response) => json(response, 200, []));
    await errorOf(host.keepPullRequest({ ...request, title: "x".repeat(257) }));
    expect(asked).toEqual([]);
  });

  it("that is not there cannot be closed", async () => {
    const { host } = await serve((request_, response) => {
      const isPull = (request_.url ?? "").includes("/pulls/");
      json(response, isPull ? 404 : 200, isPull ? { message: "Not Found" } : {});
    });
    expect((await errorOf(host.closePullRequest(7, "Bye."))).message).toContain("There is no pull request #7");
  });
});

describe("asking for reviews", () => {
  it("asks each alone where GitHub refuses them together, and tells who was refused and why", async () => {
    const { host, bodies } = await serve((_request, response, nth) => {
      const body = JSON.parse(bodies[nth - 1] ?? "{}") as { reviewers: string[]; team_reviewers: string[] };
      const isRefused = body.reviewers.includes("eve") || body.team_reviewers.length > 0;
      if (isRefused) json(response, 422, { message: "Reviews may only be requested from collaborators." });
      else json(response, 201, pull());
    });
    expect(await host.requestReviewers(7, ["@bob", "@eve", "@Acme/licences"])).toEqual([
      "@eve: GitHub says “Reviews may only be requested from collaborators.”",
      "@Acme/licences: GitHub says “Reviews may only be requested from collaborators.”; a workflow's own token cannot ask teams that it may not see",
    ]);
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { reviewers: ["bob", "eve"], team_reviewers: ["licences"] },
      { reviewers: ["bob"], team_reviewers: [] },
      { reviewers: ["eve"], team_reviewers: [] },
      { reviewers: [], team_reviewers: ["licences"] },
    ]);
  });

  it("asks nothing of GitHub where nobody can be asked", async () => {
    const { host, asked } = await serve((_request, response) => json(response, 201, pull()));
    await host.requestReviewers(7, ["ada@example.com"]);
    expect(asked).toEqual([]);
  });
});

describe("an issue", () => {
  it("that GitHub leaves without its label is told of, because it would not be found again", async () => {
    const { host } = await serve((request, response) => {
      if (request.method === "GET") json(response, 200, []);
      else json(response, 201, { number: 3, html_url: "https://x/3", labels: [] });
    });
    expect((await errorOf(host.keepIssue("<!-- a -->", "A", "A"))).message).toContain("without its label “seatwright”");
  });

  it("is never a pull request, which GitHub lists among issues", async () => {
    const listed = { number: 3, html_url: "https://x/3", user: bot, body: "<!-- a -->", pull_request: {} };
    const { host } = await serve((_request, response) => json(response, 200, [listed]));
    expect(await host.closeIssue("<!-- a -->", "Done.")).toBeNull();
  });
});
