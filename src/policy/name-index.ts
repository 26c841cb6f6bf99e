import type { Population } from "../people/population.ts";
import { folded } from "./glob.ts";

/** Something that has a name and an id. */
export interface Named {
  readonly position: number;
  readonly id: string;
  readonly name: string;
  /** Only for groups: the position of its directory. */
  readonly directory: number | null;
}

/** Sites by name with an id each: the part behind the last slash of an ARI, that of a site before that of a workspace. */
export function sitesOf(population: Population): readonly Named[] {
  const ids = new Map<string, string[]>();
  for (const { id, site } of population.header.instances) ids.set(site, [...(ids.get(site) ?? []), id]);
  return [...ids].map(([name, all], position): Named => {
    const ofSites = all.filter((id) => id.includes("::site/"));
    const [first = name] = (ofSites.length > 0 ? ofSites : all).map((id) => id.slice(id.lastIndexOf("/") + 1)).sort();
    return { position, id: first, name, directory: null };
  });
}

/** Things by id and by name; capitals of names do not count. */
export interface Index {
  readonly all: readonly Named[];
  readonly byId: ReadonlyMap<string, Named>;
  readonly byName: ReadonlyMap<string, readonly Named[]>;
}

export function indexOf(all: readonly Named[]): Index {
  const byName = new Map<string, Named[]>();
  for (const named of all) {
    const key = folded(named.name);
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [named]);
    else same.push(named);
  }
  return { all, byId: new Map(all.map((named) => [named.id, named])), byName };
}
