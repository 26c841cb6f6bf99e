import { repositoryIn } from "../../git/here.ts";
import { type Check, checkOf, passed } from "../../model/check-up.ts";
import { OperatorError } from "../../model/errors.ts";
import type { Asked, WorkflowRights } from "../../model/setup-facts.ts";
import type { SetupInspector } from "../../review-ports.ts";
import type { Kit, SetupPlace } from "../../wiring.ts";
import { defaultBranchChecks, ledgerBranchCheck } from "./github-branch.ts";
import { keyChecks } from "./github-key.ts";
import { workflowChecks } from "./github-workflow.ts";

export interface GitHubFlags {
  /** Name of the environment variable with the token. */
  readonly githubTokenEnv: string;
  readonly githubRepository?: string;
  readonly githubApiUrl?: string;
  /** Name of the secret with Atlassian's API key. */
  readonly secret: string;
  readonly ledgerBranch: string;
}

const GITHUB = "https://api.github.com";

/** How the repository is set up on GitHub, as far as the token may ask. */
export async function checkGitHub(kit: Kit, flags: GitHubFlags): Promise<readonly Check[]> {
  const place = await placeOf(kit, flags);
  if ("id" in place) return [place];
  let setup: SetupInspector;
  let facts: Awaited<ReturnType<SetupInspector["repositoryFacts"]>>;
  try {
    setup = await kit.setupOf(place);
    facts = await setup.repositoryFacts();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [checkOf("github.token", "failed", error.message, error.remedy)];
  }
  const { defaultBranch, level } = facts;
  const workflow = workflowChecks(await setup.workflows(defaultBranch), flags.secret);
  const answersOf = async (branch: string) => ({
    rules: await setup.branchRules(branch),
    protection: await setup.branchProtection(branch),
  });
  return [
    passed(
      "github.token",
      level === "admin"
        ? `The token may administer ${setup.repository}.`
        : `The token sees ${setup.repository}${level === null ? "" : ` with the permission ${level}`}; what only administrators are told is not known below.`,
    ),
    ...defaultBranchChecks(defaultBranch, await answersOf(defaultBranch), workflow.planned),
    ...keyChecks({
      secret: flags.secret,
      defaultBranch,
      own: await setup.sharedSecrets("repository"),
      shared: await setup.sharedSecrets("organisation"),
      environments: await setup.environments(),
      jobs: workflow.jobs,
      // The API of an Enterprise Server is at this path of its own address.
      ...(/\/api\/v3\/?$/.test(place.apiUrl) ? { runners: "own" as const } : {}),
    }),
    ...rightsChecks(await setup.workflowRights()),
    ledgerBranchCheck(flags.ledgerBranch, await answersOf(flags.ledgerBranch)),
    ...workflow.checks,
  ];
}

/** What to ask about and with what, or why nothing can be asked. The token goes to no host that nobody named. */
async function placeOf(kit: Kit, flags: GitHubFlags): Promise<SetupPlace | Check> {
  const given = (name: string): string | null => {
    const text = kit.env[name]?.trim() ?? "";
    return text === "" ? null : text;
  };
  const notKnown = (found: string, remedy: string): Check => checkOf("github.token", "not known", found, remedy);
  const token = given(flags.githubTokenEnv);
  if (token === null) {
    return notKnown(
      `There is no token in ${flags.githubTokenEnv}, so nothing was asked of GitHub.`,
      "Set it to the token of an administrator of the repository, which needs read rights only; or name another variable with --github-token-env. Where policies are not on GitHub, docs/other-ci.md says what to look at.",
    );
  }
  const apiUrl = flags.githubApiUrl ?? given("GITHUB_API_URL");
  const named = flags.githubRepository ?? given("GITHUB_REPOSITORY");
  if (named !== null) return { repository: named, token, apiUrl: apiUrl ?? GITHUB };
  const origin = await kit.git.originOf(kit.repo);
  const found = origin === null ? null : repositoryIn(origin);
  if (found === null) {
    return notKnown(
      "Which repository on GitHub is meant is not known: the policy repository has no remote `origin` that tells.",
      "Name it: --github-repository acme/access.",
    );
  }
  if (found.host === "github.com") return { repository: found.repository, token, apiUrl: apiUrl ?? GITHUB };
  if (apiUrl !== null) return { repository: found.repository, token, apiUrl };
  return notKnown(
    `The remote of the policy repository is at ${found.host}, and a token is not sent to a host that nobody named.`,
    "Where that is your Enterprise Server, name its API: --github-api-url https://HOST/api/v3.",
  );
}

function rightsChecks(rights: Asked<WorkflowRights>): readonly Check[] {
  if (!rights.known) {
    const { why, remedy } = rights;
    return [
      checkOf("github.opens-pull-requests", "not known", why, remedy),
      checkOf("github.default-rights", "not known", why, remedy),
    ];
  }
  const { byDefault, opensPullRequests } = rights.value;
  return [
    opensPullRequests
      ? passed(
          "github.opens-pull-requests",
          "Workflows may open pull requests, as the scheduled job does with its plan.",
        )
      : checkOf(
          "github.opens-pull-requests",
          "failed",
          "Workflows may not open pull requests here, so the scheduled job cannot propose its plan.",
          "Tick “Allow GitHub Actions to create and approve pull requests” under Settings > Actions > General, in the organisation first.",
        ),
    byDefault === "read"
      ? passed("github.default-rights", "A workflow that says nothing gets a token that can only read.")
      : checkOf(
          "github.default-rights",
          "warning",
          "A workflow that says nothing gets a token that can write to this repository.",
          "Choose “Read repository contents and packages permissions” under Settings > Actions > General.",
        ),
  ];
}
