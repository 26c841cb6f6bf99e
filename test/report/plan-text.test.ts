import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { createNames } from "../../src/report/people.ts";
import { type PlanTextOptions, renderPlanText } from "../../src/report/plan-text.ts";
import { displayWidth } from "../../src/report/width.ts";
import { isPlan } from "../support/documents.ts";
import { accounts, change, daysAgo, held, limit, planOf, policy, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";

function render(plan: Plan, options: Partial<PlanTextOptions> = {}): string {
  return renderPlanText(plan, createNames(smallPopulation(), "names"), {
    colour: "off",
    width: 80,
    rows: 20,
    detail: "short",
    planPath: "plan.json",
    ...options,
  });
}

/** The text on one line, so that a sentence is found wherever it was wrapped. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

describe("the plans of these tests", () => {
  it.each([
    ["small", smallPlan()],
    ["quarantined", quarantinedPlan()],
    ["big", bigPlan(30)],
    ["with nothing to do", planOf()],
  ])("are plans by the schema: %s", (_, plan) => {
    expect(isPlan(plan)).toBe(true);
  });
});

describe("a plan for a terminal", () => {
  it("reads like this", async () => {
    await expect(render(smallPlan())).toMatchFileSnapshot("golden/small-plan.txt");
  });

  it.each([45, 60, 80, 100, 120])("keeps its lines to %i columns, but for the command and the digest", (width) => {
    for (const plan of [smallPlan(), quarantinedPlan(), planOf()]) {
      for (const detail of ["short", "full"] as const) {
        const long = render(plan, { width, detail })
          .split("\n")
          .filter((line) => displayWidth(line) > width && !line.includes(plan.digest));
        expect(long).toEqual([]);
      }
    }
  });

  it("says in one line that there is nothing to do, and what was looked at", () => {
    const text = flat(render(planOf()));
    expect(text).toContain("Nothing to do: everything is as the policies say.");
    expect(text).toContain(
      "1 policy looked at 18 people and 1,521 seats on 2 app instances. The snapshot is complete.",
    );
    expect(text).not.toContain("seatwright apply");
  });

  const reported = (policyId: string, ...people: readonly (keyof typeof accounts)[]) =>
    people.map((who) =>
      held({ accountId: accounts[who], kind: "held", code: "report-mode", reason: "", policy: policyId }),
    );
  const headline = (parts: Partial<Plan>): string => flat(render(planOf(parts)));

  it("says of policies that only report how many people they would concern, and how to have it proposed", () => {
    const policies = [policy("quiet", { mode: "report" }), policy("leavers", { mode: "report" }), policy("seats")];
    const one = reported("quiet", "ada", "ben");
    expect(headline({ policies, heldBack: one })).toContain(
      "Report only: 2 people would be concerned. To propose it, set mode: enforce in the policy quiet.",
    );
    expect(headline({ policies, heldBack: [...one, ...reported("leavers", "ada")] })).toContain(
      "Report only: 2 people would be concerned. To propose it, set mode: enforce in the policies quiet and leavers.",
    );
    const exempt = held({ accountId: accounts.ada, kind: "exempt", reason: "x", policy: "quiet" });
    expect(headline({ policies, heldBack: [exempt] })).toContain("Nothing to do by this plan.");
    expect(headline({ policies, heldBack: [exempt] })).not.toContain("Report only");
  });

  it("never says report only alone where a policy that acts has somebody held back", () => {
    const policies = [policy("quiet", { mode: "report" }), policy("seats")];
    const waiting = held({ accountId: accounts.chidi, kind: "waiting", reason: "x", policy: "seats" });
    expect(headline({ policies, heldBack: [waiting, ...reported("quiet", "ada")] })).toContain(
      "Nothing to do by this plan. Report only: 1 person would be concerned.",
    );
  });

  it("tells owed duties before anything else", () => {
    const text = render(smallPlan());
    expect(text.indexOf("Owed: 1 duty this plan cannot do")).toBeLessThan(text.indexOf("Seats"));
    expect(flat(text)).toContain("Emeka Obi Deactivate the account Okta manages this account");
  });

  it("ends with the command that applies exactly this plan", () => {
    const plan = smallPlan();
    expect(render(plan)).toContain(
      `seatwright apply --plan plan.json --approve ${plan.digest} --reason "why you approve"`,
    );
  });

  it("names the snapshot that the plan was made from, so that the result has names", () => {
    const plan = smallPlan();
    expect(render(plan, { snapshotPath: "my acme.json" })).toContain(
      `seatwright apply --plan plan.json --snapshot 'my acme.json' --approve ${plan.digest} --reason`,
    );
    expect(render(quarantinedPlan(), { snapshotPath: "acme.json" })).toMatch(/--snapshot acme\.json .* --override /);
  });

  it("quotes a path that a shell would take apart", () => {
    expect(render(smallPlan(), { planPath: "my plans/it's.json" })).toContain(`--plan 'my plans/it'\\''s.json'`);
  });

  it("gives no command where the organisation file says observe, and says what to change", () => {
    const text = flat(render({ ...smallPlan(), power: "observe" }));
    expect(text).not.toContain("seatwright apply");
    expect(text).toContain("Set power: act in a reviewed commit");
  });

  it("gives no command where the plan was not kept, and says how to keep it", () => {
    const text = flat(render(smallPlan(), { planPath: null }));
    expect(text).not.toContain("seatwright apply");
    expect(text).toContain("--out plan.json");
  });

  it("shows everybody held back, in each kind, with the reason", () => {
    const plan = smallPlan();
    const kinds = ["blocked", "unknown", "protected", "exempt", "held", "waiting", "quarantined"] as const;
    const heldBack = kinds.map((kind) =>
      held({ accountId: accounts.ada, kind, reason: `the reason for ${kind}`, owner: "@acme/somebody" }),
    );
    const text = flat(render({ ...plan, heldBack }, { width: 120 }));
    for (const kind of kinds) expect(text).toContain(`the reason for ${kind}`);
  });

  it("shows quarantined removals as such, once, and how the limit can be let pass", () => {
    const plan = quarantinedPlan();
    const text = flat(render(plan));
    expect(text).toContain("Tripped: perRun.percent: 61 removals of 881 (6.9%), 5% allowed");
    expect(text).toContain("All 9 removals are quarantined");
    expect(text).toContain(`--override perRun.percent@${plan.digest}`);
    expect(text).not.toMatch(/Quarantined: \d+ people/);
  });

  it("says what is wrong with a snapshot that is not complete", () => {
    const certificate = {
      state: "suspect",
      concerns: ["27 people of 1,204 are missing from jira-users-acme"],
    } as const;
    const text = flat(render(planOf({ certificate })));
    expect(text).toContain("Suspect");
    expect(text).toContain("27 people of 1,204 are missing");
  });

  it("counts hazards, and names them at the row", () => {
    const text = flat(render(smallPlan(), { width: 120 }));
    expect(text).toContain("1 change: the person leaves a group that is not listed in accessGroups");
    expect(text).toContain("Hazard: leaves another group, loses other access");
  });

  it("says once what all rows of a group share, and at the row where one differs", () => {
    const text = render(smallPlan());
    expect(text.split("Why     unused: 90d, not memberOf: on-call")).toHaveLength(3);
    expect(text).toContain("How: leaves the group marketing-team");
  });

  it("marks what the plan before did not have, unless all of it is new", () => {
    const old = change({ number: 1, accountId: accounts.ada });
    const fresh = change({ number: 2, accountId: accounts.ben, fresh: true });
    expect(render(planOf({ changes: [old, fresh] }))).toMatch(/Ben Whitfield +new/);
    const allNew = render(planOf({ changes: [fresh] }));
    expect(allNew).not.toMatch(/Ben Whitfield +new/);
    expect(allNew).toContain("No change was in the plan before this one.");
  });

  it("tells the last activity with its age on the day of the plan", () => {
    const text = render(planOf({ changes: [change({ number: 1, accountId: accounts.ada, lastActive: daysAgo(1) })] }));
    expect(text).toContain("2026-11-19, 1 day ago");
  });

  it("tells from when somebody never active is counted", () => {
    const plan = planOf({ changes: [change({ number: 1, accountId: accounts.ada, lastActive: "never" })] });
    expect(render(plan)).toContain("never, counted from 2026-02-03");
  });

  it("counts the age in calendar days, so that one date has one age", () => {
    const early = change({ number: 1, accountId: accounts.ada, lastActive: "2026-11-19T00:00:01Z" });
    const late = change({ number: 2, accountId: accounts.ben, lastActive: "2026-11-19T23:59:59Z" });
    expect(render(planOf({ changes: [early, late] })).match(/2026-11-19, 1 day ago/g)).toHaveLength(2);
  });

  it("shows policies that only report and policies that are held", () => {
    const text = render(smallPlan());
    expect(text).toContain("report only: it shows, and never acts");
    expect(text).toContain("held: schedule is not carried out by this version");
  });

  it("counts the rows it leaves out, and lists everybody when told to", () => {
    const plan = bigPlan(50);
    expect(render(plan)).toContain("and 30 more, less surprising. --all lists everybody.");
    const all = render(plan, { rows: "all" });
    for (const { accountId } of plan.changes) expect(all).toContain(accountId);
    expect(all).not.toContain("more, less surprising");
  });

  it("tells in full detail every fact with its place, the account id and the seats before and after", () => {
    const text = flat(render(smallPlan(), { detail: "full", width: 120 }));
    expect(text).toContain("unused: 90d is true: last active 2026-08-21 (policies/seats.yaml:10)");
    expect(text).toContain(`Account ${accounts.ada}`);
    expect(text).toContain("Seats before Confluence on acme, Jira on acme");
  });

  it("names the run that an undo takes back", () => {
    const origin = { kind: "undo", run: "r-20261120T061500Z-1a2b3c4d" } as const;
    expect(render(planOf({ origin }))).toContain("Undo of run r-20261120T061500Z-1a2b3c4d for acme");
  });

  it("colours only when told to, and then changes no word", () => {
    const coloured = render(smallPlan(), { colour: "on" });
    expect(coloured).toContain("\u001b[");
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001b\[[0-9;]+m/g, "")).toBe(render(smallPlan()));
  });

  it("shows what a limit was read on by its name", () => {
    const limits = [limit({ limit: "perApp.percent", scope: planOf().seats[1]?.instance ?? "", tripped: true })];
    expect(render(planOf({ limits, policies: [policy("unused-seats")] }))).toContain("perApp.percent on Jira on acme");
  });
});
