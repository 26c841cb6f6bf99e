import type { ReviewHost } from "../review-ports.ts";
import { postCheckRun, readCheckRuns } from "./checks.ts";
import { keepComment, replaceComment } from "./comments.ts";
import { readFoldersWith, readParents } from "./commits.ts";
import { createIdentity } from "./identity.ts";
import { closeIssue, keepIssue } from "./issues.ts";
import { askReviewers, readPermission } from "./people.ts";
import {
  closePullRequest,
  keepPullRequest,
  readOpenPullRequests,
  readNewestPullRequest,
  readOpenPullRequestsFrom,
  readPullRequest,
  readPullRequestsOf,
} from "./pulls.ts";
import { readFacts, readPushes, readWorkflowRun } from "./repository.ts";
import { readReviews } from "./reviews.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/**
 * One repository on GitHub or on an Enterprise Server, through its REST API. Throws OperatorError("usage") or
 * ("credentials") for an address, a repository's name or a token that cannot be right; every method throws OperatorError
 * for what GitHub refuses, does not answer, or answers otherwise than it documents.
 */
export function createReviewHost(options: TransportOptions): ReviewHost {
  const api = createTransport(options);
  const identity = createIdentity(api);
  return {
    repository: api.repository.full,
    repositoryFacts: async () => await readFacts(api),
    pullRequest: async (number) => await readPullRequest(api, number),
    pullRequestsOf: async (commit) => await readPullRequestsOf(api, commit),
    openPullRequests: async (headBranch) => await readOpenPullRequests(api, headBranch),
    newestPullRequest: async (headBranch) => await readNewestPullRequest(api, headBranch),
    openPullRequestsFrom: async (prefix, baseBranch) => await readOpenPullRequestsFrom(api, prefix, baseBranch),
    foldersWith: async (commit, name) => await readFoldersWith(api, commit, name),
    parentsOf: async (commit) => await readParents(api, commit),
    reviews: async (number) => await readReviews(api, number),
    permission: async (login) => await readPermission(api, login),
    pushesTo: async (branch) => await readPushes(api, branch),
    checkRuns: async (commit, name) => await readCheckRuns(api, commit, name),
    postCheckRun: async (check) => await postCheckRun(api, check),
    keepComment: async (number, marker, body) => await keepComment(api, identity, number, { marker, body }),
    replaceComment: async (number, marker, body) => await replaceComment(api, identity, number, { marker, body }),
    keepPullRequest: async (request) => await keepPullRequest(api, request),
    requestReviewers: async (number, owners) => await askReviewers(api, number, owners),
    closePullRequest: async (number, comment) => await closePullRequest(api, number, comment),
    keepIssue: async (marker, title, body) => await keepIssue(api, identity, { marker, title, body }),
    closeIssue: async (marker, comment) => await closeIssue(api, identity, marker, comment),
    workflowRun: async (id) => await readWorkflowRun(api, id),
  };
}
