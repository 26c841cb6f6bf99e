import { describe, expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import type { CheckRun } from "../../src/review-ports.ts";
import { isWithdrawn, PLAN_CHECK, postedFor, requirePosted } from "../../src/review/posted.ts";
import { createSealer, type PostingPlace } from "../../src/review/seal.ts";
import { fakeDigest, organizationId } from "../support/plan-parts.ts";

const commit = "a".repeat(40);
const place: PostingPlace = { organization: organizationId, repository: "acme/policies", pullRequest: 7, head: commit };
const pullRequest = { number: 7, head: { commit, branch: "unused", repository: "acme/policies" } };
const sealer = createSealer("the key of these tests");
const seal = (plan: number, at: number, more: Partial<PostingPlace> = {}): string =>
  sealer.seal({ ...place, ...more }, { planDigest: fakeDigest(plan), at });

const none = (at: number): string => sealer.seal({ ...place, organization: "" }, { planDigest: null, at });

function check(id: number, externalId: string, completedAt: number | null): CheckRun {
  return { id, commit, externalId, conclusion: "success", completedAt, url: `https://github.test/${id}` };
}

/** The check runs of the head commit, newest first, as the port promises. */
function hostWith(...checks: readonly CheckRun[]): Parameters<typeof postedFor>[0] {
  return {
    repository: "acme/policies",
    checkRuns: async (of, name) => (of === commit && name === PLAN_CHECK ? checks : []),
  };
}

const find = (...checks: readonly CheckRun[]): ReturnType<typeof postedFor> =>
  postedFor(hostWith(...checks), sealer, { organization: organizationId, check: PLAN_CHECK }, pullRequest);

describe("the plan that was posted for a head commit", () => {
  it("is the last that carries our seal, behind whatever forged check runs are newer", async () => {
    const ours = check(3, seal(1, 100), 101);
    const found = await find(
      check(9, "no-plan", 900),
      check(
        8,
        seal(1, 100).replace(/.$/, (last) => (last === "0" ? "1" : "0")),
        900,
      ),
      check(7, seal(2, 800, { pullRequest: 8 }), 900),
      check(6, seal(2, 800, { head: "b".repeat(40) }), 900),
      check(5, seal(2, 800, { repository: "acme/other" }), 900),
      check(4, createSealer("eve's key").seal(place, { planDigest: fakeDigest(2), at: 800 }), 900),
      ours,
    );
    expect(found).toMatchObject({ planDigest: fakeDigest(1), at: 101, check: ours });
  });

  it("is the newest plan of ours, though somebody posts a copy of an older one after it", async () => {
    const newest = check(2, seal(2, 200), 201);
    const found = await find(check(3, seal(1, 100), 900), newest, check(1, seal(1, 100), 101));
    expect(found).toMatchObject({ planDigest: fakeDigest(2), at: 201, check: newest });
  });

  it("was posted when its seal says, though a copy or an edit of the check run says earlier", async () => {
    expect(await find(check(2, seal(1, 200), 50), check(1, seal(1, 200), 201))).toMatchObject({
      at: 201,
      check: { id: 1 },
    });
    expect(await find(check(1, seal(1, 200), 50))).toMatchObject({ at: 200 });
  });

  it("was posted when the check run says, where this machine's clock was behind", async () => {
    expect(await find(check(1, seal(1, 200), 260))).toMatchObject({ at: 260 });
  });

  it("is none once our own word is that there is none, until another is posted", async () => {
    const planned = check(1, seal(1, 100), 101);
    expect(await find(check(2, none(200), 201), planned)).toBeNull();
    expect(await find(check(3, seal(1, 100), 900), check(2, none(200), 201), planned)).toBeNull();
    expect(await find(check(3, seal(2, 300), 301), check(2, none(200), 201), planned)).toMatchObject({ at: 301 });
    // In the same second it cannot be told which came first, and a copy of the plan's is newer.
    expect(await find(check(3, seal(1, 100), 101), check(2, none(100), 101), planned)).toBeNull();
    expect(await find(check(3, none(100), 101), planned)).toBeNull();
    expect(await find(check(2, "no-plan", 900), planned)).toMatchObject({ at: 101 });
  });

  it("is withdrawn by our word that there is none, where there was one", async () => {
    const plans = { organization: organizationId, check: PLAN_CHECK };
    const isTakenBack = (...checks: readonly CheckRun[]): Promise<boolean> =>
      isWithdrawn(hostWith(...checks), sealer, plans, pullRequest);
    const planned = check(1, seal(1, 100), 101);
    expect(await isTakenBack(check(2, none(200), 201), planned)).toBe(true);
    expect(await isTakenBack(check(2, none(200), 201))).toBe(false);
    expect(await isTakenBack(planned)).toBe(false);
    expect(await isTakenBack()).toBe(false);
    const refused = requirePosted(hostWith(check(2, none(200), 201), planned), sealer, plans, pullRequest);
    await expect(refused).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(
        "Our last word on commit aaaaaaa of pull request #7 is that it has no plan",
      ) as string,
    });
  });

  it("is none where no check run carries our seal", async () => {
    expect(await find()).toBeNull();
    expect(await find(check(1, "no-plan", 100))).toBeNull();
  });

  it("has to be there for an approval: otherwise exit code 4, with what happens next", async () => {
    const refused = requirePosted(
      hostWith(check(1, "no-plan", 1)),
      sealer,
      { organization: organizationId, check: PLAN_CHECK },
      pullRequest,
    );
    await expect(refused).rejects.toBeInstanceOf(OperatorError);
    await expect(refused).rejects.toMatchObject({
      exitCode: 4,
      message: "No plan of ours was posted for commit aaaaaaa of pull request #7, so nothing of it is approved.",
      remedy: expect.stringContaining("next scheduled run") as string,
    });
  });
});
