import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { OperatorError } from "../model/errors.ts";
import { generateWorld } from "../simulator/generate.ts";
import { startSimulator } from "../simulator/server.ts";
import type { Kit } from "../wiring.ts";
import { wholeNumber } from "./numbers.ts";
import { worldFromSnapshot } from "./simulate/from-snapshot.ts";

export interface SimulateFlags {
  readonly people: string;
  readonly seed: string;
  readonly port: string;
  readonly from?: string;
}

/**
 * `seatwright simulate`: a make-believe Atlassian Cloud on loopback. Prints one JSON line when it is ready and answers
 * until SIGTERM or Ctrl-C.
 */
export async function runSimulate(kit: Kit, flags: SimulateFlags): Promise<number> {
  const people = wholeNumber("--people", flags.people, 1, 1_000_000);
  const seed = wholeNumber("--seed", flags.seed, 0, 2 ** 31 - 1);
  const port = wholeNumber("--port", flags.port, 0, 65_535);
  const signal = kit.stopSignal();
  const world =
    flags.from === undefined
      ? generateWorld({ people, seed, now: new Date(kit.clock.now() * 1000) })
      : worldFromSnapshot((await readSnapshotFile(flags.from)).population);
  const simulator = await startSimulator({
    world,
    port,
    clock: () => new Date(kit.clock.now() * 1000),
    rememberRequests: 0,
  }).catch((cause: unknown) => {
    throw new OperatorError(
      "usage",
      `Port ${port} cannot be taken.`,
      "Choose another with --port, or 0 for a free one.",
      { cause },
    );
  });
  const { url, orgId, apiKey } = simulator;
  kit.terminal.out(`${JSON.stringify({ url, orgId, apiKey })}\n`);
  if (kit.terminal.interactive) {
    kit.terminal.err(
      `A make-believe organisation answers until this command ends. To use it, in another terminal:\n` +
        `  export SEATWRIGHT_API_URL=${url} SEATWRIGHT_API_KEY=${apiKey} SEATWRIGHT_ORG_ID=${orgId}\n`,
    );
  }
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await simulator.close();
  return 0;
}
