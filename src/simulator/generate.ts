import type {
  AccountFacts,
  ActivityFacts,
  ApiKeyFacts,
  DirectRoleFacts,
  InstanceFacts,
  MembershipFacts,
  TokenFacts,
} from "./facts.ts";
import type { Random } from "./random.ts";
import { createRandom } from "./random.ts";
import { seatHolders } from "./roles.ts";
import type { World } from "./world.ts";
import { createWorld } from "./world.ts";
import { giveAccess } from "./generate/access.ts";
import { lastUse } from "./generate/activity.ts";
import { pickKinds } from "./generate/kinds.ts";
import type { DraftPerson, PeopleState } from "./generate/people.ts";
import { makePerson } from "./generate/people.ts";
import { makeShape } from "./generate/shape.ts";

export interface GenerateOptions {
  /** How many accounts. */
  readonly people: number;
  readonly seed: number;
  /** The moment at which the organisation is as it is. */
  readonly now: Date;
  /** The organisation's name; `Acme` unless given. */
  readonly name?: string;
}

const day = 86_400_000;

/** Generates a believable organisation. The same options give the same world, on every machine. */
export function generateWorld({ people, seed, now, name = "Acme" }: GenerateOptions): World {
  const random = createRandom(seed);
  const shape = makeShape(random);
  const state: PeopleState = { now: now.getTime(), handles: new Map(), used: { services: 0, hostile: 0 } };
  const teams = teamNames(random, Math.min(400, Math.max(4, Math.round(people / 20))));
  const drafts: DraftPerson[] = [];
  const memberships: MembershipFacts[] = [];
  const directRoles: DirectRoleFacts[] = [];
  const activity: ActivityFacts[] = [];
  const tokens: TokenFacts[] = [];
  for (const kind of pickKinds(random, people)) {
    const person = makePerson(random, shape, kind, state);
    const { accountId } = person.account;
    drafts.push(person);
    for (const [directoryId, status] of person.memberships) memberships.push({ accountId, directoryId, status });
    const { instances, direct } = giveAccess(random, shape, person, teams);
    directRoles.push(...direct);
    activity.push(...lastUse(random, shape, person, instances, state.now));
    if (random.chance(0.04)) tokens.push(tokenOf(random, accountId, state.now));
  }
  const parts = {
    organization: { id: shape.organizationId, name, domains: domains.map((domain) => ({ ...domain })) },
    directories: shape.directories,
    accounts: [...drafts.map(({ account }) => account), ...machineAccounts(random)],
    memberships,
    groups: [...shape.groups.values()].map((group) => ({ ...group, members: [...group.members] })),
    directRoles,
    activity,
    keys: keysOf(random, drafts, state.now),
    tokens,
  };
  const instances = [...shape.instances.values()];
  const world = createWorld({ ...parts, instances });
  for (const instance of instances) world.instances.set(instance.id, withCapacity(world, instance));
  return world;
}

const domains = [
  { name: "acme.example", status: "verified" },
  { name: "labs.acme.example", status: "verified" },
  { name: "acme-old.example", status: "unverified" },
] as const;

function teamNames(random: Random, count: number): readonly string[] {
  const topics = [
    "search",
    "billing",
    "mobile",
    "platform",
    "growth",
    "data",
    "identity",
    "editor",
    "checkout",
    "infra",
  ];
  const words = ["otter", "comet", "willow", "lynx", "ember", "harbour", "quartz", "raven", "saffron", "tundra"];
  const names = new Set<string>();
  while (names.size < count) {
    const base = `team-${random.pick(topics)}-${random.pick(words)}`;
    names.add(names.has(base) ? `${base}-${names.size}` : base);
  }
  return [...names];
}

/** Apps' own accounts: only the list of managed accounts shows them. */
function machineAccounts(random: Random): readonly AccountFacts[] {
  return ["Automation for Jira", "Slack", "Statuspage"].map((name) => ({
    accountId: `557058:${random.uuid()}`,
    accountType: "app" as const,
    name,
    managed: true,
  }));
}

function tokenOf(random: Random, accountId: string, now: number): TokenFacts {
  const created = now - random.below(300) * day;
  return {
    accountId,
    id: random.hex(16),
    label: random.pick(["laptop", "CI", "import script", "dashboard"]),
    createdAt: new Date(created).toISOString(),
    lastAccess: new Date(created + random.fraction() * (now - created)).toISOString(),
    expiry: new Date(created + 365 * day).toISOString(),
  };
}

/** Keys of organisation admins, and one whose creator is one no longer. */
function keysOf(random: Random, drafts: readonly DraftPerson[], now: number): readonly ApiKeyFacts[] {
  const admins = drafts.filter(({ kind }) => kind === "org-admin");
  const others = drafts.filter(({ kind }) => kind === "jira-admin" || kind === "employee");
  const creators: readonly (readonly [string, DraftPerson | undefined, number])[] = [
    ["seatwright", admins[0], 200],
    ["okta-provisioning", admins[1], 45],
    ["reporting", others[0], 12],
  ];
  return creators.flatMap(([label, creator, daysLeft]) => {
    if (creator === undefined) return [];
    const key = {
      id: random.hex(20),
      label,
      createdBy: creator.account.accountId,
      createdAt: new Date(now - (365 - daysLeft) * day).toISOString(),
      expiresAt: new Date(now + daysLeft * day).toISOString(),
      lastActiveAt: new Date(now - random.below(48) * 3_600_000).toISOString(),
    };
    return [key];
  });
}

/** Licences leave some room above the seats taken; the older site's say nothing. */
function withCapacity(world: World, instance: InstanceFacts): InstanceFacts {
  if (instance.site === "acme-labs" || instance.sandbox === true) return instance;
  const taken = seatHolders(world, instance.id).size;
  return { ...instance, capacity: Math.max(10, Math.ceil((taken * 1.12) / 10) * 10) };
}
