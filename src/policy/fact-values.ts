import { dayOf, type Seconds } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import { hasBit } from "../model/bits.ts";
import {
  claims,
  entries,
  hasEntry,
  managementSources,
  mfaStates,
  NEVER,
  platformRoleBits,
  type Population,
  statuses,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { rolePaths, type Seats } from "../people/seats.ts";
import { type Inactivity, YOUNGEST } from "./inactivity.ts";
import { instanceName } from "./instances.ts";
import type { Reach, Test } from "./types.ts";

/** One person, and what may be told of them. */
export interface FactSubject {
  readonly population: Population;
  readonly seats: Seats;
  readonly inactivity: Inactivity;
  readonly asOf: Seconds;
  readonly signals: readonly { readonly trusted: boolean; readonly reason: string }[];
  readonly person: number;
  /** The seat's instance; null where the filter speaks of the person. */
  readonly own: number | null;
  /** Every instance with paid seats. */
  readonly all: readonly number[];
}

/**
 * What was seen of one person, in a few words; null for personal fields and for what sources say, which are never kept.
 */
export function valueOf(test: Test, subject: FactSubject): string | null {
  const { population, person } = subject;
  switch (test.key) {
    case "instance":
      return subject.own === null ? null : instanceName(population, subject.own);
    case "role":
      return rolesHeld(test.instances === "own" ? ownOf(subject) : test.instances, subject);
    case "unused":
    case "idle":
    case "neverActive":
      return activity(test, subject);
    case "heldFor":
      return since(reachedBy(test.reach, subject), subject);
    case "holds":
      return held(test.instances, subject);
    case "inOrgFor":
      return moment("added", population.added[person]);
    case "memberOf":
      return memberships(test.groups, subject);
    case "status":
      return statuses[population.status[person] ?? 0] ?? null;
    case "account":
      return claims[population.claim[person] ?? 0] ?? null;
    case "managementSource":
      return managementSources[population.source[person] ?? 0] ?? null;
    case "orgRole":
      return orgRoles(population.platformRoles[person] ?? 0);
    case "productAdmin":
      return rolesHeld(test.instances, subject);
    case "mfa":
      return mfaStates[population.mfa[person] ?? 0] ?? null;
    case "directory":
      return listed(
        [...entries(population.directories, person)].map((at) => population.header.directories[at]?.name ?? ""),
      );
    case "emailDomain":
    case "email":
    case "name":
    case "shared":
    case "people":
    case "in":
    case "fact":
    case "date":
    case "during":
      return null;
  }
}

function ownOf({ own }: FactSubject): readonly number[] {
  return own === null ? [] : [own];
}

function reachedBy(reach: Reach, subject: FactSubject): readonly number[] {
  if (reach.kind === "own") return ownOf(subject);
  return reach.kind === "instances" ? reach.instances : subject.all;
}

/** Names shown in one value, at most. */
const MOST_NAMES = 3;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}

function moment(what: string, seconds: number | undefined): string {
  return seconds === undefined || seconds === UNKNOWN_TIME
    ? `${what} at a time that is not known`
    : `${what} ${dayOf(seconds)}`;
}

/** Instances of a list on which the person holds a seat, or may. */
function heldOf(instances: readonly number[], { seats, person }: FactSubject): readonly number[] {
  return instances.filter((instance) => {
    const verdict = seats.holders[instance];
    return verdict !== undefined && truthAt(verdict, person) !== "false";
  });
}

function held(instances: readonly number[], subject: FactSubject): string {
  const names = heldOf(instances, subject).map((instance) => {
    const verdict = subject.seats.holders[instance];
    const sure = verdict !== undefined && truthAt(verdict, subject.person) === "true";
    return `${instanceName(subject.population, instance)}${sure ? "" : " (perhaps)"}`;
  });
  return names.length === 0 ? "holds none" : listed(names);
}

function activity(
  { key, before, reach }: Extract<Test, { readonly before: Seconds; readonly reach: Reach }>,
  subject: FactSubject,
): string {
  const { population, person, signals } = subject;
  const looked = heldOf(reachedBy(reach, subject), subject);
  const several = looked.length > 1 ? ` on ${looked.length} apps` : "";
  if (looked.length === 0) return reach.kind === "everywhere" ? "holds no seat" : "holds no seat there";
  const elsewhere = reach.kind === "everywhere" ? activityElsewhere(looked, subject) : null;
  if (elsewhere !== null) return elsewhere;
  const distrusted = looked.find((instance) => signals[instance]?.trusted !== true);
  if (distrusted !== undefined) {
    // Use after that day settles it, whatever the dates of another app are worth.
    const used = reach.kind === "everywhere" ? latestUse(subject) : null;
    if (used !== null && used.at > (key === "neverActive" ? NEVER : before)) {
      return `last active ${dayOf(used.at)} on ${instanceName(population, used.instance)}`;
    }
    const reason = signals[distrusted]?.reason ?? "no signal was judged";
    return `activity on ${instanceName(population, distrusted)} cannot be believed: ${reason}`;
  }
  const times = looked.map((instance) => population.lastActive[instance]?.[person] ?? UNKNOWN_TIME);
  if (times.includes(UNKNOWN_TIME)) return "activity is not known";
  const latest = Math.max(...times);
  const shown = latest === NEVER ? `never active${several}` : `last active ${dayOf(latest)}${several}`;
  return `${shown}${anchorNote(looked, subject)}`;
}

/** The latest activity, where it was on an app on which the person holds no seat; else null. */
function activityElsewhere(held: readonly number[], subject: FactSubject): string | null {
  const used = latestUse(subject);
  if (used === null || held.includes(used.instance)) return null;
  return `last active ${dayOf(used.at)} on ${instanceName(subject.population, used.instance)}, where no seat is held`;
}

/** The latest activity that is known, and where it was; null: none is. */
function latestUse({ population, person }: FactSubject): { readonly at: Seconds; readonly instance: number } | null {
  let found: { readonly at: Seconds; readonly instance: number } | null = null;
  for (const [instance, column] of population.lastActive.entries()) {
    const at = column[person] ?? UNKNOWN_TIME;
    if (at !== UNKNOWN_TIME && at !== NEVER && at > (found?.at ?? NEVER)) found = { at, instance };
  }
  return found;
}

/** What the seats' age adds, where it decides: it is not known, too young to tell, or what counts for the never active. */
function anchorNote(instances: readonly number[], subject: FactSubject): string {
  const { population, person, inactivity, asOf } = subject;
  const anchors = instances.map((instance) => inactivity.anchor(instance, person));
  if (anchors.includes(UNKNOWN_TIME)) return ", and it is not known since when the seat is held";
  const latest = Math.max(...anchors);
  const counted = dayOf(latest);
  if (latest > asOf - YOUNGEST) return `, held since ${counted}, which is less than 14 days`;
  const never = instances.every((instance) => (population.lastActive[instance]?.[person] ?? NEVER) === NEVER);
  return never ? `, counted from ${counted}` : "";
}

function since(instances: readonly number[], subject: FactSubject): string {
  const looked = heldOf(instances, subject);
  if (looked.length === 0) return "holds no seat there";
  const anchors = looked.map((instance) => subject.inactivity.anchor(instance, subject.person));
  if (anchors.includes(UNKNOWN_TIME)) return "it is not known since when the seat is held";
  return `held since ${dayOf(Math.max(...anchors))} or longer`;
}

function rolesHeld(instances: readonly number[], { population, person }: FactSubject): string {
  let certain = true;
  const roles = new Set<string>();
  for (const instance of instances) {
    const found = rolePaths(population, person, instance);
    if (!found.certain) certain = false;
    for (const { role } of found.paths) roles.add(role.replace("atlassian/", ""));
  }
  if (roles.size > 0) return listed([...roles].sort());
  return certain ? "no role seen" : "roles are not fully known";
}

function memberships(groups: readonly number[], { population, person }: FactSubject): string {
  const names = groups
    .filter((group) => hasEntry(population.groups, person, group))
    .map((group) => population.header.groups[group]?.name ?? "");
  if (names.length > 0) return `member of ${listed(names)}`;
  return hasBit(population.groupsUnknown, person) ? "memberships are not known" : "not seen in any of them";
}

function orgRoles(bits: number): string {
  if ((bits & platformRoleBits.unknown) !== 0) return "admin roles are not known";
  const names = [
    (bits & platformRoleBits.orgAdmin) !== 0 ? ["org-admin"] : [],
    (bits & platformRoleBits.siteAdmin) !== 0 ? ["site-admin"] : [],
    (bits & platformRoleBits.userAccessAdmin) !== 0 ? ["user-access-admin"] : [],
  ].flat();
  return listed(names);
}
