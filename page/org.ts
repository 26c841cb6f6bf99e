import { type Bits, eachBit, hasBit, noBits, setBit } from "../src/model/bits.ts";
import type { PageColumn, PageHead, PagePath } from "../src/model/page-data.ts";
import { pageColumn, pageDays } from "../src/model/page-data.ts";
import type { Verdict } from "../src/model/verdict.ts";
import type { PageContent } from "../src/report/page-pack.ts";
import { visibleText } from "../src/report/escape.ts";

/** The organisation as the page reads it: texts and columns, looked up by a person's position. */
export interface Org {
  readonly head: PageHead;
  readonly size: number;
  /** Column of codes; all 0 where it is absent. */
  readonly codes: (name: string) => PageColumn;
  readonly seat: (instance: number) => Verdict;
  readonly unused: (threshold: number, instance: number | "everywhere") => Verdict;
  readonly role: (role: number, instance: number) => Verdict;
  readonly member: (group: number) => Verdict;
  readonly groupsOf: (person: number) => readonly number[];
  readonly directoriesOf: (person: number) => readonly number[];
  readonly pathsOf: (person: number) => readonly PagePath[];
  readonly seatsOf: (person: number) => readonly number[];
  /** Instances of which it is not known whether the person holds a seat there. */
  readonly perhapsOf: (person: number) => readonly number[];
  /** What somebody is called here: the name, or the account id. */
  readonly label: (person: number) => string;
  /** The address, where it is on the page. */
  readonly email: (person: number) => string | null;
  /** Everything that a search looks at, in lower case. */
  readonly searchText: (person: number) => string;
  readonly lastOn: (instance: number, person: number) => number;
  readonly changed: Bits;
  readonly told: ReadonlyMap<number, readonly string[]>;
}

/** Makes the columns of a page answer questions. Nothing is computed that the report did not say. */
export function openOrg({ head, columns }: PageContent): Org {
  const { size, people } = head;
  const empty = noBits(size);
  const zeros = new Uint8Array(size);
  const bits = (name: string): Bits => (columns.get(name) as Bits | undefined) ?? empty;
  const codes = (name: string): PageColumn => columns.get(name) ?? zeros;
  const seats = head.instances.map(
    (_, at): Verdict => ({ yes: bits(pageColumn.seat(at, "yes")), unknown: bits(pageColumn.seat(at, "unknown")) }),
  );
  const listOf = (list: "groups" | "directories" | "paths") => {
    const starts = codes(pageColumn.starts(list));
    const values = codes(pageColumn.values(list));
    return {
      values,
      of: (person: number): readonly number[] =>
        Array.from(values.subarray(starts[person] ?? 0, starts[person + 1] ?? 0)),
      starts,
    };
  };
  const groups = listOf("groups");
  const directories = listOf("directories");
  const paths = listOf("paths");
  const members = new Map<number, Bits>();
  const memberBits = (group: number): Bits => {
    const known = members.get(group);
    if (known !== undefined) return known;
    const found = noBits(size);
    for (let person = 0; person < size; person++) {
      const end = groups.starts[person + 1] ?? 0;
      for (let at = groups.starts[person] ?? 0; at < end; at++) if (groups.values[at] === group) setBit(found, person);
    }
    members.set(group, found);
    return found;
  };
  const label = (person: number): string => visibleText(people.names?.[person] ?? people.ids[person] ?? "");
  const searches: (string | undefined)[] = [];
  const changed = noBits(size);
  for (const person of head.plan?.changed ?? []) setBit(changed, person);
  return {
    head,
    size,
    codes,
    seat: (instance) => seats[instance] ?? { yes: empty, unknown: empty },
    unused: (threshold, instance) => ({
      yes: bits(pageColumn.unused(threshold, instance, "yes")),
      unknown: bits(pageColumn.unused(threshold, instance, "unknown")),
    }),
    role: (role, instance) => ({
      yes: bits(pageColumn.role(role, instance, "yes")),
      unknown: bits(pageColumn.role(role, instance, "unknown")),
    }),
    member(group) {
      const yes = memberBits(group);
      const doubt = columns.get(pageColumn.member(group)) ?? bits("groupsUnknown");
      return { yes, unknown: Uint32Array.from(doubt, (word, at) => word & ~(yes[at] ?? 0)) };
    },
    groupsOf: groups.of,
    directoriesOf: directories.of,
    pathsOf: (person) => paths.of(person).flatMap((at) => people.paths[at] ?? []),
    seatsOf: (person) => seats.flatMap(({ yes }, at) => (hasBit(yes, person) ? [at] : [])),
    perhapsOf: (person) => seats.flatMap(({ unknown }, at) => (hasBit(unknown, person) ? [at] : [])),
    label,
    email: (person) => {
      const email = people.emails?.[person] ?? null;
      return email === null ? null : visibleText(email);
    },
    searchText(person) {
      const known = searches[person];
      if (known !== undefined) return known;
      const text = `${people.names?.[person] ?? ""}\n${people.emails?.[person] ?? ""}\n${people.ids[person] ?? ""}`;
      return (searches[person] = text.toLowerCase());
    },
    lastOn: (instance, person) => columns.get(pageColumn.lastActive(instance))?.[person] ?? pageDays.never,
    changed,
    told: toldIn(head),
  };
}

function toldIn({ plan }: PageHead): ReadonlyMap<number, readonly string[]> {
  const told = new Map<number, string[]>();
  for (const [at, person] of (plan?.told.people ?? []).entries()) {
    const text = plan?.told.texts[plan.told.words[at] ?? -1];
    if (text === undefined) continue;
    const known = told.get(person);
    if (known === undefined) told.set(person, [text]);
    else known.push(text);
  }
  return told;
}

/** Positions in a set, ascending. */
export function positionsIn(bits: Bits): readonly number[] {
  const found: number[] = [];
  eachBit(bits, (index) => found.push(index));
  return found;
}

/** Whether it was not read which groups somebody is in. */
export function groupsAreUnknown(org: Org, person: number): boolean {
  return hasBit(org.codes("groupsUnknown") as Bits, person);
}

/** A day of a column: `2026-11-20`, `never`, `not known`. */
export function dayWords(day: number): string {
  if (day === pageDays.unknown) return "not known";
  return day === pageDays.never ? "never" : new Date(day * 86_400_000).toISOString().slice(0, 10);
}
