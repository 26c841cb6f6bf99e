import { describe, expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import type { Account, Permission, PullRequest, Review } from "../../src/review-ports.ts";
import { type ApprovalRequest, approvalOf } from "../../src/review/approval.ts";
import { nobodyElse } from "../../src/review/approvers.ts";
import { fakeDigest, organizationId } from "../support/plan-parts.ts";

const head = "a".repeat(40);
const merged: PullRequest = {
  number: 7,
  url: "https://github.test/acme/policies/pull/7",
  title: "Free unused seats",
  author: "ada",
  authorKind: "person",
  state: "merged",
  draft: false,
  head: { commit: head, branch: "unused", repository: "acme/policies" },
  base: { commit: "c".repeat(40), branch: "main" },
  mergeCommit: "d".repeat(40),
  mergedBy: "ada",
  labels: [],
};
const bob: Review = {
  by: "bob",
  kind: "person",
  state: "approved",
  commit: head,
  at: 200,
  url: "https://github.test/r/1",
};

function person(login: string): Account {
  return { login, kind: "person" };
}

interface Answers {
  readonly reviews?: readonly Review[];
  readonly levels?: Readonly<Record<string, Permission>>;
  readonly pusher?: Account | null;
}

/** GitHub, as it answers in one case. */
function ask(
  pullRequest: Partial<PullRequest> = {},
  answers: Answers = {},
  request: Partial<ApprovalRequest> = {},
): ReturnType<typeof approvalOf> {
  const { reviews = [bob], levels = { bob: "write", cyd: "write" }, pusher = person("ada") } = answers;
  return approvalOf(
    {
      reviews: async () => reviews,
      permission: async (login) => levels[login] ?? "none",
      pushesTo: async (branch) => (branch === "unused" ? [{ by: pusher, what: "made", after: head }] : null),
    },
    {
      organization: organizationId,
      pullRequest: { ...merged, ...pullRequest },
      posted: {
        planDigest: fakeDigest(1),
        at: 100,
        askedBy: [],
        check: {
          id: 1,
          commit: head,
          externalId: "",
          conclusion: "success",
          completedAt: 100,
          url: "https://github.test/c/1",
        },
      },
      defaultBranch: "main",
      repository: "acme/policies",
      made: "pull-request",
      behind: nobodyElse,
      overrides: [],
      ...request,
    },
  );
}

describe("the approval of a merged pull request", () => {
  it("names plan, people and where each word of it can be looked up", async () => {
    expect(await ask()).toEqual({
      kind: "approval",
      version: 1,
      organization: organizationId,
      planDigest: fakeDigest(1),
      made: "pull-request",
      approvers: ["bob"],
      reason: "Pull request #7: Free unused seats",
      at: "1970-01-01T00:03:20Z",
      evidence: {
        repository: "acme/policies",
        pullRequest: merged.url,
        head,
        mergeCommit: merged.mergeCommit,
        check: "https://github.test/c/1",
        pusher: "ada",
        "review by bob": bob.url,
      },
      overrides: [],
    });
  });

  it.each<[string, Partial<PullRequest>, Answers, string]>([
    ["it is open", { state: "open", mergeCommit: null }, {}, "Pull request #7 is not merged."],
    ["it was closed without a merge", { state: "closed", mergeCommit: null }, {}, "is not merged"],
    [
      "it was merged elsewhere",
      { base: { ...merged.base, branch: "release" } },
      {},
      "merged into release, not into main",
    ],
    ["it came from a fork", { head: { ...merged.head, repository: "eve/policies" } }, {}, "came from eve/policies"],
    ["its fork is gone", { head: { ...merged.head, repository: null } }, {}, "came from a repository that is gone"],
    ["nobody approved", {}, { reviews: [] }, "without an approval that counts."],
    ["only a reader approved", {}, { levels: { bob: "read" } }, "bob approved, but may only read, not write"],
    ["only the last to push approved", {}, { pusher: person("bob") }, "bob approved, but pushed the head commit"],
    ["nobody knows who pushed", {}, { pusher: null }, "GitHub does not tell who pushed aaaaaaa"],
    [
      "a writer objected",
      {},
      { reviews: [bob, { ...bob, by: "cyd", state: "changes-requested" }] },
      "although cyd asked for changes",
    ],
  ])("is refused with exit code 4 and a remedy where %s", async (_, pullRequest, answers, words) => {
    const refused = ask(pullRequest, answers);
    await expect(refused).rejects.toBeInstanceOf(OperatorError);
    await expect(refused).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(words) as string,
      remedy: expect.stringMatching(/\w+\.$/) as string,
    });
  });

  const bot: Account = { login: "github-actions[bot]", kind: "other" };

  it("takes a workflow's push, with one approval, for a plan pull request only", async () => {
    await expect(ask({}, { pusher: bot })).rejects.toMatchObject({ exitCode: 4 });
    expect(await ask({}, { pusher: bot }, { made: "plan-pull-request" })).toMatchObject({ approvers: ["bob"] });
    const both = [bob, { ...bob, by: "cyd" }];
    expect(await ask({}, { pusher: bot, reviews: both })).toMatchObject({ approvers: ["bob", "cyd"] });
  });

  it("is not given by whoever the plan is of, and says whose it must be", async () => {
    const ours = { author: bot.login, authorKind: bot.kind } as const;
    const behind = { people: [{ login: "bob", why: "asked for this undo" }], doubts: [] };
    const refused = ask(ours, { pusher: bot }, { made: "plan-pull-request", behind });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining("bob approved, but asked for this undo") as string,
      remedy: expect.stringMatching(/^Somebody with write permission, who neither asked for the plan nor/) as string,
    });
    await expect(ask({}, { reviews: [] })).rejects.toMatchObject({
      remedy: expect.stringMatching(
        /^Somebody with write permission, who neither opened the pull request nor/,
      ) as string,
    });
  });
});
