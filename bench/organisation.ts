import type { PersonRow, SnapshotHeader } from "../src/model/documents.generated.ts";
import { createRandom, type Random } from "../src/simulator/random.ts";
import { createFrame, DAY, type Frame, type GroupName, namedGroups, now } from "./frame.ts";

/** An organisation that follows from its size and seed. */
export interface Organisation {
  readonly frame: Frame;
  readonly people: number;
  /** The people in order of account id, made anew for each caller. */
  rows(): Generator<PersonRow>;
  /** The header with every group's members counted. */
  header(): SnapshotHeader;
}

/** Activity that Atlassian could not tell, in the snapshot's own words. */
const UNKNOWN_TIME = 0xffffffff;

const firstNames = ["Ada", "Grace", "Alan", "Barbara", "Edsger", "Frances", "Linus", "Margaret", "Niklaus", "Radia"];
const lastNames = [
  "Lovelace",
  "Hopper",
  "Turing",
  "Liskov",
  "Allen",
  "Hamilton",
  "Wirth",
  "Perlman",
  "Knuth",
  "Müller",
];
const departments = ["Engineering", "Sales", "Sales EMEA", "Marketing", "Legal", "Legal Privacy", "Finance", "People"];
const locations = ["Bern", "Berlin", "Zürich", "London", "Austin", "Sydney", "Toronto", "Kraków", "Porto", "Remote"];
const jobTitles = ["Engineer", "Senior Engineer", "Manager", "Analyst", "Account Executive", "Counsel", "Designer"];
const outside = ["gmail.com", "partner.example", "agency.example", "freelance.example"];

/** The address of the account that the organisation file protects. */
const breakGlass = "break-glass@acme.example";

/** How often people of the organisation hold each app. */
const appShares = [0.75, 0.7, 0.12, 0.25, 0.05];

/**
 * An organisation of the bench: five apps, a handful of groups to a person with a long tail, a few people in a hundred who
 * use nothing, and here and there something that could not be read.
 */
export function createOrganisation(people: number, seed: number): Organisation {
  const frame = createFrame(people, seed);
  const rows = (): Generator<PersonRow> => rowsOf(frame, people, seed);
  return {
    frame,
    people,
    rows,
    header() {
      const members = new Uint32Array(frame.header.groups.length);
      for (const { groups = [] } of rows()) for (const group of groups) members[group] = (members[group] ?? 0) + 1;
      for (const [name, position] of Object.entries(frame.at)) {
        const isUnproved = "unproved" in namedGroups[name as GroupName];
        if (isUnproved) members[position] = (members[position] ?? 0) + 1;
      }
      const groups = frame.header.groups.map((group, position) => ({ ...group, members: members[position] ?? 0 }));
      return { ...frame.header, groups };
    },
  };
}

function* rowsOf(frame: Frame, people: number, seed: number): Generator<PersonRow> {
  const random = createRandom(seed ^ 0x5ea7);
  for (let person = 0; person < people; person++) yield rowOf(frame, random, person, people);
}

/** Ascending: older accounts have another form of id than newer ones. */
function accountId(random: Random, person: number, people: number): string {
  const share = person / people;
  const rising = Math.floor(share * 0xffffffff)
    .toString(16)
    .padStart(8, "0");
  const tail = random.hex(24);
  if (share < 0.2) return `557058:${uuid(rising, tail)}`;
  if (share < 0.4) return `5b${rising}${tail.slice(0, 14)}`;
  return `712020:${uuid(rising, tail)}`;
}

function uuid(head: string, tail: string): string {
  return `${head}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8, 12)}-${tail.slice(12)}`;
}

function rowOf(frame: Frame, random: Random, person: number, people: number): PersonRow {
  const id = accountId(random, person, people);
  const isManaged = random.chance(0.8);
  const isMachine = random.chance(0.002);
  const status = random.weighted(statusWeights);
  const added = now - Math.floor(random.fraction() ** 1.2 * 4_000 * DAY) - 3_600;
  const isContractor = random.chance(isManaged ? 0.02 : 0.4);
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const isLabs = random.chance(0.03);
  const holds = appShares.map((share) => random.chance(isMachine ? 0.9 : share));
  return {
    id,
    status,
    directories: isLabs ? [1] : random.chance(0.001) ? [0, 1] : [0],
    ...(random.chance(0.999) ? { claim: isManaged ? "managed" : "unmanaged" } : {}),
    ...(isManaged ? { source: random.chance(0.01) ? null : random.chance(0.3) ? "invited" : "synced" } : {}),
    name: isMachine ? `Robot ${person}` : `${first} ${last}`,
    nickname: first,
    ...(person === 1 || isManaged || random.chance(0.7)
      ? { email: addressOf(random, person, { isManaged, isMachine, first, last }) }
      : {}),
    ...(isManaged ? { mfa: random.chance(0.9) } : {}),
    ...(random.chance(0.998) ? { added } : {}),
    ...(isManaged && random.chance(0.4) ? { jobTitle: random.pick(jobTitles) } : {}),
    ...(isManaged && random.chance(0.97) ? { department: random.pick(departments) } : {}),
    ...(isManaged && random.chance(0.9) ? { location: random.pick(locations) } : {}),
    ...(random.chance(0.9995) ? { platformRoles: platformRoles(random) } : {}),
    ...(random.chance(0.9995) ? { groups: groupsOf(frame, random, { holds, isManaged, isContractor, isLabs }) } : {}),
    ...(random.chance(0.999) ? { active: activityOf(random, holds, isMachine) } : {}),
    ...(random.chance(0.005)
      ? { direct: [[random.below(5), random.chance(0.9) ? "atlassian/user" : "atlassian/admin"]] }
      : {}),
  };
}

const statusWeights = [
  ["active", 0.94],
  ["suspended", 0.03],
  ["deactivated", 0.0298],
  ["being-moved", 0.0002],
] as const;

function addressOf(
  random: Random,
  person: number,
  of: { readonly isManaged: boolean; readonly isMachine: boolean; readonly first: string; readonly last: string },
): string {
  if (person === 1) return breakGlass;
  if (of.isMachine) return `${random.pick(["deploy", "report", "sync", "build"])}${person}-bot@acme.example`;
  const plain = `${of.first}.${of.last === "Müller" ? "mueller" : of.last}${person}`;
  const local = random.chance(0.98) ? plain.toLowerCase() : plain;
  if (!of.isManaged)
    return random.chance(0.1) ? `ext-${local}@${random.pick(outside)}` : `${local}@${random.pick(outside)}`;
  return random.chance(0.03) ? `${local}@labs.acme.example` : `${local}@acme.example`;
}

function platformRoles(random: Random): readonly string[] {
  if (random.chance(0.9998)) return [];
  return [random.pick(["atlassian/org-admin", "atlassian/site-admin", "atlassian/user-access-admin"])];
}

function groupsOf(
  { at, crowd }: Frame,
  random: Random,
  of: {
    readonly holds: readonly boolean[];
    readonly isManaged: boolean;
    readonly isContractor: boolean;
    readonly isLabs: boolean;
  },
): readonly number[] {
  const found = new Set<number>();
  const join = (name: GroupName): unknown => found.add(at[name]);
  if (of.isManaged) join("okta-all-staff");
  const viaOkta = of.isManaged && random.chance(0.15);
  const [jira = false, confluence = false, jsm = false, bitbucket = false, discovery = false] = of.holds;
  if (jira && confluence && random.chance(0.02)) {
    join("acme-knowledge-workers");
  } else {
    if (jira) join(viaOkta ? "jira-software-okta-acme" : "jira-software-users-acme");
    if (confluence) join(viaOkta ? "confluence-okta-acme" : "confluence-users-acme");
  }
  if (jsm) join("jira-servicemanagement-users-acme");
  else if (random.chance(0.1)) join("jira-servicemanagement-customers-acme");
  if (bitbucket) join("bitbucket-users-acme");
  if (discovery) join("jira-product-discovery-users-acme");
  if (jira && random.chance(0.001)) join("jira-admins-acme");
  if (of.isContractor) join(random.chance(0.7) ? "contractors" : "contractors-legacy");
  if (of.isLabs && random.chance(0.5)) join("labs-residents");
  for (const [name, share] of sidelines) if (random.chance(share)) join(name);
  // A long tail: half of the people are in half a dozen groups or fewer, one in a hundred in more than twenty.
  const wanted = found.size + Math.min(300, Math.floor(1.6 * (1 - random.fraction()) ** -0.625));
  for (let draw = 0; found.size < wanted && draw < wanted * 3; draw++) {
    // Some groups are far larger than others.
    found.add(crowd[Math.floor(random.fraction() ** 3 * crowd.length)] ?? 0);
  }
  return [...found].sort((a, b) => a - b);
}

const sidelines = [
  ["on-call", 0.01],
  ["on-call-shadow", 0.005],
  ["leadership", 0.002],
  ["writers-guild", 0.01],
  ["engineering", 0.12],
  ["release-tools", 0.004],
] as const satisfies readonly (readonly [GroupName, number])[];

function activityOf(
  random: Random,
  holds: readonly boolean[],
  isMachine: boolean,
): readonly (readonly [number, number])[] {
  // Somebody who has left uses nothing any more, whatever they hold.
  const isGone = random.chance(0.006);
  const goneFor = random.below(500);
  return holds.flatMap((held, instance): readonly (readonly [number, number])[] => {
    if (!held && random.chance(0.95)) return [];
    if (random.chance(isMachine ? 0.9 : 0.004)) return [];
    if (random.chance(0.001)) return [[instance, UNKNOWN_TIME]];
    const days = isGone
      ? goneFor + random.below(5)
      : random.chance(0.99)
        ? random.fraction() ** 4 * 45
        : random.below(400);
    return [[instance, now - Math.floor(days * DAY) - random.below(DAY)]];
  });
}
