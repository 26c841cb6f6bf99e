import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { faultAt, faultCatalogue, type FaultPlan } from "../../src/simulator/faults.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { permissions } from "../github/acme.ts";
import { told } from "../github/cheats-support.ts";
import {
  dispatchEvent,
  pullRequestEvent,
  pullRequestTargetEvent,
  pushEvent,
  scheduleEvent,
  type Trigger,
} from "../github/stage/events.ts";
import { inWords, numberAt, objects } from "../github/stage/json.ts";
import { type ActionResult, runAction } from "../github/stage/runner.ts";
import { openStage } from "../github/stage/stage.ts";
import { type Named, plantedFiles, plantedKey, type Privacy, plantedWorld } from "./planted.ts";

const leave = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";
const search = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/search";

/** What a policy pull request, its apply, a failure and an undo left behind. */
export interface Posted {
  /** Comments, reviews, checks, issues, titles and bodies: every request that GitHub got. */
  readonly posted: readonly Named[];
  /** Summaries, outputs, annotations and what a run prints, with commands that a runner does not show left out. */
  readonly told: readonly Named[];
  /** Every version of every file of every branch that the action pushed, with the messages of its commits. */
  readonly pushed: readonly Named[];
  /** Tokens of the jobs. */
  readonly tokens: readonly string[];
}

/** A policy pull request is planned, approved, merged, applied with one failure, gone on with, and undone; a read fails. */
export async function onGithub(visibility: "private" | "public", privacy: Privacy): Promise<Posted> {
  let faults: FaultPlan | undefined;
  const atlassian = await startSimulator({
    world: plantedWorld(),
    clock: () => new Date(),
    apiKey: plantedKey,
    faults: (request) => faults?.(request),
  });
  const { "policies/a.yaml": policy = "", ...files } = plantedFiles(privacy);
  const stage = await openStage({ visibility, people: { ada: "admin", bob: "write", cyd: "write" }, files });
  const results: (readonly [string, ActionResult])[] = [];
  const run = async (name: string, mode: string, trigger: Trigger, more: Readonly<Record<string, string>> = {}) => {
    const key = mode === "lint" ? {} : { "api-key": plantedKey, "atlassian-url": atlassian.url };
    const checkout = mode === "lint" ? { depth: 0 } : ("none" as const);
    const rights = permissions[mode] ?? {};
    const result = await runAction(stage, {
      ...trigger,
      mode,
      checkout,
      permissions: rights,
      inputs: { ...key, ...more },
    });
    results.push([name, result]);
    return result;
  };
  const fine = async (...what: Parameters<typeof run>): Promise<ActionResult> => {
    const result = await run(...what);
    expect(result, told(result)).toMatchObject({ code: 0 });
    return result;
  };
  const merge = async (login: string, number: number): Promise<void> => {
    // Moments are whole seconds.
    await pause(1_100);
    await stage.review(login, number, "APPROVE");
    await stage.merge(login, number, "squash");
  };
  try {
    await fine("baseline", "reconcile", await scheduleEvent(stage, "ada"));
    await stage.push("ada", "unused", { "policies/a.yaml": policy }, "Free unused seats");
    const number = await stage.openPullRequest("ada", { head: "unused", title: "Free unused seats" });
    await fine("lint", "lint", await pullRequestEvent(stage, { number }));
    const target = await pullRequestTargetEvent(stage, { number, action: "synchronize" });
    faults = faultAt({ pattern: search }, faultCatalogue["401"] ?? { kind: "empty" });
    expect((await run("plan that fails", "plan", target)).code).toBe(8);
    faults = undefined;
    await fine("plan", "plan", target);
    await merge("bob", number);
    faults = faultAt({ method: "DELETE", pattern: leave, nth: 2 }, faultCatalogue["401"] ?? { kind: "empty" });
    expect((await run("apply that fails", "apply", await pushEvent(stage))).code).toBe(10);
    faults = undefined;
    const applied = await run("apply", "apply", await pushEvent(stage));
    // What failed stays undone, and everybody else is done.
    expect(applied, told(applied)).toMatchObject({ code: 5 });
    const undo = { undo: applied.outputs["run"] ?? "" };
    await fine("undo", "reconcile", await dispatchEvent(stage, { actor: "ada", inputs: undo }), undo);
    const [undoing] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    await merge("cyd", numberAt(undoing, "number"));
    await fine("apply of the undo", "apply", await pushEvent(stage));
    const { git } = stage.world.upstream;
    const pushed = await git.text(["log", "--all", "-p", "--format=%B", "--", "plans"]);
    return {
      posted: stage.requests
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, body }) => [`${method} ${path}`, inWords(body)] as const),
      told: results.flatMap(([name, result]) => toldBy(name, result)),
      pushed: [
        ["branches with plans", pushed],
        ["versions of the ledger", await git.text(["log", "-p", "--format=%B", "refs/heads/seatwright-ledger"])],
      ],
      tokens: results.map(([, { token }]) => token),
    };
  } finally {
    await atlassian.close();
    await stage.close();
  }
}

function toldBy(name: string, result: ActionResult): readonly Named[] {
  const { summary, outputs, annotations, stdout, stderr } = result;
  const printed = `${stdout}\n${stderr}`.split("\n").filter((line) => !line.startsWith("::add-mask::"));
  return [
    [`summary of ${name}`, summary],
    [`outputs of ${name}`, JSON.stringify(outputs)],
    [`annotations of ${name}`, JSON.stringify(annotations)],
    [`what ${name} printed`, printed.join("\n")],
  ];
}
