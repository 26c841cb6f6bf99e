import { type Bits, clearBit, hasBit, noBits, setBit } from "../model/bits.ts";
import { billableRoles, isBillable } from "../model/apps.ts";
import type { SnapshotHeader } from "../model/documents.generated.ts";
import type { Verdict } from "../model/verdict.ts";
import { directHolders } from "./direct.ts";
import { directoriesAreCertain, openDirectories } from "./directories.ts";
import { directoriesInDoubt, inDirectories, type Members, membersIn } from "./members.ts";
import { hasEntry, type Population } from "./population.ts";
import { standingOf } from "./standing.ts";

/** One reason why somebody holds a role on an instance. */
export type SeatPath =
  | { readonly via: "group"; readonly group: number; readonly role: string }
  | { readonly via: "direct"; readonly role: string };

/** Every path by which a person holds roles on an instance. `certain` is false where there may be paths we cannot see. */
export interface SeatPaths {
  readonly paths: readonly SeatPath[];
  readonly certain: boolean;
}

/**
 * Who holds a paid seat, by instance. `yes` are the seats and `unknown` the seats not known in everything that counts or lists
 * them: two numbers, which are never added.
 */
export interface Seats {
  readonly population: Population;
  readonly holders: readonly Verdict[];
  /**
   * Active people with a path to a seat, also where it is not known whether access is open in the path's directory: for
   * noting when a seat was first seen.
   */
  readonly withPath: readonly Bits[];
}

/** Whether a seat on this instance is paid for: a known app, not a sandbox. */
export function isPaidInstance(population: Population, instance: number): boolean {
  const found = population.header.instances[instance];
  return found !== undefined && found.known && !found.sandbox;
}

/** A group and a role it grants on some instance. */
export interface GroupGrant {
  readonly group: number;
  readonly role: string;
}

const grantsByHeader = new WeakMap<SnapshotHeader, readonly (readonly GroupGrant[])[]>();

/** What groups grant on an instance, by group position, ascending. */
export function grantsOn(population: Population, instance: number): readonly GroupGrant[] {
  const { header } = population;
  let grants = grantsByHeader.get(header);
  if (grants === undefined) {
    const byInstance: GroupGrant[][] = header.instances.map(() => []);
    header.groups.forEach((group, position) => {
      for (const grant of group.grants) byInstance[grant.instance]?.push({ group: position, role: grant.role });
    });
    grants = byInstance;
    grantsByHeader.set(header, grants);
  }
  return grants[instance] ?? [];
}

/** Groups that grant a billable role on an instance, as positions, ascending. */
export function grantingGroups(population: Population, instance: number): readonly number[] {
  return [...new Set(grantsOn(population, instance).flatMap((grant) => (isBillable(grant.role) ? [grant.group] : [])))];
}

/**
 * Every path by which a person holds any role on an instance, billable or free, whatever the person's status.
 * Where a call for this person told the effective roles, a role that no known path explains makes the answer uncertain.
 */
export function rolePaths(population: Population, person: number, instance: number): SeatPaths {
  const paths: SeatPath[] = [];
  let certain = !hasBit(population.groupsUnknown, person);
  for (const { group, role } of grantsOn(population, instance)) {
    if (hasEntry(population.groups, person, group)) {
      paths.push({ via: "group", group, role });
    } else if (population.groupProved[group] !== true) {
      if (inDirectory(population, person, population.header.groups[group]?.directory ?? -1)) certain = false;
    }
  }
  for (const [at, role, methods] of population.detail.get(person)?.roles ?? []) {
    if (at !== instance) continue;
    const how = methods.split(" ");
    const explained = paths.some((path) => path.via === "group" && path.role === role);
    if (how.includes("group_direct") && !explained) certain = false;
  }
  const direct = directRoles(population, person).flatMap(([at, role]) => (at === instance ? [role] : []));
  for (const role of [...new Set(direct)].sort()) paths.push({ via: "direct", role });
  return { paths, certain };
}

/** Roles a person holds without a group, as counts or a call for this one person told. Some may be there twice. */
export function directRoles(population: Population, person: number): readonly (readonly [number, string])[] {
  const counted = population.direct.get(person) ?? [];
  const told = population.detail.get(person)?.roles ?? [];
  if (told.length === 0) return counted;
  return [
    ...counted,
    ...told.flatMap(([at, role, how]) => (how.split(" ").includes("direct") ? [[at, role] as const] : [])),
  ];
}

/**
 * The paths that cost a seat: billable roles, by groups of directories in which the person's access is open. Uncertain
 * also where it is not known which directories those are.
 */
export function seatPaths(population: Population, person: number, instance: number): SeatPaths {
  const { paths, certain } = rolePaths(population, person, instance);
  const open = openDirectories(population, person);
  const isLive = (path: SeatPath): boolean =>
    path.via === "direct" || open.has(population.header.groups[path.group]?.directory ?? -1);
  return {
    paths: paths.filter((path) => isBillable(path.role) && isLive(path)),
    certain: certain && directoriesAreCertain(population, person),
  };
}

/**
 * Who holds a paid seat on each instance: active, with a billable role by group or directly. Of somebody in several
 * directories only a call for that person tells where access is open, so without it the answer is unknown.
 */
export function seatsOf(population: Population): Seats {
  const { size, header } = population;
  const members = membersIn(population);
  const paid = header.instances.flatMap((_, instance) => (isPaidInstance(population, instance) ? [instance] : []));
  // Also those that give what is not paid for: filters ask about roles.
  members.expect(header.groups.flatMap(({ grants }, group) => (grants.length > 0 ? [group] : [])));
  const read = header.instances.map((_, instance) => {
    if (paid.includes(instance)) return holdersOf(population, instance, members);
    return { holders: { yes: noBits(size), unknown: noBits(size) }, withPath: noBits(size) };
  });
  return { population, holders: read.map(({ holders }) => holders), withPath: read.map(({ withPath }) => withPath) };
}

function holdersOf(
  population: Population,
  instance: number,
  members: Members,
): { readonly holders: Verdict; readonly withPath: Bits } {
  const { size } = population;
  const { active, perhapsActive, inSeveral } = standingOf(population);
  const verdict = { yes: noBits(size), unknown: noBits(size) };
  const withPath = noBits(size);
  const granting = grantingGroups(population, instance);
  const holding = granting.length === 0 ? noBits(size) : members.seenIn(granting);
  for (const person of directHolders(population, [instance], billableRoles)) setBit(holding, person);
  const unseen = mayHoldUnseen(population, granting);
  for (const [person, detail] of population.detail) {
    clearBit(unseen, person);
    const holds = detail.roles.some(([at, role, how]) => at === instance && isBillable(role) && how !== "inferred");
    if (holds) setBit(holding, person);
    else clearBit(holding, person);
  }
  for (let word = 0; word < holding.length; word++) {
    const holds = (holding[word] ?? 0) & (perhapsActive[word] ?? 0);
    const certain = holds & (active[word] ?? 0) & ~(inSeveral[word] ?? 0);
    withPath[word] = holds & (active[word] ?? 0);
    verdict.yes[word] = certain;
    verdict.unknown[word] = (holds | ((unseen[word] ?? 0) & (perhapsActive[word] ?? 0))) & ~certain;
  }
  return { holders: verdict, withPath };
}

/** People who may be in a granting group without having been seen in one. */
function mayHoldUnseen(population: Population, granting: readonly number[]): Bits {
  const unseen = population.groupsUnknown.slice();
  const directories = directoriesInDoubt(population, granting);
  if (directories.length === 0) return unseen;
  const inside = inDirectories(population, directories);
  return unseen.map((word, at) => word | (inside[at] ?? 0));
}

function inDirectory(population: Population, person: number, directory: number): boolean {
  return hasEntry(population.directories, person, directory);
}
