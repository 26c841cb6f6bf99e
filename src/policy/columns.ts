import { noBits, setBit } from "../model/bits.ts";
import type { Seconds } from "../model/time.ts";
import type { Verdict } from "../model/verdict.ts";
import { FALSE, type PeopleTest, TRUE, UNKNOWN, verdictOf } from "../people/answers.ts";
import { flags, hasAny, inDirectories, membersIn } from "../people/members.ts";
import {
  claims,
  type CodedColumn,
  managementSources,
  mfaStates,
  platformRoleBits,
  type Population,
  type SharedField,
  statuses,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { notAfter } from "../people/times.ts";

/** Looks each person's code up in a table of answers. */
function codeTest(size: number, codes: CodedColumn["codes"], answers: Uint8Array): PeopleTest {
  return {
    judge(person) {
      const answer = answers[codes[person] ?? 0];
      return answer === TRUE ? TRUE : answer === UNKNOWN ? UNKNOWN : FALSE;
    },
    among(people, count) {
      const found = new Uint8Array(count);
      for (let at = 0; at < count; at++) found[at] = answers[codes[people[at] ?? 0] ?? 0] ?? FALSE;
      return found;
    },
    verdict() {
      const yes = noBits(size);
      const unknown = noBits(size);
      const from = codes instanceof Uint8Array ? byPairs(size, codes, answers, { yes, unknown }) : 0;
      for (let person = from; person < size; person++) {
        const answer = answers[codes[person] ?? 0];
        if (answer === TRUE) setBit(yes, person);
        else if (answer === UNKNOWN) setBit(unknown, person);
      }
      return { yes, unknown };
    },
  };
}

/** People of one word of a verdict. */
const WORD = 32;

/** Answers for codes of one byte two people at a time, as far as whole words go; where it stopped. */
function byPairs(size: number, codes: Uint8Array, answers: Uint8Array, { yes, unknown }: Verdict): number {
  if (codes.byteOffset % 2 !== 0) return 0;
  const words = Math.floor(size / WORD);
  const pairs = new Uint16Array(codes.buffer, codes.byteOffset, (words * WORD) / 2);
  const table = pairTable(answers);
  for (let word = 0, at = 0; word < words; word++) {
    let some = 0;
    let doubt = 0;
    for (let shift = 0; shift < WORD; shift += 2, at++) {
      const answer = table[pairs[at] ?? 0] ?? 0;
      some |= (answer & 3) << shift;
      doubt |= (answer >>> 2) << shift;
    }
    yes[word] = some;
    unknown[word] = doubt;
  }
  return words * WORD;
}

/** By the codes of two people: bits 0 and 1 say for whom it is true, bits 2 and 3 for whom it is unknown. */
function pairTable(answers: Uint8Array): Uint8Array {
  const pairAnswer = (answer: number, place: number): number =>
    answer === TRUE ? 1 << place : answer === UNKNOWN ? 4 << place : 0;
  const table = new Uint8Array(0x10000);
  for (let first = 0; first < answers.length; first++) {
    for (let second = 0; second < answers.length; second++) {
      const pair = isLittleEndian ? first | (second << 8) : (first << 8) | second;
      table[pair] = pairAnswer(answers[first] ?? FALSE, 0) | pairAnswer(answers[second] ?? FALSE, 1);
    }
  }
  return table;
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Answers for a list of values of which the first, code 0, stands for not knowing. */
function answersFor(values: readonly string[], matches: (value: string) => boolean): Uint8Array {
  return Uint8Array.from(values, (value, code) => (code === 0 ? UNKNOWN : matches(value) ? TRUE : FALSE));
}

export function statusTest({ size, status }: Population, wanted: readonly string[]): PeopleTest {
  const answers = answersFor(statuses, (name) => wanted.includes(name));
  return codeTest(size, status, answers);
}

export function claimTest({ size, claim }: Population, wanted: string): PeopleTest {
  const answers = answersFor(claims, (name) => name === wanted);
  return codeTest(size, claim, answers);
}

export function managementTest({ size, source }: Population, wanted: string): PeopleTest {
  const answers = answersFor(managementSources, (name) => name === wanted);
  return codeTest(size, source, answers);
}

/** Atlassian tells two-step verification of managed accounts only; of others it is unknown. */
export function mfaTest({ size, mfa }: Population, wanted: "on" | "off"): PeopleTest {
  const answers = answersFor(mfaStates, (state) => state === wanted);
  return codeTest(size, mfa, answers);
}

export function sharedTest(
  { size, shared }: Population,
  field: SharedField,
  matches: (text: string) => boolean,
): PeopleTest {
  const { codes, values } = shared[field];
  return codeTest(size, codes, answersFor(values, matches));
}

const orgRoleBits: Readonly<Record<string, number>> = {
  "org-admin": platformRoleBits.orgAdmin,
  "site-admin": platformRoleBits.siteAdmin,
  "user-access-admin": platformRoleBits.userAccessAdmin,
};

export function orgRoleTest({ size, platformRoles }: Population, roles: readonly string[]): PeopleTest {
  const mask = roles.reduce((bits, role) => bits | (orgRoleBits[role] ?? 0), 0);
  const answers = Uint8Array.from({ length: 256 }, (_, held) =>
    (held & mask) !== 0 ? TRUE : (held & platformRoleBits.unknown) !== 0 ? UNKNOWN : FALSE,
  );
  return codeTest(size, platformRoles, answers);
}

export function addedTest({ size, added }: Population, before: Seconds): PeopleTest {
  return {
    judge(person) {
      const at = added[person] ?? UNKNOWN_TIME;
      return at === UNKNOWN_TIME ? UNKNOWN : at <= before ? TRUE : FALSE;
    },
    verdict: () => notAfter(added, before, size),
  };
}

export function listedTest(population: Population, accountIds: readonly string[]): PeopleTest {
  const found = accountIds.map((accountId) => population.find(accountId)).filter((person) => person !== -1);
  const people = Uint32Array.from(new Set(found)).sort();
  const candidates = { people, answers: new Uint8Array(people.length).fill(TRUE) };
  const listed: ReadonlySet<number> = new Set(people);
  return {
    judge: (person) => (listed.has(person) ? TRUE : FALSE),
    verdict: () => verdictOf(candidates, people.length, population.size),
    candidates: () => candidates,
  };
}

export function directoryTest(population: Population, wanted: readonly number[]): PeopleTest {
  const { size, directories, header } = population;
  const isWanted = flags(wanted, header.directories.length);
  return {
    judge: (person) => (hasAny(directories, person, isWanted) ? TRUE : FALSE),
    verdict: () => ({ yes: inDirectories(population, wanted), unknown: noBits(size) }),
    isReady: () => true,
  };
}

/** Members of any of these groups. */
export function memberVerdict(population: Population, wanted: readonly number[]): Verdict {
  return membersIn(population).test(wanted).verdict();
}
