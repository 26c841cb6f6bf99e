import { eachBit } from "../model/bits.ts";
import type { PersonDetail, PersonRow, SnapshotHeader } from "../model/documents.generated.ts";
import { finishActivity, noteActivity } from "./activity.ts";
import {
  claimCode,
  CONTRADICTED_BYTE,
  mfaCode,
  platformRoleCode,
  settledCode,
  sourceCode,
  statusCode,
  unitedCode,
} from "./codes.ts";
import { type GrowingBytes, pushByte, pushNumber, usedBytes, usedNumbers } from "./grow.ts";
import { finishLists, pushRow, withoutEntries } from "./lists.ts";
import { bitsOf, distinctRoles, orderById, provedGroups, reranked, search } from "./order.ts";
import {
  type CodedColumn,
  platformRoleBits,
  type Population,
  type SharedField,
  type TextField,
  UNKNOWN_TIME,
} from "./population.ts";
import { forShared, type GrowingCodes, noRows, type Rows } from "./row-columns.ts";
import { finishTexts, firstText, pushText, type TextColumn, textAt, uniteText } from "./texts.ts";

/**
 * Whether the rows are everybody in the organisation. Of a part, memberships cannot be proved by counting; what a call
 * for each person told stands in.
 */
export type Coverage = "everybody" | "some";

export interface PopulationBuilder {
  /**
   * Adds a row. A second row of the same account (one for each directory) is united with the first, whichever comes
   * first: directories, groups and roles add up, gaps are filled, two different values make a value unknown. Groups and
   * activity that one of the rows does not tell are unknown.
   */
  add(row: PersonRow): void;
  /** The people added so far, by account id in order of code units. The builder is spent. */
  finish(header: SnapshotHeader, coverage: Coverage): Population;
}

const personalTexts = ["name", "nickname", "email"] as const;
const sharedFields: readonly SharedField[] = ["department", "jobTitle", "location", "organization", "emailDomain"];

/** The domain of an address, in lower case, or null where there is none. */
export function domainOf(email: string): string | null {
  const at = email.lastIndexOf("@");
  return at < 1 || at === email.length - 1 ? null : email.slice(at + 1).toLowerCase();
}

/** A builder of these columns, which others may add ascending rows to as well. */
export function createPopulationBuilder(rows: Rows = noRows()): PopulationBuilder {
  let positions: Map<string, number> | null = null;

  function positionOf(id: string): number | undefined {
    if (rows.ascending && (rows.people === 0 || id > (firstText(rows.texts.id, rows.people - 1) ?? ""))) {
      return undefined;
    }
    if (positions === null) {
      positions = new Map();
      for (let person = 0; person < rows.people; person++) {
        positions.set(firstText(rows.texts.id, person) ?? "", person);
      }
    }
    rows.ascending = false;
    return positions.get(id);
  }

  return {
    add(row) {
      const known = positionOf(row.id);
      if (known !== undefined) {
        unite(rows, known, row);
        return;
      }
      positions?.set(row.id, rows.people);
      addFirst(rows, row);
    },
    finish(header, coverage) {
      positions = null;
      return finished(rows, header, coverage);
    },
  };
}

function addFirst(rows: Rows, row: PersonRow): void {
  const person = rows.people++;
  pushText(rows.texts.id, row.id);
  for (const field of personalTexts) pushText(rows.texts[field], row[field] ?? null);
  for (const field of sharedFields) pushNumber(rows.shared[field].codes, sharedCode(rows, field, row));
  pushByte(rows.status, statusCode(row.status));
  pushByte(rows.claim, claimCode(row.claim));
  pushByte(rows.source, sourceCode(row.source));
  pushByte(rows.mfa, mfaCode(row.mfa));
  pushByte(rows.roles, platformRoleCode(row.platformRoles));
  pushNumber(rows.added, row.added ?? UNKNOWN_TIME);
  pushByte(rows.groupsMissing, row.groups === undefined ? 1 : 0);
  pushByte(rows.activityMissing, row.active === undefined ? 1 : 0);
  addLists(rows, person, row);
}

function unite(rows: Rows, person: number, row: PersonRow): void {
  const change = ({ values }: GrowingBytes, code: number): void => {
    values[person] = unitedCode(values[person] ?? 0, code, CONTRADICTED_BYTE);
  };
  for (const field of personalTexts) uniteText(rows.texts[field], person, row[field]);
  for (const field of sharedFields) {
    const { values } = rows.shared[field].codes;
    values[person] = unitedCode(values[person] ?? 0, sharedCode(rows, field, row));
  }
  const { status, roles, added, groupsMissing, activityMissing } = rows;
  if (status.values[person] !== statusCode(row.status)) status.values[person] = 0;
  change(rows.claim, claimCode(row.claim));
  change(rows.source, sourceCode(row.source));
  change(rows.mfa, mfaCode(row.mfa));
  roles.values[person] = (roles.values[person] ?? 0) | platformRoleCode(row.platformRoles);
  added.values[person] = Math.min(added.values[person] ?? UNKNOWN_TIME, row.added ?? UNKNOWN_TIME);
  if (row.groups === undefined) groupsMissing.values[person] = 1;
  if (row.active === undefined) activityMissing.values[person] = 1;
  addLists(rows, person, row);
}

function addLists(rows: Rows, person: number, row: PersonRow): void {
  pushRow(rows.directories, person, row.directories);
  pushRow(rows.groups, person, row.groups ?? []);
  for (const [instance, at] of row.active ?? []) noteActivity(rows.activity, person, instance, at);
  if (row.direct !== undefined && row.direct.length > 0) {
    rows.direct.set(person, distinctRoles([...(rows.direct.get(person) ?? []), ...row.direct]));
  }
  if (row.detail !== undefined) rows.detail.set(person, row.detail);
}

function sharedCode(rows: Rows, field: SharedField, row: PersonRow): number {
  const text = field !== "emailDomain" ? row[field] : row.email === undefined ? null : domainOf(row.email);
  return text === undefined || text === null ? 0 : rows.shared[field].dictionary.codeOf(text);
}

function finished(rows: Rows, header: SnapshotHeader, coverage: Coverage): Population {
  const size = rows.people;
  const order = rows.ascending ? null : orderById(size, (person) => firstText(rows.texts.id, person) ?? "");
  const rank = order === null ? null : rankOf(order);
  const texts: Readonly<Record<TextField, TextColumn>> = {
    id: finishTexts(rows.texts.id, size, order),
    name: finishTexts(rows.texts.name, size, order),
    nickname: finishTexts(rows.texts.nickname, size, order),
    email: finishTexts(rows.texts.email, size, order),
  };
  const groupsUnknown = bitsOf(inOrder(usedBytes(rows.groupsMissing), order));
  const groups = withoutEntries(finishLists(rows.groups, size, rank), groupsUnknown);
  const activityMissing = inOrder(usedBytes(rows.activityMissing), order);
  return {
    header,
    size,
    status: inOrder(usedBytes(rows.status), order),
    claim: settled(inOrder(usedBytes(rows.claim), order), settledByte),
    source: settled(inOrder(usedBytes(rows.source), order), settledByte),
    mfa: settled(inOrder(usedBytes(rows.mfa), order), settledByte),
    added: inOrder(usedNumbers(rows.added), order),
    platformRoles: settled(inOrder(usedBytes(rows.roles), order), settledRoles),
    directories: finishLists(rows.directories, size, rank),
    groups,
    groupsUnknown,
    groupProved: coverage === "some" ? header.groups.map(() => true) : provedGroups(header, groups),
    lastActive: finishActivity(rows.activity, size, header.instances.length, order, activityMissing),
    direct: reranked(rows.direct, rank),
    detail: reranked(rows.detail, rank),
    shared: forShared((field) => codedColumn(rows.shared[field], order, field === "emailDomain" ? texts.email : null)),
    texts,
    ...lookups(texts, size),
  };
}

/** Made where nothing else is in reach: a function that lives on keeps alive whatever those beside it refer to. */
function lookups(texts: Population["texts"], size: number): Pick<Population, "text" | "find"> {
  return {
    text: (field, person) => textAt(texts[field], person),
    find: (accountId) => search(size, accountId, (person) => textAt(texts.id, person) ?? ""),
  };
}

/** Codes as they stand in the end, in as few bytes as they need. Without a text in `from`, there is no value. */
function codedColumn(
  { codes, dictionary }: GrowingCodes,
  order: Uint32Array | null,
  from: TextColumn | null,
): CodedColumn {
  const values = dictionary.values();
  const wide = inOrder(usedNumbers(codes), order);
  for (let person = 0; person < wide.length; person++) wide[person] = settledCode(wide[person] ?? 0);
  if (from !== null) {
    eachBit(from.absent, (person) => {
      wide[person] = 0;
    });
  }
  if (values.length > 0x10000) return { codes: wide, values };
  return { codes: narrowed(wide, values.length <= 0x100 ? Uint8Array : Uint16Array), values };
}

/** The same small numbers, in place of the larger ones, whose memory is given back at once. */
function narrowed(
  wide: Uint32Array<ArrayBuffer>,
  Narrow: typeof Uint8Array | typeof Uint16Array,
): Uint8Array | Uint16Array {
  const { buffer, byteOffset, length } = wide;
  const narrow = new Narrow(buffer, byteOffset, length);
  // Each lies at or before the number it comes from.
  for (let at = 0; at < length; at++) narrow[at] = wide[at] ?? 0;
  if (byteOffset !== 0) return narrow.slice();
  return new Narrow(buffer.transfer(length * Narrow.BYTES_PER_ELEMENT));
}

/** The position of each person in an order. */
function rankOf(order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  order.forEach((person, position) => {
    rank[person] = position;
  });
  return rank;
}

/** Values at the final positions; null: they are there already. */
function inOrder<Values extends Uint8Array | Uint32Array>(values: Values, order: Uint32Array | null): Values {
  if (order === null) return values;
  const moved = values.slice() as Values;
  order.forEach((person, position) => {
    moved[position] = values[person] ?? 0;
  });
  return moved;
}

/** The same people, knowing which roles they hold without a group. */
export function withDirect(
  population: Population,
  direct: ReadonlyMap<number, readonly (readonly [number, string])[]>,
): Population {
  return { ...population, direct };
}

/** The same people, with what a call for each of these told, by position. Earlier detail of others is kept. */
export function withDetail(population: Population, detail: ReadonlyMap<number, PersonDetail>): Population {
  return { ...population, detail: new Map([...population.detail, ...detail]) };
}

/** The same people under another header, for example with a certificate that later checks completed. */
export function withHeader(population: Population, header: SnapshotHeader): Population {
  return { ...population, header };
}

/** Codes as they stand in the end, where they are. */
function settled(codes: Uint8Array, settle: (code: number) => number): Uint8Array {
  for (let person = 0; person < codes.length; person++) codes[person] = settle(codes[person] ?? 0);
  return codes;
}

function settledByte(code: number): number {
  return settledCode(code, CONTRADICTED_BYTE);
}

function settledRoles(code: number): number {
  return (code & platformRoleBits.unknown) === 0 ? code : platformRoleBits.unknown;
}
