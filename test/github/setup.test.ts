import { afterEach, beforeEach, expect, it } from "vitest";
import { workflowFile } from "../../src/commands/init/workflow.ts";
import type { Check } from "../../src/model/check-up.ts";
import { organizationYaml } from "../e2e/organisation.ts";
import { cli, folderWith, patient } from "../e2e/run.ts";
import { needs } from "../support/needs.ts";
import { openStage } from "./stage/stage.ts";
import type { Stage } from "./stage/stage-shape.ts";

const repo = "/repos/{owner}/{repo}";
const uses = `acme/seatwright@${"a".repeat(40)}`;
const workflow = workflowFile({ layout: { kind: "root", organizationId: "8a130dbc-06bc" }, time: "weekly", uses });
const times = { created_at: "2026-11-20T09:00:00Z", updated_at: "2026-11-20T09:00:00Z" };

const rule = (type: string, parameters?: object): object => ({
  type,
  ...(parameters === undefined ? {} : { parameters }),
  ruleset_source_type: "Repository",
  ruleset_source: "acme/access",
  ruleset_id: 1,
});
const pullRequest = {
  allowed_merge_methods: ["merge"],
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: true,
  require_last_push_approval: true,
  required_approving_review_count: 1,
  required_review_thread_resolution: false,
};
const required = {
  required_status_checks: [{ context: "Seatwright plan", integration_id: 15368 }],
  strict_required_status_checks_policy: true,
};
const history = [rule("deletion"), rule("non_fast_forward")];
const guarded = [...history, rule("pull_request", pullRequest), rule("required_status_checks", required)];

/** An environment as GitHub shows it; `limit` null: nothing limits what deploys. */
function environment(name: string, limit: object | null): object {
  const api = `https://api.github.com/repos/acme/access/environments/${name}`;
  return { id: 1, node_id: "E", name, url: api, html_url: api, ...times, deployment_branch_policy: limit };
}
const selected = { protected_branches: false, custom_branch_policies: true };
const secrets = (...names: readonly string[]): object => ({
  total_count: names.length,
  secrets: names.map((name) => ({ name, ...times })),
});
const policies = (...names: readonly string[]): object => ({
  total_count: names.length,
  branch_policies: names.map((name, at) => ({ id: at + 1, node_id: "P", name, type: "branch" })),
});

/** What is wrong in a test; the rest is set up as docs/github.md says. */
interface Wrong {
  readonly rules?: readonly object[];
  readonly limit?: object | null;
  readonly branches?: readonly string[];
  readonly shared?: readonly string[];
  readonly bypass?: readonly object[];
  readonly ledger?: readonly object[];
  readonly workflows?: { readonly default: "read" | "write"; readonly opens: boolean };
}

needs("git").describe("doctor, asking GitHub over HTTP", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({
      people: { ada: "admin", bob: "write" },
      files: { "seatwright.yaml": organizationYaml, ".github/workflows/seatwright.yml": workflow },
    });
  });
  afterEach(async () => {
    await stage.close();
  });

  function answer(key: string, body: unknown, status = 200): void {
    stage.answer(`GET ${repo}${key}`, { status, body });
  }

  function setUp(wrong: Wrong): void {
    const {
      rules = guarded,
      limit = selected,
      branches = ["main"],
      shared = [],
      bypass = [],
      ledger = history,
    } = wrong;
    const workflows = wrong.workflows ?? { default: "read", opens: true };
    answer("/rules/branches/{branch}", rules);
    answer("/rules/branches/{branch}", ledger);
    const ruleset = { id: 1, name: "main", source: "acme/access", enforcement: "active", bypass_actors: bypass };
    answer("/rulesets/{ruleset_id}", ruleset);
    answer("/rulesets/{ruleset_id}", ruleset);
    answer("/branches/{branch}/protection", { message: "Branch not protected" }, 404);
    answer("/branches/{branch}/protection", { message: "Branch not protected" }, 404);
    answer("/actions/secrets", secrets(...shared));
    answer("/actions/organization-secrets", secrets());
    answer("/environments", {
      total_count: 2,
      environments: [environment("seatwright", limit), environment("seatwright-apply", selected)],
    });
    answer("/environments/{environment_name}/deployment-branch-policies", policies(...branches));
    answer("/environments/{environment_name}/deployment-branch-policies", policies("main"));
    answer("/environments/{environment_name}/secrets", secrets("SEATWRIGHT_API_KEY"));
    answer("/environments/{environment_name}/secrets", secrets("SEATWRIGHT_API_KEY"));
    answer("/actions/permissions/workflow", {
      default_workflow_permissions: workflows.default,
      can_approve_pull_request_reviews: workflows.opens,
    });
  }

  /** States of the checks of GitHub, by id, and the exit code. */
  async function doctor(
    login: string,
    ...more: readonly string[]
  ): Promise<{
    readonly states: Readonly<Record<string, string>>;
    readonly code: number | null;
    readonly out: string;
  }> {
    const policyFolder = await folderWith({ "seatwright.yaml": organizationYaml });
    const args = ["doctor", "--repo", policyFolder, "--json", "--github-repository", stage.fullName, ...more];
    const env = { GITHUB_TOKEN: stage.person(login).token, GITHUB_API_URL: stage.apiUrl };
    const { out, err, code } = await cli(args, { env });
    if (out === "") throw new Error(err);
    const { checks } = JSON.parse(out) as { readonly checks: readonly Check[] };
    const own = checks.filter(({ area }) => area === "github");
    return { states: Object.fromEntries(own.map(({ id, state }) => [id.slice(7), state])), code, out };
  }

  /** Everything that was sent keeps to GitHub's own description. */
  function expectLawful(): void {
    expect(stage.judge.violations).toEqual([]);
  }

  it("passes the set-up of docs/github.md with the workflow that init writes", patient, async () => {
    setUp({});
    const { states, code } = await doctor("ada");
    expect(Object.entries(states).filter(([, state]) => state !== "passed")).toEqual([]);
    expect(Object.keys(states)).toHaveLength(19);
    expect(code).toBe(0);
    expectLawful();
  });

  it("warns where code owners are not asked, and where the check may come from anybody", patient, async () => {
    const loose = [
      ...history,
      rule("pull_request", { ...pullRequest, require_code_owner_review: false }),
      rule("required_status_checks", { ...required, required_status_checks: [{ context: "Seatwright plan" }] }),
    ];
    setUp({ rules: loose });
    expect((await doctor("ada")).states).toMatchObject({ "code-owners": "warning", check: "warning" });
    expectLawful();
  });

  it("fails when the key is a secret that every branch can read", patient, async () => {
    setUp({ shared: ["SEATWRIGHT_API_KEY"] });
    const { states, code } = await doctor("ada");
    expect([states["secret"], code]).toEqual(["failed", 1]);
    expectLawful();
  });

  it.each([
    ["any branch may use", { limit: null }],
    ["protected branches may use", { limit: { protected_branches: true, custom_branch_policies: false } }],
    ["another branch may use", { branches: ["main", "release/*"] }],
    ["a pattern lets branches use", { branches: ["*"] }],
  ] as const)("fails when %s an environment with the key", patient, async (_, wrong) => {
    setUp(wrong);
    const { states } = await doctor("ada");
    expect(states["key-reach"]).toBe("failed");
    expectLawful();
  });

  it(
    "fails for a default branch that anybody can push to, and warns of who may bypass its rules",
    patient,
    async () => {
      setUp({ rules: history });
      expect((await doctor("ada")).states).toMatchObject({
        "pull-requests": "failed",
        approvals: "failed",
        check: "warning",
        history: "passed",
      });
      await stage.close();
      stage = await openStage({ people: { ada: "admin" }, files: { "seatwright.yaml": organizationYaml } });
      setUp({ bypass: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" }] });
      const { states, out } = await doctor("ada");
      expect(states["bypass"]).toBe("warning");
      expect(out).toContain("RepositoryRole 5");
      expect(states["workflow"]).not.toBe("passed");
      expectLawful();
    },
  );

  it(
    "fails where workflows may not open pull requests, and warns where tokens may write unasked",
    patient,
    async () => {
      setUp({ workflows: { default: "write", opens: false } });
      const { states, out } = await doctor("ada");
      expect(states).toMatchObject({ "opens-pull-requests": "failed", "default-rights": "warning" });
      expect(out).toContain("Allow GitHub Actions to create and approve pull requests");
      expectLawful();
    },
  );

  it.each([
    ["warns for a ledger's branch that can be rewritten or deleted", [], "warning"],
    ["warns for one that can be rewritten", [rule("deletion")], "warning"],
    ["fails for one that takes pull requests only", [...history, rule("pull_request", pullRequest)], "failed"],
  ] as const)("%s", patient, async (_, ledger, state) => {
    setUp({ ledger });
    const { states } = await doctor("ada");
    expect(states["ledger-branch"]).toBe(state);
    expectLawful();
  });

  it("fails where a job of the default branch lacks a right that its mode needs, and names both", patient, async () => {
    const lacking = workflow.replace(/ {6}checks: write # .*\n/, "");
    expect(lacking).not.toBe(workflow);
    await stage.push("ada", "main", { ".github/workflows/seatwright.yml": lacking }, "Fewer rights");
    setUp({});
    const { states, out, code } = await doctor("ada");
    expect([states["job-rights"], code]).toEqual(["failed", 1]);
    expect(out).toContain("the job plan of .github/workflows/seatwright.yml has mode plan and lacks checks: write");
    expectLawful();
  });

  it("believes the older protection of a branch as well as rulesets", patient, async () => {
    const switched = (enabled: boolean): object => ({ enabled });
    answer("/rules/branches/{branch}", []);
    answer("/branches/{branch}/protection", {
      required_pull_request_reviews: {
        dismiss_stale_reviews: true,
        require_code_owner_reviews: true,
        required_approving_review_count: 2,
        require_last_push_approval: false,
      },
      required_status_checks: {
        strict: true,
        contexts: ["Seatwright plan"],
        checks: [{ context: "Seatwright plan", app_id: 15368 }],
      },
      enforce_admins: { url: "https://api.github.com/x", enabled: false },
      allow_force_pushes: switched(false),
      allow_deletions: switched(true),
    });
    setUp({ rules: history });
    const { states, out } = await doctor("ada");
    expect(states).toMatchObject({
      "pull-requests": "passed",
      approvals: "passed",
      "code-owners": "passed",
      "stale-approvals": "passed",
      "last-push": "warning",
      check: "passed",
      "up-to-date": "passed",
      history: "warning",
      bypass: "warning",
    });
    expect(out).toContain("administrators");
    expectLawful();
  });

  it("passes nothing that the token may not ask", patient, async () => {
    answer("/rules/branches/{branch}", { message: "Upgrade to GitHub Pro or make this repository public" }, 403);
    answer("/rules/branches/{branch}", { message: "Upgrade to GitHub Pro or make this repository public" }, 403);
    answer("/environments", { message: "Not Found" }, 404);
    answer("/actions/secrets", { message: "Must have admin rights" }, 403);
    answer("/actions/organization-secrets", { message: "Must have admin rights" }, 403);
    const { states, code } = await doctor("bob");
    const passed = Object.entries(states).flatMap(([id, state]) => (state === "passed" ? [id] : []));
    expect(passed).toEqual(["token", "workflow", "job-rights", "pinned-actions"]);
    expect(new Set(Object.values(states))).toEqual(new Set(["passed", "not known"]));
    expect(code).toBe(0);
    expectLawful();
  });

  it("fails for a token that GitHub does not accept, and never repeats it", patient, async () => {
    const policyFolder = await folderWith({ "seatwright.yaml": organizationYaml });
    const args = [
      "doctor",
      "--repo",
      policyFolder,
      "--github-repository",
      stage.fullName,
      "--github-token-env",
      "MINE",
    ];
    const { out, code } = await cli(args, { env: { MINE: "wrong-token-of-a-test", GITHUB_API_URL: stage.apiUrl } });
    expect(out).toContain("failed     github.token");
    expect(out).not.toContain("wrong-token-of-a-test");
    expect(code).toBe(1);
  });
});
