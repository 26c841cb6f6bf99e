import { describe, expect, it } from "vitest";
import type { ApiAnswer } from "../../src/atlassian/answer.ts";
import { readProblem } from "../../src/atlassian/problem.ts";
import { askedWait, backoff, mayResend, whatIsAllowed } from "../../src/atlassian/waits.ts";

const now = Date.parse("2026-11-20T09:00:00Z") / 1000;

function refused(status: number): ApiAnswer {
  return { kind: "refused", problem: readProblem(status, "{}", null) };
}

const lost: ApiAnswer = { kind: "unanswered", sent: "perhaps", why: "" };
const neverSent: ApiAnswer = { kind: "unanswered", sent: "no", why: "" };
const unreadable: ApiAnswer = { kind: "unreadable", status: 200, empty: false, why: "", requestId: null };

describe("how long the server asks to wait", () => {
  it("is Retry-After in seconds", () => {
    expect(askedWait(429, { "retry-after": "7" }, now)).toBe(7000);
  });

  it("is Retry-After as a date, by the server's own clock", () => {
    const date = "Fri, 20 Nov 2026 12:00:00 GMT";
    expect(askedWait(503, { "retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", date }, now)).toBe(30_000);
  });

  it("is until X-RateLimit-Reset, an ISO moment, where a 429 has nothing else", () => {
    const headers = { "x-ratelimit-reset": "2026-11-20T09:00:20Z" };
    expect(askedWait(429, headers, now)).toBe(21_000);
    expect(askedWait(429, { ...headers, "retry-after": "5" }, now)).toBe(5000);
    expect(askedWait(500, headers, now)).toBe(0);
  });

  it("is nothing where it does not say, or says what cannot be read", () => {
    expect(askedWait(429, {}, now)).toBe(0);
    expect(askedWait(429, { "retry-after": "soon" }, now)).toBe(0);
    expect(askedWait(429, { "x-ratelimit-reset": "1700000000" }, now)).toBe(0);
  });
});

describe("what an answer says about how many requests are allowed", () => {
  it("is how many remain and until when, to the millisecond or, told in whole seconds, a second later at most", () => {
    const headers = { "x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-11-20T09:00:09Z" };
    const told = { refused: false, wait: null, remaining: 7, reset: (now + 9) * 1000, blur: 1000 };
    expect(whatIsAllowed(200, headers, now)).toEqual(told);
    const precise = { ...headers, "x-ratelimit-reset": "2026-11-20T09:00:09.500Z" };
    expect(whatIsAllowed(200, precise, now)).toEqual({ ...told, reset: told.reset + 500, blur: 0 });
  });

  it("is how long to wait where it refuses", () => {
    expect(whatIsAllowed(429, { "retry-after": "7" }, now)).toMatchObject({ refused: true, wait: 7000 });
    expect(whatIsAllowed(429, {}, now)).toMatchObject({ refused: true, wait: null });
    expect(whatIsAllowed(503, { "retry-after": "7" }, now)).toMatchObject({ refused: false, wait: null });
  });

  it("is nothing where it cannot be read", () => {
    const headers = { "x-ratelimit-remaining": "many", "x-ratelimit-reset": "1700000000" };
    expect(whatIsAllowed(200, headers, now)).toMatchObject({ remaining: null, reset: null });
    expect(whatIsAllowed(200, {}, now)).toMatchObject({ remaining: null, reset: null });
  });
});

describe("the wait between tries", () => {
  it("doubles up to half a minute, and is shared out by chance", () => {
    expect([1, 2, 3, 10].map((sends) => backoff(sends, 1))).toEqual([1000, 2000, 4000, 30_000]);
    expect(backoff(3, 0)).toBe(0);
    expect(backoff(3, 0.25)).toBe(1000);
  });
});

describe("whether a request is sent again", () => {
  it("is for a read a matter of whether another try can help", () => {
    for (const answer of [refused(500), refused(503), refused(408), lost, neverSent, unreadable]) {
      expect(mayResend("read", answer)).toBe("again");
    }
    for (const answer of [refused(400), refused(401), refused(403), refused(404), refused(409)]) {
      expect(mayResend("read", answer)).toBe("no");
    }
    expect(mayResend("read", refused(429))).toBe("throttled");
  });

  it("is for a write only where the first cannot have been carried out", () => {
    expect(mayResend("write", refused(429))).toBe("throttled");
    expect(mayResend("write", neverSent)).toBe("again");
    for (const answer of [refused(500), refused(503), lost, unreadable, refused(409)]) {
      expect(mayResend("write", answer)).toBe("no");
    }
  });
});
