import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";

/** What the ledger keeps of one seat. `firstSeen: null`: of the first baseline. */
export interface SeatRecord {
  readonly firstSeen: Seconds | null;
  readonly restored: Seconds | null;
}

/** A person's seats, by the position of the instance in the ledger's list of instances. */
export type PersonSeats = ReadonlyMap<number, SeatRecord>;

/**
 * A person's line: the account id, then each seat as `instance`, `instance@first-seen` or either with `+restored`, in
 * order of instance. A seat that changes touches one line of one file.
 */
export function seatLine(accountId: string, seats: PersonSeats): string {
  const words = [...seats]
    .sort(([a], [b]) => a - b)
    .map(([instance, { firstSeen, restored }]) => {
      const seen = firstSeen === null ? "" : `@${firstSeen}`;
      return `${instance}${seen}${restored === null ? "" : `+${restored}`}`;
    });
  return [accountId, ...words].join(" ");
}

/** What `seatLine` wrote after the account id; null where it did not write this. */
export function seatsIn(words: string): PersonSeats | null {
  const seats = new Map<number, SeatRecord>();
  for (const word of words.split(" ")) {
    const parts = /^(\d{1,9})(?:@(\d{1,10}))?(?:\+(\d{1,10}))?$/.exec(word);
    if (parts === null) return null;
    seats.set(Number(parts[1]), {
      firstSeen: parts[2] === undefined ? null : Number(parts[2]),
      restored: parts[3] === undefined ? null : Number(parts[3]),
    });
  }
  return seats;
}

/** A shard's lines as a map from account id to the rest of the line, unread. */
export function linesOf(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) lines.set(line.slice(0, space), line.slice(space + 1));
  }
  return lines;
}

/** The text of a shard: people by account id in order of code units, so that the same seats give the same bytes. */
export function shardText(lines: ReadonlyMap<string, string>): string {
  const ordered = [...lines].sort(([a], [b]) => compareText(a, b));
  return ordered.map(([accountId, words]) => `${accountId} ${words}\n`).join("");
}

/**
 * Which of the 256 shards keeps a person: eight bits of FNV-1a over the account id, spread evenly whatever kind of id it
 * is. Source: draft-eastlake-fnv.
 */
export function shardOf(accountId: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < accountId.length; at++) {
    hash = Math.imul(hash ^ accountId.charCodeAt(at), 0x01000193);
  }
  const folded = (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
  return folded.toString(16).padStart(2, "0");
}
