import { expect } from "vitest";
import type { NewCheckRun, ReviewHost } from "../../src/review-ports.ts";
import { createReviewHost } from "../../src/github/host.ts";
import { quickClock } from "./host-support.ts";
import type { Stage } from "./stage/stage-shape.ts";

import { openStage } from "./stage/stage.ts";

const files = { "seatwright.yaml": "version: 1\n", "policies/seats.yaml": "policies: []\n" };
/** Who is there, and what each may do. */
export const people = {
  ada: "admin",
  bob: "write",
  cy: "maintain",
  dee: "triage",
  eve: "read",
  zed: "none",
} as const;
/** Every permission that the workflows give a job. */
export const allOfAJob = {
  contents: "read",
  checks: "write",
  issues: "write",
  "pull-requests": "write",
  actions: "read",
} as const;

export interface HostStage {
  readonly stage: Stage;
  readonly host: ReviewHost;
  readonly repository: string;
  /** A branch with one commit. */
  readonly pushed: (login?: string) => Promise<{ readonly branch: string; readonly commit: string }>;
  /** A pull request from such a branch. */
  readonly opened: (
    login?: string,
  ) => Promise<{ readonly branch: string; readonly commit: string; readonly number: number }>;
  readonly close: () => Promise<void>;
}

/** Our host on a stage, with any token. */
export function hostFor(stage: Stage, token: string): ReviewHost {
  return createReviewHost({
    repository: stage.fullName,
    token,
    apiUrl: stage.apiUrl,
    clock: quickClock(),
    userAgent: "seatwright/test",
    limits: { retryMs: 1, writeSpacingMs: 0 },
  });
}

/** A stage with people of every permission, and our host on it with a job's token. */
export async function openHostStage(server: "github.com" | "enterprise" = "github.com"): Promise<HostStage> {
  const stage = await openStage({ server, people, files, teams: { licences: ["bob"] } });
  let branches = 0;
  const pushed: HostStage["pushed"] = async (login = "bob") => {
    branches += 1;
    const branch = `topic/${branches}`;
    const commit = await stage.push(login, branch, { [`policies/${branches}.yaml`]: "policies: []\n" }, "More");
    return { branch, commit };
  };
  return {
    stage,
    host: hostFor(stage, await stage.jobToken(allOfAJob)),
    repository: `/repos/${stage.fullName}`,
    pushed,
    opened: async (login = "bob") => {
      const { branch, commit } = await pushed(login);
      const number = await stage.openPullRequest(login, { head: branch, title: `Pull request of ${branch}` });
      return { branch, commit, number };
    },
    close: async () => {
      // What GitHub's own description does not allow to ask.
      expect(stage.judge.violations.filter(({ side }) => side === "request")).toEqual([]);
      await stage.close();
    },
  };
}

/** A check run without annotations. */
export function check(commit: string, externalId: string): NewCheckRun {
  return {
    commit,
    name: "Seatwright plan",
    externalId,
    conclusion: "neutral",
    title: "3 changes",
    summary: "Three changes.",
    annotations: [],
    detailsUrl: null,
  };
}
