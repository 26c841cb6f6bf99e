import type { SnapshotHeader } from "../model/documents.generated.ts";
import { noteActivity } from "./activity.ts";
import { claimCode, mfaCode, sourceCode, statusCode } from "./codes.ts";
import { HASH_SEED, hashByte } from "./dictionary.ts";
import { growingBytes, growingNumbers, pushByte, pushNumber, reserveBytes, reserveNumbers } from "./grow.ts";
import { closeOrderedRow } from "./lists.ts";
import { platformRoleBits, UNKNOWN_TIME } from "./population.ts";
import type { Rows } from "./row-columns.ts";
import {
  COMMA,
  copiesText,
  type Cursor,
  numberAt,
  QUOTE,
  readsPairs,
  readsPositions,
  readsShared,
  takes,
  wordReader,
} from "./scan-values.ts";
import { CAPITAL, closeText, type GrowingTexts, WIDE } from "./texts.ts";

/**
 * Reads rows as `encodeSnapshot` writes them, from bytes straight into columns: no text, object or list is made for any of
 * them.
 */
export interface RowScanner {
  /** Must be called before rows of a chunk of this length are scanned. */
  makeRoomFor(length: number): void;
  /**
   * Adds the row that begins at `from` and gives the position behind its line; or -1, with nothing added, where the row is
   * not written in the plainest way, or is not valid: then it has to be read as any JSON. The bytes must end with a line
   * feed.
   */
  scan(bytes: Uint8Array, from: number): number;
}

const LINE_FEED = 0x0a;
const AT_SIGN = 0x40;
const CLOSE = 0x7d;
const LONGEST_ID = 128;
/** No end: the row has no such text or list. */
const ABSENT = -1;

const isIdByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9_|:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The fields in the order in which they are written, each with what stands before its value. */
const keys = {
  id: bytesOf('{"id":"'),
  status: bytesOf(',"status":"'),
  directories: bytesOf(',"directories":['),
  claim: bytesOf(',"claim":"'),
  source: bytesOf(',"source":'),
  name: bytesOf(',"name":"'),
  nickname: bytesOf(',"nickname":"'),
  email: bytesOf(',"email":"'),
  mfa: bytesOf(',"mfa":'),
  added: bytesOf(',"added":'),
  jobTitle: bytesOf(',"jobTitle":"'),
  department: bytesOf(',"department":"'),
  organization: bytesOf(',"organization":"'),
  location: bytesOf(',"location":"'),
  platformRoles: bytesOf(',"platformRoles":[]'),
  groups: bytesOf(',"groups":['),
  active: bytesOf(',"active":['),
};
const nullWord = bytesOf("null");
const trueWord = bytesOf("true");
const falseWord = bytesOf("false");

/** A scanner that adds to these rows. */
export function createRowScanner(rows: Rows, { directories, groups, instances }: SnapshotHeader): RowScanner {
  const { texts, shared, activity } = rows;
  const isStatus = wordReader(statusCode);
  const isClaim = wordReader(claimCode);
  const isSource = wordReader(sourceCode);
  const cursor: Cursor = { bytes: new Uint8Array(0), at: 0, end: 0, kinds: 0, code: 0 };
  /** The activity of the row being read: pairs of instance and time. */
  const pairs = growingNumbers();
  /** The domain of its address in lower case. */
  const domain = growingBytes();

  function copies({ bytes }: GrowingTexts): boolean {
    return copiesText(cursor, bytes.values, bytes.length);
  }

  /** Reads a text that many share, where the row has it; its code is 0 where it does not. */
  function mayShare(key: Uint8Array, field: "jobTitle" | "department" | "organization" | "location"): boolean {
    cursor.code = 0;
    return !takes(cursor, key) || readsShared(cursor, shared[field].dictionary);
  }

  /** The code of an address's domain, which is the address that was read last. */
  function domainCode({ bytes: { values, length: start } }: GrowingTexts): number {
    const { end } = cursor;
    let from = end;
    while (from > start && values[from - 1] !== AT_SIGN) from--;
    // Without an @, with nothing before it or nothing behind it.
    if (from <= start + 1 || from === end) return 0;
    domain.length = 0;
    let hash = HASH_SEED;
    for (let index = from; index < end; index++) {
      const byte = values[index] ?? 0;
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      pushByte(domain, lower);
      hash = hashByte(hash, lower);
    }
    return shared.emailDomain.dictionary.codeOfBytes(domain.values, 0, domain.length, hash);
  }

  /** Whether the account id that was read last is one, and comes after all others. */
  function isNext(): boolean {
    const { bytes, starts } = texts.id;
    const { values, length: start } = bytes;
    const { end } = cursor;
    const length = end - start;
    if (length === 0 || length > LONGEST_ID) return false;
    for (let index = start; index < end; index++) if (isIdByte[values[index] ?? 0] !== 1) return false;
    if (rows.people === 0) return true;
    const last = starts.values[rows.people - 1] ?? 0;
    const lastLength = start - last;
    for (let index = 0; index < length && index < lastLength; index++) {
      const difference = (values[start + index] ?? 0) - (values[last + index] ?? 0);
      if (difference !== 0) return difference > 0;
    }
    return length > lastLength;
  }

  function scan(bytes: Uint8Array, from: number): number {
    cursor.bytes = bytes;
    cursor.at = from;
    if (!rows.ascending || !takes(cursor, keys.id) || !copies(texts.id) || !isNext()) return -1;
    const id = cursor.end;
    if (!takes(cursor, keys.status) || !isStatus(cursor)) return -1;
    const status = cursor.code;
    const places = rows.directories.values;
    if (!takes(cursor, keys.directories)) return -1;
    if (!readsPositions(cursor, places.values, places.length, directories.length)) return -1;
    const directoriesEnd = cursor.end;
    cursor.code = 0;
    if (takes(cursor, keys.claim) && !isClaim(cursor)) return -1;
    const claim = cursor.code;
    cursor.code = 0;
    if (takes(cursor, keys.source) && !takes(cursor, nullWord)) {
      if (bytes[cursor.at++] !== QUOTE || !isSource(cursor)) return -1;
    }
    const source = cursor.code;
    let name = ABSENT;
    let nameKinds = 0;
    if (takes(cursor, keys.name)) {
      if (!copies(texts.name)) return -1;
      name = cursor.end;
      nameKinds = cursor.kinds;
    }
    let nickname = ABSENT;
    let nicknameKinds = 0;
    if (takes(cursor, keys.nickname)) {
      if (!copies(texts.nickname)) return -1;
      nickname = cursor.end;
      nicknameKinds = cursor.kinds;
    }
    let email = ABSENT;
    let emailKinds = 0;
    let emailDomain = 0;
    if (takes(cursor, keys.email)) {
      // What is lower case beyond ASCII is left to JavaScript.
      if (!copies(texts.email) || (cursor.kinds & WIDE) !== 0) return -1;
      email = cursor.end;
      emailKinds = cursor.kinds & CAPITAL;
      emailDomain = domainCode(texts.email);
    }
    let mfa = 0;
    if (takes(cursor, keys.mfa)) {
      if (takes(cursor, trueWord)) mfa = mfaCode(true);
      else if (takes(cursor, falseWord)) mfa = mfaCode(false);
      else return -1;
    }
    let added = UNKNOWN_TIME;
    if (takes(cursor, keys.added)) {
      added = numberAt(cursor);
      if (added < 0 || added >= UNKNOWN_TIME) return -1;
    }
    if (!mayShare(keys.jobTitle, "jobTitle")) return -1;
    const jobTitle = cursor.code;
    if (!mayShare(keys.department, "department")) return -1;
    const department = cursor.code;
    if (!mayShare(keys.organization, "organization")) return -1;
    const organization = cursor.code;
    if (!mayShare(keys.location, "location")) return -1;
    const location = cursor.code;
    const roles = takes(cursor, keys.platformRoles) ? 0 : platformRoleBits.unknown;
    const members = rows.groups.values;
    let groupsEnd = ABSENT;
    if (takes(cursor, keys.groups)) {
      if (!readsPositions(cursor, members.values, members.length, groups.length)) return -1;
      groupsEnd = cursor.end;
    }
    const hasActivity = takes(cursor, keys.active);
    if (hasActivity && !readsPairs(cursor, pairs, instances.length)) return -1;
    if (bytes[cursor.at++] !== CLOSE) return -1;
    if (bytes[cursor.at] === COMMA) cursor.at++;
    if (bytes[cursor.at++] !== LINE_FEED) return -1;

    // The row is whole and valid: from here on nothing fails.
    const person = rows.people++;
    closeText(texts.id, id, 0);
    endText(texts.name, name, nameKinds);
    endText(texts.nickname, nickname, nicknameKinds);
    endText(texts.email, email, emailKinds);
    pushByte(rows.status, status);
    pushByte(rows.claim, claim);
    pushByte(rows.source, source);
    pushByte(rows.mfa, mfa);
    pushByte(rows.roles, roles);
    pushNumber(rows.added, added);
    pushNumber(shared.jobTitle.codes, jobTitle);
    pushNumber(shared.department.codes, department);
    pushNumber(shared.organization.codes, organization);
    pushNumber(shared.location.codes, location);
    pushNumber(shared.emailDomain.codes, emailDomain);
    closeOrderedRow(rows.directories, directoriesEnd);
    closeOrderedRow(rows.groups, groupsEnd === ABSENT ? members.length : groupsEnd);
    pushByte(rows.groupsMissing, groupsEnd === ABSENT ? 1 : 0);
    pushByte(rows.activityMissing, hasActivity ? 0 : 1);
    if (!hasActivity) return cursor.at;
    for (let index = 0; index < pairs.length; index += 2) {
      noteActivity(activity, person, pairs.values[index] ?? 0, pairs.values[index + 1] ?? 0);
    }
    return cursor.at;
  }

  return {
    makeRoomFor(length) {
      for (const { bytes } of Object.values(texts)) reserveBytes(bytes, length);
      reserveNumbers(rows.groups.values, length >>> 1);
      reserveNumbers(rows.directories.values, length >>> 1);
    },
    scan,
  };
}

function endText(texts: GrowingTexts, end: number, kinds: number): void {
  if (end === ABSENT) closeText(texts, texts.bytes.length, "absent");
  else closeText(texts, end, kinds);
}
