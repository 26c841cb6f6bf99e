import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultPlan, faultCatalogue } from "../../src/simulator/faults.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { temporaryDirectory } from "../support/ledger.ts";

const run = promisify(execFile);
const PEOPLE = 100_000;

/** Under a kilobyte for each person, and what the program needs by itself. Rows are let go of page by page. */
const HEAP_MB = 128;

/** The same with what lies outside of the heap: columns, and buffers on their way. */
const MEMORY_MB = 200;

const passing = ["500", "503", "429 with Retry-After", "reset before the work", "reset after the work"].concat([
  "truncated JSON",
  "truncated connection",
  "empty 200",
  "slow body",
]);

/** Each 23rd request to a list goes wrong in a way that passes, each time another. */
const everyNowAndThen: FaultPlan = ({ pattern, nth }) => {
  if (!pattern.endsWith("/search") || nth % 23 !== 0) return undefined;
  const name = passing[(nth / 23) % passing.length] ?? "500";
  return faultCatalogue[name];
};

interface Measured {
  readonly people: number;
  readonly state: string;
  readonly doubts: readonly string[];
  readonly requests: number;
  readonly again: number;
  readonly peakHeapMb: number;
  readonly peakRssMb: number;
}

type Keeps = "nothing" | "answers" | "bytes";

describe("a large organisation, read while requests go wrong", { timeout: 900_000 }, () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const world = generateWorld({ people: PEOPLE, seed: 7, now: new Date() });
    const options = { world, clock: () => new Date(), faults: everyNowAndThen, rememberRequests: 0 };
    simulator = await startSimulator(options);
  }, 300_000);
  afterAll(() => simulator.close());

  /** What a process measured that reads the organisation; null where its heap did not suffice. */
  async function measured(keeps: Keeps): Promise<Measured | null> {
    const child = fileURLToPath(new URL("memory-child.ts", import.meta.url));
    const { url, apiKey, orgId } = simulator;
    const given = [url, apiKey, orgId, temporaryDirectory(), ...(keeps === "nothing" ? [] : [keeps])];
    const started = performance.now();
    try {
      const { stdout } = await run(process.execPath, [`--max-old-space-size=${HEAP_MB}`, child, ...given]);
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`keeping ${keeps}: ${stdout.trim()} in ${seconds} s, with a heap of ${HEAP_MB} MB at most`);
      return JSON.parse(stdout) as Measured;
    } catch (error) {
      if (!/heap out of memory/.test(String((error as { readonly stderr?: unknown }).stderr))) throw error;
      return null;
    }
  }

  it("is read whole in little memory", async () => {
    const found = await measured("nothing");
    expect(found?.people).toBe(PEOPLE);
    expect(found?.state, found?.doubts.join(", ")).toBe("complete");
    expect(found?.again).toBeGreaterThan(20);
    expect(found?.peakHeapMb).toBeLessThan(MEMORY_MB);
  });

  it("would not pass if every answer were kept, as it is or as bytes", async () => {
    expect(await measured("answers")).toBeNull();
    const bytes = await measured("bytes");
    expect(bytes?.peakHeapMb ?? Number.POSITIVE_INFINITY).toBeGreaterThan(MEMORY_MB);
  });
});
