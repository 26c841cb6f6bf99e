import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasBit } from "../model/bits.ts";
import { OperatorError } from "../model/errors.ts";
import type { SeatHistory } from "../model/ledger-view.ts";
import { secondsOf, type Seconds } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance, type Seats } from "../people/seats.ts";
import { diskError, isMissing, makeDirectory, readJsonOrNull, readTextOrNull, writeWhole } from "./files.ts";
import { linesOf, type PersonSeats, type SeatRecord, seatLine, seatsIn, shardOf, shardText } from "./seat-lines.ts";

/** How long Atlassian may take to show a seat that was given: until then, not seeing it proves nothing. */
const GIVEN_LAG: Seconds = 3600;

/** Since when the ledger knows each seat: one line for each person, in 256 files. */
export interface SeatStore {
  /** What is known before `asOf`. Shards are read when they are first asked for. */
  reader(
    asOf: Seconds,
    baselineAt: Seconds | null,
  ): Promise<(accountId: string, instance: string) => SeatHistory | null>;
  /**
   * Notes the seats of a complete snapshot: new ones as first seen then (or, of the first baseline, as older than us),
   * and forgets those that are gone, so that a seat given anew counts from its own first day.
   */
  record(population: Population, seats: Seats, kind: "baseline" | "later"): Promise<void>;
  /** Notes that seats were given (back) at this moment. */
  markGiven(accountId: string, instances: readonly string[], at: Seconds): Promise<void>;
}

export function createSeatStore(directory: string): SeatStore {
  const listPath = join(directory, "instances.json");
  const shardPath = (shard: string): string => join(directory, `${shard}.txt`);

  async function readInstances(): Promise<readonly string[]> {
    const value = await readJsonOrNull(listPath);
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** Positions never change: seats refer to them. */
  async function codesFor(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const known = await readInstances();
    const added = [...new Set(ids)].filter((id) => !known.includes(id));
    const all = [...known, ...added];
    if (added.length > 0) {
      await makeDirectory(directory);
      await writeWhole(listPath, `${JSON.stringify(all, null, 1)}\n`);
    }
    return new Map(all.map((id, code) => [id, code]));
  }

  async function readShard(shard: string): Promise<{ readonly text: string; readonly lines: Map<string, string> }> {
    const text = (await readTextOrNull(shardPath(shard))) ?? "";
    return { text, lines: linesOf(text) };
  }

  async function reader(
    asOf: Seconds,
    baselineAt: Seconds | null,
  ): Promise<(accountId: string, instance: string) => SeatHistory | null> {
    const codes = new Map((await readInstances()).map((id, code) => [id, code]));
    const shards = new Map<string, ReadonlyMap<string, string>>();
    const seesBaseline = baselineAt !== null && baselineAt < asOf;
    return (accountId, instance) => {
      const code = codes.get(instance);
      if (code === undefined) return null;
      const shard = shardOf(accountId);
      let lines = shards.get(shard);
      if (lines === undefined) {
        lines = linesOf(readTextNow(shardPath(shard)));
        shards.set(shard, lines);
      }
      const words = lines.get(accountId);
      if (words === undefined) return null;
      const record = checked(seatsIn(words), shardPath(shard), accountId).get(code);
      if (record === undefined) return null;
      const seen = record.firstSeen === null ? seesBaseline : record.firstSeen < asOf;
      if (!seen) return null;
      return {
        firstSeen: record.firstSeen,
        restored: record.restored !== null && record.restored < asOf ? record.restored : null,
      };
    };
  }

  async function record(population: Population, seats: Seats, kind: "baseline" | "later"): Promise<void> {
    const { instances } = population.header;
    const paid = instances.flatMap((_, position) => (isPaidInstance(population, position) ? [position] : []));
    const codes = await codesFor(paid.map((position) => instances[position]?.id ?? ""));
    const asOf = secondsOf(population.header.asOf) ?? 0;
    const columns = paid.map((position) => ({
      code: codes.get(instances[position]?.id ?? "") ?? -1,
      held: seats.holders[position],
      withPath: seats.withPath[position],
    }));
    const looked = new Set(columns.map(({ code }) => code));
    const byShard = new Map<string, number[]>();
    for (let person = 0; person < population.size; person++) {
      const shard = shardOf(population.text("id", person) ?? "");
      const people = byShard.get(shard);
      if (people === undefined) byShard.set(shard, [person]);
      else people.push(person);
    }
    await makeDirectory(directory);
    for (const shard of allShards()) {
      const { text, lines } = await readShard(shard);
      const next = new Map<string, string>();
      const seen = new Set<string>();
      for (const person of byShard.get(shard) ?? []) {
        const accountId = population.text("id", person) ?? "";
        seen.add(accountId);
        const words = lines.get(accountId);
        const before = words === undefined ? noSeats : checked(seatsIn(words), shardPath(shard), accountId);
        const after = new Map<number, SeatRecord>();
        for (const [code, known] of before) {
          if (!looked.has(code) || isRecent(known, asOf)) after.set(code, known);
        }
        for (const { code, held, withPath } of columns) {
          if (held === undefined || withPath === undefined) continue;
          const known = before.get(code);
          if (hasBit(withPath, person)) {
            after.set(code, known ?? { firstSeen: kind === "baseline" ? null : asOf, restored: null });
          } else if (hasBit(held.unknown, person) && known !== undefined) {
            after.set(code, known);
          }
        }
        if (after.size > 0) next.set(accountId, wordsOf(accountId, after));
      }
      for (const [accountId, words] of lines) {
        if (seen.has(accountId)) continue;
        const kept = [...checked(seatsIn(words), shardPath(shard), accountId)].filter(([, known]) =>
          isRecent(known, asOf),
        );
        if (kept.length > 0) next.set(accountId, wordsOf(accountId, new Map(kept)));
      }
      const written = shardText(next);
      if (written !== text) await writeWhole(shardPath(shard), written);
    }
  }

  async function markGiven(accountId: string, given: readonly string[], at: Seconds): Promise<void> {
    if (given.length === 0) return;
    const codes = await codesFor(given);
    const shard = shardOf(accountId);
    const { text, lines } = await readShard(shard);
    const words = lines.get(accountId);
    const seats = new Map(words === undefined ? [] : checked(seatsIn(words), shardPath(shard), accountId));
    for (const instance of given) {
      const code = codes.get(instance);
      if (code === undefined) continue;
      const known = seats.get(code);
      seats.set(code, {
        firstSeen: known === undefined ? at : known.firstSeen,
        restored: Math.max(known?.restored ?? 0, at),
      });
    }
    lines.set(accountId, wordsOf(accountId, seats));
    const written = shardText(lines);
    if (written !== text) await writeWhole(shardPath(shard), written);
  }

  return { reader, record, markGiven };
}

const noSeats: PersonSeats = new Map();

function isRecent({ restored }: SeatRecord, asOf: Seconds): boolean {
  return restored !== null && restored + GIVEN_LAG > asOf;
}

function wordsOf(accountId: string, seats: PersonSeats): string {
  return seatLine(accountId, seats).slice(accountId.length + 1);
}

function allShards(): readonly string[] {
  return Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, "0"));
}

function checked(seats: PersonSeats | null, path: string, accountId: string): PersonSeats {
  if (seats !== null) return seats;
  throw new OperatorError(
    "usage",
    `${path} does not say what it should about ${accountId}: the ledger was edited by hand.`,
    "Put the file back from a backup or from Git.",
  );
}

function readTextNow(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw diskError(error, path);
  }
}
