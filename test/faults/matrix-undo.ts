import type { Plan } from "../../src/model/documents.generated.ts";
import { exitCodes } from "../../src/model/errors.ts";
import type { Baseline, Cell } from "./cells.ts";
import { deedsSince, stateOf, unlawful } from "./judge.ts";
import { beyond, type CellOutcome, errorOf, expectNoted, filesIn, planOf, playApply } from "./matrix-rules.ts";
import type { Stage } from "./story.ts";
import { wrongError } from "./told.ts";

/** The plan of an undo is made from a read that goes wrong, and what was planned is applied. */
export async function playUndo(
  stage: Stage,
  { undoing }: Baseline,
  cell: Cell,
  problems: string[],
): Promise<CellOutcome> {
  const { world } = stage.simulator;
  stage.since("before the undo");
  const [ledgerBefore, changesBefore] = [filesIn(stage.ledgerFolder), world.changes.length];
  stage.spoil(planOf(cell));
  let plan: Plan;
  try {
    plan = await stage.undo(undoing.run);
  } catch (error) {
    problems.push(...wrongError(error, cell, [7, 8, 9]));
    expectNoted(stage, ledgerBefore, problems);
    return "refused";
  } finally {
    stage.spoil(undefined);
    if (world.changes.length > changesBefore) problems.push("planning changed the organisation");
  }
  if (JSON.stringify(plan.changes) === JSON.stringify(undoing.plan.changes)) return "as without the fault";
  problems.push(...beyondUndo(plan, undoing.plan), ...leftOutSilently(plan, undoing.plan));
  stage.since("before its apply");
  const before = world.changes.length;
  await stage.apply(plan);
  problems.push(...unlawful(deedsSince(world, before), undoing.right));
  await goOn(stage, undoing, problems, takenAtItsWord(plan, undoing.plan));
  return plan.certificate.state === "complete" ? "less" : "doubted";
}

/** The approved plan of an undo meets the fault while it is applied. */
export async function playTakeBack(
  stage: Stage,
  { undoing }: Baseline,
  cell: Cell,
  problems: string[],
): Promise<CellOutcome> {
  stage.since("before its apply");
  const goingOn = async (): Promise<void> => {
    const again = await errorOf(stage.apply(undoing.plan));
    if (again !== null && again.exitCode !== exitCodes.notApproved) problems.push(`cannot go on: ${again.message}`);
    await goOn(stage, undoing, problems);
  };
  return playApply(stage, { ...undoing, goOn: goingOn }, cell, problems);
}

/**
 * Undoes the run again until nothing of it is left to take back; the end is the same as without faults, but for people of whom
 * the last undo says that their state cannot be told: role assignments name no directory in which somebody holds no role.
 */
async function goOn(
  stage: Stage,
  { run, state }: Baseline["undoing"],
  problems: string[],
  but: readonly string[] = [],
): Promise<void> {
  let unknown: readonly string[] = [];
  for (let runs = 0; runs < 3; runs++) {
    stage.clock.pass(60);
    const next = await stage.undo(run);
    unknown = next.heldBack.flatMap(({ accountId, code }) => (code === "state-unknown" ? [accountId] : []));
    if (next.changes.length === 0) break;
    await stage.apply(next);
  }
  const rows = (text: string): string => {
    const all = (JSON.parse(text) as readonly (readonly [string, ...unknown[]][])[]).flat();
    return JSON.stringify(all.filter(([accountId]) => ![...but, ...unknown].includes(accountId)));
  };
  if (rows(stateOf(stage.simulator.world)) !== rows(state)) problems.push("does not end as without faults");
}

/** Changes that an undo without faults does not have, or with fewer operations or hazards. */
function beyondUndo(plan: Plan, usual: Plan): readonly string[] {
  const narrowed = plan.changes.map((change) => {
    const same = usual.changes.find(({ id }) => id === change.id);
    const isPart = <Item>(some: readonly Item[], all: readonly Item[]): boolean =>
      some.every((item) => all.some((other) => JSON.stringify(other) === JSON.stringify(item)));
    const isNarrower =
      same !== undefined && isPart(change.operations, same.operations) && isPart(change.hazards, same.hazards);
    return isNarrower ? same : change;
  });
  return beyond({ ...plan, changes: narrowed }, usual, []);
}

/**
 * Of whom a read shows another role than the one that the run gave, the undo says that somebody else has changed it, and
 * leaves that role alone: any text can be a role's name.
 */
function takenAtItsWord(plan: Plan, usual: Plan): readonly string[] {
  const told = ({ heldBack }: Plan): readonly string[] =>
    heldBack.flatMap(({ accountId, code }) => (code === "changed-since" ? [accountId] : []));
  return told(plan).filter((accountId) => !told(usual).includes(accountId));
}

/** Whom an undo without faults would have reached and this one does not, without a word about them. */
function leftOutSilently(plan: Plan, usual: Plan): readonly string[] {
  const told = new Set([...plan.changes, ...plan.quarantined, ...plan.heldBack].map(({ accountId }) => accountId));
  return usual.changes.flatMap(({ accountId }) =>
    told.has(accountId) ? [] : [`left out without a word: ${accountId}`],
  );
}
