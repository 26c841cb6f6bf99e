import { readdirSync } from "node:fs";
import type { Change, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { exitCodes, OperatorError } from "../../src/model/errors.ts";
import { type FaultPlan, faultAt } from "../../src/simulator/faults.ts";
import type { Cell } from "./cells.ts";
import { deedsSince, stateOf, unlawful, unrecorded, untold } from "./judge.ts";
import type { Stage } from "./story.ts";
import { wrongError, wrongResult } from "./told.ts";

/** How a cell that kept every rule ended. */
export type CellOutcome =
  /** The fault made no difference to what was read, planned or done. */
  | "as without the fault"
  /** Nothing was read or planned, or no run began. */
  | "refused"
  /** The snapshot says itself that it is not complete, so nothing can be taken by it. */
  | "doubted"
  /** Who made API keys may not be looked at: the plan says so, and goes without that protection. */
  | "noted"
  /** Less was planned, or less was done; the next run did the rest. */
  | "less";

/** The fault of a cell, where it hits. */
export function planOf({ method, pattern, fault, nth }: Cell): FaultPlan {
  return faultAt({ method, pattern, ...(nth === null ? {} : { nth }) }, fault);
}

/** Changes of a plan that a plan without faults does not have, or not with all of these operations. */
export function beyond(plan: Plan, usual: Plan, but: readonly string[]): readonly string[] {
  const found = new Map(usual.changes.map((change) => [change.id, change]));
  const key = ({ operations, hazards }: Change): string => JSON.stringify([operations, hazards]);
  return plan.changes.flatMap((change) => {
    const same = found.get(change.id);
    if (but.includes(change.accountId)) return [];
    return same !== undefined && key(same) === key(change) ? [] : [`planned what is not so: ${JSON.stringify(change)}`];
  });
}

/** The error that an operator would see, or null. Anything else that is thrown is a crash. */
export async function errorOf(promise: Promise<unknown>): Promise<OperatorError | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

/** Names of all files below a folder, as one text. */
export function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().join("\n");
}

/** A read that cannot be believed leaves no counts and no seats behind. */
export function expectNoted(stage: Stage, before: string, problems: string[]): void {
  if (filesIn(stage.ledgerFolder) !== before) problems.push("a bad read left something in the ledger");
}

/** What a plan is to come to. */
export interface Approved {
  readonly plan: Plan;
  readonly right: ReadonlySet<string>;
  readonly state: string;
  /** Goes on without faults, as an operator would, until nothing is left to do. */
  readonly goOn: () => Promise<void>;
}

/** An approved plan meets the fault while it is applied, and is gone on with when the fault is over. */
export async function playApply(
  stage: Stage,
  { plan, right, state, goOn }: Approved,
  cell: Cell,
  problems: string[],
): Promise<CellOutcome> {
  const { world } = stage.simulator;
  const before = world.changes.length;
  stage.spoil(planOf(cell));
  let result: RunResult | null = null;
  try {
    result = await stage.apply(plan);
  } catch (error) {
    problems.push(...wrongError(error, cell, [5, 7, 8, 9]));
  }
  stage.spoil(undefined);
  const deeds = deedsSince(world, before);
  problems.push(...unlawful(deeds, right), ...(await unrecorded(stage.ledgerFolder, deeds)));
  if (result !== null) {
    problems.push(...untold(result, deeds, (id) => plan.changes.find((change) => change.id === id)?.operations ?? []));
    problems.push(...wrongResult(result, cell));
  }
  if (result?.exit.code === exitCodes.done && stateOf(world) === state) return "as without the fault";
  await goOn();
  const all = deedsSince(world, before);
  problems.push(...(await unrecorded(stage.ledgerFolder, all)));
  return result === null ? "refused" : "less";
}
