import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
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
    expect(() => digestOf({ at: Number.NaN })).toThrow("NaN is not allowed");
  });
});

describe("the canonical form", () => {
  it("has fields in order of code units, no spaces, and every character as it is", () => {
    expect(canonicalJson({ b: [1, "é\n", null], a: { "\u{1f600}": true, "\uffff": false } })).toBe(
      '{"a":{"\u{1f600}":true,"\uffff":false},"b":[1,"é\\n",null]}',
    );
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
