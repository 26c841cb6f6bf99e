import { type Person } from "../facts.ts";
import { apps, DAY, now } from "../frame.ts";

/** Kleene's three values as numbers: all of several is the least, any of several the most, the opposite is 2 less it. */
export type Truth = 0 | 1 | 2;
export const no = 0;
export const unknown = 1;
export const yes = 2;

export const [jira, confluence, desk, bitbucket, discovery] = [0, 1, 2, 3, 4] as const;
const young = now - 14 * DAY;

type Key = "unused" | "idle" | "neverActive";

export function ago(days: number): number {
  return now - days * DAY;
}

export function lesser(a: Truth, b: Truth): Truth {
  return a < b ? a : b;
}

export function greater(a: Truth, b: Truth): Truth {
  return a > b ? a : b;
}

export function opposite(a: Truth): Truth {
  return (2 - a) as Truth;
}

export function truthOf(known: boolean | null | undefined): Truth {
  return known === null || known === undefined ? unknown : known ? yes : no;
}

export function is(value: string | null, wanted: string): Truth {
  return value === null ? unknown : value === wanted ? yes : no;
}

export function isOneOf(value: string | null, one: string, other: string): Truth {
  return value === null ? unknown : value === one || value === other ? yes : no;
}

export function startsWith(value: string | null, beginning: string): Truth {
  return value === null ? unknown : value.startsWith(beginning) ? yes : no;
}

export function memberOf({ groups }: Person, group: number): Truth {
  return groups === null ? unknown : groups.includes(group) ? yes : no;
}

export function memberOfEither({ groups }: Person, one: number, other: number): Truth {
  return groups === null ? unknown : groups.includes(one) || groups.includes(other) ? yes : no;
}

/** Since when somebody counts as holding a seat decides, once their activity does not. */
function heldSince({ added }: Person, before: number): Truth {
  if (added === null || added > young) return unknown;
  return added <= before ? yes : no;
}

/** How a seat that is held was used. */
function judged(person: Person, app: number, key: Key, before: number): Truth {
  if (app === bitbucket) return unknown;
  const active = person.active[app];
  if (active === null || active === undefined) return unknown;
  if (active === 0) return key === "idle" ? no : heldSince(person, before);
  return key === "neverActive" || active > before ? no : heldSince(person, before);
}

export function inactive(person: Person, app: number, key: Key, before: number): Truth {
  const seat = person.seats[app];
  if (seat === false) return no;
  const truth = judged(person, app, key, before);
  return seat === true ? truth : lesser(truth, unknown);
}

export function heldFor({ seats, added }: Person, app: number, before: number): Truth {
  return lesser(truthOf(seats[app]), added === null ? unknown : added <= before ? yes : no);
}

function everActive({ active }: Person, app: number): Truth {
  const time = active[app];
  if (app === bitbucket || time === null || time === undefined) return unknown;
  return time === 0 ? no : yes;
}

/** On every app on which a seat is held, and nowhere else used since. */
export function everywhere(person: Person, key: "unused" | "idle", before: number): Truth {
  for (const active of person.active) if (active !== null && active > before) return no;
  let some: Truth = no;
  let each: Truth = yes;
  let ever: Truth = no;
  for (let app = 0; app < apps.length; app++) {
    const seat = truthOf(person.seats[app]);
    if (seat === no) continue;
    const truth = judged(person, app, "unused", before);
    some = greater(some, lesser(seat, truth));
    each = lesser(each, greater(opposite(seat), truth));
    ever = greater(ever, lesser(seat, everActive(person, app)));
  }
  const unused = lesser(some, each);
  return key === "idle" ? lesser(unused, ever) : unused;
}

export function inOrgFor({ added }: Person, before: number): Truth {
  return added === null ? unknown : added <= before ? yes : no;
}

export function hasOrgRole({ orgRoles }: Person): Truth {
  if (orgRoles === null) return unknown;
  for (const role of orgRoles) {
    if (role === "atlassian/org-admin" || role === "atlassian/site-admin" || role === "atlassian/user-access-admin") {
      return yes;
    }
  }
  return no;
}
