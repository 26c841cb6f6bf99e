import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import type { Plan } from "../../src/model/documents.generated.ts";
import { afterGolden } from "./runner/after-golden.ts";
import { carryOutEdit } from "./runner/edits.ts";
import * as law from "./runner/laws.ts";
import { namesOf, type WorldNames } from "./runner/names.ts";
import { changeWords, planGolden } from "./runner/plan-golden.ts";
import { type Files, moment, readScenario, type Scenario, scenarioNames } from "./runner/scenario.ts";
import { openStage, type Planned, type Stage } from "./runner/stage.ts";

const update = process.env["SEATWRIGHT_UPDATE_GOLDENS"] === "1";

describe("the rules, each on one organisation", () => {
  it("are in folders that hold a scenario, its two goldens and nothing else", () => {
    for (const name of scenarioNames(import.meta.dirname)) {
      expect(readdirSync(join(import.meta.dirname, name)).sort(), name).toEqual([
        "after.golden.yaml",
        "plan.golden.yaml",
        "scenario.yaml",
      ]);
    }
  });

  for (const name of scenarioNames(import.meta.dirname)) {
    const folder = join(import.meta.dirname, name);
    const scenario = readScenario(folder);
    it(`${name}: ${scenario.rule}`, () => play(scenario, folder));
  }
});

/** Plan, apply, plan again, apply again; after each step the laws that hold everywhere, and the two goldens. */
async function play(scenario: Scenario, folder: string): Promise<void> {
  const stage = await openStage(scenario);
  onTestFinished(() => stage.close());
  const { simulator, clock } = stage;
  const { world } = simulator;
  await comeToPass(stage, scenario);

  const planned = await stage.plan(scenario.files);
  const names = namesOf(world);
  compare(folder, "plan.golden.yaml", planGolden(planned, names));
  expect(planned.exit, "exit code of plan").toBe(scenario.expect.plan);
  if (planned.kind === "refused") {
    expect(law.writesOf(simulator.requests), "nothing was planned and nothing written").toEqual([]);
    compare(folder, "after.golden.yaml", afterGolden(null, null, world, names));
    return;
  }
  const { plan } = planned;
  law.keepsToSchema(plan);
  law.sparesWhomItNames(plan, names);
  law.seesRealSeats(planned.population, world, names);
  const before = simulator.requests.length;

  clock.pass(3600);
  const files = await meet(stage, scenario);
  const applied = await stage.apply(files, plan);
  clock.pass(600);
  simulator.settle();
  const afterNames = namesOf(world);
  const requests = simulator.requests.slice(before);
  compare(folder, "after.golden.yaml", afterGolden(applied, plan, world, names));
  expect(applied.exit, "exit code of apply").toBe(scenario.expect.apply);
  law.writesOnlyApproved(requests, plan, applied.kind === "applied" ? applied.result : null, names);
  law.takesBeforeItGives(requests, plan, names);
  law.leavesAlone(scenario.expect.untouched ?? [], plan, requests, world);
  if (applied.kind === "applied") await law.leavesProof(stage.ledger, applied.result);
  if (applied.kind === "applied" && scenario.meanwhile.length === 0) {
    law.keepsItsPromise(plan, applied.result, world, names);
  }

  const again = await stage.plan(files);
  expect(changesIn(again, afterNames), "changes of the next plan").toEqual(scenario.expect.follows ?? []);
  if (again.kind === "planned") law.seesRealSeats(again.population, world, afterNames);

  const written = law.writesOf(simulator.requests).length;
  const twice = await stage.apply(files, plan);
  expect(twice.kind, "the same plan applied again").toBe("refused");
  expect(law.writesOf(simulator.requests), "the same plan applied again writes nothing").toHaveLength(written);
}

/** What happened before the plan. */
async function comeToPass(stage: Stage, { baseline, earlier, at, files }: Scenario): Promise<void> {
  const { simulator, clock } = stage;
  const until = (text: string): void => clock.pass(moment(text) - clock.now());
  let lastRun = "";
  if (baseline) await stage.sync();
  for (const step of earlier) {
    until(step.at);
    const current = step.files ?? files;
    if (step.run === "sync") await stage.sync();
    else if (step.run === "plan") planOf(await stage.plan(current));
    else {
      const plan = step.run === "undo" ? await stage.undo(current, lastRun) : planOf(await stage.plan(current));
      const applied = await stage.apply(current, plan);
      if (applied.kind === "refused") throw new Error(applied.message);
      lastRun = applied.result.run;
    }
    for (const edit of step.then ?? []) carryOutEdit(simulator.world, edit, new Date(clock.now() * 1000));
  }
  until(at);
}

function planOf(planned: Planned): Plan {
  if (planned.kind === "refused") throw new Error(planned.message);
  return planned.plan;
}

/** What happens between the plan and its apply; gives the policy files that apply meets. */
async function meet(stage: Stage, { meanwhile, files }: Scenario): Promise<Files> {
  let current = files;
  for (const step of meanwhile) {
    if ("files" in step) current = { ...current, ...step.files };
    else if ("wait" in step) stage.clock.pass(step.wait * 3600);
    else carryOutEdit(stage.simulator.world, step, new Date(stage.clock.now() * 1000));
  }
  return current;
}

function changesIn(planned: Planned, names: WorldNames): readonly string[] {
  if (planned.kind === "refused") return [`refused: ${planned.message}`];
  return planned.plan.changes.map((change) => changeWords(change, names)).sort();
}

/** The file of a folder against what came. To see both whole, they are compared as values. */
function compare(folder: string, file: string, actual: unknown): void {
  const path = join(folder, file);
  if (update) writeFileSync(path, stringify(actual, { lineWidth: 0 }));
  expect(existsSync(path), `${path} is there; SEATWRIGHT_UPDATE_GOLDENS=1 writes it, and you read it`).toBe(true);
  expect(actual, file).toEqual(parse(readFileSync(path, "utf8")));
}
