import type { Plan } from "../../src/model/documents.generated.ts";
import { exitCodes, OperatorError } from "../../src/model/errors.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { type Baseline, type Cell, cellName, isLeftToDo, type Phase } from "./cells.ts";
import { deedsSince, stateOf, unlawful } from "./judge.ts";
import { beyond, type CellOutcome, errorOf, expectNoted, filesIn, planOf, playApply } from "./matrix-rules.ts";
import { playTakeBack, playUndo } from "./matrix-undo.ts";
import { nameOf } from "./requests.ts";
import { type Beginning, openStage, type Stage } from "./story.ts";
import { wrongError } from "./told.ts";

export interface Judged {
  readonly cell: Cell;
  readonly outcome: CellOutcome;
  /** Rules that were broken. */
  readonly problems: readonly string[];
}

function beginningOf({ ledgers, plannedAt, undoing }: Baseline, phase: Phase): Beginning {
  if (phase === "sync") return {};
  const ledger = ledgers[phase];
  if (phase === "plan") return { ledger };
  return phase === "apply" ? { ledger, at: plannedAt } : { ledger, ...undoing.begins[phase] };
}

/** Plays one cell and holds it to every rule. */
export async function playCell(baseline: Baseline, cell: Cell): Promise<Judged> {
  const { phase } = cell;
  const stage = await openStage(beginningOf(baseline, phase));
  const problems: string[] = [];
  try {
    const outcome =
      phase === "apply"
        ? await playApproved(stage, baseline, cell, problems)
        : phase === "undo"
          ? await playUndo(stage, baseline, cell, problems)
          : phase === "take back"
            ? await playTakeBack(stage, baseline, cell, problems)
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

async function playApproved(stage: Stage, baseline: Baseline, cell: Cell, problems: string[]): Promise<CellOutcome> {
  stage.meanwhile();
  return playApply(stage, { ...baseline, goOn: () => goOn(stage, baseline, baseline.plan, problems) }, cell, problems);
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
