import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { type SimulatorOptions, startSimulator } from "../../src/simulator/server.ts";
import { type Exchange, startRecordingProxy } from "./proxy.ts";
import { moment, tokenId, world } from "./world.ts";

/** One request that is asked directly, with the status it must be answered with. */
interface Step {
  readonly status: number;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** As JSON; a text goes out as it is. */
  readonly body?: object | string;
}

const orgId = world().organization.id;
const v1 = `/admin/v1/orgs/${orgId}`;
const v2 = `/admin/v2/orgs/${orgId}`;
const everywhere = `${v2}/directories/-`;
const main = `${v2}/directories/${directoryIdOf("main")}`;
const ada = accountIdOf("ada@example.com");
const bob = accountIdOf("bob@example.com");
const cai = accountIdOf("cai@example.com");
const hal = accountIdOf("hal@partner.example");
const fay = accountIdOf("fay@example.com");
const jira = instanceIdOf("jira@acme");
const jsm = instanceIdOf("jsm@acme");
const manage = (accountId: string): string => `/users/${accountId}/manage`;
const group = (name: string): string => `${main}/groups/${groupIdOf(name)}`;

function get(status: number, path: string): Step {
  return { status, method: "GET", path };
}

function post(status: number, path: string, body: object | string = {}): Step {
  return { status, method: "POST", path, body };
}

function remove(status: number, path: string): Step {
  return { status, method: "DELETE", path };
}

const everyUserFilter = {
  limit: 5,
  accountIds: [ada, bob],
  directoryIds: [directoryIdOf("main")],
  groupIds: [groupIdOf("jira-users")],
  resourceIds: [jira],
  roleIds: ["atlassian/user"],
  emailDomains: ["example.com"],
  claimStatus: "managed",
  mfaEnabled: true,
  status: ["active", "suspended"],
  accountStatus: ["active"],
  membershipStatus: ["active"],
};

const everyUserQuery = Object.entries(everyUserFilter)
  .filter(([name]) => name !== "limit")
  .flatMap(([name, value]) => [value].flat().map((each) => `${name}=${encodeURIComponent(String(each))}`))
  .join("&");

const everyGroupFilter = `directoryIds=${directoryIdOf("main")}&accountIds=${ada}&groupIds=${groupIdOf("jira-users")}&resourceIds=${encodeURIComponent(jira)}&resourceOwners=jira-software&roleIds=atlassian%2Fuser`;

/** What lists, searches and details answer, with every filter and every refusal. */
const reads: readonly Step[] = [
  get(200, "/admin/v1/orgs"),
  get(200, v1),
  get(404, "/admin/v1/orgs/00000000-0000-4000-8000-000000000000"),
  get(200, `${v1}/domains`),
  get(400, `${v1}/domains?cursor=nonsense`),
  get(200, `${v1}/users`),
  get(400, `${v1}/users?cursor=nonsense`),
  get(200, `${v1}/directory/users/${ada}/last-active-dates`),
  get(404, `${v1}/directory/users/712020:nobody/last-active-dates`),
  get(200, `${v2}/directories?limit=1`),
  get(200, `${v2}/directories?accountId=${bob}&directoryIds=${directoryIdOf("labs")}&searchTerm=la`),
  get(400, `${v2}/directories?cursor=nonsense`),
  post(200, `${v2}/workspaces`, {
    limit: 2,
    query: { and: [{ field: { name: "attributes.type", values: ["jira-software"] } }] },
    sort: [{ field: "attributes.name", order: "asc" }],
  }),
  post(400, `${v2}/workspaces`, { limit: 5000 }),
  post(200, `${everywhere}/users/search`, {
    limit: 100,
    expand: ["platformRoles", "counts.resources", "productAccess", "groups"],
    sortBy: [{ field: "nick_name", direction: "desc" }],
  }),
  post(200, `${main}/users/search`, everyUserFilter),
  post(200, `${everywhere}/users/search`, { emails: ["ada@example.com"] }),
  post(200, `${everywhere}/users/search`, { searchTerm: "ada" }),
  post(400, `${everywhere}/users/search`, { searchTerm: "ada", emails: ["ada@example.com"] }),
  post(404, `${v2}/directories/nowhere/users/search`),
  get(200, `${everywhere}/users/count?${everyUserQuery}`),
  get(200, `${everywhere}/users/count?searchTerm=ada`),
  get(400, `${everywhere}/users/count?status=asleep`),
  get(200, `${everywhere}/users/stats`),
  get(404, `${v2}/directories/nowhere/users/stats`),
  get(200, `${main}/users/${ada}`),
  get(200, `${main}/users/${fay}`),
  get(404, `${main}/users/712020:nobody`),
  get(200, `${everywhere}/users/${cai}/role-assignments`),
  get(
    200,
    `${main}/users/${ada}/role-assignments?limit=10&resourceOwners=jira-software&resourceIds=${encodeURIComponent(jira)}&roleIds=atlassian%2Fuser&directoryIds=${directoryIdOf("main")}`,
  ),
  get(404, `${main}/users/712020:nobody/role-assignments`),
  post(200, `${everywhere}/groups/search`, {
    limit: 3,
    expand: ["counts.users", "counts.resources"],
    sortBy: [{ field: "name", direction: "asc" }],
  }),
  post(200, `${main}/groups/search`, {
    groupIds: [groupIdOf("jira-users")],
    accountIds: [ada],
    directoryIds: [directoryIdOf("main")],
    resourceIds: [jira],
    resourceOwners: ["jira-software"],
    roleIds: ["atlassian/user"],
  }),
  post(200, `${main}/groups/search`, { groupNames: ["Jira-Users"] }),
  post(200, `${main}/groups/search`, { searchTerm: "users" }),
  post(400, `${main}/groups/search`, { searchTerm: "users", groupNames: ["jira-users"] }),
  get(200, `${everywhere}/groups/count?${everyGroupFilter}`),
  get(200, `${everywhere}/groups/count?searchTerm=users`),
  get(200, `${everywhere}/groups/stats`),
  get(200, group("jira-users")),
  get(404, `${main}/groups/00000000-0000-4000-8000-000000000000`),
  get(200, `${group("wiki-users")}/role-assignments?limit=5`),
  get(200, manage(ada)),
  get(200, `${manage(ada)}?privileges=lifecycle.enablement&privileges=lifecycle.delete`),
  get(403, manage(hal)),
  get(404, manage("712020:nobody")),
  get(200, `${manage(ada)}/api-tokens`),
];

/** What changes something, in an order in which each finds what it needs. */
const writes: readonly Step[] = [
  post(201, `${main}/groups`, { name: "new", description: "A new group" }),
  post(409, `${main}/groups`, { name: "new" }),
  post(400, `${main}/groups`, { name: "" }),
  remove(204, group("team-payments")),
  remove(403, group("wiki-users")),
  remove(404, group("team-payments")),
  post(204, `${group("wiki-users")}/memberships`, { accountId: bob }),
  post(403, `${group("okta-agents")}/memberships`, { accountId: bob }),
  post(404, `${group("wiki-users")}/memberships`, { accountId: "712020:nobody" }),
  remove(204, `${group("wiki-users")}/memberships/${bob}`),
  remove(404, `${group("wiki-users")}/memberships/${bob}`),
  post(200, `${group("jira-users")}/role-assignments/assign`, {
    resourceId: instanceIdOf("confluence@acme"),
    roleId: "atlassian/user",
  }),
  post(409, `${group("jira-users")}/role-assignments/assign`, { resourceId: jsm, roleId: "atlassian/user" }),
  post(204, `${group("jira-users")}/role-assignments/revoke`, {
    resourceId: instanceIdOf("confluence@acme"),
    roleId: "atlassian/user",
  }),
  post(204, `${v1}/users/${ada}/roles/assign`, { role: "atlassian/stakeholder", resource: jsm }),
  post(409, `${v1}/users/${ada}/roles/assign`, { role: "atlassian/user", resource: jsm }),
  post(400, `${v1}/users/${ada}/roles/assign`, { role: "atlassian/guest", resource: jira }),
  post(404, `${v1}/users/712020:nobody/roles/assign`, { role: "atlassian/user", resource: jira }),
  post(204, `${v1}/users/${ada}/roles/revoke`, { role: "atlassian/stakeholder", resource: jsm }),
  post(204, `${v1}/users/${ada}/role-assignments/assign`, { role: "atlassian/org-admin" }),
  post(204, `${v1}/users/${ada}/role-assignments/revoke`, { role: "atlassian/org-admin" }),
  post(404, `${v1}/users/712020:nobody/role-assignments/revoke`, { role: "atlassian/org-admin" }),
  post(200, `${v2}/users/invite`, {
    emails: ["new@example.com"],
    permissionRules: [{ resource: jira, role: "atlassian/user" }],
    additionalGroups: [groupIdOf("wiki-users")],
    sendNotification: false,
    notificationText: "Welcome",
  }),
  post(206, `${v2}/users/invite`, {
    emails: ["newer@example.com"],
    permissionRules: [{ resource: jsm, role: "atlassian/user" }],
    additionalGroups: [groupIdOf("wiki-users")],
  }),
  post(409, `${v2}/users/invite`, {
    emails: ["newest@example.com"],
    permissionRules: [{ resource: jsm, role: "atlassian/user" }],
  }),
  post(204, `${main}/users/${ada}/suspend`),
  post(204, `${main}/users/${ada}/restore`),
  post(400, `${main}/users/${cai}/suspend`),
  post(404, `${main}/users/712020:nobody/suspend`),
  post(404, `${everywhere}/users/${ada}/restore`),
  remove(204, `${main}/users/${ada}`),
  remove(404, `${main}/users/${ada}`),
  post(204, `${manage(bob)}/lifecycle/disable`, { message: "Ask IT" }),
  post(204, `${manage(bob)}/lifecycle/enable`),
  post(200, `${manage(bob)}/lifecycle/delete`),
  post(409, `${manage(bob)}/lifecycle/enable`),
  post(200, `${manage(bob)}/lifecycle/cancel-delete`),
  post(404, `${manage(bob)}/lifecycle/cancel-delete`),
  post(403, `${manage(fay)}/lifecycle/disable`, {}),
  post(403, `${manage(hal)}/lifecycle/disable`, {}),
  remove(204, `${manage(ada)}/api-tokens/${tokenId}`),
  remove(404, `${manage(ada)}/api-tokens/${tokenId}`),
  get(200, `${v1}/events-stream?from=0&to=4102444800000&limit=5&sortOrder=desc`),
  get(400, `${v1}/events-stream?cursor=nonsense`),
];

/** The same endpoints where Atlassian behaves in its other ways. */
const variants: readonly (readonly [options: Partial<SimulatorOptions>, steps: readonly Step[]])[] = [
  [{}, reads],
  [{}, writes],
  [
    { quirks: { addMemberAgain: 409, disableAgain: 409, revokeAbsent: 404, rolesEndpointDisabled403: true } },
    [
      post(409, `${group("jira-users")}/memberships`, { accountId: ada }),
      post(204, `${manage(ada)}/lifecycle/disable`, {}),
      post(409, `${manage(ada)}/lifecycle/disable`, {}),
      post(403, `${v1}/users/${ada}/roles/revoke`, { role: "atlassian/user", resource: jira }),
    ],
  ],
  [
    { quirks: { projectNoise: false, workspaceIds: "jira", noProductAccessForNeverUsed: false } },
    [post(200, `${v2}/workspaces`, {}), get(200, `${everywhere}/users/${cai}/role-assignments`)],
  ],
  [
    { keyScopes: ["read:orgs:admin"] },
    [
      post(401, `${everywhere}/users/search`),
      get(401, `${v1}/directory/users/${ada}/last-active-dates`),
      post(401, `${v1}/users/${ada}/roles/assign`, { role: "atlassian/user", resource: jira }),
    ],
  ],
  [
    { keyExpiresAt: moment },
    [
      get(401, "/admin/v1/orgs"),
      get(401, `${v1}/directory/users/${ada}/last-active-dates`),
      post(401, `${v1}/users/${ada}/roles/assign`, { role: "atlassian/user", resource: jira }),
      get(401, manage(ada)),
      post(401, `${everywhere}/users/search`),
      post(401, `${v2}/workspaces`),
    ],
  ],
  [
    { rateLimit: { othersPerMinute: 0, lastActivePerMinute: 0, eventsPerMinute: 0 } },
    [
      get(429, v1),
      get(429, `${v1}/directory/users/${ada}/last-active-dates`),
      get(429, `${v1}/events-stream`),
      get(429, `${manage(ada)}/api-tokens`),
      post(429, `${everywhere}/users/search`),
    ],
  ],
];

export interface DirectTraffic {
  readonly exchanges: readonly Exchange[];
  /** Requests that were answered otherwise than the step says. */
  readonly surprises: readonly string[];
}

/** Every endpoint of the simulator that the documents know, asked directly, each way it can answer. */
export async function directTraffic(): Promise<DirectTraffic> {
  const surprises: string[] = [];
  const recorded = await Promise.all(
    variants.map(async ([options, steps]) => {
      const simulator = await startSimulator({ world: world(), clock: () => moment, ...options });
      const proxy = await startRecordingProxy(simulator.url);
      try {
        for (const step of steps) {
          const status = await send(proxy.url, simulator.apiKey, step);
          if (status !== step.status) surprises.push(`${step.method} ${step.path}: ${status}, not ${step.status}`);
        }
        return proxy.exchanges;
      } finally {
        await proxy.close();
        await simulator.close();
      }
    }),
  );
  return { exchanges: recorded.flat(), surprises };
}

async function send(url: string, apiKey: string, { method, path, body }: Step): Promise<number> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}
