import path from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** Whether everything has to be done within two minutes. */
  readonly quick: boolean;
  /** Parts to run, by name; none: all. */
  readonly only: readonly string[];
  readonly people: number;
  readonly seed: number;
  readonly rounds: number;
  /** Runs from a file to a plan, each in a process of its own. */
  readonly planRuns: number;
  /** Peers to compare with, by name. */
  readonly peers: readonly string[];
  /** Sizes that the cost is compared at. */
  readonly sizes: readonly number[];
  readonly out: string | null;
}

/** Peers in the order in which they take their turns; ours first. */
export const everyPeer = ["seatwright", "objects", "generated", "duckdb", "mingo", "json-rules-engine"] as const;
export type PeerName = (typeof everyPeer)[number];

/**
 * How much of the work the slow ones do: they answer in fewer rounds, and of an organisation so many times smaller. The
 * table says so, and compares time for each person.
 */
export const slow: Readonly<Partial<Record<PeerName, { readonly rounds: number; readonly smaller: number }>>> = {
  mingo: { rounds: 3, smaller: 1 },
  "json-rules-engine": { rounds: 1, smaller: 20 },
};

export const usage = `npm run bench -- [options]

  --quick            100,000 people, within two minutes; otherwise a million
  --only a,b         these parts of it
  --people N         so many people
  --peers a,b        of ${everyPeer.slice(1).join(", ")}
  --rounds N         rounds of answers, after a few that do not count (9)
  --runs N           runs from a file to a plan (5)
  --seed N           another organisation (1)
  --out DIR          where the table and its numbers are written (bench/out)
  --no-out           only print
`;

/** Reads the command line. Throws a sentence where it is not understood. */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      people: { type: "string" },
      peers: { type: "string" },
      rounds: { type: "string" },
      runs: { type: "string" },
      seed: { type: "string", default: "1" },
      out: { type: "string", default: path.join(import.meta.dirname, "out") },
      "no-out": { type: "boolean", default: false },
    },
  });
  const people = whole(values.people ?? (values.quick ? "100000" : "1000000"));
  const peers = (values.peers ?? everyPeer.slice(1).join(",")).split(",").filter((name) => name !== "");
  for (const peer of peers) {
    if (!(everyPeer as readonly string[]).includes(peer)) throw new Error(`There is no peer called ${peer}.`);
  }
  return {
    quick: values.quick,
    only: values.only.split(",").filter((name) => name !== ""),
    people,
    seed: whole(values.seed),
    rounds: whole(values.rounds ?? (values.quick ? "5" : "9")),
    planRuns: whole(values.runs ?? (values.quick ? "3" : "5")),
    peers,
    sizes: [people / 100, people / 10, people].filter((size) => size >= 1_000),
    out: values["no-out"] ? null : values.out,
  };
}

function whole(text: string): number {
  if (!/^\d{1,8}$/.test(text) || Number(text) === 0) throw new Error(`${text} is not a number of something.`);
  return Number(text);
}
