import { describe, expect, it } from "vitest";
import { causeOf } from "../../src/atlassian/answer.ts";
import { failureOf } from "../../src/atlassian/failures.ts";
import { readProblem } from "../../src/atlassian/problem.ts";
import {
  accountError,
  applicationError,
  gatewayError,
  htmlError,
  lifecycleConflict,
  routingError,
} from "../../src/simulator/answers.ts";
import type { Answer } from "../../src/simulator/answers.ts";

const at = new Date("2026-11-20T09:00:00.000Z");

function problemOf({ status, body, html }: Answer) {
  return readProblem(status, html ?? JSON.stringify(body), null);
}

describe("an error answer", () => {
  it("is understood in each of Atlassian's envelopes", () => {
    expect(problemOf(applicationError(404, "ADMIN-404-8", "User not found", "Gone"))).toMatchObject({
      code: "ADMIN-404-8",
      words: "User not found: Gone",
      envelope: "errors",
    });
    expect(problemOf(gatewayError(429, "Slow down"))).toMatchObject({
      code: "429",
      words: "Slow down",
      envelope: "gateway",
    });
    expect(problemOf(routingError(404, "Not Found", "TCS validation failed", "/x", at))).toMatchObject({
      words: "TCS validation failed",
      envelope: "routing",
      requestId: "sim00000-0000-4000-8000-000000000000",
    });
    expect(problemOf(accountError(403, "forbidden", { errorDetail: "Error: no" }))).toMatchObject({
      code: "forbidden",
      words: "Error: no",
      envelope: "account",
    });
    expect(problemOf(lifecycleConflict("a", "accountNotEligible", "Not eligible"))).toMatchObject({
      code: "conflict.lifecycleErrors",
      words: "Not eligible",
      envelope: "account",
    });
  });

  it("that is a web page is told from data and never quoted", () => {
    expect(problemOf(htmlError(403))).toMatchObject({ envelope: "page", words: "", code: null });
  });

  it.each(["", "[]", "null", "{", '"text"', "{}", '{"errors":[]}'])(
    "of no known shape is no reason to fail: %j",
    (text) => {
      expect(readProblem(400, text, null)).toMatchObject({ status: 400, words: "" });
    },
  );

  it("is quoted on one line, cut short, and without addresses", () => {
    const { words } = readProblem(400, JSON.stringify({ message: `ada@example.com\n${"x".repeat(500)}` }), null);
    expect(words).not.toContain("ada@");
    expect(words).not.toContain("\n");
    expect(words.length).toBeLessThan(200);
  });

  it("has no code where what stands there is no code", () => {
    expect(readProblem(400, JSON.stringify({ code: "<b>x</b>", message: "m" }), null).code).toBeNull();
  });
});

describe("the cause of a refusal", () => {
  it.each([
    [gatewayError(401, "Unauthorized"), "key-rejected"],
    [accountError(401, "unauthorized"), "key-rejected"],
    [applicationError(401, "ADMIN-401-2", "Unauthorized", "INSUFFICIENT_SCOPE"), "key-has-scopes"],
    [applicationError(403, "ADMIN-UAM-403-1", "Forbidden", "no"), "forbidden"],
    [htmlError(403), "forbidden"],
    [
      accountError(403, "forbidden", { errorDetail: "Error: Caller must be a verified org admin of targeted account" }),
      "not-an-account-we-manage",
    ],
    [routingError(404, "Not Found", "TCS validation failed", "/x", at), "other-organization"],
    [applicationError(404, "ADMIN-404-2", "Organization not found", ""), "other-organization"],
    [applicationError(404, "ADMIN-UAM-404-1", "Unknown Resource", ""), "not-found"],
    [accountError(404, "accountNotFound"), "not-found"],
    [
      applicationError(400, "ADMIN-400-4", "Invalid", "is not with the new user management experience"),
      "old-user-management",
    ],
    [applicationError(409, "ADMIN-UAM-409-2", "Resource Conflicts", ""), "already-so"],
    [applicationError(409, "ADMIN-UAM-409-3", "Product License Limit Exceeded", ""), "licence-limit"],
    [applicationError(409, "ADMIN-409-3", "Product License Limit Exceeded", ""), "licence-limit"],
    [lifecycleConflict("a", "x", "y"), "conflict"],
    [gatewayError(429, "Too many"), "throttled"],
    [gatewayError(503, "Down"), "unavailable"],
    [applicationError(415, "ADMIN-UAM-415-1", "Unsupported", ""), "rejected"],
  ] as const)("%o is %s", (answer, cause) => {
    expect(causeOf(problemOf(answer))).toBe(cause);
  });
});

describe("the error for a read that failed", () => {
  const label = "POST /admin/v2/orgs/8a130dbc…/directories/-/users/search";
  const errorFor = (answer: Answer) => failureOf(label, { kind: "refused", problem: problemOf(answer) });

  it("ends a run as a matter of credentials where the key is the matter", () => {
    for (const answer of [
      gatewayError(401, "Unauthorized"),
      applicationError(401, "ADMIN-401-2", "Unauthorized", "INSUFFICIENT_SCOPE"),
      applicationError(403, "ADMIN-403-3", "Forbidden", ""),
      htmlError(403),
      routingError(404, "Not Found", "TCS validation failed", "/x", at),
    ]) {
      expect(errorFor(answer).exitCode).toBe(8);
    }
  });

  it("says of a key with scopes that one without is needed", () => {
    const { message, remedy } = errorFor(applicationError(401, "ADMIN-401-2", "Unauthorized", "INSUFFICIENT_SCOPE"));
    expect(message).toContain("needs an API key without scopes");
    expect(remedy).toContain("without scopes");
  });

  it("says of another organisation's id where to compare it", () => {
    const { message, remedy } = errorFor(routingError(404, "Not Found", "TCS validation failed", "/x", at));
    expect(message).toContain("another organisation");
    expect(remedy).toContain("SEATWRIGHT_ORG_ID");
  });

  it("ends a run as an incomplete read where Atlassian is the matter", () => {
    for (const answer of [gatewayError(429, ""), gatewayError(503, ""), applicationError(404, "ADMIN-404-1", "", "")]) {
      expect(errorFor(answer).exitCode).toBe(7);
    }
  });

  it("always names the endpoint and a remedy", () => {
    for (const status of [301, 400, 401, 403, 404, 409, 415, 429, 500, 503]) {
      const error = errorFor(applicationError(status, `ADMIN-${status}-1`, "Title", "Detail"));
      expect(error.message).toContain(label);
      expect(error.remedy.length).toBeGreaterThan(20);
    }
    for (const answer of [
      failureOf(label, { kind: "unanswered", sent: "perhaps", why: "the connection broke off" }),
      failureOf(label, { kind: "unreadable", status: 200, empty: true, why: "200 and nothing else", requestId: null }),
    ]) {
      expect(answer.message).toContain(label);
      expect(answer.exitCode).toBe(7);
    }
  });
});
