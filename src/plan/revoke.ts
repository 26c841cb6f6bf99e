import { instanceLabel, isBillable } from "../model/apps.ts";
import type { Change, Operation } from "../model/documents.generated.ts";
import { type Difference, noDifference, pathsAfter, roleKey, seatsAfter } from "../people/counterfactual.ts";
import { type Population, statuses } from "../people/population.ts";
import { isPaidInstance, seatPaths } from "../people/seats.ts";
import { type Compiled, type CompileContext, drafted, groupName, nothing, refused, seatRef } from "./draft.ts";
import { providerOfGroup } from "./owners.ts";

/** How a seat is to be freed. */
export interface RevokeRequest {
  readonly person: number;
  readonly instance: number;
  readonly leave: "access" | "any";
  readonly keepOthers: "blocked" | "direct";
  /** A free role to give first (setRole), or null. */
  readonly freeRole: string | null;
  /** Instances whose seats the same plan takes from this person: a shared group may be left for all of them. */
  readonly alsoTaken: ReadonlySet<number>;
}

/**
 * Frees a seat, or does nothing: never half a path, never another seat along with it. Refused where a synced group, a
 * group that may not be left, or another seat stands in the way, and where a path may exist that cannot be seen.
 */
export function compileRevoke(context: CompileContext, request: RevokeRequest): Compiled {
  const { population, settings } = context;
  const { person, instance } = request;
  const seat = seatRef(population, instance);
  const target = request.freeRole;
  const status = statuses[population.status[person] ?? 0];
  if (status === "unknown") {
    return refused("unknown", "status-unknown", "the account's status is not known", { seat, target });
  }
  if (status !== "active") return nothing;
  const { paths, certain } = seatPaths(population, person, instance);
  if (!certain) {
    return refused(
      "unknown",
      "paths-unknown",
      `it is not known by which groups the seat on ${instanceLabel(seat)} is held`,
      {
        seat,
        target,
      },
    );
  }
  if (paths.length === 0 || !isPaidInstance(population, instance)) return nothing;

  const hazards: Change["hazards"][number][] = [];
  const leave = new Set<number>();
  const revoke = new Set<string>();
  for (const path of paths) {
    if (path.via === "direct") {
      revoke.add(roleKey(instance, path.role));
      continue;
    }
    const group = population.header.groups[path.group];
    if (group === undefined) continue;
    if (group.synced || !group.modifiable) {
      const provider = providerOfGroup(settings, population, path.group);
      return refused(
        "blocked",
        "synced-group",
        `the seat comes from ${group.name}, which ${provider?.name ?? "an identity provider"} fills; only there can it be left`,
        { owner: provider?.owner ?? null, seat, target },
      );
    }
    if (settings.accessGroups[path.group] !== true) {
      if (request.leave !== "any") {
        return refused(
          "blocked",
          "other-group",
          `the seat also comes from ${group.name}, which is not listed in accessGroups`,
          { seat, target },
        );
      }
      hazards.push("leaves-other-group");
    }
    leave.add(path.group);
  }

  const assign = new Set<string>();
  const { freeRole } = request;
  const staying = pathsAfter(population, person, instance, { ...noDifference, leave, revoke });
  const given = freeRole !== null && !staying.some((path) => path.role === freeRole) ? freeRole : null;
  if (given !== null) assign.add(roleKey(instance, given));
  const difference: Difference = { ...noDifference, leave, revoke, assign };
  const lost = lostSeats(population, person, instance, difference);
  const alone = lost.filter((at) => !request.alsoTaken.has(at));
  if (alone.length > 0 && request.keepOthers !== "direct") {
    return refused(
      "blocked",
      "other-seat",
      `leaving ${namesOf(population, leave)} would also take ${seatNames(population, alone)}`,
      {
        seat,
        target,
      },
    );
  }
  const kept: Operation[] = [];
  for (const at of alone) {
    for (const role of billableRolesLost(population, person, at, difference)) {
      kept.push({ kind: "assignRole", instance: instanceId(population, at), role });
      assign.add(roleKey(at, role));
      hazards.push("gives-direct-seat");
    }
  }
  const together = lost.filter((at) => request.alsoTaken.has(at));
  if (together.length > 0) hazards.push("takes-more-seats");
  if (losesFreeRoles(population, person, difference)) hazards.push("loses-other-access");

  const operations: Operation[] = [...kept];
  if (given !== null) operations.push({ kind: "assignRole", instance: seat.instance, role: given });
  operations.push(...leaveOperations(population, leave));
  for (const path of paths) {
    if (path.via === "direct") operations.push({ kind: "revokeRole", instance: seat.instance, role: path.role });
  }
  return drafted(context, {
    person,
    instance,
    action: freeRole === null ? "revoke" : "setRole",
    direction: "take",
    target,
    operations,
    difference,
    hazards,
    undo: { possible: "exact", note: "The groups are joined again and the direct roles given back." },
    alongWith: together,
  });
}

/** Leaving groups, in order of group id. */
export function leaveOperations(population: Population, groups: ReadonlySet<number>): readonly Operation[] {
  return [...groups]
    .sort((a, b) => a - b)
    .map((group) => {
      const found = population.header.groups[group];
      return {
        kind: "leaveGroup" as const,
        directory: population.header.directories[found?.directory ?? -1]?.id ?? "",
        group: found?.id ?? "",
        groupName: found?.name ?? "",
      };
    });
}

function instanceId(population: Population, instance: number): string {
  return population.header.instances[instance]?.id ?? "";
}

/** Paid seats on other instances that the difference takes. */
export function lostSeats(
  population: Population,
  person: number,
  instance: number | null,
  difference: Difference,
): readonly number[] {
  const after = new Set(seatsAfter(population, person, difference));
  return seatsAfter(population, person, noDifference).filter((at) => at !== instance && !after.has(at));
}

function billableRolesLost(
  population: Population,
  person: number,
  instance: number,
  difference: Difference,
): readonly string[] {
  const before = pathsAfter(population, person, instance, noDifference);
  const after = new Set(pathsAfter(population, person, instance, difference).map((path) => path.role));
  const lost = new Set(before.map((path) => path.role).filter((role) => isBillable(role) && !after.has(role)));
  return [...lost].sort();
}

/** Whether a group that is left also gave a free role, or a role on an instance that is not paid for. */
function losesFreeRoles(population: Population, person: number, difference: Difference): boolean {
  const granted = [...difference.leave].flatMap((group) => population.header.groups[group]?.grants ?? []);
  return [...new Set(granted.map(({ instance }) => instance))].some((at) => {
    const paid = isPaidInstance(population, at);
    const after = new Set(pathsAfter(population, person, at, difference).map((path) => path.role));
    return pathsAfter(population, person, at, noDifference).some(
      (path) => (!paid || !isBillable(path.role)) && !after.has(path.role),
    );
  });
}

function namesOf(population: Population, groups: ReadonlySet<number>): string {
  return [...groups].map((group) => groupName(population, group)).join(", ");
}

function seatNames(population: Population, instances: readonly number[]): string {
  return instances
    .map((at) => seatRef(population, at))
    .map(instanceLabel)
    .join(", ");
}
