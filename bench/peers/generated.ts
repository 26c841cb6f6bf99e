import type { Filter, Reach, Test } from "../../src/policy/types.ts";
import { peopleOf } from "../facts.ts";
import { apps, DAY, now } from "../frame.ts";
import { createOrganisation, type Organisation } from "../organisation.ts";
import type { Peer, PeerInput } from "./peer.ts";
import { type Asked, questionsFor, unprovedGroups } from "./questions.ts";

const bitbucket = apps.indexOf("bitbucket");
const young = now - 14 * DAY;
/** In columns of times: not known. */
const UNKNOWN = 0xffffffff;

/** Columns of typed arrays. Truths are 0 for no, 1 for not known, 2 for yes; codes of texts are 0 for not known. */
interface Columns {
  readonly size: number;
  readonly numbers: Readonly<Record<string, Uint8Array | Uint16Array | Uint32Array>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly email: readonly (string | null)[];
  readonly name: readonly (string | null)[];
}

/**
 * Code made for these policies, over typed arrays, in one loop: about the least that JavaScript can do. Seatwright makes no
 * code at run time, so this is a limit and no choice.
 */
export async function loadGenerated({ people, seed, policies }: PeerInput): Promise<Peer> {
  const organisation = createOrganisation(people, seed);
  const columns = columnsOf(organisation);
  const questions = await questionsFor(organisation, policies);
  const masks = createMasks(organisation.frame.header.groups.length);
  const body = questions.map((asked, at) => statement(asked, at, columns, masks, unprovedGroups(organisation)));
  // oxlint-disable-next-line typescript/no-implied-eval -- generated code is what this peer is
  const make = new Function(
    "c",
    "masks",
    "email",
    "name",
    "found",
    `"use strict";
    const { ${Object.keys(columns.numbers).join(", ")} } = c;
    const min = (a, b) => a < b ? a : b, max = (a, b) => a > b ? a : b;
    for (let i = 0; i < ${people}; i++) {
      let mask = 0;
      for (let at = groupStarts[i], end = groupStarts[i + 1]; at < end; at++) mask |= masks[groups[at]];
      const member = (set) => (mask & set) !== 0 ? 2 : groupsUnknown[i] === 1 ? 1 : 0;
      let t = 0, exempt = 0, k = 0;
      ${body.join("\n")}
    }`,
  ) as (
    numbers: Columns["numbers"],
    masks: Uint32Array,
    email: Columns["email"],
    name: Columns["name"],
    found: readonly (readonly [number[], number[]])[],
  ) => void;
  return {
    answer() {
      const start = performance.now();
      const found = questions.map((): readonly [number[], number[]] => [[], []]);
      make(columns.numbers, masks.byGroup, columns.email, columns.name, found);
      return {
        milliseconds: performance.now() - start,
        found: () =>
          questions.map(({ name }, at) => ({
            question: name,
            selected: found[at]?.[0] ?? [],
            unknown: found[at]?.[1] ?? [],
          })),
      };
    },
  };
}

function statement(
  { app, filter, exempt }: Asked,
  at: number,
  columns: Columns,
  masks: Masks,
  unproved: ReadonlySet<number>,
): string {
  const code = (one: Filter): string => expression(one, { app, columns, masks, unproved });
  const match = app === null ? code(filter) : `(seat${app}[i] === 0 ? 0 : min(seat${app}[i], ${code(filter)}))`;
  const shields = exempt.map((one) => `${code(one)} === 0`).join(" && ");
  return `t = ${match}; if (t === 1) found[${at}][1].push(i); else if (t === 2${shields === "" ? "" : ` && ${shields}`}) found[${at}][0].push(i);`;
}

interface Writing {
  readonly app: number | null;
  readonly columns: Columns;
  readonly masks: Masks;
  readonly unproved: ReadonlySet<number>;
}

function expression(filter: Filter, writing: Writing): string {
  if (filter.kind === "not") return `(2 - ${expression(filter.of, writing)})`;
  if (filter.kind === "leaf") return leaf(filter.test, writing);
  const [unit, worst] = filter.kind === "all" ? ["min", 0] : ["max", 2];
  // What is cheap, or seldom so, decides before anything dear is looked at.
  const parts = filter.of.toSorted((a, b) => dearness(a) - dearness(b)).map((part) => expression(part, writing));
  return parts.reduceRight((rest, part) => `((k = ${part}) === ${worst} ? ${worst} : ${unit}(k, ${rest}))`);
}

function dearness(filter: Filter): number {
  if (filter.kind === "not") return dearness(filter.of);
  if (filter.kind !== "leaf") return Math.max(...filter.of.map(dearness));
  const { key } = filter.test;
  if (key === "email" || key === "name") return 3;
  return key === "unused" || key === "idle" || key === "neverActive" ? 1 : key === "memberOf" ? 2 : 0;
}

function leaf(test: Test, { app, columns, masks, unproved }: Writing): string {
  const coded = (field: string, matches: (value: string) => boolean): string => {
    const codes = (columns.texts[field] ?? []).flatMap((value, code) => (code > 0 && matches(value) ? [code] : []));
    const tests = codes.map((code) => `${field}[i] === ${code}`).join(" || ");
    return `(${field}[i] === 0 ? 1 : ${codes.length === 0 ? "false" : tests} ? 2 : 0)`;
  };
  const globbed = (globs: readonly string[]): ((value: string) => boolean) => {
    const patterns = globs.map((glob) => new RegExp(`^${glob.toLowerCase().replaceAll("*", ".*")}$`));
    return (value) => patterns.some((pattern) => pattern.test(value));
  };
  switch (test.key) {
    case "instance":
      return test.instances.includes(app ?? -1) ? "2" : "0";
    case "status":
      return coded("status", (value) => test.statuses.includes(value));
    case "account":
      return test.claim === "managed" ? "managed[i]" : "(2 - managed[i])";
    case "managementSource":
      return coded("source", (value) => value === test.source);
    case "mfa":
      return test.on ? "mfa[i]" : "(2 - mfa[i])";
    case "emailDomain":
      return coded("domain", (value) => test.domains.includes(value));
    case "shared":
      return coded(test.field, globbed(test.globs));
    case "email":
    case "name":
      return `(${test.key}[i] === null ? 1 : ${test.globs.map((glob) => globCode(test.key, glob)).join(" || ")} ? 2 : 0)`;
    case "inOrgFor":
      return `(added[i] === ${UNKNOWN} ? 1 : added[i] <= ${test.before} ? 2 : 0)`;
    case "directory":
      return `((directoryBits[i] & ${test.directories.reduce((bits, at) => bits | (1 << at), 0)}) !== 0 ? 2 : 0)`;
    case "orgRole":
      return "orgRole[i]";
    case "memberOf": {
      const seen = `member(${masks.maskOf(test.groups)})`;
      if (!test.groups.some((group) => unproved.has(group))) return seen;
      return `(max(${seen}, (directoryBits[i] & 2) !== 0 ? 1 : 0))`;
    }
    case "people":
      return `(${test.accountIds.map((id) => `i === ${(columns.texts["id"] ?? []).indexOf(id)}`).join(" || ")} ? 2 : 0)`;
    case "role":
      return test.roles.length === 1 ? "isAgent[i]" : "isAgentOrAdmin[i]";
    case "productAdmin":
      return "isJiraAdmin[i]";
    case "holds":
      return test.instances.map((at) => `seat${at}[i]`).reduce((all, one) => `max(${all}, ${one})`);
    case "heldFor":
      return `min(seat${placeOf(test.reach, app)}[i], added[i] === ${UNKNOWN} ? 1 : added[i] <= ${test.before} ? 2 : 0)`;
    case "unused":
    case "idle":
    case "neverActive": {
      if (test.reach.kind === "everywhere") return everywhere(test.key, test.before);
      const at = placeOf(test.reach, app);
      return `(seat${at}[i] === 0 ? 0 : min(seat${at}[i], ${judged(test.key, test.before, at)}))`;
    }
    default:
      throw new Error(`the bench has no code for ${test.key}`);
  }
}

function globCode(field: string, glob: string): string {
  const lower = glob.toLowerCase();
  const [head = "", middle = "", end] = lower.split("*");
  if (!lower.includes("*")) return `${field}[i] === ${JSON.stringify(lower)}`;
  const tests = [
    ...(head === "" ? [] : [`${field}[i].startsWith(${JSON.stringify(head)})`]),
    ...(end === undefined || middle === "" ? [] : [`${field}[i].includes(${JSON.stringify(middle)}, ${head.length})`]),
    ...((end ?? middle) === "" ? [] : [`${field}[i].endsWith(${JSON.stringify(end ?? middle)})`]),
  ];
  return `(${tests.join(" && ")})`;
}

function placeOf(reach: Reach, app: number | null): number {
  return reach.kind === "instances" ? (reach.instances[0] ?? -1) : (app ?? -1);
}

/** How a seat that is held was used. */
function judged(key: "unused" | "idle" | "neverActive", before: number, app: number): string {
  if (app === bitbucket) return "1";
  const active = `active${app}[i]`;
  const isUsed = key === "neverActive" ? `${active} > 0` : `${active} > ${before}`;
  const isFalse = key === "idle" ? `(${active} === 0 || ${isUsed})` : `(${isUsed})`;
  const held = `(added[i] === ${UNKNOWN} || added[i] > ${young} ? 1 : added[i] <= ${before} ? 2 : 0)`;
  return `(${active} === ${UNKNOWN} ? 1 : ${isFalse} ? 0 : ${held})`;
}

function everywhere(key: "unused" | "idle" | "neverActive", before: number): string {
  const positions = apps.map((_, at) => at);
  const late = positions.map((at) => `(active${at}[i] !== ${UNKNOWN} && active${at}[i] > ${before})`).join(" || ");
  const all = (unit: string, parts: readonly string[]): string =>
    parts.reduce((rest, part) => `${unit}(${rest}, ${part})`);
  const some = positions.map((at) => `min(seat${at}[i], ${judged("unused", before, at)})`);
  const each = positions.map((at) => `max(2 - seat${at}[i], ${judged("unused", before, at)})`);
  const wasEver = (at: number): string =>
    at === bitbucket ? "1" : `(active${at}[i] === ${UNKNOWN} ? 1 : active${at}[i] === 0 ? 0 : 2)`;
  const ever = positions.map((at) => `min(seat${at}[i], ${wasEver(at)})`);
  const parts = [all("max", some), ...each, ...(key === "idle" ? [all("max", ever)] : [])];
  return `(${late} ? 0 : ${all("min", parts)})`;
}

interface Masks {
  readonly byGroup: Uint32Array;
  maskOf(groups: readonly number[]): number;
}

/** A bit for each set of groups that is asked for. */
function createMasks(groups: number): Masks {
  const byGroup = new Uint32Array(groups);
  const known = new Map<string, number>();
  return {
    byGroup,
    maskOf(wanted) {
      const bit = known.get(String(wanted)) ?? 1 << known.size;
      known.set(String(wanted), bit);
      for (const group of wanted) byGroup[group] = (byGroup[group] ?? 0) | bit;
      return bit;
    },
  };
}

function columnsOf(organisation: Organisation): Columns {
  const size = organisation.people;
  const bytes = (): Uint8Array => new Uint8Array(size);
  const wide = (): Uint32Array => new Uint32Array(size);
  const coded = {
    status: bytes(),
    source: bytes(),
    domain: bytes(),
    department: bytes(),
    location: bytes(),
    jobTitle: bytes(),
  };
  const truths = {
    managed: bytes(),
    mfa: bytes(),
    orgRole: bytes(),
    isJiraAdmin: bytes(),
    isAgent: bytes(),
    isAgentOrAdmin: bytes(),
  };
  const seats = Object.fromEntries(apps.map((_, app) => [`seat${app}`, bytes()]));
  const active = Object.fromEntries(apps.map((_, app) => [`active${app}`, wide()]));
  const added = wide();
  const directoryBits = bytes();
  const groupsUnknown = bytes();
  const groupStarts = new Uint32Array(size + 1);
  let groups = new Uint16Array(size * 24);
  const texts: Record<string, string[]> = { id: [] };
  const email: (string | null)[] = [];
  const name: (string | null)[] = [];
  const truth = (known: boolean | null | undefined): number =>
    known === null || known === undefined ? 1 : known ? 2 : 0;
  let used = 0;
  let at = 0;
  for (const person of peopleOf(organisation)) {
    for (const [field, codes] of Object.entries(coded)) {
      const values = (texts[field] ??= [""]);
      const value = person[field as keyof typeof coded];
      if (value !== null && !values.includes(value)) values.push(value);
      codes[at] = value === null ? 0 : values.indexOf(value);
    }
    for (const [field, column] of Object.entries(truths)) {
      if (field !== "orgRole") column[at] = truth(person[field as Exclude<keyof typeof truths, "orgRole">]);
    }
    truths.orgRole[at] = truth(person.orgRoles === null ? null : person.orgRoles.length > 0);
    apps.forEach((_, app) => {
      const [seat, times] = [seats[`seat${app}`], active[`active${app}`]];
      if (seat !== undefined) seat[at] = truth(person.seats[app]);
      if (times !== undefined) times[at] = person.active[app] ?? UNKNOWN;
    });
    added[at] = person.added ?? UNKNOWN;
    for (const directory of person.directories) directoryBits[at] = (directoryBits[at] ?? 0) | (1 << directory);
    groupsUnknown[at] = person.groups === null ? 1 : 0;
    if (used + (person.groups?.length ?? 0) > groups.length) {
      const larger = new Uint16Array(groups.length * 2);
      larger.set(groups);
      groups = larger;
    }
    for (const group of person.groups ?? []) groups[used++] = group;
    groupStarts[++at] = used;
    texts["id"]?.push(person.id);
    email.push(person.email);
    name.push(person.name);
  }
  const numbers = {
    ...coded,
    ...truths,
    ...seats,
    ...active,
    added,
    directoryBits,
    groupsUnknown,
    groupStarts,
    groups,
  };
  return { size, numbers, texts, email, name };
}
