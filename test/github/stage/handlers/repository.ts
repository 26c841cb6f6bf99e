import type { Exchange, Handlers } from "../exchange.ts";
import { Refused, notFound, page } from "../exchange.ts";
import { object, objects } from "../json.ts";
import { codeOwnerProblems } from "../owners.ts";
import { commitAt, defaultBranch } from "../repository.ts";
import { inSeconds } from "../times.ts";
import { permissionsView, repositoryView, userView } from "../views.ts";
import type { Level } from "../world.ts";
import { botLogin, levelOf } from "../world.ts";

const repo = "/repos/{owner}/{repo}";

export const repositoryHandlers: Handlers = {
  // The emulator shows everybody an admin's rights, and no origin of a fork: https://docs.github.com/rest/repos/repos#get-a-repository
  [`GET ${repo}`]: async (exchange) => {
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    const { fullName } = exchange.world.upstream;
    const view = repositoryView(exchange, answer.body);
    if (exchange.repository === exchange.world.upstream) return { ...answer, body: view };
    const origin = await exchange.forward({ method: "GET", path: `/repos/${fullName}`, query: {}, as: "stage" });
    const parent = repositoryView(exchange, origin.body);
    return { ...answer, body: { ...view, parent, source: parent } };
  },

  // Nobody on the stage shows an address: https://docs.github.com/rest/users/users#get-a-user
  "GET /users/{username}": async (exchange) => {
    const answer = await exchange.forward();
    return answer.status === 200 ? { ...answer, body: { ...object(answer.body), email: null } } : answer;
  },

  [`GET ${repo}/branches`]: async (exchange) => {
    const answer = await exchange.forward();
    const body = objects(answer.body).map((branch) => ({
      ...branch,
      protected: isProtected(exchange, branch["name"]),
    }));
    return answer.status === 200 ? { ...answer, body } : answer;
  },

  // The emulator leaves out the commit and the links: https://docs.github.com/rest/branches/branches#get-a-branch
  [`GET ${repo}/branches/{branch}`]: async (exchange) => {
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    const { world, repository } = exchange;
    const branch = object(answer.body);
    const name = String(branch["name"]);
    const path = `/repos/${repository.fullName}/commits/${String(object(branch["commit"])["sha"])}`;
    const { body: commit } = await exchange.forward({ method: "GET", path, query: {}, as: "stage" });
    const self = `${world.apiUrl}/repos/${repository.fullName}/branches/${name}`;
    const enabled = isProtected(exchange, name);
    return {
      ...answer,
      body: {
        ...branch,
        commit,
        protected: enabled,
        _links: { self, html: `${world.serverUrl}/${repository.fullName}/tree/${name}` },
        protection: { enabled, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
        protection_url: `${self}/protection`,
      },
    };
  },

  // https://docs.github.com/rest/repos/rules#get-rules-for-a-branch
  [`GET ${repo}/rules/branches/{branch}`]: async (exchange) => {
    const { world, repository, params } = exchange;
    const rules = world.protections.get(`refs/heads/${params["branch"] ?? ""}`);
    const source = { ruleset_source_type: "Repository", ruleset_source: repository.fullName, ruleset_id: 1 };
    const body =
      rules === undefined
        ? []
        : [
            { type: "deletion", ...source },
            { type: "non_fast_forward", ...source },
            {
              type: "pull_request",
              ...source,
              parameters: {
                required_approving_review_count: rules.approvals ?? 0,
                dismiss_stale_reviews_on_push: rules.dismissStale === true,
                require_code_owner_review: rules.codeOwners === true,
                require_last_push_approval: rules.lastPushApproval === true,
                required_review_thread_resolution: false,
              },
            },
            ...(rules.checks === undefined
              ? []
              : [
                  {
                    type: "required_status_checks",
                    ...source,
                    parameters: {
                      strict_required_status_checks_policy: false,
                      required_status_checks: rules.checks.map((context) => ({ context })),
                    },
                  },
                ]),
          ];
    return { status: 200, body };
  },

  // The emulator has no such operation: https://docs.github.com/rest/repos/repos#list-repository-activities
  [`GET ${repo}/activity`]: async (exchange) => {
    const { world, repository, query } = exchange;
    const ref = query.get("ref");
    const day = 86_400_000;
    const spans: Readonly<Record<string, number>> = {
      day,
      week: 7 * day,
      month: 31 * day,
      quarter: 92 * day,
      year: 366 * day,
    };
    const since = world.times.now().getTime() - (spans[query.get("time_period") ?? ""] ?? Number.POSITIVE_INFINITY);
    const found = world.activity.filter(
      (each) =>
        each.repository === repository.fullName &&
        (ref === null || each.ref === ref || each.ref === `refs/heads/${ref}`) &&
        (query.get("actor") ?? each.login) === each.login &&
        (query.get("activity_type") ?? each.type) === each.type &&
        each.at.getTime() >= since,
    );
    const sorted = query.get("direction") === "asc" ? found : found.toReversed();
    const { items, headers } = cursorPage(exchange, sorted);
    const body = await Promise.all(
      items.map(async ({ id, before, after, ref: name, at, type, login }) => ({
        id,
        node_id: `stage-activity-${id}`,
        before,
        after,
        ref: name,
        timestamp: inSeconds(at),
        activity_type: type,
        actor: await userView(exchange, login),
      })),
    );
    return { status: 200, headers, body };
  },

  // https://docs.github.com/rest/collaborators/collaborators#list-repository-collaborators
  [`GET ${repo}/collaborators`]: async (exchange) => {
    const { world, repository } = exchange;
    const all = [...world.people.keys()].filter((login) => levelOf(world, login, repository) !== "none");
    const { items, headers } = page(exchange, `/repos/${repository.fullName}/collaborators`, all);
    const body = await Promise.all(
      items.map(async (login) => ({
        ...(await userView(exchange, login)),
        ...rights(levelOf(world, login, repository)),
      })),
    );
    return { status: 200, headers, body };
  },

  // https://docs.github.com/rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator
  [`GET ${repo}/collaborators/{username}`]: async ({ world, repository, params }) => {
    if (levelOf(world, params["username"] ?? "", repository) === "none") throw notFound();
    return { status: 204, body: null };
  },

  // The emulator speaks of push and pull, and knows nobody without rights. `permission` is one of four, and `role_name`
  // tells maintain and triage: https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
  [`GET ${repo}/collaborators/{username}/permission`]: async (exchange) => {
    const { world, repository, params } = exchange;
    const login = params["username"] ?? "";
    const user = await userView(exchange, login);
    if (user === null) throw new Refused(404, `${login} is not a user`);
    const level = login === botLogin ? "none" : levelOf(world, login, repository);
    return { status: 200, body: { permission: coarse(level), user: { ...user, ...rights(level) }, role_name: level } };
  },

  // The emulator has no such operation: https://docs.github.com/rest/repos/repos#list-codeowners-errors
  [`GET ${repo}/codeowners/errors`]: async ({ world, repository, query }) => {
    const commit = await commitAt(repository, query.get("ref") ?? defaultBranch);
    if (commit === null) throw notFound();
    return { status: 200, body: { errors: await codeOwnerProblems(world, commit) } };
  },

  // https://docs.github.com/rest/actions/permissions#get-default-workflow-permissions-for-a-repository
  [`GET ${repo}/actions/permissions/workflow`]: async ({ world }) => ({
    status: 200,
    body: {
      default_workflow_permissions: "read",
      can_approve_pull_request_reviews: world.actionsMayOpenPullRequests,
    },
  }),
};

function isProtected({ world, repository }: Exchange, branch: unknown): boolean {
  return repository === world.upstream && world.protections.has(`refs/heads/${String(branch)}`);
}

/** https://docs.github.com/rest/collaborators/collaborators: maintain counts as write, triage as read. */
function coarse(level: Level): string {
  return level === "maintain" ? "write" : level === "triage" ? "read" : level;
}

function rights(level: Level): object {
  return { permissions: permissionsView(level), role_name: level };
}

/** The activity has pages by cursor, `before` and `after`, and no numbers. */
function cursorPage<T extends { id: number }>(
  { query, world, repository }: Exchange,
  all: readonly T[],
): { items: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30) || 30));
  const place = (cursor: string | null) => all.findIndex(({ id }) => String(id) === cursor);
  const from = query.has("after")
    ? place(query.get("after")) + 1
    : Math.max(0, query.has("before") ? place(query.get("before")) - size : 0);
  const items = all.slice(from, from + size);
  const link = (rel: string, name: "before" | "after", id: number | undefined) => {
    const asked = new URLSearchParams(query);
    asked.delete("before");
    asked.delete("after");
    asked.set(name, String(id));
    return `<${world.apiUrl}/repos/${repository.fullName}/activity?${asked.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(from + size < all.length ? [link("next", "after", items.at(-1)?.id)] : []),
    ...(from > 0 ? [link("prev", "before", items[0]?.id)] : []),
  ];
  return { items, headers: links.length === 0 ? {} : { link: links.join(", ") } };
}
