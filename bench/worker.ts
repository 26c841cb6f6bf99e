/** The process of one peer: loads it, answers when told to, and says what that took. */
import { type Answer, type LoadPeer, type Peer, type PeerInput } from "./peers/peer.ts";
import { peakBytes } from "./peak.ts";
import { type Selection, tell } from "./selection.ts";

/** What the bench says to a peer's process. */
export type Order = "answer" | "end";

/** What a peer's process says to the bench. */
export type Word =
  | { readonly kind: "ready"; readonly milliseconds: number }
  | {
      readonly kind: "answered";
      readonly milliseconds: number;
      /** Processor time, which other processes on the machine disturb less. */
      readonly processor: number;
      readonly parts: Readonly<Record<string, number>>;
    }
  | { readonly kind: "ended"; readonly selections: readonly Selection[]; readonly peakBytes: number };

const loaders: Readonly<Record<string, () => Promise<LoadPeer>>> = {
  seatwright: async () => (await import("./peers/seatwright.ts")).loadSeatwright,
  objects: async () => (await import("./peers/objects.ts")).loadObjects,
  generated: async () => (await import("./peers/generated.ts")).loadGenerated,
  duckdb: async () => (await import("./peers/duckdb.ts")).loadDuckdb,
  mingo: async () => (await import("./peers/mingo.ts")).loadMingo,
  "json-rules-engine": async () => (await import("./peers/json-rules-engine.ts")).loadJsonRulesEngine,
};

const [name = "", ...rest] = process.argv.slice(2);
const input = JSON.parse(rest.join(" ")) as PeerInput;
const loader = loaders[name];
if (loader === undefined || process.send === undefined) throw new Error(`there is no peer called ${name}`);

const start = performance.now();
const peer: Peer = await (await loader())(input);
let last: Answer | null = null;
say({ kind: "ready", milliseconds: performance.now() - start });

process.on("message", (order: Order) => {
  void (order === "answer" ? answer() : end());
});

async function answer(): Promise<void> {
  last = null;
  const before = process.cpuUsage();
  last = await peer.answer();
  const { user, system } = process.cpuUsage(before);
  say({
    kind: "answered",
    milliseconds: last.milliseconds,
    processor: (user + system) / 1000,
    parts: last.parts ?? {},
  });
}

async function end(): Promise<void> {
  // Telling who was found takes memory that answering does not.
  const peak = peakBytes();
  const selections = (last?.found() ?? []).map(tell);
  say({ kind: "ended", selections, peakBytes: peak });
  process.disconnect();
}

function say(word: Word): void {
  process.send?.(word);
}
