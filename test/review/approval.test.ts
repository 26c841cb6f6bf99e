import { describe, expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import type { Permission, PullRequest, Review } from "../../src/ports.ts";
import { type ApprovalRequest, approvalOf } from "../../src/review/approval.ts";
import { fakeDigest, organizationId } from "../support/plan-parts.ts";

const head = "a".repeat(40);
const merged: PullRequest = {
  number: 7,
  url: "https://github.test/acme/policies/pull/7",
  title: "Free unused seats",
  author: "ada",
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

interface Answers {
  readonly reviews?: readonly Review[];
  readonly levels?: Readonly<Record<string, Permission>>;
  readonly pusher?: string | null;
}

/** GitHub, as it answers in one case. */
function ask(
  pullRequest: Partial<PullRequest> = {},
  answers: Answers = {},
  request: Partial<ApprovalRequest> = {},
): ReturnType<typeof approvalOf> {
  const { reviews = [bob], levels = { bob: "write", cyd: "write" }, pusher = "ada" } = answers;
  return approvalOf(
    {
      reviews: async () => reviews,
      permission: async (login) => levels[login] ?? "none",
      pusherOf: async (branch, commit) => (branch === "unused" && commit === head ? pusher : null),
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
      overrides: [],
      now: 300,
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
    ["only the last to push approved", {}, { pusher: "bob" }, "bob approved, but pushed the head commit"],
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

  it("takes a workflow's push for a plan pull request only", async () => {
    const pushed = { pusher: "github-actions[bot]" };
    await expect(ask({}, pushed)).rejects.toMatchObject({ exitCode: 4 });
    expect(await ask({}, pushed, { made: "plan-pull-request" })).toMatchObject({ approvers: ["bob"] });
  });
});
