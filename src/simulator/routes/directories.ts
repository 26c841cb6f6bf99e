import { refuse } from "../answers.ts";
import type { Call } from "../call.ts";
import { parameter } from "../call.ts";
import type { Account, Group } from "../world.ts";

/** The directory that a read speaks of: a known one, or `-` for all. */
export function readDirectory(call: Call): string {
  const directoryId = parameter(call, "directoryId");
  if (directoryId !== "-" && !call.world.directories.has(directoryId)) throw refuse.noDirectory();
  return directoryId;
}

/** The directory that a write speaks of: a known one; `-` is refused. */
export function writeDirectory(call: Call): string {
  const directoryId = parameter(call, "directoryId");
  if (directoryId === "-" && call.quirks.wildcardWrite === 400) {
    throw refuse.badRoleRequest("A directory must be named");
  }
  if (!call.world.directories.has(directoryId)) throw refuse.noDirectory();
  return directoryId;
}

/** The account of the path, as a member of the directory; somebody who isn't one is not found. */
export function memberOf(call: Call, directoryId: string, accountId: string): Account {
  const account = call.world.accounts.get(accountId);
  if (account === undefined || !call.world.memberships.get(accountId)?.has(directoryId)) throw refuse.notInDirectory();
  return account;
}

/** The group of the path, in the directory of the path. */
export function groupOf(call: Call, directoryId: string, world = call.world): Group {
  const group = world.groups.get(parameter(call, "groupId"));
  if (group === undefined || (directoryId !== "-" && group.directoryId !== directoryId)) throw refuse.noGroup();
  return group;
}

/** The directories to which a search is narrowed; undefined when it sees all of them. */
export function narrowedTo(
  directoryId: string,
  directoryIds: readonly string[] | undefined,
): readonly string[] | undefined {
  if (directoryId === "-") return directoryIds;
  return directoryIds?.filter((id) => id === directoryId) ?? [directoryId];
}
