import type { Group } from "../model/documents.generated.ts";
import { withHeader } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import type { Source } from "./source.ts";
import { readPages } from "./pages.ts";
import { IDS_AT_ONCE } from "./people.ts";
import { decodeGroup } from "./rows.ts";

/** Beyond this many groups that do not add up, something else than people coming and going is the matter. */
const MAX_RECOUNTED = 200;

/**
 * Counts once more the groups in which other people were seen than Atlassian counted before the read: who joined or left
 * meanwhile is in the later count. A group whose later count fits what was seen is proved.
 */
export async function recount({ transport, orgId }: Source, population: Population): Promise<Population> {
  const off = population.header.groups.filter((_, group) => population.groupProved[group] !== true);
  if (off.length === 0 || off.length > MAX_RECOUNTED) return population;
  const later = new Map<string, number>();
  const reads: Promise<unknown>[] = [];
  for (let at = 0; at < off.length; at += IDS_AT_ONCE) {
    const groupIds = off.slice(at, at + IDS_AT_ONCE).map(({ id }) => id);
    reads.push(
      readPages(
        transport,
        {
          endpoint: endpoints.searchGroups,
          parameters: { orgId, directoryId: EVERY_DIRECTORY },
          body: { limit: 100, groupIds, expand: ["counts.users"] },
          cursor: "body",
          limit: 100,
        },
        (value, where) => {
          const { id, members } = decodeGroup(value, where);
          later.set(id, members);
        },
      ),
    );
  }
  await Promise.all(reads);
  const groups = population.header.groups.map(
    (group): Group => ({ ...group, members: later.get(group.id) ?? group.members }),
  );
  const seen = new Uint32Array(groups.length);
  for (const group of population.groups.values) seen[group] = (seen[group] ?? 0) + 1;
  const groupProved = population.groupProved.map((proved, group) => proved || seen[group] === groups[group]?.members);
  return withHeader({ ...population, groupProved }, { ...population.header, groups });
}
