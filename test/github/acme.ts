import { setTimeout as pause } from "node:timers/promises";
import { jobRights } from "../../src/commands/init/job-rights.ts";
import { instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/server.ts";
import type { ActionOptions, ActionResult, RunningAction } from "./stage/runner.ts";
import { runAction, startAction } from "./stage/runner.ts";
import { dispatchEvent, pullRequestEvent, pullRequestTargetEvent, pushEvent, scheduleEvent } from "./stage/events.ts";
import type { Stage } from "./stage/stage-shape.ts";
import { openStage } from "./stage/stage.ts";

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** The policy repository of the story, without its policies. */
export const organizationYaml = `version: 1
organization: {id: ${builtOrganizationId}, name: Acme}
power: act
accessGroups: ["*-users"]
protect: {minOrgAdmins: 1}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
prices: {jira-software: {currency: USD, perSeatMonth: 9.05, renews: 28}}
`;

export function policyYaml(keys: Readonly<Record<string, string>> = {}): string {
  const all = {
    id: "unused-seats",
    description: "Free seats nobody uses",
    owner: '"@acme/it"',
    for: "seat",
    mode: "enforce",
    where: "{app: jira-software, unused: 90d}",
    then: "[{revoke: {}}]",
    limits: "{percent: 100}",
    ...keys,
  };
  const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${value}`);
  return `version: 1\npolicies:\n${lines.join("\n").replace("   ", "  -")}\n`;
}

/** A policy of the default branch: nobody stays in the group `guests`. */
export const guestsYaml = policyYaml({
  id: "guests",
  for: "person",
  where: "{memberOf: guests}",
  then: "[{removeFromGroup: {group: guests}}]",
});

/** An Atlassian organisation: four have not used Jira for most of a year, two of them Confluence neither. */
function acme(): ReturnType<typeof buildWorld> {
  return buildWorld({
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      { name: "guests" },
    ],
    people: [
      ...Array.from({ length: 4 }, (_, at) => ({
        email: `idle-${at}@example.com`,
        name: `Idle ${at}`,
        groups: at < 2 ? ["jira-users", "wiki-users"] : ["jira-users"],
        active: { "jira@acme": daysAgo(200 + at), ...(at < 2 ? { "confluence@acme": daysAgo(200) } : {}) },
      })),
      ...Array.from({ length: 12 }, (_, at) => ({
        email: `busy-${at}@example.com`,
        groups: ["jira-users", "wiki-users"],
        active: { "jira@acme": daysAgo(2), "confluence@acme": daysAgo(3) },
      })),
    ],
    keys: [{ createdBy: "admin@example.com", expiresAt: daysAgo(-100) }],
  });
}

/** Everything that a policy repository meets: GitHub, Git, Atlassian, and the action as a runner starts it. */
export interface Story {
  readonly stage: Stage;
  readonly atlassian: Simulator;
  run(mode: string, options: Omit<ActionOptions, "mode">): Promise<ActionResult>;
  start(mode: string, options: Omit<ActionOptions, "mode">): Promise<RunningAction>;
  lint(number: number): Promise<ActionResult>;
  /** `before`: the head that was pushed over. */
  plan(number: number): Promise<ActionResult>;
  /** For the last push to the default branch. */
  apply(more?: Partial<ActionOptions>): Promise<ActionResult>;
  reconcile(inputs?: Readonly<Record<string, string>>): Promise<ActionResult>;
  dispatch(mode: string, actor: string, inputs: Readonly<Record<string, string>>): Promise<ActionResult>;
  /** Approves the head, in a later second than whatever was posted: moments are whole seconds. */
  approve(login: string, number: number): Promise<void>;
  /** Who holds a seat of Jira: how many. */
  holders(): number;
  close(): Promise<void>;
}

/** The permissions that `init` and docs/github.md give each mode, and no more. */
export const permissions: Readonly<Record<string, Readonly<Record<string, "read" | "write">>>> = jobRights;

export async function openStory(
  files: Readonly<Record<string, string>> = { "seatwright.yaml": organizationYaml, "policies/guests.yaml": guestsYaml },
  options: Partial<Parameters<typeof openStage>[0]> = {},
  simulated: Pick<SimulatorOptions, "faults"> = {},
): Promise<Story> {
  const stage = await openStage({
    people: { ada: "admin", bob: "write", cyd: "write", eve: "read" },
    files,
    ...options,
  });
  const atlassian = await startSimulator({ world: acme(), clock: () => new Date(), ...simulated });
  const inputs = { "api-key": atlassian.apiKey, "atlassian-url": atlassian.url };
  const optionsFor = (mode: string, given: Omit<ActionOptions, "mode">): ActionOptions => ({
    checkout: mode === "lint" ? {} : "none",
    ...given,
    mode,
    permissions: given.permissions ?? permissions[mode] ?? {},
    inputs: { ...(mode === "lint" ? {} : inputs), ...given.inputs },
  });
  const run = (mode: string, given: Omit<ActionOptions, "mode">): Promise<ActionResult> =>
    runAction(stage, optionsFor(mode, given));
  return {
    stage,
    atlassian,
    run,
    start: (mode, given) => startAction(stage, optionsFor(mode, given)),
    lint: async (number) => run("lint", await pullRequestEvent(stage, { number })),
    plan: async (number) => run("plan", await pullRequestTargetEvent(stage, { number, action: "synchronize" })),
    apply: async (more = {}) => run("apply", { ...(await pushEvent(stage)), ...more }),
    reconcile: async (given = {}) => run("reconcile", { ...(await scheduleEvent(stage, "ada")), inputs: given }),
    dispatch: async (mode, actor, given) =>
      run(mode, { ...(await dispatchEvent(stage, { actor, inputs: given })), inputs: given }),
    async approve(login, number) {
      await pause(1_100);
      await stage.review(login, number, "APPROVE");
    },
    holders: () => seatHolders(atlassian.world, instanceIdOf("jira@acme")).size,
    async close() {
      await atlassian.close();
      await stage.close();
    },
  };
}
