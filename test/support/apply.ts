import type { Approval, Change, HeldBack, Operation, Plan } from "../../src/model/documents.generated.ts";
import { momentOf, type Seconds } from "../../src/model/time.ts";
import type { Reproposal } from "../../src/apply/narrow.ts";
import { observe } from "../../src/plan/observe.ts";
import { changeId, planDigest } from "../../src/plan/digest.ts";
import type { Population } from "../../src/people/population.ts";
import type { Clock } from "../../src/ports.ts";
import { confluence, jira, organizationId } from "./organization.ts";

/** 2026-11-20T06:00:00Z. */
export const planTime: Seconds = 1_795_154_400;
export const policyDigest = `sha256:${"c".repeat(64)}`;

/** A clock that stands still but for sleeping, and for `pass`. */
export interface TestClock extends Clock {
  pass(seconds: Seconds): void;
  slept(): number;
}

export function testClock(start: Seconds = planTime + 600): TestClock {
  let milliseconds = start * 1000;
  let slept = 0;
  return {
    now: () => Math.floor(milliseconds / 1000),
    async sleep(wait, signal) {
      signal?.throwIfAborted();
      slept += wait;
      milliseconds += wait;
    },
    pass: (seconds) => {
      milliseconds += seconds * 1000;
    },
    slept: () => slept,
  };
}

export const leave = (group: string): Operation => ({
  kind: "leaveGroup",
  directory: "d-main",
  group,
  groupName: `name of ${group}`,
});
export const join = (group: string): Operation => ({
  kind: "joinGroup",
  directory: "d-main",
  group,
  groupName: `name of ${group}`,
});
export const assign = (instance: string, role: string): Operation => ({ kind: "assignRole", instance, role });
export const unassign = (instance: string, role: string): Operation => ({ kind: "revokeRole", instance, role });
export const suspendIn = (directory: string): Operation => ({ kind: "suspend", directory });

/** A change that frees a Jira seat by leaving `g-jira`, unless it is said otherwise. */
export function changeFor(accountId: string, more: Partial<Change> = {}): Change {
  const change = {
    action: "revoke",
    direction: "take",
    purpose: "saving",
    accountId,
    seat: { instance: jira, app: "jira-software", site: "acme" },
    target: null,
    policies: [{ policy: "unused-seats", facts: [] }],
    operations: [leave("g-jira")],
    hazards: [],
    undo: { possible: "exact", note: "" },
    before: { status: "active", seats: [jira], paths: [] },
    after: { status: "active", seats: [], paths: [] },
    lastActive: "never",
    fresh: false,
    ...more,
  } as Omit<Change, "id">;
  return { ...change, id: changeId(change) };
}

/** Somebody's Confluence seat, freed by leaving `g-confluence`. */
export function confluenceChange(accountId: string, more: Partial<Change> = {}): Change {
  return changeFor(accountId, {
    seat: { instance: confluence, app: "confluence", site: "acme" },
    operations: [leave("g-confluence")],
    before: { status: "active", seats: [confluence], paths: [] },
    ...more,
  });
}

function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = ({ direction, purpose }: Change): string =>
    direction === "give" ? "2" : purpose === "duty" ? "0" : "1";
  return [...changes].sort((a, b) => (rank(a) + a.id < rank(b) + b.id ? -1 : 1));
}

/** A plan of these changes, in a plan's order, with its digest. */
export function planWith(changes: readonly Change[], more: Partial<Plan> = {}): Plan {
  const rest: Omit<Plan, "digest"> = {
    kind: "plan",
    version: 1,
    tool: { name: "seatwright", version: "0.1.0" },
    organization: { id: organizationId, name: "acme" },
    power: "act",
    policyDigest,
    snapshotDigest: `sha256:${"5".repeat(64)}`,
    asOf: momentOf(planTime),
    notAfter: momentOf(planTime + 7 * 86_400),
    origin: { kind: "policies" },
    certificate: { state: "complete", concerns: [] },
    sources: [],
    policies: [],
    seats: [],
    limits: [],
    measures: [],
    changes: inOrder(changes),
    quarantined: [],
    protectedDuties: [],
    expectedSeconds: 0,
    heldBack: [],
    conflicts: [],
    notes: [],
    ...more,
  };
  return { ...rest, digest: planDigest(rest) };
}

/** An approval of a plan, as the command line records it. */
export function approvalOf(plan: Plan, more: Partial<Approval> = {}): Approval {
  return {
    kind: "approval",
    version: 1,
    organization: plan.organization.id,
    planDigest: plan.digest,
    made: "command-line",
    approvers: ["ops"],
    reason: "quarterly clean-up",
    at: momentOf(planTime + 60),
    overrides: [],
    ...more,
  };
}

/**
 * A planner of one idea: these changes are wanted, each for as long as something of it is left to do. `held` names who is
 * held back and why.
 */
export function wanting(
  changes: readonly Change[],
  held: (change: Change, population: Population) => Pick<HeldBack, "kind" | "reason"> | null = () => null,
): (population: Population) => Reproposal {
  return (population) => {
    const wanted: Change[] = [];
    const heldBack: HeldBack[] = [];
    for (const change of changes) {
      if (population.find(change.accountId) === -1) continue;
      const hold = held(change, population);
      if (hold !== null) {
        heldBack.push({
          accountId: change.accountId,
          policy: change.policies[0]?.policy ?? "",
          action: change.action,
          seat: change.seat,
          target: change.target,
          code: hold.kind,
          owner: null,
          owed: change.purpose === "duty" && hold.kind !== "exempt",
          handoff: false,
          ...hold,
        });
        continue;
      }
      const operations = change.operations.filter(
        (operation) => observe(operation, change.accountId, population) !== "so",
      );
      if (operations.length > 0) wanted.push({ ...change, operations });
    }
    return { changes: wanted, heldBack };
  };
}
