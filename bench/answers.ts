import { everyPeer, type Options, type PeerName, slow } from "./options.ts";
import type { PeerInput } from "./peers/peer.ts";
import { type PeerProcess, startPeer } from "./processes.ts";
import { differences, type Selection } from "./selection.ts";
import { median } from "./statistics.ts";

/** What came of one peer. */
export interface PeerResult {
  readonly name: PeerName;
  /** How many people it answered for. */
  readonly people: number;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly fastest: number;
  readonly processor: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  /** Whether it can say of whom it cannot tell. */
  readonly tellsUnknown: boolean;
}

export interface Answers {
  readonly results: readonly PeerResult[];
  /** Of Seatwright: whom each policy selects, and of whom it cannot tell. */
  readonly selections: readonly Selection[];
  /** Where peers disagree, in words. */
  readonly disagreements: readonly string[];
}

const WARM_UP = 5;

/** What of the bench's options the answers depend on. */
export type AnswerOptions = Pick<Options, "people" | "seed" | "rounds" | "peers">;

/** Where the snapshot file of an organisation of some size lies. */
export type SnapshotFor = (people: number) => Promise<string>;

/**
 * Lets every peer answer, each in a process of its own. Those that answer for everybody take turns, so that whatever else
 * the machine does falls on all of them alike.
 */
export async function compareAnswers(
  options: AnswerOptions,
  policies: string,
  snapshotFor: SnapshotFor,
  report: (line: string) => void,
): Promise<Answers> {
  const wanted = everyPeer.filter((name) => name === "seatwright" || options.peers.includes(name));
  const whole = wanted.filter((name) => (slow[name]?.smaller ?? 1) === 1);
  const first = await takeTurns(whole, options.people, options, policies, snapshotFor, report);
  const others: Answers[] = [];
  for (const name of wanted.filter((peer) => !whole.includes(peer))) {
    const people = Math.max(1_000, Math.round(options.people / (slow[name]?.smaller ?? 1)));
    others.push(await takeTurns(["seatwright", name], people, options, policies, snapshotFor, report));
  }
  return {
    results: [
      ...first.results,
      ...others.flatMap(({ results }) => results.filter(({ name }) => name !== "seatwright")),
    ],
    selections: first.selections,
    disagreements: [...first.disagreements, ...others.flatMap(({ disagreements }) => disagreements)],
  };
}

async function takeTurns(
  names: readonly PeerName[],
  people: number,
  { rounds, seed }: AnswerOptions,
  policies: string,
  snapshotFor: SnapshotFor,
  report: (line: string) => void,
): Promise<Answers> {
  const input: PeerInput = { people, seed, snapshot: await snapshotFor(people), policies };
  const peers: PeerProcess[] = [];
  for (const name of names) {
    const peer = await startPeer(name, input);
    report(`${name} is ready with ${people} people after ${(peer.loadMilliseconds / 1000).toFixed(1)} s`);
    peers.push(peer);
  }
  // A few rounds that do not count: code that has just been compiled is measured, on all sides.
  for (let round = 0; round < WARM_UP; round++) {
    for (const [at, name] of names.entries()) if (slow[name] === undefined) await peers[at]?.answer();
  }
  const answered = new Map<
    PeerName,
    { milliseconds: number; processor: number; parts: Readonly<Record<string, number>> }[]
  >();
  for (let round = 0; round < rounds; round++) {
    for (const [at, name] of names.entries()) {
      if (round >= (slow[name]?.rounds ?? rounds)) continue;
      const said = await peers[at]?.answer();
      if (said !== undefined) answered.set(name, [...(answered.get(name) ?? []), said]);
    }
    report(`round ${round + 1} of ${rounds}`);
  }
  const ended = new Map<PeerName, { selections: readonly Selection[]; peakBytes: number }>();
  for (const [at, name] of names.entries()) {
    const said = await peers[at]?.end();
    if (said !== undefined) ended.set(name, said);
  }
  const ours = ended.get("seatwright")?.selections ?? [];
  return {
    selections: ours,
    disagreements: names.flatMap((name) => differences(ours, ended.get(name)?.selections ?? [], name)),
    results: names.map((name): PeerResult => {
      const own = answered.get(name) ?? [];
      const times = own.map(({ milliseconds }) => milliseconds);
      const parts = Object.keys(own[0]?.parts ?? {});
      return {
        name,
        people,
        rounds: own.length,
        milliseconds: median(times),
        fastest: Math.min(...times),
        processor: median(own.map(({ processor }) => processor)),
        parts: Object.fromEntries(parts.map((part) => [part, median(own.map((one) => one.parts[part] ?? 0))])),
        peakBytes: ended.get(name)?.peakBytes ?? 0,
        tellsUnknown: ended.get(name)?.selections.every(({ unknown }) => unknown !== null) === true,
      };
    }),
  };
}
