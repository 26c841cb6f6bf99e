import { readdirSync } from "node:fs";
import type { Change, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { exitCodes, OperatorError } from "../../src/model/errors.ts";
import { type FaultPlan, faultAt } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { type Baseline, type Cell, cellName, isLeftToDo, nameOf } from "./cells.ts";
import { deedsSince, stateOf, unlawful, unrecorded, untold } from "./judge.ts";
import { openStage, type Stage } from "./story.ts";
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

export interface Judged {
  readonly cell: Cell;
  readonly outcome: CellOutcome;
  /** Rules that were broken. */
  readonly problems: readonly string[];
}

function planOf({ method, pattern, fault, nth }: Cell): FaultPlan {
  return faultAt({ method, pattern, ...(nth === null ? {} : { nth }) }, fault);
}

/** Plays one cell and holds it to every rule. */
export async function playCell(baseline: Baseline, cell: Cell): Promise<Judged> {
  const { phase } = cell;
  const ledger = phase === "sync" ? undefined : baseline.ledgers[phase];
  const stage = await openStage({
    ...(ledger === undefined ? {} : { ledger }),
    ...(phase === "apply" ? { at: baseline.plannedAt } : {}),
  });
  const problems: string[] = [];
  try {
    const outcome =
      phase === "apply"
        ? await playApply(stage, baseline, cell, problems)
        : await playRead(stage, baseline, cell, problems);
    return { cell, outcome, problems };
  } catch (error) {
    const what = error instanceof OperatorError ? `${error.message} ${error.remedy}` : (error as Error).stack;
    return { cell, outcome: "refused", problems: [...problems, `ended in an error: ${what}`] };
  } finally {
    await stage.close();
  }
}

/** A read that goes wrong, what is planned from it, and what that plan would do. */
async function playRead(stage: Stage, baseline: Baseline, cell: Cell, problems: string[]): Promise<CellOutcome> {
  const isSync = cell.phase === "sync";
  const usual = isSync ? baseline.synced : baseline.plan;
  const ledgerBefore = filesIn(stage.ledgerFolder);
  if (!isSync) stage.clock.pass(60);
  stage.spoil(planOf(cell));
  let plan: Plan;
  try {
    if (isSync) {
      const population = await stage.sync();
      stage.spoil(undefined);
      if (population.header.certificate.state !== "complete") expectNoted(stage, ledgerBefore, problems);
      plan = await stage.planFrom(population);
    } else {
      plan = await stage.plan();
    }
  } catch (error) {
    problems.push(...wrongError(error, cell, [7, 8, 9]));
    expectNoted(stage, ledgerBefore, problems);
    return "refused";
  } finally {
    stage.spoil(undefined);
    if (stage.simulator.world.changes.length > 0) problems.push("reading changed the organisation");
  }
  if (plan.certificate.state !== "complete") {
    if (!plan.certificate.concerns.some((concern) => concern.length > 20)) problems.push("doubts without saying why");
    if (plan.changes.some(({ direction }) => direction === "take")) {
      const refused = await errorOf(stage.apply(plan));
      if (refused?.exitCode !== exitCodes.snapshotNotComplete) problems.push("a doubted snapshot could be applied");
    }
    return "doubted";
  }
  if (JSON.stringify(plan.changes) === JSON.stringify(usual.changes)) return "as without the fault";
  const hides = hidesKeys(cell) && plan.notes.some((note) => /API keys could not be read/.test(note));
  problems.push(...beyond(plan, usual, hides ? [accountIdOf("key-maker@example.com")] : []));
  stage.meanwhile();
  const before = stage.simulator.world.changes.length;
  await stage.apply(plan);
  problems.push(...unlawful(deedsSince(stage.simulator.world, before), baseline.right));
  await goOn(stage, baseline, null, problems);
  return hides ? "noted" : "less";
}

/**
 * Being refused the list of API keys is a right that a key may lack, and a list that shows none each time is one that
 * Atlassian may not keep for such keys: neither is a reason to doubt a snapshot.
 */
function hidesKeys({ pattern, fault, position }: Cell): boolean {
  if (!pattern.endsWith("/api-keys")) return false;
  if (fault.kind === "status") return fault.status === 403 || fault.status === 404;
  return fault.kind === "droppedPage" && position === "lasting";
}

/** Changes of a plan that a plan without faults does not have, or not with all of these operations. */
function beyond(plan: Plan, usual: Plan, but: readonly string[]): readonly string[] {
  const found = new Map(usual.changes.map((change) => [change.id, change]));
  const key = ({ operations, hazards }: Change): string => JSON.stringify([operations, hazards]);
  return plan.changes.flatMap((change) => {
    const same = found.get(change.id);
    if (but.includes(change.accountId)) return [];
    return same !== undefined && key(same) === key(change) ? [] : [`planned what is not so: ${JSON.stringify(change)}`];
  });
}

/** An approved plan meets the fault while it is applied, and is gone on with when the fault is over. */
async function playApply(stage: Stage, baseline: Baseline, cell: Cell, problems: string[]): Promise<CellOutcome> {
  const { plan, right } = baseline;
  const { world } = stage.simulator;
  stage.meanwhile();
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
  if (result?.exit.code === exitCodes.done && stateOf(world) === baseline.state) return "as without the fault";
  await goOn(stage, baseline, plan, problems);
  const all = deedsSince(world, before);
  problems.push(...(await unrecorded(stage.ledgerFolder, all)));
  return result === null ? "refused" : "less";
}

/** Goes on without faults, as an operator would, until nothing is left to do; the end is the same as without any. */
async function goOn(stage: Stage, baseline: Baseline, plan: Plan | null, problems: string[]): Promise<void> {
  if (plan !== null) {
    const again = await errorOf(stage.apply(plan));
    if (again !== null && again.exitCode !== exitCodes.notApproved) problems.push(`cannot go on: ${again.message}`);
  }
  for (let runs = 0; runs < 3; runs++) {
    stage.clock.pass(60);
    const next = await stage.plan();
    if (!isLeftToDo(next)) break;
    await stage.apply(next);
  }
  if (stateOf(stage.simulator.world) !== baseline.state) problems.push("does not end as without faults");
}

async function errorOf(promise: Promise<unknown>): Promise<OperatorError | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().join("\n");
}

/** A read that cannot be believed leaves no counts and no seats behind. */
function expectNoted(stage: Stage, before: string, problems: string[]): void {
  if (filesIn(stage.ledgerFolder) !== before) problems.push("a bad read left something in the ledger");
}

/** Plays cells, one after the other. */
export async function playCells(baseline: Baseline, cells: readonly Cell[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const cell of cells) judged.push(await playCell(baseline, cell));
  return judged;
}

/** Size and counts, for people. */
export function summaryOf(judged: readonly Judged[]): string {
  const phases = Map.groupBy(judged, ({ cell }) => cell.phase);
  const lines = [...phases].map(([phase, own]) => {
    const outcomes = [...Map.groupBy(own, ({ outcome }) => outcome)].map(
      ([outcome, all]) => `${all.length} ${outcome}`,
    );
    const targets = new Set(own.map(({ cell }) => nameOf(cell))).size;
    const kinds = new Set(own.map(({ cell }) => cell.faultName)).size;
    return `${phase}: ${own.length} cells (${targets} endpoints, ${kinds} faults): ${outcomes.sort().join(", ")}`;
  });
  const broken = judged.filter(({ problems }) => problems.length > 0).length;
  return [`${judged.length} cells of the fault matrix, ${broken} of them broken`, ...lines].join("\n  ");
}

/** Every broken rule, with the cell it was broken in. */
export function problemsOf(judged: readonly Judged[]): readonly string[] {
  return judged.flatMap(({ cell, problems }) => problems.map((problem) => `${cellName(cell)}: ${problem}`));
}
