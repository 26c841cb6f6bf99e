import type { PersonDetail } from "../model/documents.generated.ts";
import type { GrowingActivity } from "./activity.ts";
import { createDictionary, type Dictionary } from "./dictionary.ts";
import {
  growingBytes,
  type GrowingBytes,
  growingNumbers,
  type GrowingNumbers,
  expectBytes,
  expectNumbers,
} from "./grow.ts";
import { type GrowingLists, growingLists } from "./lists.ts";
import type { SharedField, TextField } from "./population.ts";
import { type GrowingTexts, growingTexts } from "./texts.ts";

/** Columns of a population while its rows come in: person p is the p-th account that was met. */
export interface Rows {
  people: number;
  /** Whether every row so far was of another account, in order of account id. */
  ascending: boolean;
  readonly texts: Readonly<Record<TextField, GrowingTexts>>;
  readonly shared: Readonly<Record<SharedField, GrowingCodes>>;
  readonly status: GrowingBytes;
  readonly claim: GrowingBytes;
  readonly source: GrowingBytes;
  readonly mfa: GrowingBytes;
  readonly roles: GrowingBytes;
  readonly added: GrowingNumbers;
  readonly groups: GrowingLists;
  readonly directories: GrowingLists;
  readonly activity: GrowingActivity;
  /** 1 for somebody of whom a row did not tell the groups. */
  readonly groupsMissing: GrowingBytes;
  /** 1 for somebody of whom a row did not tell the activity. */
  readonly activityMissing: GrowingBytes;
  readonly direct: Map<number, readonly (readonly [number, string])[]>;
  readonly detail: Map<number, PersonDetail>;
}

export interface GrowingCodes {
  readonly codes: GrowingNumbers;
  readonly dictionary: Dictionary;
}

export function forShared<Value>(make: (field: SharedField) => Value): Record<SharedField, Value> {
  return {
    department: make("department"),
    jobTitle: make("jobTitle"),
    location: make("location"),
    organization: make("organization"),
    emailDomain: make("emailDomain"),
  };
}

export function noRows(): Rows {
  return {
    people: 0,
    ascending: true,
    texts: { id: growingTexts(), name: growingTexts(), nickname: growingTexts(), email: growingTexts() },
    shared: forShared(() => ({ codes: growingNumbers(), dictionary: createDictionary() })),
    status: growingBytes(),
    claim: growingBytes(),
    source: growingBytes(),
    mfa: growingBytes(),
    roles: growingBytes(),
    added: growingNumbers(),
    groups: growingLists(),
    directories: growingLists(),
    activity: [],
    groupsMissing: growingBytes(),
    activityMissing: growingBytes(),
    direct: new Map(),
    detail: new Map(),
  };
}

/** Makes room for so many people at once: a column that grows is there twice for a while, and leaves a gap behind. */
export function expectPeople(rows: Rows, people: number): void {
  const numbers = (column: GrowingNumbers, length: number): void => expectNumbers(column, length - column.length);
  const bits = (column: GrowingNumbers): void => numbers(column, (people + 31) >>> 5);
  for (const { starts, absent, capitals, wide } of Object.values(rows.texts)) {
    numbers(starts, people + 1);
    for (const column of [absent, capitals, wide]) bits(column);
  }
  for (const { codes } of Object.values(rows.shared)) numbers(codes, people);
  for (const { starts } of [rows.groups, rows.directories]) numbers(starts, people + 1);
  numbers(rows.added, people);
  for (const column of rows.activity) {
    if (column === undefined) continue;
    column.length = rows.people;
    numbers(column, people);
  }
  const { status, claim, source, mfa, roles, groupsMissing, activityMissing } = rows;
  for (const column of [status, claim, source, mfa, roles, groupsMissing, activityMissing]) {
    expectBytes(column, people - column.length);
  }
}

/** Room beyond what a part of the rows makes one expect of all of them. */
const SPARE = 1.03;

/**
 * The same for texts and lists, where those that are there are one part in `parts` of all and come in pieces of `piece`
 * bytes. Room that stays unused costs addresses, not memory.
 */
export function expectRows(rows: Rows, parts: number, piece: number): void {
  const toCome = ({ length }: { readonly length: number }): number => Math.ceil(length * (parts * SPARE - 1));
  // For what a whole piece might hold, room is made before it is looked at: also for the last one.
  for (const { bytes } of Object.values(rows.texts)) expectBytes(bytes, toCome(bytes) + piece);
  for (const { values } of [rows.groups, rows.directories]) expectNumbers(values, toCome(values) + (piece >>> 1));
}
