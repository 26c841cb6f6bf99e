import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FaultPlan, faultCatalogue } from "../../src/simulator/faults.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { temporaryDirectory } from "../support/ledger.ts";

const run = promisify(execFile);
const PEOPLE = 100_000;

/** Under a kilobyte for each person, and what the program needs by itself. Rows are let go of page by page. */
const HEAP_MB = 128;

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

describe("a large organisation, read while requests go wrong", () => {
  it("is read whole in little memory", async () => {
    const world = generateWorld({ people: PEOPLE, seed: 7, now: new Date() });
    const simulator = await startSimulator({
      world,
      clock: () => new Date(),
      faults: everyNowAndThen,
      rememberRequests: 0,
    });
    onTestFinished(() => simulator.close());
    const child = fileURLToPath(new URL("memory-child.ts", import.meta.url));
    const started = performance.now();
    const { stdout } = await run(process.execPath, [
      `--max-old-space-size=${HEAP_MB}`,
      child,
      simulator.url,
      simulator.apiKey,
      simulator.orgId,
      temporaryDirectory(),
    ]);
    const measured = JSON.parse(stdout) as Measured;
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${JSON.stringify(measured)} in ${seconds} s, with a heap of ${HEAP_MB} MB at most`);
    expect(measured.people).toBe(PEOPLE);
    expect(measured.state, measured.doubts.join(", ")).toBe("complete");
    expect(measured.again).toBeGreaterThan(20);
  }, 600_000);
});
