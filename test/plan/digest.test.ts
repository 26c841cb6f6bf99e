import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { canonicalPieces } from "../../src/model/canonical.ts";
import { canonicalJson, changeId, digestOf, planDigest } from "../../src/plan/digest.ts";
import golden from "./digest-golden.json" with { type: "json" };

const plan = golden.plan as unknown as Omit<Plan, "digest">;

describe("a plan's digest", () => {
  it("is the one that an independent implementation finds", () => {
    expect(planDigest(plan)).toBe(golden.digest);
  });

  it("does not cover itself", () => {
    expect(planDigest({ ...plan, digest: "sha256:something else" } as Plan)).toBe(golden.digest);
  });

  it("does not depend on the order in which fields were written", () => {
    const reversed = Object.fromEntries(Object.entries(plan).reverse()) as unknown as typeof plan;
    expect(planDigest(reversed)).toBe(golden.digest);
  });

  it("changes with everything else in the plan", () => {
    for (const key of Object.keys(plan)) {
      expect(planDigest({ ...plan, [key]: "something else" }), key).not.toBe(golden.digest);
    }
  });

  it("is not made of a value that JSON cannot hold", () => {
    expect(() => digestOf(undefined)).toThrow("without a JSON form");
    expect(() => digestOf({ at: Number.NaN })).toThrow("without a JSON form");
    expect(() => digestOf({ at: new Date(0) })).toThrow("without a JSON form");
    expect(() => digestOf(["\ud800"])).toThrow("half a surrogate pair");
  });
});

describe("the canonical form", () => {
  it("has fields in order of code units, no spaces, and every character as it is", () => {
    expect(canonicalJson({ b: [1, "é\n", null], a: { "\u{1f600}": true, "\uffff": false } })).toBe(
      '{"a":{"\u{1f600}":true,"\uffff":false},"b":[1,"é\\n",null]}',
    );
  });

  it("is the one of another implementation, for whatever JSON can hold", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 100 },
    );
  });

  it("is that also of many objects that have as many fields and other ones", () => {
    const objects = Array.from({ length: 40 }, (_, at) => ({
      b: at,
      [`key ${at % 13}`]: { z: 1, a: at },
      a: [null, at],
    }));
    expect(canonicalJson(objects)).toBe(canonicalize(objects));
    expect([...canonicalPieces({ objects })].join("")).toBe(canonicalize({ objects }));
  });

  it("in pieces is the same text, and no piece is much larger than an entry of a list", () => {
    const entry = { id: "c-1", text: "x".repeat(1_000), list: [1, 2, 3] };
    const document = {
      z: 1,
      none: undefined,
      a: [],
      list: Array.from({ length: 500 }, () => entry),
      b: { c: [entry] },
    };
    const pieces = [...canonicalPieces(document)];
    expect(pieces.join("")).toBe(canonicalJson(document));
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
    expect([...canonicalPieces({})].join("")).toBe("{}");
  });
});

describe("a change's id", () => {
  it.each(golden.changeIds)(
    "of $change.accountId is the one that an independent implementation finds",
    ({ change, id }) => {
      expect(changeId(change as Parameters<typeof changeId>[0])).toBe(id);
    },
  );

  const change = {
    action: "revoke",
    accountId: "ada",
    seat: { instance: "ari:1", app: "jira-software", site: "acme" },
    target: null,
  } as const;

  it("is made of action, account, instance and target", () => {
    const others = [
      { ...change, action: "setRole" as const },
      { ...change, accountId: "ben" },
      { ...change, seat: { ...change.seat, instance: "ari:2" } },
      { ...change, seat: null },
      { ...change, target: "atlassian/guest" },
    ];
    expect(new Set([change, ...others].map(changeId)).size).toBe(others.length + 1);
  });

  it("stays the same tomorrow, when names, operations and reasons may differ", () => {
    const later = {
      ...change,
      seat: { ...change.seat, site: "renamed" },
      operations: [{ kind: "suspend" }],
      lastActive: "never",
    };
    expect(changeId(later)).toBe(changeId(change));
  });
});
