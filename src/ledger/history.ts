import { join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import type { HistoryKept } from "../model/ledger-view.ts";
import { momentOf, secondsOf, type Seconds } from "../model/time.ts";
import { canonicalJson } from "../plan/digest.ts";
import { makeDirectory, readJsonOrNull, readTextOrNull, writeWhole } from "./files.ts";
import { periodsIn, periodWords, type SeatPeriod } from "./history-lines.ts";
import { linesOf, type PersonSeats, seatsIn, shardOf, shardText } from "./seat-lines.ts";

/** Since when seat periods are kept, until when, and as of which snapshot. */
export interface KeptHistory {
  /** Stretches of time over which they were kept, in order. `to`: the snapshot from which on they were not; null: they are. */
  readonly spans: readonly { readonly from: Seconds; readonly to: Seconds | null }[];
  /** The newest snapshot whose seats are in the periods. */
  readonly last: Seconds;
}

/** Who held which seat when, by account id: kept only where `privacy.history` is `accounts`. */
export interface HistoryStore {
  /**
   * Brings the periods up to the snapshot of this moment. To be called after its seats were noted, and before another process
   * can note others. `counts` ends the keeping and leaves what was kept. `isCertain` tells whether the snapshot shows for
   * certain that somebody holds a seat, by account id and the instance's id.
   */
  record(asOf: Seconds, wish: HistoryKept, isCertain: Certainty): Promise<void>;
}

export type Certainty = (accountId: string, instance: string) => boolean;

/** How long Atlassian may take to show a seat that was given: until then, it is not known to have been held. */
const GIVEN_LAG: Seconds = 3600;

/**
 * The periods follow from what the ledger knows of seats: a seat that it no longer knows has ended. `ledger` is the folder of
 * the ledger; the files are in `history/`, one line for each person, in the shards of `seats/`.
 */
export function createHistoryStore(ledger: string): HistoryStore {
  const directory = join(ledger, "history");

  async function recordShard(
    shard: string,
    asOf: Seconds,
    last: Seconds,
    isCertain: (accountId: string, instance: number) => boolean,
  ): Promise<void> {
    const path = join(directory, shardFile(shard));
    const text = (await readTextOrNull(path)) ?? "";
    const lines = linesOf(text);
    const held = linesOf((await readTextOrNull(join(ledger, "seats", shardFile(shard)))) ?? "");
    const next = new Map<string, string>();
    for (const accountId of new Set([...lines.keys(), ...held.keys()])) {
      const words = lines.get(accountId);
      const before = words === undefined ? [] : checked(periodsIn(words), path, accountId);
      const seatWords = held.get(accountId);
      const seats = seatWords === undefined ? noSeats : checked(seatsIn(seatWords), path, accountId);
      const after = carriedOn(before, seats, asOf, last).map((period) =>
        period.end === null ? judged(period, isCertain(accountId, period.instance)) : period,
      );
      if (after.length > 0) next.set(accountId, periodWords(after));
    }
    const written = shardText(next);
    if (written !== text) await writeWhole(path, written);
  }

  return {
    async record(asOf, wish, isCertain) {
      const before = await readKept(ledger);
      const open = before?.spans.at(-1)?.to === null;
      if (wish === "counts") {
        if (before === null || !open) return;
        const spans = before.spans.map(({ from, to }) => ({ from, to: to ?? asOf }));
        await writeKept(directory, { spans, last: before.last });
        return;
      }
      await makeDirectory(directory);
      const ids = await instanceIds(ledger);
      const isHeld = (accountId: string, instance: number): boolean => {
        const id = ids[instance];
        return typeof id === "string" && isCertain(accountId, id);
      };
      for (const shard of everyShard()) await recordShard(shard, asOf, before?.last ?? asOf, isHeld);
      const spans = open ? (before?.spans ?? []) : [...(before?.spans ?? []), { from: asOf, to: null }];
      await writeKept(directory, { spans, last: asOf });
    },
  };
}

/** A person's periods as a snapshot leaves them, by what they were at the one before (`last`) and the seats known since. */
function carriedOn(
  before: readonly SeatPeriod[],
  seats: PersonSeats,
  asOf: Seconds,
  last: Seconds,
): readonly SeatPeriod[] {
  const going = new Set<number>();
  const after = before.map((period): SeatPeriod => {
    if (period.end !== null) return period;
    const known = seats.get(period.instance);
    const since = known?.firstSeen ?? null;
    // Known since later than the snapshot before: it was gone in between, while nothing was kept. A period that began just
    // then was written by a recording of this snapshot that was cut off.
    const isAnother = since !== null && since > last && since !== period.firstSeen;
    const goneBy = known === undefined ? asOf : isAnother ? since : null;
    if (goneBy !== null) return { ...period, end: { lastSeen: last, goneBy } };
    going.add(period.instance);
    return period;
  });
  const begun = [...seats].flatMap(([instance, { firstSeen, restored }]): readonly SeatPeriod[] => {
    const onlyGiven = firstSeen !== null && firstSeen === restored && restored + GIVEN_LAG > asOf;
    return going.has(instance) || onlyGiven ? [] : [{ instance, perhaps: true, firstSeen, end: null }];
  });
  return [...after, ...begun];
}

/** A period that goes on, with what this snapshot shows of it. What was certain once stays so. */
function judged({ perhaps, ...period }: SeatPeriod, certain: boolean): SeatPeriod {
  return perhaps === true && !certain ? { ...period, perhaps } : period;
}

/** The ledger's list of instances: what a position in a line stands for. */
async function instanceIds(ledger: string): Promise<readonly unknown[]> {
  const list = await readJsonOrNull(join(ledger, "seats", "instances.json"));
  return Array.isArray(list) ? list : [];
}

/** Whether the ledger in a folder keeps seat periods, and since when; null: it never did. */
export async function readKept(ledger: string): Promise<KeptHistory | null> {
  const path = join(ledger, "history", "kept.json");
  const value = (await readJsonOrNull(path)) as { readonly spans?: unknown; readonly last?: unknown } | null;
  if (value === null) return null;
  const last = secondsIn(value.last);
  const spans = Array.isArray(value.spans) ? value.spans.map(spanIn) : [];
  const whole = spans.filter((span) => span !== null);
  if (last === null || whole.length === 0 || whole.length < spans.length) throw edited(path, "since when it is kept");
  return { spans: whole, last };
}

function spanIn(value: unknown): KeptHistory["spans"][number] | null {
  const { from, to } = (value ?? {}) as { readonly from?: unknown; readonly to?: unknown };
  const [start, end] = [secondsIn(from), to === null ? null : secondsIn(to)];
  return start === null || (to !== null && end === null) ? null : { from: start, to: end };
}

function secondsIn(value: unknown): Seconds | null {
  return typeof value === "string" ? secondsOf(value) : null;
}

async function writeKept(directory: string, { spans, last }: KeptHistory): Promise<void> {
  const document = {
    kind: "history",
    version: 1,
    spans: spans.map(({ from, to }) => ({ from: momentOf(from), to: to === null ? null : momentOf(to) })),
    last: momentOf(last),
  };
  await writeWhole(join(directory, "kept.json"), `${canonicalJson(document)}\n`);
}

/** The periods of one account, in order of instance and time. The instance is its id. */
export async function readPeriods(
  ledger: string,
  accountId: string,
): Promise<readonly (Omit<SeatPeriod, "instance"> & { readonly instance: string })[]> {
  const path = join(ledger, "history", shardFile(shardOf(accountId)));
  const words = linesOf((await readTextOrNull(path)) ?? "").get(accountId);
  if (words === undefined) return [];
  const ids = await instanceIds(ledger);
  return checked(periodsIn(words), path, accountId).map((period) => {
    const id = ids[period.instance];
    if (typeof id !== "string") throw edited(path, accountId);
    return { ...period, instance: id };
  });
}

const noSeats: PersonSeats = new Map();

function shardFile(shard: string): string {
  return `${shard}.txt`;
}

function everyShard(): readonly string[] {
  return Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, "0"));
}

function checked<Found>(found: Found | null, path: string, accountId: string): Found {
  if (found !== null) return found;
  throw edited(path, accountId);
}

function edited(path: string, about: string): OperatorError {
  return new OperatorError(
    "usage",
    `${path} does not say what it should about ${about}: the ledger was edited by hand.`,
    "Put the file back from a backup or from Git.",
  );
}
