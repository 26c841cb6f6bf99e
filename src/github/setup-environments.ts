import type { DeployRule, EnvironmentFacts } from "../model/setup-facts.ts";
import { flagAt, nullableAt, optionalTextAt, type Part, textAt } from "./decode.ts";
import { asked } from "./setup-asked.ts";
import { fieldOf } from "./setup-fields.ts";
import type { GitHubApi } from "./transport.ts";

/**
 * Every environment of the repository, and for each what may deploy to it and which secrets it has.
 * Source: https://docs.github.com/rest/deployments/environments#list-environments
 */
export async function readEnvironments(api: GitHubApi): Promise<readonly EnvironmentFacts[]> {
  const found: EnvironmentFacts[] = [];
  for (const part of await api.list("GET /repos/{owner}/{repo}/environments")) {
    const name = textAt(part, "name");
    found.push({ name, deploys: await deploysTo(api, name, part), secrets: await asked(() => secretsOf(api, name)) });
  }
  return found;
}

async function deploysTo(api: GitHubApi, name: string, part: Part): Promise<EnvironmentFacts["deploys"]> {
  // A field that is left out says nothing, where null says that nothing is limited.
  if (fieldOf(part, "deployment_branch_policy") === undefined) {
    return {
      known: false,
      why: `GitHub does not say which branches may use the environment ${name}.`,
      remedy: "Look at the environment's deployment branches yourself.",
    };
  }
  const policy = nullableAt(part, "deployment_branch_policy");
  if (policy === null) return "everything";
  if (!flagAt(policy, "custom_branch_policies")) return "protected";
  return await asked(() => deployRules(api, name));
}

/** Source: https://docs.github.com/rest/deployments/branch-policies#list-deployment-branch-policies */
async function deployRules(api: GitHubApi, environment_name: string): Promise<readonly DeployRule[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", {
    environment_name,
  });
  return rows.map((row) => ({
    pattern: textAt(row, "name"),
    kind: optionalTextAt(row, "type") === "tag" ? "tag" : "branch",
  }));
}

/** Source: https://docs.github.com/rest/actions/secrets#list-environment-secrets, which tells names only. */
async function secretsOf(api: GitHubApi, environment_name: string): Promise<readonly string[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/environments/{environment_name}/secrets", {
    environment_name,
  });
  return rows.map((row) => textAt(row, "name"));
}

/** Names of secrets that every job can read. Source: https://docs.github.com/rest/actions/secrets#list-repository-secrets and #list-repository-organization-secrets */
export async function readSharedSecrets(api: GitHubApi, of: "repository" | "organisation"): Promise<readonly string[]> {
  const route =
    of === "repository"
      ? "GET /repos/{owner}/{repo}/actions/secrets"
      : "GET /repos/{owner}/{repo}/actions/organization-secrets";
  return (await api.list(route)).map((row) => textAt(row, "name"));
}
