/**
 * Every endpoint Seatwright calls. `read` endpoints change nothing, whatever their method, and may be asked again;
 * `write` endpoints are never sent twice where the first may have arrived.
 */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path under the base URL, with parameters in braces. */
  readonly path: string;
  readonly kind: "read" | "write";
  /** Which budget of requests it draws on. */
  readonly lane: Lane;
}

/** `lastActive` is Atlassian's own limit for that one endpoint: 200 requests a minute for an organisation. */
export type Lane = "main" | "lastActive";

/** Values for the parameters of a path. */
export type PathParameters = Readonly<Record<string, string>>;

const organization = "/admin/v1/orgs/{orgId}";
const directory = "/admin/v2/orgs/{orgId}/directories/{directoryId}";
const account = "/users/{accountId}/manage";

function read(method: "GET" | "POST", path: string, lane: Lane = "main"): Endpoint {
  return { method, path, kind: "read", lane };
}

function write(method: "POST" | "DELETE", path: string): Endpoint {
  return { method, path, kind: "write", lane: "main" };
}

/** Sources: the organisations, user management and API access REST APIs (developer.atlassian.com/cloud/admin). */
export const endpoints = {
  organizations: read("GET", "/admin/v1/orgs"),
  directories: read("GET", "/admin/v2/orgs/{orgId}/directories"),
  workspaces: read("POST", "/admin/v2/orgs/{orgId}/workspaces"),
  searchUsers: read("POST", `${directory}/users/search`),
  countUsers: read("GET", `${directory}/users/count`),
  userStats: read("GET", `${directory}/users/stats`),
  userRoles: read("GET", `${directory}/users/{accountId}/role-assignments`),
  searchGroups: read("POST", `${directory}/groups/search`),
  countGroups: read("GET", `${directory}/groups/count`),
  groupRoles: read("GET", `${directory}/groups/{groupId}/role-assignments`),
  lastActive: read("GET", `${organization}/directory/users/{accountId}/last-active-dates`, "lastActive"),
  apiKeys: read("GET", "/admin/api-access/v1/orgs/{orgId}/api-keys"),
  manage: read("GET", account),
  leaveGroup: write("DELETE", `${directory}/groups/{groupId}/memberships/{accountId}`),
  joinGroup: write("POST", `${directory}/groups/{groupId}/memberships`),
  assignRole: write("POST", `${organization}/users/{accountId}/roles/assign`),
  revokeRole: write("POST", `${organization}/users/{accountId}/roles/revoke`),
  suspend: write("POST", `${directory}/users/{accountId}/suspend`),
  restore: write("POST", `${directory}/users/{accountId}/restore`),
  removeFromDirectory: write("DELETE", `${directory}/users/{accountId}`),
  deactivate: write("POST", `${account}/lifecycle/disable`),
  activate: write("POST", `${account}/lifecycle/enable`),
} as const satisfies Readonly<Record<string, Endpoint>>;

/** Atlassian's sign for "every directory this key may see". Reads only. */
export const EVERY_DIRECTORY = "-";

/** The path with its parameters filled in. A parameter that is missing, or would climb out of its place, is a bug. */
export function pathOf(endpoint: Endpoint, parameters: PathParameters): string {
  return filled(endpoint, parameters, (value) => encodeURIComponent(value).replaceAll("%3A", ":"));
}

/** Method and path for a message, with long ids cut short: `POST /admin/v2/orgs/8a130dbc…/workspaces`. */
export function labelOf(endpoint: Endpoint, parameters: PathParameters): string {
  const shorten = (value: string): string => (value.length > 12 ? `${value.slice(0, 8)}…` : value);
  return `${endpoint.method} ${filled(endpoint, parameters, shorten)}`;
}

function filled(endpoint: Endpoint, parameters: PathParameters, write: (value: string) => string): string {
  return endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === "" || value === "." || value === "..") {
      throw new Error(`${endpoint.method} ${endpoint.path} needs a value for ${name}`);
    }
    return write(value);
  });
}
