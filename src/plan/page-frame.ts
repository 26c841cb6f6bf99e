import { instanceLabel, isBillable } from "../model/apps.ts";
import type { PageGroup, PageHead } from "../model/page-data.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance } from "../people/seats.ts";
import type { Settings } from "../policy/types.ts";
import { providerOfGroup } from "./owners.ts";

type Frame = Pick<PageHead, "organization" | "asOf" | "size" | "directories" | "instances" | "groups">;

/** What stands around the people of a snapshot: directories, app instances, and groups with what they give. */
export function pageFrame(population: Population, settings: Settings): Frame {
  const { header, size } = population;
  const labels = header.instances.map(instanceLabel);
  return {
    organization: { id: header.organization.id, name: header.organization.name },
    asOf: header.asOf,
    size,
    directories: header.directories.map(({ name }) => name),
    instances: header.instances.map(({ id, app, site }, at) => {
      const label = labels[at] ?? id;
      const isOnly = labels.indexOf(label) === labels.lastIndexOf(label);
      return {
        id,
        app,
        site,
        label: isOnly ? label : `${label} (${id.slice(-8)})`,
        paid: isPaidInstance(population, at),
      };
    }),
    groups: header.groups.map((_, at) => groupForPage(population, settings, at)),
  };
}

function groupForPage(population: Population, settings: Settings, at: number): PageGroup {
  const group = population.header.groups[at];
  if (group === undefined) throw new Error(`there is no group ${at}`);
  const { id, name, directory, synced, modifiable, managedBy, members } = group;
  const grants = group.grants.map(({ instance, role, isDefault }) => ({
    instance,
    role: role.replace("atlassian/", ""),
    seat: isBillable(role) && isPaidInstance(population, instance),
    isDefault: isDefault ?? null,
  }));
  return {
    id,
    name,
    directory,
    synced,
    modifiable,
    managedBy,
    members,
    grants,
    seatsOn: [...new Set(grants.flatMap(({ instance, seat }) => (seat ? [instance] : [])))],
    proved: population.groupProved[at] === true,
    access: settings.accessGroups[at] === true,
    provider: synced ? (providerOfGroup(settings, population, at)?.name ?? null) : null,
  };
}
