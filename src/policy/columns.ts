import { type Bits, noBits, setBit } from "../model/bits.ts";
import type { Seconds } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import {
  claims,
  type ListColumn,
  managementSources,
  mfaStates,
  platformRoleBits,
  type Population,
  type SharedField,
  statuses,
  type TextField,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { globMatcher } from "./glob.ts";

/** Answers for the codes of a column. */
const FALSE = 0;
const TRUE = 1;
const UNKNOWN = 2;

/** A verdict by looking each person's code up in a table of answers. */
function byCode(size: number, codes: Uint8Array | Uint32Array, answers: Uint8Array): Verdict {
  const yes = noBits(size);
  const unknown = noBits(size);
  for (let person = 0; person < size; person++) {
    const answer = answers[codes[person] ?? 0];
    if (answer === TRUE) setBit(yes, person);
    else if (answer === UNKNOWN) setBit(unknown, person);
  }
  return { yes, unknown };
}

/** Answers for a list of values of which the first, code 0, stands for not knowing. */
function answersFor(values: readonly string[], matches: (value: string) => boolean): Uint8Array {
  return Uint8Array.from(values, (value, code) => (code === 0 ? UNKNOWN : matches(value) ? TRUE : FALSE));
}

export function statusVerdict(population: Population, wanted: readonly string[]): Verdict {
  return byCode(
    population.size,
    population.status,
    answersFor(statuses, (status) => wanted.includes(status)),
  );
}

export function claimVerdict(population: Population, wanted: string): Verdict {
  return byCode(
    population.size,
    population.claim,
    answersFor(claims, (claim) => claim === wanted),
  );
}

export function managementVerdict(population: Population, wanted: string): Verdict {
  return byCode(
    population.size,
    population.source,
    answersFor(managementSources, (source) => source === wanted),
  );
}

/** Atlassian tells two-step verification of managed accounts only; of others it is unknown. */
export function mfaVerdict(population: Population, wanted: "on" | "off"): Verdict {
  return byCode(
    population.size,
    population.mfa,
    answersFor(mfaStates, (state) => state === wanted),
  );
}

export function sharedVerdict(population: Population, field: SharedField, matches: (text: string) => boolean): Verdict {
  const { codes, values } = population.shared[field];
  return byCode(population.size, codes, answersFor(values, matches));
}

/** Full names and addresses against globs, one person at a time. */
export function textVerdict(population: Population, field: TextField, globs: readonly string[]): Verdict {
  const { size } = population;
  const yes = noBits(size);
  const unknown = noBits(size);
  const matches = globMatcher(globs);
  for (let person = 0; person < size; person++) {
    const text = population.text(field, person);
    if (text === null) setBit(unknown, person);
    else if (matches(text)) setBit(yes, person);
  }
  return { yes, unknown };
}

const orgRoleBits: Readonly<Record<string, number>> = {
  "org-admin": platformRoleBits.orgAdmin,
  "site-admin": platformRoleBits.siteAdmin,
  "user-access-admin": platformRoleBits.userAccessAdmin,
};

export function orgRoleVerdict(population: Population, roles: readonly string[]): Verdict {
  const mask = roles.reduce((bits, role) => bits | (orgRoleBits[role] ?? 0), 0);
  const answers = Uint8Array.from({ length: 256 }, (_, held) =>
    (held & mask) !== 0 ? TRUE : (held & platformRoleBits.unknown) !== 0 ? UNKNOWN : FALSE,
  );
  return byCode(population.size, population.platformRoles, answers);
}

export function addedVerdict(population: Population, before: Seconds): Verdict {
  const { size, added } = population;
  const yes = noBits(size);
  const unknown = noBits(size);
  for (let person = 0; person < size; person++) {
    const at = added[person] ?? UNKNOWN_TIME;
    if (at === UNKNOWN_TIME) setBit(unknown, person);
    else if (at <= before) setBit(yes, person);
  }
  return { yes, unknown };
}

export function peopleVerdict(population: Population, accountIds: readonly string[]): Verdict {
  const yes = noBits(population.size);
  for (const accountId of accountIds) {
    const person = population.find(accountId);
    if (person !== -1) setBit(yes, person);
  }
  return { yes, unknown: noBits(population.size) };
}

export function directoryVerdict(population: Population, wanted: readonly number[]): Verdict {
  const { size } = population;
  const yes = noBits(size);
  const unknown = noBits(size);
  markEntries(yes, population.directories, flags(wanted, population.header.directories.length), size);
  return { yes, unknown };
}

/**
 * Members of any of these groups. Somebody whose memberships are not known, or who is in the directory of a group that
 * not everybody in it was seen in, is unknown unless seen in one of them.
 */
export function memberVerdict(population: Population, wanted: readonly number[]): Verdict {
  const { size, header } = population;
  const yes = noBits(size);
  const unknown = noBits(size);
  markEntries(yes, population.groups, flags(wanted, header.groups.length), size);
  const doubtful = new Set(
    wanted.flatMap((group) => {
      const directory = header.groups[group]?.directory;
      return population.groupProved[group] === true || directory === undefined ? [] : [directory];
    }),
  );
  if (wanted.length === 0) return { yes, unknown };
  for (let word = 0; word < unknown.length; word++)
    unknown[word] = (population.groupsUnknown[word] ?? 0) & ~(yes[word] ?? 0);
  if (doubtful.size === 0) return { yes, unknown };
  const inDoubt = noBits(size);
  markEntries(inDoubt, population.directories, flags([...doubtful], header.directories.length), size);
  for (let word = 0; word < unknown.length; word++) {
    unknown[word] = (unknown[word] ?? 0) | ((inDoubt[word] ?? 0) & ~(yes[word] ?? 0));
  }
  return { yes, unknown };
}

function flags(positions: readonly number[], length: number): Uint8Array {
  const result = new Uint8Array(length);
  for (const position of positions) result[position] = 1;
  return result;
}

function markEntries(bits: Bits, list: ListColumn, wanted: Uint8Array, size: number): void {
  const { starts, values } = list;
  for (let person = 0; person < size; person++) {
    const end = starts[person + 1] ?? 0;
    for (let at = starts[person] ?? 0; at < end; at++) {
      if (wanted[values[at] ?? 0] === 1) {
        setBit(bits, person);
        break;
      }
    }
  }
}
