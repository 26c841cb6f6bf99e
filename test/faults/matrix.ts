import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import type { Change, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { exitCodes, OperatorError, PolicyError } from "../../src/model/errors.ts";
import { type Fault, type FaultPlan, faultAt, faultCatalogue } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { routes } from "../../src/simulator/router.ts";
import type { RecordedRequest } from "../../src/simulator/server.ts";
import { deedsSince, stateOf, unlawful, unrecorded, untold, words } from "./judge.ts";
import { openStage, type Stage } from "./story.ts";

export type Phase = "sync" | "plan" | "apply";
export type Position = "first" | "middle" | "lasting";

export interface Cell {
  readonly phase: Phase;
  readonly method: string;
  /** Of the simulator's route. */
  readonly pattern: string;
  readonly faultName: string;
  readonly fault: Fault;
  readonly position: Position;
  /** Which request it hits; null: each. */
  readonly nth: number | null;
}

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

/** What happens without faults. */
export interface Baseline {
  /** Requests of each phase by method and pattern. */
  readonly counts: Readonly<Record<Phase, ReadonlyMap<string, number>>>;
  /** Ledgers as they are before `plan`, and before `apply`. */
  readonly ledgers: { readonly plan: string; readonly apply: string };
  readonly synced: Plan;
  readonly plan: Plan;
  /** Every deed of the apply, which is what was approved and still true. */
  readonly right: ReadonlySet<string>;
  readonly state: string;
  /** The clock when the apply begins, before others change the organisation. */
  readonly plannedAt: number;
  remove(): void;
}

const nameOf = ({ method, pattern }: Pick<Cell, "method" | "pattern">): string => `${method} ${pattern}`;
const anonymous = (pattern: string): string => pattern.replaceAll(/\{\w+\}/g, "{}");

/** The routes of every endpoint that Seatwright calls. */
export const called: readonly Pick<Cell, "method" | "pattern">[] = Object.values(endpoints).map(({ method, path }) => {
  const route = routes.find((each) => each.method === method && anonymous(each.pattern) === anonymous(path));
  if (route === undefined) throw new Error(`the simulator does not serve ${method} ${path}`);
  return { method, pattern: route.pattern };
});

/** The catalogue, with bodies that are slow for less long: only that they come in pieces matters. */
const faults: Readonly<Record<string, Fault>> = { ...faultCatalogue, "slow body": { kind: "slow", milliseconds: 2 } };

function countsOf(requests: readonly RecordedRequest[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests) counts.set(nameOf(request), (counts.get(nameOf(request)) ?? 0) + 1);
  return counts;
}

/** Whoever came back is proposed again while a search does not tell of it, and left alone each time. */
function isLeftToDo({ changes }: Plan): boolean {
  return changes.some(({ accountId }) => accountId !== accountIdOf("came-back@example.com"));
}

/** Plays the story without faults. */
export async function playBaseline(): Promise<Baseline> {
  const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const kept = mkdtempSync(join(place, "seatwright-origin-"));
  const stage = await openStage();
  const { simulator } = stage;
  try {
    let from = 0;
    const since = (): ReadonlyMap<string, number> => {
      const counts = countsOf(simulator.requests.slice(from));
      from = simulator.requests.length;
      return counts;
    };
    const population = await stage.sync();
    const sync = since();
    cpSync(stage.ledgerFolder, join(kept, "plan"), { recursive: true });
    const synced = await stage.planFrom(population);
    stage.clock.pass(60);
    const plan = await stage.plan();
    const planned = since();
    cpSync(stage.ledgerFolder, join(kept, "apply"), { recursive: true });
    const plannedAt = stage.clock.now();
    stage.meanwhile();
    const before = simulator.world.changes.length;
    const run = await stage.apply(plan);
    const applied = since();
    if (run.exit.code !== 0) throw new Error(`the story does not end well: ${JSON.stringify(run.exit)}`);
    const right = new Set(deedsSince(simulator.world, before).map(words));
    const again = await stage.plan();
    if (isLeftToDo(again)) throw new Error("the story leaves something to do");
    return {
      counts: { sync, plan: planned, apply: applied },
      ledgers: { plan: join(kept, "plan"), apply: join(kept, "apply") },
      synced,
      plan,
      right,
      state: stateOf(simulator.world),
      plannedAt,
      remove: () => rmSync(kept, { recursive: true, force: true }),
    };
  } finally {
    await stage.close();
  }
}

/** Every endpoint x fault x phase x position, without those that a phase never reaches. */
export function cellsOf(baseline: Baseline, phases: readonly Phase[]): readonly Cell[] {
  return phases.flatMap((phase) =>
    called.flatMap(({ method, pattern }) => {
      const times = baseline.counts[phase].get(nameOf({ method, pattern })) ?? 0;
      const middle = Math.ceil((times + 1) / 2);
      const positions: readonly (readonly [Position, number | null])[] =
        times === 0
          ? []
          : [["first", 1], ...(middle > 1 ? ([["middle", middle]] as const) : []), ["lasting", null] as const];
      return Object.entries(faults).flatMap(([faultName, fault]) =>
        positions.map(([position, nth]) => ({ phase, method, pattern, faultName, fault, position, nth })),
      );
    }),
  );
}

export function cellName({ phase, method, pattern, faultName, position }: Cell): string {
  return `${phase}, ${method} ${pattern}, ${position}: ${faultName}`;
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

/** Being refused the list of API keys is a right that a key may lack, and so no reason to doubt a snapshot. */
function hidesKeys({ pattern, fault }: Cell): boolean {
  return pattern.endsWith("/api-keys") && fault.kind === "status" && (fault.status === 403 || fault.status === 404);
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

/** The words of an endpoint that a message must have: the last of its path that stands for no value. */
export function tailOf(pattern: string): string {
  return pattern.split("/").findLast((part) => !part.startsWith("{")) ?? "";
}

function wrongError(error: unknown, { pattern }: Cell, codes: readonly number[]): readonly string[] {
  if (!(error instanceof OperatorError)) return [`crashed: ${(error as Error).stack}`];
  const { message, remedy, exitCode } = error;
  return [
    ...(codes.includes(exitCode) ? [] : [`exit code ${exitCode}: ${message}`]),
    ...(message.includes(tailOf(pattern)) || error instanceof PolicyError ? [] : [`names no endpoint: ${message}`]),
    ...(remedy.length > 20 ? [] : [`no remedy: ${message}`]),
  ];
}

const endings: readonly number[] = [
  exitCodes.done,
  exitCodes.appliedPartially,
  exitCodes.credentials,
  exitCodes.errorBudget,
];

/** A run that left something undone says where it went wrong: by the endpoint, or by the operation in words. */
function wrongResult({ exit, outcomes }: RunResult, { pattern, fault, faultName }: Cell): readonly string[] {
  const problems: string[] = [];
  if (!endings.includes(exit.code)) problems.push(`exit code ${exit.code}: ${exit.reason}`);
  const failed = outcomes.filter(({ outcome }) => /^(failed|failed-restored|partial)$/.test(outcome));
  if (failed.length > 0 && exit.code === exitCodes.done) problems.push("failures, and yet exit code 0");
  for (const { reason } of failed) {
    if (
      !/(leaving|joining|giving|taking|suspending|restoring|removing|deactivating|activating|held through)/.test(reason)
    )
      problems.push(`a failure that does not say of what: ${reason}`);
  }
  const blind = outcomes.filter(({ outcome, reason }) => outcome === "left-alone" && /looked at again/.test(reason));
  // A value that nobody knows is no failed read: the reason says what is not known of the person.
  for (const { reason } of fault.kind === "unknownEnum" ? [] : blind) {
    if (!reason.includes(tailOf(pattern))) problems.push(`blind at ${faultName} without the endpoint: ${reason}`);
  }
  return problems;
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
