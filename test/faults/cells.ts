import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { type Fault, faultCatalogue } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { routes } from "../../src/simulator/router.ts";
import { deedsSince, stateOf, words } from "./judge.ts";
import { countsOf, nameOf } from "./requests.ts";
import { openStage } from "./story.ts";
import { changesOf, playUndoing, type Undoing } from "./undoing.ts";

/** `undo`: its plan is made; `take back`: it is applied. */
export type Phase = "sync" | "plan" | "apply" | "undo" | "take back";

/** Every phase. */
export const phases: readonly Phase[] = ["sync", "plan", "apply", "undo", "take back"];
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

/** What happens without faults. */
export interface Baseline {
  /** Requests of each phase by method and pattern. */
  readonly counts: Readonly<Record<Phase, ReadonlyMap<string, number>>>;
  /** Ledgers as they are before each of these. */
  readonly ledgers: Readonly<Record<Exclude<Phase, "sync">, string>>;
  readonly synced: Plan;
  readonly plan: Plan;
  /** Every deed of the apply, which is what was approved and still true. */
  readonly right: ReadonlySet<string>;
  readonly state: string;
  /** The clock when the apply begins, before others change the organisation. */
  readonly plannedAt: number;
  readonly undoing: Undoing;
  remove(): void;
}

const anonymous = (pattern: string): string => pattern.replaceAll(/\{\w+\}/g, "{}");

/** The routes of every endpoint that Seatwright calls. */
export const called: readonly Pick<Cell, "method" | "pattern">[] = Object.values(endpoints).map(({ method, path }) => {
  const route = routes.find((each) => each.method === method && anonymous(each.pattern) === anonymous(path));
  if (route === undefined) throw new Error(`the simulator does not serve ${method} ${path}`);
  return { method, pattern: route.pattern };
});

/** The catalogue, with bodies that are slow for less long: only that they come in pieces matters. */
const faults: Readonly<Record<string, Fault>> = { ...faultCatalogue, "slow body": { kind: "slow", milliseconds: 2 } };

/** Whoever came back is proposed again while a search does not tell of it, and left alone each time. */
export function isLeftToDo({ changes }: Plan): boolean {
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
    const state = stateOf(simulator.world);
    const after = { ledger: join(kept, "undo"), at: stage.clock.now(), earlier: changesOf(simulator) };
    cpSync(stage.ledgerFolder, after.ledger, { recursive: true });
    if (isLeftToDo(await stage.plan())) throw new Error("the story leaves something to do");
    const undoing = await playUndoing(after, run.run, join(kept, "take back"));
    return {
      counts: { sync, plan: planned, apply: applied, ...undoing.counts },
      ledgers: {
        plan: join(kept, "plan"),
        apply: join(kept, "apply"),
        undo: after.ledger,
        "take back": join(kept, "take back"),
      },
      synced,
      plan,
      right,
      state,
      plannedAt,
      undoing,
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

/** The cell as messages name it. */
export function cellName({ phase, method, pattern, faultName, position }: Cell): string {
  return `${phase}, ${method} ${pattern}, ${position}: ${faultName}`;
}
