import { describe, expect, it, vi } from "vitest";
import { createReviewHost } from "../../src/github/host.ts";
import { spacedLane } from "../../src/github/pace.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { errorOf, type Handle, json, quickClock, review, serve, sha, token } from "./host-support.ts";

const facts = { id: 1, default_branch: "main", visibility: "private" };
const isWrite = (method: string | undefined) => method !== "GET";

/** Refuses so many times, then answers. */
const refusing =
  (times: number, status: number, message: string, headers: Readonly<Record<string, string>> = {}): Handle =>
  (_request, response, nth) => {
    if (nth <= times) json(response, status, { message }, headers);
    else json(response, 200, facts);
  };

describe("a rate limit", () => {
  it("is waited for until it is reset, and a second more", async () => {
    const reset = Math.ceil(Date.now() / 1000) + 120;
    const { host, slept, asked, events } = await serve(
      refusing(1, 403, "API rate limit exceeded", {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(reset),
      }),
    );
    expect((await host.repositoryFacts()).id).toBe(1);
    expect(asked).toHaveLength(2);
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThan(100);
    expect(slept[0]).toBeLessThanOrEqual(122);
    expect(events.find(({ waitMs }) => waitMs !== null)).toMatchObject({
      request: "GET /repos/acme/policies",
      waitMs: (slept[0] ?? 0) * 1000,
    });
  });

  it.each([
    ["a secondary limit", 403, "You have exceeded a secondary rate limit.", { "retry-after": "30" }, 30],
    ["a secondary limit that names no wait", 429, "You have exceeded a secondary rate limit.", {}, 60],
    ["a limit of something in between", 429, "Too many requests", { "retry-after": "7" }, 7],
  ] as const)("that is %s is waited for", async (_which, status, message, headers, seconds) => {
    const { host, slept, asked } = await serve(refusing(2, status, message, headers));
    await host.repositoryFacts();
    expect(slept).toEqual([seconds, seconds]);
    expect(asked).toHaveLength(3);
  });

  it("is waited for three times and no more", async () => {
    const limited = refusing(99, 403, "You have exceeded a secondary rate limit.", { "retry-after": "30" });
    const { host, slept, asked } = await serve(limited);
    const error = await errorOf(host.repositoryFacts());
    expect(slept).toEqual([30, 30, 30]);
    expect(asked).toHaveLength(4);
    expect(error).toMatchObject({ reason: "usage", remedy: expect.stringContaining("after 2027-01-15T08:00:30Z") });
    expect(error.message).toContain("does not take more requests from this token");
  });

  it.each(["You have exceeded a secondary rate limit.", "Slow down"])(
    "that lasts too long is not waited for (%s)",
    async (message) => {
      const { host, slept, asked } = await serve(refusing(99, 429, message, { "retry-after": "3600" }));
      expect((await errorOf(host.repositoryFacts())).remedy).toContain("after 2027-01-15T09:00:00Z");
      expect([slept, asked.length]).toEqual([[], 1]);
    },
  );

  it("lets a refused write be sent again, because it was not carried out", async () => {
    const { host, asked } = await serve((request, response, nth) => {
      if (request.method === "GET") json(response, 200, []);
      else if (nth === 2) {
        json(response, 403, { message: "You have exceeded a secondary rate limit." }, { "retry-after": "5" });
      } else json(response, 201, { html_url: "https://x/1", user: { login: "github-actions[bot]", type: "Bot" } });
    });
    expect(await host.keepComment(7, "<!-- a -->", "A")).toBe("https://x/1");
    expect(asked.filter((each) => each.startsWith("POST"))).toHaveLength(2);
  });
});

describe("a server that fails, or a connection that breaks", () => {
  it("is asked three more times for what can be asked twice", async () => {
    const { host, asked } = await serve(refusing(3, 502, "Bad gateway"));
    expect((await host.repositoryFacts()).id).toBe(1);
    expect(asked).toHaveLength(4);
  });

  it("ends in an operator error that names the request", async () => {
    const { host, asked } = await serve(refusing(99, 503, "Unicorn"));
    const error = await errorOf(host.repositoryFacts());
    expect(error.message).toBe("GitHub could not answer GET /repos/acme/policies (503, “Unicorn”).");
    expect(asked).toHaveLength(4);
  });

  it.each([
    ["a failure", (response: Parameters<Handle>[1]) => json(response, 500, { message: "Oops" })],
    ["a lost answer", (response: Parameters<Handle>[1]) => response.destroy()],
  ])("is sent a write once only, after %s", async (_which, fail) => {
    const { host, asked } = await serve((request, response) => {
      if (isWrite(request.method)) fail(response);
      else json(response, 200, []);
    });
    await errorOf(host.keepComment(7, "<!-- a -->", "A"));
    await errorOf(host.postCheckRun(check()));
    expect(asked.filter((each) => each.startsWith("POST"))).toHaveLength(2);
  });

  it("is told of as no answer, with what to check", async () => {
    const gone = createReviewHost({
      repository: "acme/policies",
      token,
      apiUrl: "http://127.0.0.1:1",
      clock: quickClock(),
      userAgent: "seatwright/test",
      limits: { retries: 0 },
    });
    const error = await errorOf(gone.repositoryFacts());
    expect(error.message).toMatch(/^GET \/repos\/acme\/policies got no answer: .+\.$/);
    expect(error.remedy).toContain("Check the connection to GitHub");
  });

  it("is not waited for beyond the time that an answer may take", async () => {
    const { host } = await serve(() => undefined, { limits: { answerMs: 100, retries: 0 } });
    expect((await errorOf(host.repositoryFacts())).message).toContain("got no answer: it took too long");
  });

  it("gives no half of a list where the body breaks off", async () => {
    const { host, asked } = await serve(
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write("[");
        setTimeout(() => response.destroy(), 20);
      },
      { limits: { retries: 1, retryMs: 1 } },
    );
    expect((await errorOf(host.reviews(7))).message).toContain("/pulls/7/reviews got no answer");
    expect(asked).toHaveLength(2);
  });
});

describe("a list", () => {
  it("that GitHub refuses on a later page is no shorter list", async () => {
    const { host } = await serve((request, response, nth) => {
      const next = `<http://${request.headers.host ?? ""}/repos/acme/policies/pulls/7/reviews?page=2>; rel="next"`;
      if (nth === 1) json(response, 200, [review()], { link: next });
      else json(response, 409, { message: "Conflict" });
    });
    expect((await errorOf(host.reviews(7))).message).toContain("(409, “Conflict”)");
  });

  it("that goes on at another address is not followed: the token does not go there", async () => {
    const other = await serve((_request, response) => json(response, 200, [review()]));
    const { host } = await serve((_request, response) =>
      json(response, 200, [review()], { link: `<${other.url}/repos/acme/policies/pulls/7/reviews>; rel="next"` }),
    );
    expect((await errorOf(host.reviews(7))).message).toContain("where the token must not go");
    expect(other.asked).toEqual([]);
  });

  it("without an end is given up", async () => {
    const { host } = await serve((request, response) =>
      json(response, 200, [review()], { link: `<http://${request.headers.host ?? ""}/x>; rel="next"` }),
    );
    expect((await errorOf(host.reviews(7))).message).toContain("does not come to an end");
  });

  it("is asked for in pages of a hundred, with the documented version of the API", async () => {
    const { host, asked, headers } = await serve((_request, response) => json(response, 200, []));
    await host.reviews(7);
    expect(asked).toEqual(["GET /repos/acme/policies/pulls/7/reviews?per_page=100"]);
    expect(headers[0]).toMatchObject({
      "x-github-api-version": "2022-11-28",
      "user-agent": expect.stringMatching(/^seatwright\/test /),
    });
  });
});

describe("a refusal", () => {
  it.each([
    ["checks=write", "Add checks: write to"],
    ["pull_requests=write,contents=read", "Add pull-requests: write and contents: read to"],
    ["issues=write; pull_requests=write", "Add issues: write, or pull-requests: write to"],
    ["odd", "Add checks: write to"],
  ])("names the permission as GitHub's header %s does", async (header, words) => {
    const { host } = await serve((_request, response) =>
      json(response, 403, { message: "No" }, { "x-accepted-github-permissions": header }),
    );
    const error = await errorOf(host.postCheckRun(check()));
    expect(error).toMatchObject({ reason: "credentials", remedy: expect.stringContaining(words) });
  });

  it("repeats what GitHub says of each field, on one line and cut short", async () => {
    const body = {
      message: "Validation\nFailed",
      errors: [{ resource: "X", field: "head_sha", code: "invalid" }, "plain", { message: "x".repeat(400) }],
    };
    const { host } = await serve((_request, response) => json(response, 422, body));
    const { message } = await errorOf(host.postCheckRun(check()));
    expect(message).toContain("(422, “Validation Failed: head_sha is invalid: plain: xxx");
    expect(message.length).toBeLessThan(450);
  });

  it("with a redirect is not followed: a write would become a read", async () => {
    const { host, asked } = await serve((_request, response) =>
      response.writeHead(301, { location: "/repositories/1/check-runs" }).end(),
    );
    const error = await errorOf(host.postCheckRun(check()));
    expect(error.message).toContain("renamed or moved");
    expect(asked).toHaveLength(1);
  });
});

describe("the token", () => {
  it("appears in no error, no event and nothing that is logged, even where the server repeats it", async () => {
    const logged = ["log", "info", "warn", "error", "debug"] as const;
    const spies = logged.map((name) => vi.spyOn(console, name).mockImplementation(() => undefined));
    const answers: readonly Handle[] = [
      (_request, response) => json(response, 401, { message: `Bad token ${token}` }, { deprecation: "yes" }),
      (_request, response) => json(response, 200, { id: token }, { deprecation: "yes" }),
      (_request, response) => json(response, 422, { message: "No", errors: [{ message: token }] }),
      (_request, response) => response.destroy(),
    ];
    for (const answer of answers) {
      const { host, headers, events } = await serve(answer, { limits: { retries: 0 } });
      const error = await errorOf(host.repositoryFacts());
      const { message, remedy, stack, cause } = error;
      expect(JSON.stringify({ message, remedy, stack, cause, all: Object.entries(error), events })).not.toContain(
        token,
      );
      expect(headers[0]?.authorization).toBe(`token ${token}`);
    }
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of spies) spy.mockRestore();
  });

  it.each([
    ["is missing", { token: " " }, "There is no token for GitHub."],
    ["has a line break inside", { token: "a\nb" }, "holds a space, a line break"],
    ["would go unencrypted", { apiUrl: "http://github.example.com/api/v3" }, "unencrypted"],
    ["would go nowhere", { apiUrl: "github.com" }, "is not an http or https address"],
    ["stands in the address", { apiUrl: "https://x:y@github.example.com" }, "more than a host and a path"],
    ["has no repository", { repository: "acme" }, "is not named as owner/name"],
    ["has a repository with a way out", { repository: "acme/.." }, "is not named as owner/name"],
  ])("that %s is refused before anything is sent", (_which, wrong, what) => {
    const right = { repository: "acme/policies", token, apiUrl: "https://api.github.com", userAgent: "t" };
    const create = () => createReviewHost({ ...right, clock: quickClock(), ...wrong });
    expect(create).toThrow(OperatorError);
    expect(create).toThrow(what);
  });
});

describe("writes", () => {
  it("are spaced as GitHub asks, and the first one starts at once", async () => {
    const clock = quickClock();
    const lane = spacedLane(clock, 1_000).key("any");
    for (let nth = 0; nth < 3; nth++) await lane.schedule({}, async () => await Promise.resolve(nth));
    expect(clock.slept).toHaveLength(2);
    expect(clock.slept[0]).toBeGreaterThan(0.5);
    expect(clock.slept[1]).toBeGreaterThan(1);
  });
});

function check(): Parameters<ReturnType<typeof createReviewHost>["postCheckRun"]>[0] {
  return {
    commit: sha("a"),
    name: "Seatwright plan",
    externalId: "seal",
    conclusion: "neutral",
    title: "3 changes",
    summary: "Three changes.",
    annotations: [],
    detailsUrl: null,
  };
}
