import type { Permission, SetupInspector } from "../review-ports.ts";
import { flagAt, nullableTextAt, optionalAt, type Part, textAt, wordAt } from "./decode.ts";
import { optionalFlagAt, optionalListAt } from "./setup-fields.ts";
import { asked } from "./setup-asked.ts";
import { readEnvironments, readSharedSecrets } from "./setup-environments.ts";
import { readProtection, readRules } from "./setup-rules.ts";
import { readFacts } from "./repository.ts";
import { createTransport, type GitHubApi, type TransportOptions } from "./transport.ts";

/**
 * What `doctor` asks of GitHub, one question at a time, so that what a token may not ask is told by itself. Reads only.
 * Throws OperatorError for an address, a repository's name or a token that cannot be right.
 */
export function createSetupInspector(options: TransportOptions): SetupInspector {
  const api = createTransport(options);
  return {
    repository: api.repository.full,
    async repositoryFacts() {
      const facts = await readFacts(api);
      return { ...facts, level: levelIn(await api.ask("GET /repos/{owner}/{repo}")) };
    },
    branchRules: (branch) => asked(() => readRules(api, branch)),
    branchProtection: (branch) => asked(() => readProtection(api, branch)),
    environments: () => asked(() => readEnvironments(api)),
    sharedSecrets: (of) => asked(() => readSharedSecrets(api, of)),
    workflowRights: () =>
      asked(async () => {
        // https://docs.github.com/rest/actions/permissions#get-default-workflow-permissions-for-a-repository
        const part = await api.ask("GET /repos/{owner}/{repo}/actions/permissions/workflow");
        return {
          byDefault: wordAt(part, "default_workflow_permissions", ["read", "write"]),
          opensPullRequests: flagAt(part, "can_approve_pull_request_reviews"),
        };
      }),
    workflows: (branch) => asked(() => readWorkflows(api, branch)),
  };
}

/** What the token's owner may do; null for a token that has no owner. Source: GET a repository, `permissions`. */
function levelIn(part: Part): Permission | null {
  const permissions = optionalAt(part, "permissions");
  if (permissions === null) return null;
  const may = (name: string): boolean => optionalFlagAt(permissions, name) === true;
  if (may("admin")) return "admin";
  if (may("maintain")) return "maintain";
  if (may("push")) return "write";
  if (may("triage")) return "triage";
  return may("pull") ? "read" : "none";
}

const FOLDER = ".github/workflows";

/** Source: https://docs.github.com/rest/repos/contents#get-repository-content */
async function readWorkflows(
  api: GitHubApi,
  branch: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const route = "GET /repos/{owner}/{repo}/contents/{path}";
  const files: { path: string; text: string }[] = [];
  for (const entry of optionalListAt(await api.ask(route, { path: FOLDER, ref: branch }))) {
    const path = textAt(entry, "path");
    if (textAt(entry, "type") !== "file" || !/\.ya?ml$/.test(path)) continue;
    const file = await api.ask(route, { path, ref: branch });
    files.push({ path, text: Buffer.from(nullableTextAt(file, "content") ?? "", "base64").toString("utf8") });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
