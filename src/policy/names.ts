import type { LockedName, LockFile } from "../model/documents.generated.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Coverage } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import { peopleByAddress } from "./accounts.ts";
import { compareText } from "../model/order.ts";
import { nearest } from "./distance.ts";
import { folded, globMatcher, isGlob } from "./glob.ts";
import { type Index, indexOf, type Named, sitesOf } from "./name-index.ts";
import { errorAt, shown, shownList, warningAt } from "./written.ts";

/** Answers what names mean in one snapshot. What cannot be answered becomes a finding, and null. */
export interface Names {
  /** The one group of this name (capitals do not count) or id, inside `directory` where one is given. */
  group(name: string, place: Place, directory?: number): number | null;
  /** Every group that these names and globs mean, ascending. A glob that matches none is a warning. */
  groups(names: readonly string[], placeOf: (at: number) => Place): readonly number[];
  /** The account id of a person by address or account id. */
  person(name: string, place: Place): string | null;
  /** The one directory of this name or id. */
  directory(name: string, place: Place): number | null;
  /** The site of this name as the snapshot writes it. */
  site(name: string, place: Place): string | null;
  readonly findings: readonly Finding[];
  /** Every name that was resolved to an id, by kind and name. Names that are ids themselves are not among them. */
  resolved(): readonly LockedName[];
}

export interface NamesContext {
  /** Whether the population is everybody; of a part, a person who is not in it may exist all the same. */
  readonly coverage: Coverage;
  /** The committed lock file, or null. */
  readonly lock: LockFile | null;
  /** What names meant when they were resolved on everybody; used where the population is a part. */
  readonly earlier: readonly LockedName[];
  /** Every address that will be asked for. */
  readonly addresses: Iterable<string>;
}

type Kind = LockedName["kind"];

const plurals: Readonly<Record<Kind, string>> = {
  group: "groups",
  person: "people",
  site: "sites",
  directory: "directories",
};

/** Candidates named in one message, at most. */
const MOST_CANDIDATES = 3;

export function createNames(population: Population, context: NamesContext): Names {
  const { header } = population;
  const findings: Finding[] = [];
  const used = new Map<string, LockedName>();
  const groups = indexOf(
    header.groups.map(({ id, name, directory }, position): Named => ({ position, id, name, directory })),
  );
  const directories = indexOf(
    header.directories.map(({ id, name }, position): Named => ({ position, id, name, directory: null })),
  );
  const sites = indexOf(sitesOf(population));
  const people = peopleByAddress(population, context.addresses);

  function say(place: Place, rule: string, message: string, remedy: string): null {
    findings.push(errorAt(place, rule, message, remedy));
    return null;
  }

  function remember(kind: Kind, name: string, found: Named): void {
    const directory = found.directory === null ? undefined : header.directories[found.directory]?.id;
    const entry: LockedName = { kind, name, id: found.id, ...(directory === undefined ? {} : { directory }) };
    used.set(JSON.stringify([kind, name, found.id]), entry);
  }

  /** Ids that the lock file or an earlier resolution has for a name. */
  function lockedIds(from: readonly LockedName[], kind: Kind, name: string): readonly string[] {
    return from.filter((entry) => entry.kind === kind && folded(entry.name) === folded(name)).map(({ id }) => id);
  }

  /** Holds what was found against the lock file: another id under a locked name is an error, another name a warning. */
  function againstLock(kind: Kind, name: string, found: Named, place: Place): Named | null {
    const names = context.lock?.names ?? [];
    const locked = lockedIds(names, kind, name);
    if (locked.length > 0 && !locked.includes(found.id)) {
      return say(
        place,
        "name-moved",
        `The ${kind} ${shown(name)} is another one than before: the lock file has the id ${shown(locked[0] ?? "")}, and the name now belongs to ${shown(found.id)}.`,
        "Check which one is meant. Then run `seatwright validate --lock` and have the lock file reviewed.",
      );
    }
    const before = names.find((entry) => entry.kind === kind && entry.id === found.id);
    if (locked.length === 0 && before !== undefined && folded(before.name) !== folded(found.name)) {
      findings.push(
        warningAt(
          place,
          "name-changed",
          `The ${kind} ${shown(name)} was called ${shown(before.name)} when the lock file was written.`,
          "Run `seatwright validate --lock` to keep the new name.",
        ),
      );
    }
    remember(kind, name, found);
    return found;
  }

  /** A name that nothing bears any more, by the id that the lock file has for it. */
  function byLock(kind: Kind, name: string, index: Index, place: Place): Named | null {
    const ids = lockedIds(context.lock?.names ?? [], kind, name);
    const found = ids.map((id) => index.byId.get(id)).find((named) => named !== undefined);
    if (found === undefined) return null;
    findings.push(
      warningAt(
        place,
        "name-changed",
        `The ${kind} ${shown(name)} is now called ${shown(found.name)}; the lock file still finds it.`,
        `Write ${shown(found.name)} here and run \`seatwright validate --lock\`.`,
      ),
    );
    remember(kind, name, found);
    return found;
  }

  function one(kind: Kind, name: string, index: Index, place: Place): Named | null {
    const byId = index.byId.get(name);
    if (byId !== undefined) return byId;
    const matching = index.byName.get(folded(name)) ?? [];
    const [first, second] = matching;
    if (first === undefined) {
      const renamed = byLock(kind, name, index, place);
      if (renamed !== null) return renamed;
      const near = nearest(
        name,
        index.all.map((named) => named.name),
      );
      const remedy = near === null ? `Check the name in Atlassian's administration.` : `Did you mean ${shown(near)}?`;
      return say(place, `unknown-${kind}`, `There is no ${kind} called ${shown(name)}.`, remedy);
    }
    if (second !== undefined) {
      const candidates = matching.map(({ id, directory }) => {
        const inside = directory === null ? undefined : header.directories[directory]?.name;
        return inside === undefined ? id : `${id} in ${inside}`;
      });
      return say(
        place,
        "ambiguous-name",
        `${matching.length} ${plurals[kind]} are called ${shown(name)}: ${shownList(candidates, MOST_CANDIDATES)}.`,
        kind === "group"
          ? "Write the id instead of the name; in an action you can also name the `directory`."
          : "Write the id instead of the name.",
      );
    }
    return againstLock(kind, name, first, place);
  }

  function personByAddress(address: string, place: Place): string | null {
    const [earlier] = context.coverage === "some" ? lockedIds(context.earlier, "person", address) : [];
    if (earlier !== undefined) return earlier;
    const matching = (people.get(address.toLowerCase()) ?? []).map((person) => population.text("id", person) ?? "");
    const [first, second] = matching;
    if (second !== undefined) {
      const ids = shownList(matching, MOST_CANDIDATES);
      const message = `${matching.length} accounts have the address ${shown(address)}: ${ids}.`;
      return say(place, "ambiguous-name", message, "Write the account id instead of the address.");
    }
    if (first !== undefined) {
      return (
        againstLock("person", address, { position: -1, id: first, name: address, directory: null }, place)?.id ?? null
      );
    }
    const [locked] = lockedIds(context.lock?.names ?? [], "person", address);
    if (locked !== undefined && population.find(locked) !== -1) {
      findings.push(
        warningAt(
          place,
          "name-changed",
          `Nobody has the address ${shown(address)} any more; the lock file still finds the account.`,
          "Write the account's new address here and run `seatwright validate --lock`.",
        ),
      );
      remember("person", address, { position: -1, id: locked, name: address, directory: null });
      return locked;
    }
    return say(
      place,
      "unknown-person",
      `Nobody in the organisation has the address ${shown(address)}.`,
      "Correct it, or write the account id: some addresses are hidden from the organisation. Remove the entry if the person has left.",
    );
  }

  return {
    findings,
    group: (name, place, directory) => {
      const inside =
        directory === undefined ? groups : indexOf(groups.all.filter((group) => group.directory === directory));
      return one("group", name, inside, place)?.position ?? null;
    },
    groups(names, placeOf) {
      const found = new Set<number>();
      for (const [at, name] of names.entries()) {
        if (!isGlob(name)) {
          const group = one("group", name, groups, placeOf(at));
          if (group !== null) found.add(group.position);
          continue;
        }
        const matches = globMatcher([name]);
        const matching = groups.all.filter((group) => matches(group.name));
        for (const group of matching) found.add(group.position);
        if (matching.length === 0) {
          const message = `No group matches ${shown(name)}.`;
          findings.push(warningAt(placeOf(at), "glob-matches-none", message, "Correct the pattern, or remove it."));
        }
      }
      return [...found].sort((a, b) => a - b);
    },
    person(name, place) {
      if (name.includes("@")) return personByAddress(name, place);
      if (context.coverage === "some" || population.find(name) !== -1) return name;
      const message = `Nobody in the organisation has the account id ${shown(name)}.`;
      return say(place, "unknown-person", message, "Correct it, or remove the entry if the person has left.");
    },
    directory: (name, place) => one("directory", name, directories, place)?.position ?? null,
    site: (name, place) => one("site", name, sites, place)?.name ?? null,
    resolved: () =>
      [...used.values()].toSorted(
        (a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || compareText(a.id, b.id),
      ),
  };
}
