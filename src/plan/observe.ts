import { hasBit } from "../model/bits.ts";
import type { Change, Operation } from "../model/documents.generated.ts";
import { entries, hasEntry, type Population, statuses } from "../people/population.ts";
import { rolePaths, seatPaths } from "../people/seats.ts";

/** Whether what an operation brings about is so. */
export type Sight = "so" | "not-so" | "unknown";

/** What the organisation, as just read, says about an operation's effect on one person. */
export function observe(operation: Operation, accountId: string, population: Population): Sight {
  const person = population.find(accountId);
  switch (operation.kind) {
    case "leaveGroup":
      return opposite(membership(population, person, operation.group));
    case "joinGroup":
      return membership(population, person, operation.group);
    case "revokeRole":
      return opposite(directRole(population, person, operation.instance, operation.role));
    case "assignRole":
      return directRole(population, person, operation.instance, operation.role);
    case "suspend":
      return opposite(access(population, person, operation.directory));
    case "restore":
      return access(population, person, operation.directory);
    case "removeFromDirectory":
      return opposite(inDirectory(population, person, operation.directory));
    case "deactivate":
      return opposite(accountOpen(population, person));
    case "activate":
      return accountOpen(population, person);
  }
}

/** What came of a change whose operations were all accepted. */
export type Effect =
  | { readonly kind: "visible" }
  | { readonly kind: "not-yet" }
  /** The seat is still held, by a path that was never part of the change. */
  | { readonly kind: "held-otherwise"; readonly by: readonly string[] };

/**
 * Whether a change can be seen to have happened: every operation's effect, and where a seat was to be freed, that no
 * path to it is left.
 */
export function effectOf(change: Change, operations: readonly Operation[], population: Population): Effect {
  const { accountId, seat } = change;
  if (operations.some((operation) => observe(operation, accountId, population) !== "so")) return { kind: "not-yet" };
  if (change.direction !== "take" || seat === null || change.after.seats.includes(seat.instance)) {
    return { kind: "visible" };
  }
  const person = population.find(accountId);
  if (person === -1 || statusOf(population, person) !== "active") return { kind: "visible" };
  const instance = population.header.instances.findIndex(({ id }) => id === seat.instance);
  const { paths, certain } = seatPaths(population, person, instance);
  if (paths.length === 0) return { kind: certain ? "visible" : "not-yet" };
  const by = paths.map((path) =>
    path.via === "group" ? (population.header.groups[path.group]?.name ?? "a group") : `${path.role}, given directly`,
  );
  return { kind: "held-otherwise", by };
}

function opposite(sight: Sight): Sight {
  if (sight === "unknown") return "unknown";
  return sight === "so" ? "not-so" : "so";
}

function membership(population: Population, person: number, groupId: string | undefined): Sight {
  if (person === -1) return "not-so";
  const group = population.header.groups.findIndex(({ id }) => id === groupId);
  if (group === -1) return "not-so";
  if (hasEntry(population.groups, person, group)) return "so";
  if (hasBit(population.groupsUnknown, person) || population.groupProved[group] !== true) return "unknown";
  return "not-so";
}

function directRole(
  population: Population,
  person: number,
  instanceId: string | undefined,
  role: string | undefined,
): Sight {
  if (person === -1) return "not-so";
  const instance = population.header.instances.findIndex(({ id }) => id === instanceId);
  if (instance === -1) return "unknown";
  const { paths } = rolePaths(population, person, instance);
  if (paths.some((path) => path.via === "direct" && path.role === role)) return "so";
  return population.detail.has(person) ? "not-so" : "unknown";
}

function inDirectory(population: Population, person: number, directoryId: string | undefined): Sight {
  if (person === -1) return "not-so";
  const directory = population.header.directories.findIndex(({ id }) => id === directoryId);
  if (directory === -1) return "unknown";
  return hasEntry(population.directories, person, directory) ? "so" : "not-so";
}

function access(population: Population, person: number, directoryId: string | undefined): Sight {
  if (person === -1) return "unknown";
  const directory = population.header.directories.findIndex(({ id }) => id === directoryId);
  if (directory === -1) return "unknown";
  const told = population.detail.get(person)?.membership.find(([at]) => at === directory)?.[1];
  if (told !== undefined) return told === "active" ? "so" : "not-so";
  const status = statusOf(population, person);
  if (status === "suspended") return "not-so";
  const places = entries(population.directories, person);
  return status === "active" && places.length === 1 && places[0] === directory ? "so" : "unknown";
}

function accountOpen(population: Population, person: number): Sight {
  if (person === -1) return "unknown";
  const status = statusOf(population, person);
  if (status === "unknown") return "unknown";
  return status === "deactivated" || status === "for_deletion" ? "not-so" : "so";
}

function statusOf(population: Population, person: number): (typeof statuses)[number] {
  return statuses[population.status[person] ?? 0] ?? "unknown";
}
