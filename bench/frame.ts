import type { Grant, Group, SnapshotHeader } from "../src/model/documents.generated.ts";
import { secondsOf } from "../src/model/time.ts";
import { createRandom } from "../src/simulator/random.ts";

/** The moment of every organisation of the bench, and its seconds. */
export const asOf = "2026-11-20T06:00:00Z";
export const now = secondsOf(asOf) ?? 0;
export const DAY = 86_400;

/** The apps, each on the one site, in the order of their positions. */
export const apps = [
  "jira-software",
  "confluence",
  "jira-service-management",
  "bitbucket",
  "jira-product-discovery",
] as const;
export type App = (typeof apps)[number];
export const site = "acme";

/** Groups that policies name, or that grant a role. Their position in the header is drawn by lot. */
export const namedGroups = {
  "okta-all-staff": { synced: true },
  "jira-software-users-acme": { grants: [[0, "atlassian/user"]] },
  "jira-software-okta-acme": { synced: true, grants: [[0, "atlassian/user"]] },
  "confluence-users-acme": { grants: [[1, "atlassian/user"]] },
  "confluence-okta-acme": { synced: true, grants: [[1, "atlassian/user"]] },
  "jira-servicemanagement-users-acme": { grants: [[2, "atlassian/user"]] },
  "jira-servicemanagement-customers-acme": { grants: [[2, "atlassian/customer"]] },
  "bitbucket-users-acme": { grants: [[3, "atlassian/user"]] },
  "jira-product-discovery-users-acme": { grants: [[4, "atlassian/user"]] },
  "acme-knowledge-workers": {
    grants: [
      [0, "atlassian/user"],
      [1, "atlassian/user"],
    ],
  },
  "jira-admins-acme": { grants: [[0, "atlassian/admin"]] },
  "on-call": {},
  "on-call-shadow": {},
  leadership: {},
  contractors: {},
  "contractors-legacy": {},
  "writers-guild": {},
  engineering: {},
  "release-tools": {},
  "labs-residents": { directory: 1, unproved: true },
} as const satisfies Readonly<Record<string, NamedGroup>>;
export type GroupName = keyof typeof namedGroups;

interface NamedGroup {
  readonly synced?: true;
  readonly directory?: 1;
  /** Atlassian counts one member more than anybody sees. */
  readonly unproved?: true;
  readonly grants?: readonly (readonly [number, string])[];
}

/** What does not depend on the people: directories, instances and groups, with the positions of the named ones. */
export interface Frame {
  readonly header: SnapshotHeader;
  readonly at: Readonly<Record<GroupName, number>>;
  /** Positions of the other groups, the largest first. */
  readonly crowd: Uint32Array;
}

/** How many groups an organisation of this size has. */
function groupCount(people: number): number {
  return Math.min(4_000, Math.max(80, Math.round(people / 250)));
}

/** The frame of an organisation of the bench; the same size and seed give the same frame. Members are all 0. */
export function createFrame(people: number, seed: number): Frame {
  const random = createRandom(seed);
  const count = groupCount(people);
  const order = shuffled(count, (limit) => random.below(limit));
  const names = Object.keys(namedGroups) as readonly GroupName[];
  const groups: Group[] = Array.from({ length: count }, (_, position) => ({
    id: random.uuid(),
    name: `team-${position}`,
    directory: random.chance(0.03) ? 1 : 0,
    synced: false,
    modifiable: true,
    managedBy: "admins",
    members: 0,
    grants: [],
  }));
  const at = {} as Record<GroupName, number>;
  for (const [index, name] of names.entries()) {
    const position = order[index] ?? 0;
    const group: NamedGroup = namedGroups[name];
    const synced = group.synced === true;
    const directory = group.directory ?? 0;
    const grants = group.grants ?? [];
    at[name] = position;
    groups[position] = {
      id: random.uuid(),
      name,
      directory,
      synced,
      modifiable: !synced,
      managedBy: synced ? "external" : "admins",
      members: 0,
      grants: grants.map(([instance, role]): Grant => ({ instance, role })),
    };
  }
  const header: SnapshotHeader = {
    kind: "snapshot",
    version: 1,
    tool: { name: "seatwright", version: "0.1.0" },
    organization: { id: "781ffa14-3cd0-13ce-jjk7-3c97684493j9", name: "Acme" },
    asOf,
    certificate: { state: "complete", checks: [] },
    directories: [
      { id: "120b0c94-9167-4ece-91f2-21ee053fe411", name: "Acme" },
      { id: "6d136640-97c9-4cdc-90e5-1e9c86cf2d89", name: "Acme Labs" },
    ],
    instances: apps.map((app) => ({
      id: `ari:cloud:${app}::site/${random.uuid()}`,
      app,
      site,
      name: `${app} of ${site}`,
      known: true,
      sandbox: false,
      status: "online",
    })),
    groups,
    holders: [],
    keyCreators: [],
    peopleCount: people,
  };
  return { header, at, crowd: Uint32Array.from(order.subarray(names.length)) };
}

function shuffled(count: number, below: (limit: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = below(at + 1);
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
