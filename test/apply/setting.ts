import type { Approval, Change, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { type ApplyDependencies, type ApplyOptions, applyPlan } from "../../src/apply/run.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { approvalOf, planWith, policyDigest, testClock, type TestClock, wanting } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import {
  createOrganization,
  type Organization,
  organizationId,
  type OrganizationOptions,
} from "../support/organization.ts";

type Repropose = Awaited<ReturnType<ApplyDependencies["planner"]>>;

/** An organisation, an approved plan for it and a ledger on disk. */
export interface Setting {
  readonly organization: Organization;
  readonly clock: TestClock;
  readonly plan: Plan;
  readonly directory: string;
  readonly dependencies: ApplyDependencies;
  /** Applies the plan, as a new process would. */
  apply(
    more?: Partial<ApplyOptions>,
    other?: Partial<ApplyDependencies> & { plan?: Plan; approval?: Approval; repropose?: Repropose },
  ): Promise<RunResult>;
}

let runs = 0;

/** `held` and `repropose` stand for what the planner says at the second look; without them it wants the same again. */
export function settingOf(
  changes: readonly Change[],
  people: OrganizationOptions["people"],
  more: Partial<Omit<OrganizationOptions, "people">> & {
    readonly held?: Parameters<typeof wanting>[1];
    readonly repropose?: Repropose;
    readonly plan?: Partial<Plan>;
    readonly clock?: TestClock;
  } = {},
): Setting {
  const { held, repropose = wanting(changes, held), plan: planMore, ...options } = more;
  const clock = more.clock ?? testClock();
  const organization = createOrganization({ ...options, people, clock });
  const plan = planWith(changes, planMore);
  const directory = temporaryDirectory();
  const dependencies: ApplyDependencies = {
    reader: organization.reader,
    writer: organization.writer,
    ledger: createDirectoryLedger({ directory, organizationId, clock }),
    clock,
    tool: { name: "seatwright", version: "0.1.0" },
    randomHex: "00000000",
    planner: async () => repropose,
  };
  return {
    organization,
    clock,
    plan,
    directory,
    dependencies,
    apply: async (
      applyMore = {},
      { plan: otherPlan = plan, approval = approvalOf(otherPlan), repropose: otherwise = repropose, ...other } = {},
    ) => {
      runs++;
      await createDirectoryLedger({ directory, organizationId, clock }).storePlan(otherPlan);
      return await applyPlan(
        {
          ...dependencies,
          ledger: createDirectoryLedger({ directory, organizationId, clock }),
          randomHex: runs.toString(16).padStart(8, "0"),
          planner: async () => otherwise,
          ...other,
        },
        otherPlan,
        approval,
        { organizationId, power: "act", policyDigest, ...applyMore },
      );
    },
  };
}

/** Outcome of each change by account id. */
export function outcomesByPerson(result: RunResult): Readonly<Record<string, string>> {
  return Object.fromEntries(result.outcomes.map(({ accountId, outcome }) => [accountId, outcome]));
}

/** Reason of a person's outcome. */
export function reasonFor(result: RunResult, accountId: string): string {
  return result.outcomes.find((outcome) => outcome.accountId === accountId)?.reason ?? "";
}
