import { instanceLabel } from "../model/apps.ts";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HeldBack, Plan, RunResult } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { terminalText } from "../report/escape.ts";
import { createNames, type Names } from "../report/people.ts";
import { generateWorld } from "../simulator/generate.ts";
import { visit } from "../simulator/edit.ts";
import { seatHolders } from "../simulator/roles.ts";
import { startSimulator } from "../simulator/server.ts";
import type { World } from "../simulator/world.ts";
import { createKit, type Kit } from "../wiring.ts";
import { runApply } from "./apply.ts";
import { runAuditVerify } from "./audit-verify.ts";
import { hrList, setStage, type Stage } from "./demo/stage.ts";
import { wholeNumber } from "./numbers.ts";
import { runPlan } from "./plan.ts";
import { runStop } from "./stop.ts";
import { runSync } from "./sync.ts";
import { runUndo } from "./undo.ts";
import { runValidate } from "./validate.ts";

export interface DemoFlags {
  readonly out: string;
  readonly people: string;
}

/**
 * `seatwright demo`: the whole story on a make-believe organisation, with the real commands over real HTTP on loopback:
 * check, read, plan, approve, somebody comes back, apply, verify, plan again. Exits 0 only where each step came out as
 * the story says.
 */
export async function runDemo(kit: Kit, flags: DemoFlags): Promise<number> {
  const people = wholeNumber("--people", flags.people, 200, 200_000);
  const now = kit.clock.now();
  const world = generateWorld({ people, seed: 1, now: new Date(now * 1000) });
  const stage = await setStage(path.resolve(flags.out), world.organization.id, now);
  await writeFile(stage.hr, hrList(world, now));
  const simulator = await startSimulator({ world, clock: () => new Date(kit.clock.now() * 1000), rememberRequests: 0 });
  const inside = await demoKit(kit, stage, simulator);
  const tell = teller(kit);
  try {
    tell.say(`An organisation of ${figure(people)} people is running on ${simulator.url}, on this machine only.`);
    tell.say(`Everything this demo writes goes to ${stage.folder}.`);

    tell.step("Check the policies", "seatwright validate");
    expect(await runValidate(inside, {}, async () => inside), [exitCodes.done], "the policies are sound");

    tell.step("Read the organisation", "seatwright sync --source hr=hr.csv --out snapshot.json");
    expect(
      await runSync(inside, { out: stage.snapshot, source: [`hr=${stage.hr}`] }),
      [exitCodes.done],
      "the snapshot is complete",
    );

    tell.say("");
    tell.say("These counts are the baseline: nothing is taken before an earlier run has counted the organisation.");
    // Moments are whole seconds, and a baseline is older than the plan beside it.
    await kit.clock.sleep(1_000);

    tell.step("Plan", "seatwright plan --source hr=hr.csv --out plan.json --markdown plan.md --html plan.html");
    const planned = await runPlan(inside, planFlags(stage, "plan"));
    expect(planned, [exitCodes.done, exitCodes.dutiesOwed], "the plan is made");
    const plan = JSON.parse(await readFile(stage.file("plan.json"), "utf8")) as Plan;
    tell.say("");
    tell.say("What no other tool of this kind tells you, out of this plan:");
    const names = createNames((await readSnapshotFile(stage.snapshot)).population, "names");
    for (const line of highlights(plan, names)) tell.say(line);

    tell.step("Between approval and apply, somebody comes back", "");
    const back = plan.changes.find(
      ({ action, seat, lastActive }) => action === "revoke" && seat !== null && lastActive !== "never",
    );
    if (back?.seat == null) throw storyBroken("somebody in the plan has an idle seat");
    const before = held(world, plan);
    visit(world, back.accountId, back.seat.instance, new Date(kit.clock.now() * 1000));
    tell.say(
      `${terminalText(names.label(back.accountId))} opens ${back.seat.app} on ${back.seat.site} again. The approved plan does not know.`,
    );

    tell.step("Anybody may stop it", 'seatwright stop --reason "Wait for the head of support"');
    expect(await runStop(inside, { reason: "Wait for the head of support" }), [exitCodes.done], "the stop is in force");
    expect(await runApply(inside, applyFlags(stage, plan)), [exitCodes.appliedPartially], "the apply is stopped");
    expect(await runStop(inside, { withdraw: true }), [exitCodes.done], "the stop is withdrawn");
    if ([...held(world, plan)].some(([instance, seats]) => seats !== before.get(instance))) {
      throw storyBroken("nothing is changed while a stop is in force");
    }

    tell.step(
      "Apply what was approved and is still true",
      `seatwright apply --plan plan.json --approve ${plan.digest.slice(0, 19)}… --reason "Quarterly clean-up"`,
    );
    const applied = await runApply(inside, applyFlags(stage, plan));
    expect(applied, [exitCodes.done, exitCodes.dutiesOwed], "the plan is applied");
    const result = await lastResult(stage);
    const alone = result.outcomes.find(({ change }) => change === back.id);
    if (alone?.outcome !== "left-alone") throw storyBroken("who came back is left alone");
    tell.say("");
    tell.say(`${terminalText(names.label(back.accountId))} was left alone: ${alone.reason}.`);

    tell.step("Prove it", "seatwright audit verify ledger/audit/<run>.jsonl");
    const log = path.join(stage.ledger, "audit", `${result.run}.jsonl`);
    expect(await runAuditVerify(inside, {}, log), [exitCodes.done], "the audit log is whole");
    await forge(log, stage.file("forged.jsonl"));
    tell.say("And with one word changed in a copy:");
    expect(await runAuditVerify(inside, {}, stage.file("forged.jsonl")), [exitCodes.internal], "a forged log is found");

    const regretted = plan.changes.find(
      ({ id, action }) =>
        action === "revoke" && result.outcomes.some((outcome) => outcome.change === id && outcome.outcome === "done"),
    );
    if (regretted?.seat == null) throw storyBroken("a seat was freed");
    tell.step("Take one of them back", `seatwright undo ${result.run} --person ${regretted.accountId} --out undo.json`);
    const undone = await runUndo(
      inside,
      { out: stage.file("undo.json"), person: regretted.accountId, source: [`hr=${stage.hr}`] },
      result.run,
    );
    expect(undone, [exitCodes.done], "the undo is planned");
    const undo = JSON.parse(await readFile(stage.file("undo.json"), "utf8")) as Plan;
    const given = await runApply(inside, {
      ...applyFlags(stage, undo),
      plan: stage.file("undo.json"),
      reason: "Needed after all",
    });
    expect(given, [exitCodes.done], "the undo is applied");
    if (!seatHolders(world, regretted.seat.instance).has(regretted.accountId))
      throw storyBroken("the seat is given back");

    tell.step("Plan again: nothing is left to do", "seatwright plan --source hr=hr.csv --out after.json");
    const again = await runPlan(inside, planFlags(stage, "after"));
    expect(again, [exitCodes.done, exitCodes.dutiesOwed], "the second plan is made");
    const after = JSON.parse(await readFile(stage.file("after.json"), "utf8")) as Plan;
    if (after.changes.length > 0) throw storyBroken("the second plan is empty");

    tell.step("The organisation's own books", "");
    for (const line of books(world, plan, before)) tell.say(line);
    tell.say("");
    tell.say(
      `Open ${path.join(flags.out, "plan.html")} in a browser, or read plan.md, plan.json and the ledger beside it.`,
    );
    return exitCodes.done;
  } finally {
    await simulator.close();
  }
}

async function demoKit(
  kit: Kit,
  stage: Stage,
  simulator: { readonly url: string; readonly apiKey: string },
): Promise<Kit> {
  const { terminal, clock, log, randomHex, stopSignal, json } = kit;
  const env = { SEATWRIGHT_API_KEY: simulator.apiKey, SEATWRIGHT_API_URL: simulator.url };
  const made = await createKit(
    { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: { ...kit.env, ...env } },
    { repo: stage.repo, ledger: stage.ledger },
    stage.folder,
    stopSignal,
    // The make-believe organisation allows any pace; Atlassian answers 200 questions a minute about activity.
    { concurrency: 6, spacing: { main: 0, lastActive: 0 } },
  );
  return { ...made, terminal, clock, log, randomHex, json, organizationId: null };
}

function planFlags(stage: Stage, name: string): Parameters<typeof runPlan>[1] {
  return {
    source: [`hr=${stage.hr}`],
    out: stage.file(`${name}.json`),
    markdown: stage.file(`${name}.md`),
    html: stage.file(`${name}.html`),
  };
}

function applyFlags(stage: Stage, plan: Plan): Parameters<typeof runApply>[1] {
  return {
    plan: stage.file("plan.json"),
    approve: plan.digest,
    reason: "Quarterly clean-up",
    snapshot: stage.snapshot,
    source: [`hr=${stage.hr}`],
  };
}

/** Tells the story on stdout, or keeps quiet where the result is JSON. */
function teller({ terminal, json }: Kit): { say(text: string): void; step(title: string, command: string): void } {
  let number = 0;
  const say = (text: string): void => {
    if (!json) terminal.out(`${text}\n`);
  };
  return {
    say,
    step(title, command) {
      number++;
      const heading = `${number}. ${title}`;
      say(`\n${"=".repeat(Math.min(terminal.width, 100))}\n${heading}${command === "" ? "" : `\n   $ ${command}`}\n`);
    },
  };
}

/** One held-back person of each telling kind. */
function highlights(plan: Plan, names: Names): readonly string[] {
  const first = (title: string, matches: (held: HeldBack) => boolean): readonly string[] => {
    const held = plan.heldBack.find(matches);
    if (held === undefined) return [];
    const where = held.seat === null ? "" : ` (${held.seat.app} ${held.seat.site})`;
    const owner = held.owner === null ? "" : ` Ask ${held.owner}.`;
    return [`  ${title.padEnd(10)} ${terminalText(names.label(held.accountId))}${where}: ${held.reason}.${owner}`];
  };
  return [
    ...first("blocked", ({ kind, handoff }) => kind === "blocked" && handoff),
    ...first("unknown", ({ kind }) => kind === "unknown"),
    ...first("exempt", ({ kind }) => kind === "exempt"),
    ...first("protected", ({ kind, owed }) => kind === "protected" && !owed),
    ...first("owed", ({ owed }) => owed),
  ];
}

async function lastResult(stage: Stage): Promise<RunResult> {
  const folder = path.join(stage.ledger, "runs");
  const [newest] = (await readdir(folder))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .reverse();
  if (newest === undefined) throw storyBroken("the run left a result");
  return JSON.parse(await readFile(path.join(folder, newest), "utf8")) as RunResult;
}

/** A copy of the log in which one outcome says something else. */
async function forge(log: string, copy: string): Promise<void> {
  await copyFile(log, copy);
  const text = await readFile(copy, "utf8");
  await writeFile(copy, text.replace('"outcome":"left-alone"', '"outcome":"withdrawn"'));
}

/** Seats by instance as the simulated organisation itself counts them, not as Seatwright sees them. */
function held(world: World, plan: Plan): ReadonlyMap<string, number> {
  return new Map(plan.seats.map(({ instance }) => [instance, seatHolders(world, instance).size]));
}

function books(world: World, plan: Plan, before: ReadonlyMap<string, number>): readonly string[] {
  return plan.seats.map(({ instance, app, site }) => {
    const then = before.get(instance) ?? 0;
    const now = seatHolders(world, instance).size;
    return `  ${instanceLabel({ app, site }).padEnd(36)} ${figure(then).padStart(6)} -> ${figure(now).padStart(6)}   ${now === then ? "" : figure(now - then)}`;
  });
}

function expect(code: number, allowed: readonly number[], what: string): void {
  if (!allowed.includes(code)) throw storyBroken(`${what} (exit code ${code})`);
}

function storyBroken(what: string): OperatorError {
  return new OperatorError(
    "internal",
    `The demo did not come out as it should: ${what} did not happen.`,
    "Please report this with the folder the demo made.",
  );
}

function figure(value: number): string {
  return value.toLocaleString("en-GB");
}
