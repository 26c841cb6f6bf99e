import type { Grant, Group } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { withHeader } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance } from "../people/seats.ts";
import { fieldsOf, optionalText, requiredText } from "./decode.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import { createInstanceFinder, type InstanceFinder } from "./instances.ts";
import { readPages } from "./pages.ts";
import type { Source } from "./source.ts";

/**
 * The same population, in which each grant on a paid instance says whether the group is that app's default, where new people
 * land. Atlassian tells it of one group at a time, so this is a request for each group that grants something. Of a group whose
 * answer cannot be had, it stays not known.
 * Source: organisations REST API, groups/{groupId}/role-assignments, `defaultRole`.
 */
export async function readDefaultRoles(
  source: Source,
  population: Population,
  report: (done: number, of: number) => void,
): Promise<Population> {
  const { header } = population;
  const finder = createInstanceFinder(header.instances);
  const isAsked = ({ instance }: Grant): boolean => isPaidInstance(population, instance);
  const asked = header.groups.filter(({ grants }) => grants.some(isAsked));
  const defaults = new Map<Group, ReadonlySet<string>>();
  let done = 0;
  await Promise.all(
    asked.map(async (group) => {
      const found = await defaultsOf(source, finder, group.id);
      if (found !== null) defaults.set(group, found);
      report(++done, asked.length);
    }),
  );
  const groups = header.groups.map((group): Group => {
    const found = defaults.get(group);
    if (found === undefined) return group;
    const grants = group.grants.map((grant) =>
      isAsked(grant) ? { ...grant, isDefault: found.has(keyOf(grant.instance, grant.role)) } : grant,
    );
    return { ...group, grants };
  });
  return withHeader(population, { ...header, groups });
}

/** Instances and roles of which a group is the default; null where Atlassian does not answer. */
async function defaultsOf(
  { transport, orgId }: Source,
  finder: InstanceFinder,
  groupId: string,
): Promise<ReadonlySet<string> | null> {
  const found = new Set<string>();
  try {
    await readPages(
      transport,
      {
        endpoint: endpoints.groupRoles,
        parameters: { orgId, directoryId: EVERY_DIRECTORY, groupId },
        query: { limit: 100 },
        cursor: "query",
        limit: 100,
      },
      (value, where) => {
        const row = fieldsOf(value, "the role assignment", where);
        const id = requiredText(row, "resourceId", where);
        const role = optionalText(row, "defaultRole", where);
        if (role === undefined) return;
        found.add(keyOf(finder.find(id, optionalText(row, "resourceOwner", where) ?? ""), role));
      },
    );
  } catch (error) {
    // Whatever is wrong with it, the snapshot is whole without.
    if (error instanceof OperatorError) return null;
    throw error;
  }
  return found;
}

function keyOf(instance: number, role: string): string {
  return `${instance} ${role}`;
}
