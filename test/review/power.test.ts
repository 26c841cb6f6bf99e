import { describe, expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import { checkPower, modes, type Trigger } from "../../src/review/power.ts";

const events = [
  "pull_request",
  "merge_group",
  "pull_request_target",
  "push",
  "schedule",
  "workflow_dispatch",
  "pull_request_review",
  "pull_request_review_comment",
  "issue_comment",
  "workflow_run",
  "workflow_call",
  "repository_dispatch",
  "release",
  "create",
  "delete",
  "",
  "constructor",
];

const places = {
  "default branch": { ref: "refs/heads/main", headRepository: "acme/policies" },
  "another branch": { ref: "refs/heads/work", headRepository: "acme/policies" },
  "a branch that ends like it": { ref: "refs/heads/x/main", headRepository: "acme/policies" },
  "a tag of that name": { ref: "refs/tags/main", headRepository: "acme/policies" },
  "a test merge": { ref: "refs/pull/1/merge", headRepository: "acme/policies" },
  "a fork": { ref: "refs/heads/main", headRepository: "eve/policies" },
  "a fork that is gone": { ref: "refs/heads/main", headRepository: null },
} as const;

/** Which modes each event may have in each place; what is not here has none. */
const allowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pull_request: everywhere("lint"),
  merge_group: everywhere("lint"),
  pull_request_target: { ...everywhere("lint"), "default branch": "lint plan" },
  push: onDefault("lint", "lint apply"),
  schedule: onDefault("", "reconcile"),
  workflow_dispatch: onDefault("lint", "lint apply reconcile"),
};

function everywhere(words: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(places).map((place) => [place, words]));
}

/** The head's repository is nothing to an event that is about no pull request. */
function onDefault(elsewhere: string, there: string): Readonly<Record<string, string>> {
  return { ...everywhere(elsewhere), "default branch": there, "a fork": there, "a fork that is gone": there };
}

function refusal(mode: (typeof modes)[number], trigger: Partial<Trigger>): OperatorError | null {
  try {
    checkPower(mode, {
      event: "push",
      ref: "refs/heads/main",
      defaultBranch: "main",
      headRepository: null,
      repository: "acme/policies",
      ...trigger,
    });
    return null;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

describe("the power of a run", () => {
  it.each(events)("follows from event and place: %j", (event) => {
    const may = Object.fromEntries(
      Object.entries(places).map(([place, given]) => [
        place,
        modes.filter((mode) => refusal(mode, { event, ...given }) === null).join(" "),
      ]),
    );
    expect(may).toEqual(Object.hasOwn(allowed, event) ? allowed[event] : everywhere(""));
  });

  it("follows the default branch's name, whatever it is", () => {
    expect(refusal("apply", { ref: "refs/heads/trunk", defaultBranch: "trunk" })).toBeNull();
    expect(refusal("apply", { ref: "refs/heads/main", defaultBranch: "trunk" })).not.toBeNull();
  });

  it("is refused with exit code 4, in words that say what may be done instead", () => {
    const event = refusal("apply", { event: "pull_request", ref: "refs/pull/1/merge" });
    expect(event).toMatchObject({
      exitCode: 4,
      message: "A run set off by pull_request may not apply: it may lint.",
      remedy: "Use mode apply in a workflow for push, workflow_dispatch.",
    });
    const unknown = refusal("apply", { event: "issue_comment" });
    expect(unknown?.message).toBe("A run set off by issue_comment may not apply: it may do nothing.");
    const branch = refusal("apply", { event: "workflow_dispatch", ref: "refs/heads/work" });
    expect(branch?.message).toBe("Mode apply runs on the default branch main only; this run is of refs/heads/work.");
    const fork = refusal("plan", { event: "pull_request_target", headRepository: "eve/policies" });
    expect(fork).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining("comes from eve/policies, a fork") as string,
    });
  });
});
