import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { trippedAtHalf } from "../../src/apply/break-glass.ts";
import { checkApproval, isReleased } from "../../src/apply/check-approval.ts";
import type { Approval, LimitReading } from "../../src/model/documents.generated.ts";
import { approvalOf, changeFor, join, planTime, planWith, policyDigest } from "../support/apply.ts";
import { organizationId } from "../support/organization.ts";
import { createKit } from "../../src/wiring.ts";

function reading(parts: Partial<LimitReading>): LimitReading {
  return {
    limit: "perRun.percent",
    scope: "",
    allowed: 10,
    unit: "percent",
    observed: 5,
    of: 100,
    tripped: false,
    ...parts,
  };
}

describe("a limit that is read at half", () => {
  it.each<[string, Partial<LimitReading>, boolean]>([
    ["5 of 100 where 10% are allowed", { observed: 5 }, false],
    ["6 of 100 where 10% are allowed", { observed: 6 }, true],
    ["4 of 100 where 9% are allowed", { observed: 4, allowed: 9 }, false],
    ["5 of 100 where 9% are allowed", { observed: 5, allowed: 9 }, true],
    ["1 of 9 where 5% are allowed", { observed: 1, of: 9, allowed: 5 }, false],
    ["2 of 9 where 5% are allowed", { observed: 2, of: 9, allowed: 5 }, true],
    ["1 where none is allowed", { observed: 1, allowed: 0, unit: "changes", of: 0 }, true],
    ["100 where 200 are allowed", { observed: 100, allowed: 200, unit: "changes", of: 0 }, false],
    ["101 where 200 are allowed", { observed: 101, allowed: 200, unit: "changes", of: 0 }, true],
    ["3 of a group of 4, where 3 may leave in any case", { limit: "perGroup.percent", observed: 3, of: 4 }, false],
    ["4 of a group of 4, where 3 may leave in any case", { limit: "perGroup.percent", observed: 4, of: 4 }, true],
    ["what tripped at its whole size", { observed: 0, tripped: true }, true],
  ])("%s: %s", (_, parts, trips) => {
    expect(trippedAtHalf([reading(parts)], 3)).toHaveLength(trips ? 1 : 0);
  });
});

describe("an approval that nobody else stands behind", () => {
  const limits = [reading({ observed: 6 })];
  const plan = planWith([changeFor("ada")], { limits });
  const check =
    (approval: Approval, of = plan) =>
    () =>
      checkApproval(of, approval, { organizationId, power: "act", policyDigest, now: planTime + 60 });
  const alone = approvalOf(plan, { breakGlass: true });
  const override = { limit: "perRun.percent", planDigest: plan.digest, by: "ops", reason: "clean-up" };

  it("is refused where all that is taken waits for one limit, which is overridden, and another is passed at half", () => {
    const day = reading({ limit: "perDay.changes", allowed: 20, unit: "changes", observed: 15, of: 0 });
    const waiting = planWith([], {
      quarantined: [changeFor("ada")],
      limits: [reading({ observed: 11, tripped: true }), day],
    });
    const given = { ...override, planDigest: waiting.digest };
    const word = approvalOf(waiting, { breakGlass: true, overrides: [given] });
    expect(check(word, waiting)).toThrow(/perDay.changes/);
    const both = { ...word, overrides: [given, { ...given, limit: "perDay.changes" }] };
    expect(check(both, waiting)).not.toThrow();
  });

  it("is refused with exit 3 where the plan passes half of a limit, and says how to override it", () => {
    expect(check(alone)).toThrow(
      expect.objectContaining({
        exitCode: 3,
        message: expect.stringContaining("perRun.percent allows 10%, half of that here, and the plan takes 6"),
        remedy: expect.stringContaining(`--override perRun.percent@${plan.digest}`),
      }),
    );
  });

  it("passes where that limit is overridden, or the plan was reviewed", () => {
    expect(check({ ...alone, overrides: [override] })).not.toThrow();
    expect(check(approvalOf(plan))).not.toThrow();
  });

  it("passes where the plan only gives", () => {
    const giving = planWith([changeFor("ada", { direction: "give", operations: [join("g-jira")] })], { limits });
    expect(check(approvalOf(giving, { breakGlass: true }), giving)).not.toThrow();
  });

  it("releases what is quarantined only where every tripped limit is overridden", () => {
    const tripped = [reading({ tripped: true, observed: 60 }), reading({ limit: "perDay.changes", tripped: true })];
    const held = planWith([], { limits: tripped, quarantined: [changeFor("ada")] });
    const approve = (...names: readonly string[]) =>
      approvalOf(held, {
        overrides: names.map((limit) => ({ limit, planDigest: held.digest, by: "ops", reason: "seen" })),
      });
    expect(isReleased(held, approve("perRun.percent"))).toBe(false);
    expect(isReleased(held, approve("perRun.percent", "perDay.changes"))).toBe(true);
  });
});

describe("a real organisation", () => {
  it.each<[string | null, "real" | "loopback"]>([
    [null, "real"],
    ["https://api.atlassian.com", "real"],
    ["http://127.0.0.1:8080", "loopback"],
    ["http://127.9.9.9", "loopback"],
    ["http://[::1]:8080", "loopback"],
    ["http://localhost:8080", "loopback"],
    ["https://localhost.example.com", "real"],
    ["https://127.0.0.1.example.com", "real"],
    ["https://user@127.0.0.1@example.com", "real"],
    ["not an address", "real"],
  ])("is behind %s: %s", async (apiUrl, api) => {
    const streams = { stdin: process.stdin, stdout: new PassThrough(), stderr: new PassThrough(), env: {} };
    const flags = apiUrl === null ? {} : { apiUrl };
    const kit = await createKit(streams, flags, "/", () => new AbortController().signal);
    expect(kit.api).toBe(api);
  });
});
