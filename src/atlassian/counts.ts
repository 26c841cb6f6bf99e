import { requiredCount, requiredList, fieldsOf, requiredText } from "./decode.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { failureOf } from "./failures.ts";
import type { Source } from "./source.ts";
import { readObject } from "./pages.ts";

/** Filters of `users/count`, as its query spells them. */
export interface UserFilter {
  readonly directoryIds?: readonly string[];
  readonly membershipStatus?: readonly string[];
  readonly status?: readonly string[];
  readonly claimStatus?: "managed" | "unmanaged";
  readonly resourceIds?: readonly string[];
  readonly roleIds?: readonly string[];
}

/** How many people Atlassian counts. Without a filter: everybody in a directory, and all managed accounts. */
export async function countUsers({ transport, orgId }: Source, filter: UserFilter): Promise<number> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const answer = await readObject(transport, { endpoint: endpoints.countUsers, parameters, query: { ...filter } });
  return requiredCount(answer, "count", { label: labelOf(endpoints.countUsers, parameters), row: null });
}

/** How many people fit a filter that nobody should fit, or null where Atlassian refuses such a filter as it may. */
export async function countNobody({ transport, orgId }: Source, filter: UserFilter): Promise<number | null> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const answer = await transport.request({ endpoint: endpoints.countUsers, parameters, query: { ...filter } });
  const where = { label: labelOf(endpoints.countUsers, parameters), row: null };
  if (answer.kind === "refused" && [400, 403, 404].includes(answer.problem.status)) return null;
  if (answer.kind !== "ok") throw failureOf(where.label, answer);
  return requiredCount(fieldsOf(answer.body, "the answer", where), "count", where);
}

/** Filters of `groups/count`, as its query spells them. */
export interface GroupFilter {
  readonly resourceIds?: readonly string[];
  readonly roleIds?: readonly string[];
}

/** How many groups Atlassian counts. */
export async function countGroups({ transport, orgId }: Source, filter: GroupFilter): Promise<number> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const answer = await readObject(transport, { endpoint: endpoints.countGroups, parameters, query: { ...filter } });
  return requiredCount(answer, "count", { label: labelOf(endpoints.countGroups, parameters), row: null });
}

/** How many people `users/stats` counts with a role over the whole organisation; null where it does not list the role. */
export async function countRole({ transport, orgId }: Source, roleId: string): Promise<number | null> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const answer = await readObject(transport, { endpoint: endpoints.userStats, parameters });
  const where = { label: labelOf(endpoints.userStats, parameters), row: null };
  for (const value of requiredList(answer, "roles", where)) {
    const row = fieldsOf(value, `an entry of "roles"`, where);
    if (requiredText(row, "roleId", where) === roleId) return requiredCount(row, "count", where);
  }
  return null;
}
