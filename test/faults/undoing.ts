import { cpSync } from "node:fs";
import type { Plan } from "../../src/model/documents.generated.ts";
import type { Change as StoreChange } from "../../src/simulator/facts.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { deedsSince, stateOf, words } from "./judge.ts";
import { countsOf } from "./requests.ts";
import { type Beginning, openStage } from "./story.ts";

/** `undo`: the plan of an undo is made; `take back`: it is applied. */
export type UndoPhase = "undo" | "take back";

/** What happens without faults when the story's run is taken back. */
export interface Undoing {
  readonly run: string;
  readonly plan: Plan;
  /** Every deed of its apply. */
  readonly right: ReadonlySet<string>;
  readonly state: string;
  /** The clock and the organisation as each phase begins. */
  readonly begins: Readonly<Record<UndoPhase, Required<Pick<Beginning, "at" | "earlier">>>>;
  /** Requests of each phase by method and pattern. */
  readonly counts: Readonly<Record<UndoPhase, ReadonlyMap<string, number>>>;
}

/** Everything that happened in an organisation. */
export function changesOf({ world }: Simulator): readonly StoreChange[] {
  return world.changes.map(({ change }) => change);
}

/** Takes the run back without faults; `ledgerBefore` becomes the ledger as it is before the undo's plan is applied. */
export async function playUndoing(after: Required<Beginning>, run: string, ledgerBefore: string): Promise<Undoing> {
  const stage = await openStage(after);
  const { simulator } = stage;
  try {
    stage.since("before the undo");
    const plan = await stage.undo(run);
    const planned = simulator.requests.length;
    cpSync(stage.ledgerFolder, ledgerBefore, { recursive: true });
    const begins = {
      undo: { at: after.at, earlier: after.earlier },
      "take back": { at: stage.clock.now(), earlier: changesOf(simulator) },
    };
    stage.since("before its apply");
    const before = simulator.world.changes.length;
    const result = await stage.apply(plan);
    if (result.exit.code !== 0) throw new Error(`the undo does not end well: ${JSON.stringify(result.exit)}`);
    const [made, applied] = [simulator.requests.slice(0, planned), simulator.requests.slice(planned)];
    if ((await stage.undo(run)).changes.length > 0) throw new Error("the undo leaves something to do");
    return {
      run,
      plan,
      right: new Set(deedsSince(simulator.world, before).map(words)),
      state: stateOf(simulator.world),
      begins,
      counts: { undo: countsOf(made), "take back": countsOf(applied) },
    };
  } finally {
    await stage.close();
  }
}
