import { appNamed } from "../../../src/model/apps.ts";
import type { SeatRef } from "../../../src/model/documents.generated.ts";
import type { World } from "../../../src/simulator/world.ts";

/** Names for the ids of a world, so that goldens can be read. */
export interface WorldNames {
  readonly person: (accountId: string) => string;
  /** `jira-software@acme`. */
  readonly instance: (id: string) => string;
  readonly group: (id: string) => string;
  readonly directory: (id: string) => string;
  readonly seat: (seat: SeatRef) => string;
  /** A text with every id in it replaced. */
  readonly text: (text: string) => string;
}

export function namesOf(world: World): WorldNames {
  const people = new Map(world.listing.map(({ accountId, email }) => [accountId, email ?? accountId]));
  const instances = new Map(
    [...world.instances.values()].map(({ id, app, site }) => [id, `${appNamed(app) ?? app}@${site}`]),
  );
  const directories = new Map([...world.directories.values()].map(({ id, name }) => [id, name]));
  const named = [...world.groups.values()];
  const groups = new Map(
    named.map(({ id, name, directoryId }) => {
      const isAlone = named.filter((group) => group.name === name).length === 1;
      return [id, isAlone ? name : `${name} in ${directories.get(directoryId) ?? ""}`];
    }),
  );
  const all = [...people, ...instances, ...directories, ...groups];
  const or = (map: ReadonlyMap<string, string>) => (id: string) => map.get(id) ?? id;
  return {
    person: or(people),
    instance: or(instances),
    group: or(groups),
    directory: or(directories),
    seat: ({ instance }) => or(instances)(instance),
    text: (text) => all.reduce((result, [id, name]) => result.replaceAll(id, name), text),
  };
}

/** `user` for `atlassian/user`. */
export function shortRole(text: string): string {
  return text.replaceAll("atlassian/", "");
}
