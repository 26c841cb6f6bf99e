import type { Route } from "./call.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { activityRoutes } from "./routes/activity.ts";
import { groupWriteRoutes } from "./routes/group-writes.ts";
import { groupRoutes } from "./routes/groups.ts";
import { inviteRoutes } from "./routes/invite.ts";
import { keyRoutes } from "./routes/keys.ts";
import { organizationRoutes } from "./routes/organization.ts";
import { roleRoutes } from "./routes/roles.ts";
import { userWriteRoutes } from "./routes/user-writes.ts";
import { userRoutes } from "./routes/users.ts";
import { workspaceRoutes } from "./routes/workspaces.ts";

/** Every endpoint that the simulator serves. Where two patterns fit a path, the earlier one is meant. */
export const routes: readonly Route[] = [
  ...organizationRoutes,
  ...workspaceRoutes,
  ...userRoutes,
  ...userWriteRoutes,
  ...groupRoutes,
  ...groupWriteRoutes,
  ...roleRoutes,
  ...inviteRoutes,
  ...activityRoutes,
  ...keyRoutes,
  ...accountRoutes,
];

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const split = routes.map((route) => ({ route, segments: route.pattern.split("/") }));

/** The route for a request, with the values of its path. */
export function matchRoute(method: string, path: string): Match | undefined {
  const given = path.split("/");
  for (const { route, segments } of split) {
    if (route.method !== method || segments.length !== given.length) continue;
    const parameters = parametersOf(segments, given);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function parametersOf(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = given[at] ?? "";
    if (segment.startsWith("{")) {
      if (value === "") return undefined;
      parameters[segment.slice(1, -1)] = decoded(value);
    } else if (segment !== value) return undefined;
  }
  return parameters;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
