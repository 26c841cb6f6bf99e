import { hasBit } from "../model/bits.ts";
import { instanceLabel, isBillable } from "../model/apps.ts";
import { noDifference, roleKey } from "../people/counterfactual.ts";
import { hasEntry, statuses } from "../people/population.ts";
import { rolePaths } from "../people/seats.ts";
import { type Compiled, type CompileContext, drafted, groupName, nothing, refused, seatRef } from "./draft.ts";
import { providerOfGroup } from "./owners.ts";
import { isIn, statusUnknown } from "./person-actions.ts";
import { leaveOperations, lostSeats } from "./revoke.ts";
import { seatsGranted } from "./stance.ts";

/** Adds the person to a group. The group must be in a directory of the person's, and not filled from outside. */
export function compileAddToGroup(context: CompileContext, person: number, group: number): Compiled {
  const { population } = context;
  const found = population.header.groups[group];
  if (found === undefined) throw new Error(`there is no group ${group} in the snapshot`);
  if (hasEntry(population.groups, person, group)) return nothing;
  if (population.status[person] === 0) return statusUnknown(found.id);
  if (membershipUnknown(context, person, group)) return unknownMembership(found.name, found.id);
  const obstacle = groupObstacle(context, group, "joined");
  if (obstacle !== null) return obstacle;
  if (!isIn(population, person, found.directory)) {
    return refused("blocked", "other-directory", `${found.name} is in a directory the person is not in`, {
      target: found.id,
    });
  }
  return drafted(context, {
    person,
    instance: null,
    action: "addToGroup",
    direction: "give",
    target: found.id,
    operations: [
      {
        kind: "joinGroup",
        directory: population.header.directories[found.directory]?.id ?? "",
        group: found.id,
        groupName: found.name,
      },
    ],
    difference: { ...noDifference, join: new Set([group]) },
    gives: seatsGranted(found),
    undo: { possible: "exact", note: "The group is left again." },
  });
}

/** Takes the person out of a group, with whatever the group grants. */
export function compileRemoveFromGroup(context: CompileContext, person: number, group: number): Compiled {
  const { population } = context;
  const found = population.header.groups[group];
  if (found === undefined) throw new Error(`there is no group ${group} in the snapshot`);
  if (!hasEntry(population.groups, person, group)) {
    return membershipUnknown(context, person, group) ? unknownMembership(found.name, found.id) : nothing;
  }
  if (population.status[person] === 0) return statusUnknown(found.id);
  const obstacle = groupObstacle(context, group, "left");
  if (obstacle !== null) return obstacle;
  const difference = { ...noDifference, leave: new Set([group]) };
  const lost = lostSeats(population, person, null, difference);
  return drafted(context, {
    person,
    instance: null,
    action: "removeFromGroup",
    direction: "take",
    target: found.id,
    operations: leaveOperations(population, difference.leave),
    difference,
    hazards: lost.length > 0 ? ["takes-more-seats"] : [],
    undo: { possible: "exact", note: "The group is joined again." },
  });
}

/** Gives a role on an instance directly. Nothing where the person has it, or more, by any path. */
export function compileGrant(context: CompileContext, person: number, instance: number, role: string): Compiled {
  const { population } = context;
  const seat = seatRef(population, instance);
  const status = statuses[population.status[person] ?? 0] ?? "unknown";
  const { paths, certain } = rolePaths(population, person, instance);
  const has = paths.some((path) => path.role === role || (role === "atlassian/user" && isBillable(path.role)));
  if (has) return nothing;
  if (status === "unknown" || !certain) {
    return refused(
      "unknown",
      "paths-unknown",
      `it is not known which roles the person holds on ${instanceLabel(seat)}`,
      {
        seat,
        target: role,
      },
    );
  }
  if (status !== "active") {
    return refused("blocked", "not-active", `the account is ${status}`, { seat, target: role });
  }
  return drafted(context, {
    person,
    instance,
    action: "grant",
    direction: "give",
    target: role,
    operations: [{ kind: "assignRole", instance: seat.instance, role }],
    difference: { ...noDifference, assign: new Set([roleKey(instance, role)]) },
    undo: { possible: "exact", note: "The direct role is taken again." },
  });
}

/** Why a group cannot be joined or left here, or null: it is filled from outside, or Atlassian does not let it be changed. */
export function groupObstacle(context: CompileContext, group: number, verb: "joined" | "left"): Compiled | null {
  const { population, settings } = context;
  const found = population.header.groups[group];
  if (found === undefined || (!found.synced && found.modifiable)) return null;
  const provider = providerOfGroup(settings, population, group);
  return refused(
    "blocked",
    "synced-group",
    `${groupName(population, group)} is filled by ${provider?.name ?? "an identity provider"}; only there can it be ${verb}`,
    { owner: provider?.owner ?? null, target: found.id },
  );
}

function membershipUnknown(context: CompileContext, person: number, group: number): boolean {
  const { population } = context;
  if (hasBit(population.groupsUnknown, person)) return true;
  const directory = population.header.groups[group]?.directory ?? -1;
  return population.groupProved[group] !== true && isIn(population, person, directory);
}

function unknownMembership(name: string, id: string): Compiled {
  return refused("unknown", "membership-unknown", `it is not known whether the person is in ${name}`, { target: id });
}
