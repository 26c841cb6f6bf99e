import { describe, expect, it } from "vitest";
import { plan as isPlan } from "../../src/documents/validators.generated.cjs";
import type { Plan } from "../../src/model/documents.generated.ts";
import { weighedFor } from "../../src/plan/only.ts";
import { propose } from "../../src/plan/propose.ts";
import { now, organization } from "../support/people.ts";
import { exemption, personPolicy, policy, requestOf, type Rules, suspend, where } from "../support/policies.ts";

const old = { groups: ["users"], active: { jira: 200 }, added: now - 400 * 86_400 };
const population = organization({
  groups: { users: { grants: ["jira"] } },
  people: {
    ada: old,
    ben: old,
    cem: old,
    dee: { ...old, platformRoles: ["atlassian/org-admin"] },
    eve: old,
    fay: { ...old, active: { jira: 1 } },
  },
});

const oneOff = personPolicy("ad-hoc-x", { filter: where.named("ada", "ben", "cem", "dee"), actions: [suspend] });
const unused = policy("unused", { filter: where.unused(90) });
const keeper = personPolicy("keeper", { filter: where.named("cem"), actions: [{ kind: "addToGroup", group: 0 }] });

function oneOffPlan(rules: Rules): Plan {
  const request = requestOf(population, rules);
  const plan = propose({ ...request, policies: weighedFor(request.policies, oneOff.id), only: oneOff.id });
  expect(isPlan(plan), JSON.stringify(isPlan.errors)).toBe(true);
  return plan;
}

const told = ({ changes }: Plan): readonly string[] =>
  changes.map(({ accountId, action }) => `${action} ${accountId}`).sort();

describe("a one-off plan", () => {
  it("carries what its policy asks for and nothing else, also where another would take less of the same people", () => {
    const plan = oneOffPlan({ policies: [oneOff, unused] });
    expect(told(plan)).toEqual(["suspend ada", "suspend ben", "suspend cem"]);
    expect(plan.conflicts).toEqual([]);
    expect(plan.policies.map(({ id }) => id)).toEqual([oneOff.id]);
    expect(plan.origin).toEqual({ kind: "policies", only: oneOff.id });
    expect(plan.notes.join()).toContain("This plan is a one-off");
  });

  it("gives way to a policy that keeps something, and shows that", () => {
    const plan = oneOffPlan({ policies: [oneOff, unused, keeper] });
    expect(told(plan)).toEqual(["suspend ada", "suspend ben"]);
    expect(plan.conflicts).toMatchObject([
      { accountId: "cem", kept: { policy: "keeper" }, gaveWay: { policy: oneOff.id } },
    ]);
  });

  it("leaves out what the policies that keep something would do", () => {
    const giver = personPolicy("giver", {
      filter: where.named("fay"),
      actions: [{ kind: "grant", instance: 1, role: "atlassian/user" }],
    });
    expect(told(oneOffPlan({ policies: [oneOff, giver] }))).toEqual(["suspend ada", "suspend ben", "suspend cem"]);
  });

  it("heeds protection, exemptions and limits as every plan does, and lists only its own people", () => {
    const plan = oneOffPlan({
      policies: [oneOff, policy("report-only", { mode: "report", filter: where.unused(90) })],
      exemptions: [exemption("EX-1", { filter: where.named("ben") })],
    });
    expect(told(plan)).toEqual(["suspend ada", "suspend cem"]);
    expect(plan.heldBack.map(({ accountId, policy: id, kind }) => [accountId, id, kind])).toEqual([
      ["ben", oneOff.id, "exempt"],
      ["dee", oneOff.id, "protected"],
    ]);
    const limited = oneOffPlan({
      policies: [oneOff],
      settings: { limits: { perRun: { percent: null, changes: 1 } } },
    });
    expect(limited.changes).toEqual([]);
    expect(limited.quarantined).toHaveLength(3);
  });

  it("is every policy's plan where no one-off is asked for", () => {
    const { policies } = requestOf(population, { policies: [oneOff, unused] });
    expect(weighedFor(policies, undefined)).toBe(policies);
  });
});
