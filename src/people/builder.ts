import type { PersonDetail, PersonRow, SnapshotHeader } from "../model/documents.generated.ts";
import { activityBuilder } from "./activity.ts";
import {
  claimCode,
  CONTRADICTED,
  mfaCode,
  platformRoleCode,
  settledCode,
  sourceCode,
  statusCode,
  unitedCode,
} from "./codes.ts";
import { growingNumbers, NO_TEXT, textStore } from "./grow.ts";
import { listBuilder, withoutEntries } from "./lists.ts";
import { bitsOf, distinctRoles, orderAdded, orderById, provedGroups, reranked, search } from "./order.ts";
import {
  type CodedColumn,
  platformRoleBits,
  type Population,
  type SharedField,
  type TextField,
  UNKNOWN_TIME,
} from "./population.ts";

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

const textFields = ["name", "nickname", "email"] as const;
const sharedFields: readonly SharedField[] = ["department", "jobTitle", "location", "organization", "emailDomain"];

function forShared<Value>(make: (field: SharedField) => Value): Record<SharedField, Value> {
  return {
    department: make("department"),
    jobTitle: make("jobTitle"),
    location: make("location"),
    organization: make("organization"),
    emailDomain: make("emailDomain"),
  };
}

/** The domain of an address, in lower case, or null where there is none. */
export function domainOf(email: string): string | null {
  const at = email.lastIndexOf("@");
  return at < 1 || at === email.length - 1 ? null : email.slice(at + 1).toLowerCase();
}

export function createPopulationBuilder(): PopulationBuilder {
  const texts = textStore();
  const handles = { id: growingNumbers(), name: growingNumbers(), nickname: growingNumbers(), email: growingNumbers() };
  const codes = forShared(growingNumbers);
  const dictionaries = forShared(() => new Map<string, number>());
  const status = growingNumbers();
  const claim = growingNumbers();
  const source = growingNumbers();
  const mfa = growingNumbers();
  const added = growingNumbers();
  const roles = growingNumbers();
  const groupsMissing = growingNumbers();
  const activityMissing = growingNumbers();
  const inGroup = listBuilder();
  const inDirectory = listBuilder();
  const activity = activityBuilder();
  const direct = new Map<number, readonly (readonly [number, string])[]>();
  const detail = new Map<number, PersonDetail>();

  let size = 0;
  let lastId = "";
  let ascending = true;
  let positions: Map<string, number> | null = null;

  function positionOf(id: string): number | undefined {
    if (ascending && (size === 0 || id > lastId)) return undefined;
    if (positions === null) {
      positions = new Map();
      for (let person = 0; person < size; person++) {
        positions.set(texts.get(handles.id.view()[person] ?? 0), person);
      }
    }
    ascending = false;
    return positions.get(id);
  }

  function codeOf(field: SharedField, text: string | null | undefined): number {
    if (text === undefined || text === null) return 0;
    const dictionary = dictionaries[field];
    const known = dictionary.get(text);
    if (known !== undefined) return known;
    dictionary.set(text, dictionary.size + 1);
    return dictionary.size;
  }

  function unitedText(before: number, text: string | undefined): number {
    if (text === undefined || before === CONTRADICTED) return before;
    if (before === NO_TEXT) return texts.add(text);
    return texts.get(before) === text.toWellFormed() ? before : CONTRADICTED;
  }

  function addLists(person: number, row: PersonRow): void {
    for (const directory of row.directories) inDirectory.push(person, directory);
    for (const group of row.groups ?? []) inGroup.push(person, group);
    for (const [instance, at] of row.active ?? []) activity.push(person, instance, at);
    if (row.direct !== undefined && row.direct.length > 0) {
      direct.set(person, distinctRoles([...(direct.get(person) ?? []), ...row.direct]));
    }
    if (row.detail !== undefined) detail.set(person, row.detail);
  }

  function addFirst(row: PersonRow): void {
    const person = size++;
    handles.id.push(texts.add(row.id));
    for (const field of textFields) handles[field].push(unitedText(NO_TEXT, row[field]));
    for (const field of sharedFields) codes[field].push(codeOf(field, sharedOf(row, field)));
    status.push(statusCode(row.status));
    claim.push(claimCode(row.claim));
    source.push(sourceCode(row.source));
    mfa.push(mfaCode(row.mfa));
    added.push(row.added ?? UNKNOWN_TIME);
    roles.push(platformRoleCode(row.platformRoles));
    groupsMissing.push(row.groups === undefined ? 1 : 0);
    activityMissing.push(row.active === undefined ? 1 : 0);
    positions?.set(row.id, person);
    lastId = row.id;
    addLists(person, row);
  }

  function unite(person: number, row: PersonRow): void {
    const change = (column: { view(): Uint32Array }, united: (before: number) => number): void => {
      const view = column.view();
      view[person] = united(view[person] ?? 0);
    };
    for (const field of textFields) change(handles[field], (before) => unitedText(before, row[field]));
    for (const field of sharedFields) {
      change(codes[field], (before) => unitedCode(before, codeOf(field, sharedOf(row, field))));
    }
    change(status, (before) => (before === statusCode(row.status) ? before : 0));
    change(claim, (before) => unitedCode(before, claimCode(row.claim)));
    change(source, (before) => unitedCode(before, sourceCode(row.source)));
    change(mfa, (before) => unitedCode(before, mfaCode(row.mfa)));
    change(added, (before) => Math.min(before, row.added ?? UNKNOWN_TIME));
    change(roles, (before) => before | platformRoleCode(row.platformRoles));
    if (row.groups === undefined) change(groupsMissing, () => 1);
    if (row.active === undefined) change(activityMissing, () => 1);
    addLists(person, row);
  }

  return {
    add(row) {
      const known = positionOf(row.id);
      if (known === undefined) addFirst(row);
      else unite(known, row);
    },
    finish(header, coverage) {
      positions = null;
      const idOf = (person: number): string => texts.get(handles.id.view()[person] ?? 0);
      const order = ascending ? orderAdded(size) : orderById(size, idOf);
      const rank = new Uint32Array(size);
      order.forEach((person, position) => {
        rank[person] = position;
      });
      const numbers = (column: { view(): Uint32Array }, settled = asItIs): Uint32Array => {
        const view = column.view();
        return Uint32Array.from(order, (person) => settled(view[person] ?? 0));
      };
      const bytes = (column: { view(): Uint32Array }, settled: (code: number) => number): Uint8Array =>
        Uint8Array.from(numbers(column, settled));

      const groupsUnknown = bitsOf(numbers(groupsMissing));
      const lastActive = activity.finish(header.instances.length, rank, numbers(activityMissing));

      const textColumns: Readonly<Record<TextField, Uint32Array>> = {
        id: numbers(handles.id),
        name: numbers(handles.name, settledText),
        nickname: numbers(handles.nickname, settledText),
        email: numbers(handles.email, settledText),
      };
      const groups = withoutEntries(inGroup.finish(size, rank), groupsUnknown);
      const text = (field: TextField, person: number): string | null => {
        const handle = textColumns[field][person] ?? NO_TEXT;
        return handle === NO_TEXT ? null : texts.get(handle);
      };
      return {
        header,
        size,
        status: bytes(status, settledCode),
        claim: bytes(claim, settledCode),
        source: bytes(source, settledCode),
        mfa: bytes(mfa, settledCode),
        added: numbers(added),
        platformRoles: bytes(roles, settledRoles),
        directories: inDirectory.finish(size, rank),
        groups,
        groupsUnknown,
        groupProved: coverage === "some" ? header.groups.map(() => true) : provedGroups(header, groups),
        lastActive,
        direct: reranked(direct, rank),
        detail: reranked(detail, rank),
        shared: forShared((field): CodedColumn => {
          const column = numbers(codes[field], settledCode);
          const isKnown = (person: number): boolean => field !== "emailDomain" || textColumns.email[person] !== NO_TEXT;
          return {
            codes: column.map((code, person) => (isKnown(person) ? code : 0)),
            values: ["", ...dictionaries[field].keys()],
          };
        }),
        text,
        find: (accountId) => search(size, accountId, (person) => text("id", person) ?? ""),
      };
    },
  };
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

function sharedOf(row: PersonRow, field: SharedField): string | null | undefined {
  if (field !== "emailDomain") return row[field];
  return row.email === undefined ? undefined : domainOf(row.email);
}

function asItIs(value: number): number {
  return value;
}

function settledText(handle: number): number {
  return handle === CONTRADICTED ? NO_TEXT : handle;
}

function settledRoles(code: number): number {
  return (code & platformRoleBits.unknown) === 0 ? code : platformRoleBits.unknown;
}
