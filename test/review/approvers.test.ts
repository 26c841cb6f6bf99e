import { describe, expect, it } from "vitest";
import type { Account, Permission, Review } from "../../src/review-ports.ts";
import { type Approvers, approversOf, type Evidence, mayWrite, nobodyElse } from "../../src/review/approvers.ts";

const head = "a".repeat(40);
const older = "b".repeat(40);
const postedAt = 1_000;

function review(by: string, more: Partial<Review> = {}): Review {
  return {
    by,
    kind: "person",
    state: "approved",
    commit: head,
    at: postedAt + 1,
    url: `https://github.test/${by}`,
    ...more,
  };
}

function people(...logins: readonly string[]): readonly Account[] {
  return logins.map((login) => ({ login, kind: "person" }));
}

/** As GitHub shows what Copilot, an app or a workflow pushed. */
function bot(login: string): Account {
  return { login, kind: "other" };
}

const ofAda: Evidence["pullRequest"] = {
  author: "ada",
  authorKind: "person",
  head: { commit: head, branch: "unused", repository: "acme/policies" },
};

function asked(reviews: readonly Review[], more: Partial<Evidence> & { readonly level?: Permission } = {}): Approvers {
  const { level = "write", ...evidence } = more;
  return approversOf({
    pullRequest: ofAda,
    made: "pull-request",
    reviews,
    permissions: new Map(reviews.map(({ by }) => [by, level])),
    pushers: people("ada"),
    postedAt,
    behind: nobodyElse,
    ...evidence,
  });
}

/** Who counts, and whether somebody objects. */
function verdict({ approved, objections }: Approvers): string {
  return [...approved.map(({ by }) => `+${by}`), ...objections.map(({ by }) => `-${by}`)].join(" ");
}

describe("whose approval counts", () => {
  it("counts a person who may write and approved the head after the plan was posted", () => {
    expect(asked([review("bob")])).toEqual({ approved: [review("bob")], others: [], objections: [] });
  });

  it.each<[Permission, string]>([
    ["admin", "+bob"],
    ["maintain", "+bob"],
    ["write", "+bob"],
    ["triage", ""],
    ["read", ""],
    ["none", ""],
  ])("of somebody who may %s: %j", (level, expected) => {
    expect(verdict(asked([review("bob")], { level }))).toBe(expected);
    expect(mayWrite(level)).toBe(expected !== "");
  });

  it("takes somebody whose permission was not asked for as a stranger", () => {
    const found = asked([review("bob")], { permissions: new Map() });
    expect(found).toMatchObject({ approved: [], others: ["bob approved, but may only look from outside, not write"] });
  });

  it.each<[string, Review, Partial<Evidence>, string]>([
    ["the author", review("ada"), { pushers: people("cyd") }, "is the author of the pull request"],
    ["the author in other capitals", review("ADA"), { pushers: people("cyd") }, "is the author of the pull request"],
    ["the last to push", review("bob"), { pushers: people("bob") }, "pushed the head commit"],
    ["the last to push, in other capitals", review("bob"), { pushers: people("BoB") }, "pushed the head commit"],
    [
      "whoever pushed before somebody else",
      review("bob"),
      { pushers: people("cyd", "ada", "BOB") },
      "made the branch or pushed to it",
    ],
    [
      "whoever the plan is of besides",
      review("bob"),
      { behind: { people: [{ login: "Bob", why: "asked for this undo" }], doubts: [] } },
      "asked for this undo",
    ],
    [
      "anybody where the pusher is not told",
      review("bob"),
      { pushers: null },
      "whether they pushed the head commit is not known",
    ],
    ["a bot", review("helper[bot]", { kind: "other" }), {}, "is not a person"],
    ["anybody of an older commit", review("bob", { commit: older }), {}, "of commit bbbbbbb, and the head is aaaaaaa"],
    ["anybody of a commit that is gone", review("bob", { commit: "" }), {}, "of commit , and the head is aaaaaaa"],
    [
      "anybody before the plan",
      review("bob", { at: postedAt - 1 }),
      {},
      "before the plan was posted, at 1970-01-01T00:16:40Z",
    ],
    ["anybody in the second of the plan", review("bob", { at: postedAt }), {}, "before the plan was posted"],
  ])("does not count %s, and says why", (_, given, evidence, why) => {
    const found = asked([given], evidence);
    expect(verdict(found)).toBe("");
    expect(found.others[0]).toContain(`${given.by} approved, but ${why}`);
  });

  const copilot = bot("Copilot");

  it.each<[string, Partial<Evidence>, string]>([
    ["what Copilot pushed last", { pushers: [copilot, ...people("ada")] }, "Copilot pushed to the branch"],
    ["what Copilot pushed first", { pushers: [...people("ada"), copilot] }, "Copilot pushed to the branch"],
    ["what a workflow pushed", { pushers: [bot("github-actions[bot]")] }, "github-actions[bot] pushed to the branch"],
    [
      "what an app opened, though a person pushed",
      { pullRequest: { ...ofAda, author: "renovate[bot]", authorKind: "other" } },
      "renovate[bot] opened the pull request",
    ],
    ["what nobody knows who is behind", { behind: { people: [], doubts: ["whose it is"] } }, "whose it is"],
  ])("wants two approvals of %s", (_, evidence, why) => {
    const alone = asked([review("bob")], evidence);
    expect(verdict(alone)).toBe("");
    expect(alone.others.join("; ")).toContain(`bob approved, but two have to; ${why}`);
    expect(verdict(asked([review("bob"), review("cyd")], evidence))).toBe("+bob +cyd");
    expect(verdict(asked([review("bob"), review("ada")], evidence)), "the author is no second").toBe("");
    expect(verdict(asked([review("bob"), review("cyd", { kind: "other" })], evidence)), "nor is a bot").toBe("");
  });

  it("counts one approval of a plan of ours, which a workflow opens and pushes, whoever pushed there before", () => {
    const ours = bot("github-actions[bot]");
    const pullRequest = { ...ofAda, author: ours.login, authorKind: ours.kind };
    const made = "plan-pull-request";
    const found = asked([review("bob")], { made, pullRequest, pushers: [ours, ...people("bob")] });
    expect(verdict(found)).toBe("+bob");
    expect(verdict(asked([review("bob")], { made, pullRequest, pushers: people("bob") })), "nor over ours").toBe("");
  });

  it("tells that the pusher is not known also where nobody approved", () => {
    expect(asked([], { pushers: null }).others).toEqual(["GitHub does not tell who pushed aaaaaaa"]);
  });

  it("lists several in order of login", () => {
    expect(verdict(asked([review("cyd"), review("bob")]))).toBe("+bob +cyd");
  });
});

describe("the latest word of each person", () => {
  const later = { at: postedAt + 9 };

  it.each<[string, readonly Review[], string]>([
    ["an approval that was dismissed", [review("bob", { state: "dismissed" })], ""],
    [
      "an approval and then changes requested",
      [review("bob"), review("bob", { state: "changes-requested", ...later })],
      "-bob",
    ],
    [
      "changes requested and then an approval",
      [review("bob", { state: "changes-requested" }), review("bob", later)],
      "+bob",
    ],
    ["an approval and then a comment", [review("bob"), review("bob", { state: "commented", ...later })], "+bob"],
    [
      "an approval and then one that is not submitted",
      [review("bob"), review("bob", { state: "pending", ...later })],
      "+bob",
    ],
    ["a comment only", [review("bob", { state: "commented" })], ""],
    [
      "an approval and then another of an older commit",
      [review("bob"), review("bob", { commit: older, ...later })],
      "",
    ],
    [
      "words in two spellings of one login",
      [review("bob"), review("BOB", { state: "changes-requested", ...later })],
      "-BOB",
    ],
    ["two in the same second, the later listed last", [review("bob"), review("bob", { state: "dismissed" })], ""],
  ])("is what counts: %s", (_, reviews, expected) => {
    expect(verdict(asked(reviews))).toBe(expected);
  });

  it.each<[Permission, string]>([
    ["admin", "+cyd -bob"],
    ["maintain", "+cyd -bob"],
    ["write", "+cyd -bob"],
    ["triage", "+cyd"],
    ["read", "+cyd"],
    ["none", "+cyd"],
  ])("objects, of somebody who may %s: %j", (level, expected) => {
    const reviews = [review("bob", { state: "changes-requested" }), review("cyd")];
    expect(
      verdict(
        asked(reviews, {
          permissions: new Map([
            ["bob", level],
            ["cyd", "write"],
          ]),
        }),
      ),
    ).toBe(expected);
  });

  it("objects whatever commit it was of and whenever it was said", () => {
    const objection = review("bob", { state: "changes-requested", commit: older, at: 1 });
    expect(verdict(asked([objection, review("cyd")]))).toBe("+cyd -bob");
  });
});
