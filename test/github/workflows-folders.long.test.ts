import { afterAll, beforeAll, expect, it } from "vitest";
import { workflowFile, WORKFLOW_PATH } from "../../src/commands/init/workflow.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { addToGroup } from "../../src/simulator/edit.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { needs } from "../support/needs.ts";
import { guestsYaml, openStory, organizationYaml, policyYaml, type Story } from "./acme.ts";
import { commentsOn } from "./cheats-support.ts";
import { dispatchEvent, pullRequestEvent, pullRequestTargetEvent, pushEvent, scheduleEvent } from "./stage/events.ts";
import { numberAt, objects, textAt } from "./stage/json.ts";
import { type LegResult, runWorkflow, told, type WorkflowRun } from "./workflow-run.ts";

/** Processes take their time on a machine that is busy. */
const patient = { timeout: 240_000 };

const usId = "9b241ecd-17cd-2b16-kkl8-0933157226k2";
const text = workflowFile({
  time: "daily",
  uses: `acme/seatwright@${"0".repeat(40)}`,
  layout: {
    kind: "folders",
    parent: "orgs",
    organizations: [
      { name: "eu", organizationId: builtOrganizationId },
      { name: "us", organizationId: usId },
    ],
  },
});

needs("git").describe("the workflow that init writes for several organisations, on GitHub", () => {
  let story: Story;
  let american: Simulator;
  beforeAll(async () => {
    story = await openStory({
      "orgs/eu/seatwright.yaml": organizationYaml,
      "orgs/eu/policies/guests.yaml": guestsYaml,
      "orgs/us/seatwright.yaml": organizationYaml.replace(builtOrganizationId, usId),
      "orgs/us/policies/guests.yaml": guestsYaml,
      [WORKFLOW_PATH]: text,
    });
    const people = Array.from({ length: 5 }, (_, at) => ({ email: `us-${at}@example.com`, groups: ["jira-users"] }));
    const groups = [{ name: "jira-users", grants: [["jira@acme", "user"]] as const }, { name: "guests" }];
    const world = buildWorld({ organization: { id: usId }, groups, people });
    american = await startSimulator({ world, clock: () => new Date() });
  }, 120_000);
  afterAll(async () => {
    expect(story.stage.judge.violations).toEqual([]);
    await american.close();
    await story.close();
  });

  const run = (trigger: WorkflowRun["trigger"], inputs: WorkflowRun["inputs"] = {}): Promise<readonly LegResult[]> => {
    const keys: Readonly<Record<string, Simulator>> = {
      "seatwright-eu": story.atlassian,
      "seatwright-eu-apply": story.atlassian,
      "seatwright-us": american,
      "seatwright-us-apply": american,
    };
    const atlassianOf = (environment: string): Simulator => {
      const found = keys[environment];
      if (found === undefined) throw new Error(`Nobody made the environment ${environment}.`);
      return found;
    };
    return runWorkflow(story.stage, text, { trigger, inputs, atlassianOf });
  };
  const changesOf = (legs: readonly LegResult[]): readonly (string | undefined)[] => {
    for (const { result } of legs) expect(result.code, told(result)).toBe(0);
    return legs.map(({ leg, result }) => `${leg["organization"]}: ${result.outputs["changes"]}`);
  };

  it("plans and applies each by itself, with its own key, ledger and plan pull request", patient, async () => {
    const { stage } = story;
    expect(changesOf(await run(await scheduleEvent(stage, "ada")))).toEqual(["eu: 0", "us: 0"]);
    for (const name of ["eu", "us"]) {
      expect(await stage.look(`/repos/${stage.fullName}/git/ref/heads/seatwright-ledger-${name}`)).toBeTruthy();
    }

    // A change of one organisation's policies is a plan for that one.
    await stage.push("ada", "unused", { "orgs/eu/policies/unused.yaml": policyYaml() }, "Free unused seats");
    const number = await stage.openPullRequest("ada", { head: "unused", title: "Free unused seats" });
    for (const { result } of await run(await pullRequestEvent(stage, { number }))) {
      expect(result, told(result)).toMatchObject({ code: 0, outputs: { errors: "0" } });
    }
    expect(changesOf(await run(await pullRequestTargetEvent(stage, { number })))).toEqual(["eu: 4", "us: 0"]);
    await story.approve("bob", number);
    await stage.merge("bob", number, "squash");
    const before = story.holders();
    const applied = await run(await pushEvent(stage));
    for (const { result } of applied) expect(result.code, told(result)).toBe(0);
    expect(applied[0]?.result.outputs["seats-freed"]).toBe("4");
    expect(story.holders()).toBe(before - 4);
    const outcome = (await commentsOn(story, number)).find((body) => body.includes("seatwright:result"));
    expect(outcome).toContain("seatwright.yml -f organization=eu -f mode=reconcile -f undo=r-");

    // What becomes due in the other one is proposed for that one, and applied by hand for that one alone.
    addToGroup(american.world, "us-0@example.com", "guests");
    expect(changesOf(await run(await scheduleEvent(stage, "ada")))).toEqual(["eu: 0", "us: 1"]);
    const [open, ...others] = objects(await stage.look(`/repos/${stage.fullName}/pulls`));
    expect(others).toEqual([]);
    expect(textAt(open, "head", "ref")).toBe("seatwright/plan-orgs_us");
    const plans = numberAt(open, "number");
    await story.approve("cyd", plans);
    await stage.merge("cyd", plans, "merge");
    const typed = { organization: "us", mode: "apply", "pull-request": String(plans) };
    const [byHand, ...none] = await run(await dispatchEvent(stage, { actor: "bob", inputs: typed }), typed);
    expect(none).toEqual([]);
    expect(byHand?.environment).toBe("seatwright-us-apply");
    expect(byHand?.result, told(byHand?.result ?? never())).toMatchObject({
      code: 0,
      outputs: { "outcome-done": "1" },
    });
  });
});

function never(): never {
  throw new Error("No job ran.");
}
