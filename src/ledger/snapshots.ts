import { join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import type { Counts } from "../model/ledger-view.ts";
import { secondsOf, type Seconds } from "../model/time.ts";
import { canonicalJson } from "../plan/digest.ts";
import { makeDirectory, namesIn, readJsonOrNull, writeWhole } from "./files.ts";
import { stampOf } from "./plans.ts";

/** Counts of complete snapshots, one file for each, named by its moment. */
export interface CountStore {
  store(counts: Counts): Promise<void>;
  /** The newest counts older than this moment. */
  lastBefore(asOf: Seconds): Promise<Counts | null>;
  /** Those of a stretch of time, in its order: `from` counts, `to` does not. */
  between(from: Seconds, to: Seconds): Promise<readonly Counts[]>;
  /** When the first were taken, and the newest. Null: there are none. */
  span(): Promise<{ readonly first: Seconds; readonly last: Seconds } | null>;
}

export function createCountStore(directory: string): CountStore {
  async function names(): Promise<readonly string[]> {
    return (await namesIn(directory)).filter((name) => /^\d{8}T\d{6}Z\.json$/.test(name));
  }

  return {
    async store(counts) {
      await makeDirectory(directory);
      await writeWhole(join(directory, `${stampOf(counts.asOf)}.json`), `${canonicalJson(counts)}\n`);
    },
    async lastBefore(asOf) {
      const bound = `${stampOf(asOf)}.json`;
      const name = (await names()).findLast((entry) => entry < bound);
      return name === undefined ? null : await readCounts(join(directory, name));
    },
    async between(from, to) {
      const [first, end] = [`${stampOf(from)}.json`, `${stampOf(to)}.json`];
      const found: Counts[] = [];
      for (const name of await names())
        if (name >= first && name < end) found.push(await readCounts(join(directory, name)));
      return found;
    },
    async span() {
      const all = await names();
      const first = all.at(0);
      const last = all.at(-1);
      return first === undefined || last === undefined ? null : { first: momentIn(first), last: momentIn(last) };
    },
  };
}

async function readCounts(path: string): Promise<Counts> {
  const value = (await readJsonOrNull(path)) as Partial<Counts> | null;
  const numbers = [value?.asOf, value?.people, value?.orgAdmins];
  const records = [value?.seats, value?.withActivity, value?.members, value?.holders, value?.unknown ?? {}];
  const lists = Object.values(value?.lastActive ?? {});
  const isCounts =
    numbers.every((entry) => Number.isInteger(entry)) &&
    records.every(
      (entry) => typeof entry === "object" && entry !== null && Object.values(entry).every((n) => Number.isInteger(n)),
    ) &&
    lists.every((list) => Array.isArray(list) && list.every((n) => Number.isInteger(n))) &&
    typeof value?.believed === "object" &&
    value.believed !== null &&
    Object.values(value.believed).every(({ at, seats, withActivity }) =>
      [at, seats, withActivity].every((entry) => Number.isInteger(entry)),
    );
  if (isCounts) return value as Counts;
  throw new OperatorError(
    "usage",
    `${path} does not hold the counts of a snapshot.`,
    "Put the file back from a backup or from Git: the next snapshot is judged against it.",
  );
}

function momentIn(name: string): Seconds {
  const [, date, time] = /^(\d{8})T(\d{6})Z/.exec(name) ?? [];
  const day = `${date?.slice(0, 4)}-${date?.slice(4, 6)}-${date?.slice(6)}`;
  return secondsOf(`${day}T${time?.slice(0, 2)}:${time?.slice(2, 4)}:${time?.slice(4)}Z`) ?? 0;
}
