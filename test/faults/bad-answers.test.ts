import { describe, expect, it, onTestFinished } from "vitest";
import { exitCodes, OperatorError } from "../../src/model/errors.ts";
import { type Fault, type FaultPlan, faultAt, faultCatalogue } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { openStage, type Stage } from "./story.ts";

const roles = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/role-assignments";
const keys = "/admin/api-access/v1/orgs/{orgId}/api-keys";
const lastActive = "/admin/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates";
const memberships = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";

const fault = (name: string): Fault => faultCatalogue[name] as Fault;

async function stageUnder(faults?: FaultPlan): Promise<Stage> {
  const stage = await openStage();
  onTestFinished(() => stage.close());
  stage.spoil(faults);
  return stage;
}

async function refusal(promise: Promise<unknown>): Promise<OperatorError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

describe("an answer that succeeded and cannot be so", () => {
  it("is asked for again where a list of API keys shows none in use, and whoever made one is protected", async () => {
    const stage = await stageUnder(faultAt({ pattern: keys, nth: 1 }, fault("page dropped")));
    const plan = await stage.plan();
    expect(plan.certificate.state).toBe("complete");
    const maker = accountIdOf("key-maker@example.com");
    expect(plan.changes.filter(({ accountId }) => accountId === maker)).toEqual([]);
    expect(plan.heldBack.find(({ accountId }) => accountId === maker)?.kind).toBe("protected");
  });

  it("is told in the plan where a list of API keys shows none in use each time", async () => {
    const plan = await (await stageUnder(faultAt({ pattern: keys }, fault("page dropped")))).plan();
    expect(plan.notes.join()).toContain("API keys could not be read");
  });

  it.each(["page dropped", "unknown value"])(
    "is not believed where role assignments show no seat that a group gives: %s",
    async (name) => {
      const error = await refusal((await stageUnder(faultAt({ pattern: roles, nth: 1 }, fault(name)))).plan());
      expect(error.exitCode).toBe(exitCodes.snapshotNotComplete);
      expect(error.message).toContain("role-assignments: no seat is shown on");
    },
  );

  it("is not believed where role assignments do not know somebody whom a search shows", async () => {
    const error = await refusal((await stageUnder(faultAt({ pattern: roles }, fault("404")))).plan());
    expect(error.exitCode).toBe(exitCodes.snapshotNotComplete);
    expect(error.message).toContain("role-assignments: a person is not found whom a search shows");
  });
});

describe("what a run tells of somebody it left alone or failed with", () => {
  it("names the endpoint that could not confirm their activity, and what to do", async () => {
    const stage = await stageUnder();
    const plan = await stage.plan();
    const broken = accountIdOf("idle-1@example.com");
    stage.spoil(({ path }) =>
      path.includes(broken) && path.endsWith("/last-active-dates") ? fault("500") : undefined,
    );
    const { outcomes, exit } = await stage.apply(plan);
    const idle = outcomes.find(({ accountId }) => accountId === broken);
    expect(idle?.outcome).toBe("unconfirmed");
    expect(idle?.reason).toMatch(/could not be confirmed\. .*last-active-dates.*run again/);
    expect(exit).toMatchObject({ code: 5, reason: expect.stringContaining("could not be looked at again") as string });
  });

  it("ends the run where nobody's activity can be confirmed: it is an error of the endpoint, not of people", async () => {
    const stage = await stageUnder();
    const plan = await stage.plan();
    stage.spoil(faultAt({ pattern: lastActive }, fault("500")));
    const { exit, outcomes } = await stage.apply(plan);
    expect(exit.code).toBe(10);
    expect(exit.reason).toMatch(/could not be confirmed\. .*last-active-dates/);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["not-reached"]));
    stage.spoil(undefined);
    expect((await stage.apply(plan)).exit.code, "the plan is not used up").toBe(0);
  });

  it("names the operation that is said to be so already and cannot be seen", async () => {
    const stage = await stageUnder();
    const plan = await stage.plan();
    stage.spoil(faultAt({ pattern: memberships }, fault("409 already so")));
    const { outcomes } = await stage.apply(plan);
    const idle = outcomes.find(({ accountId }) => accountId === accountIdOf("idle-1@example.com"));
    expect(idle?.outcome).toBe("failed");
    expect(idle?.reason).toMatch(/^leaving jira-users: Atlassian answered that it is so already/);
  });
});
