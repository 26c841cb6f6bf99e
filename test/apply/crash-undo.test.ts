import { describe, expect, it } from "vitest";
import { readProved, stillProved } from "../../src/apply/proved.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { RunResult } from "../../src/model/documents.generated.ts";
import { emptyLedgerView } from "../../src/model/ledger-view.ts";
import { DAY } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { planUndo, reproposeUndo } from "../../src/plan/undo.ts";
import { changeFor, planTime, planWith } from "../support/apply.ts";
import { jiraUser, organizationId } from "../support/organization.ts";
import { countsWith, policySet } from "../support/policies.ts";
import { Crash, mortal } from "./mortal.ts";
import { settingOf } from "./setting.ts";

describe("an undo whose process dies", () => {
  it.each([
    ["at any moment", 0],
    ["at any moment, where reads lag", 30],
  ])("%s is gone on with: everybody has back what was taken, given once", async (_, lag) => {
    let moment = 1;
    for (; ; moment++) {
      const setting = settingOf([changeFor("ada")], { ada: jiraUser() }, { lag });
      const { organization, clock, directory, dependencies } = setting;
      const ledger = createDirectoryLedger({ directory, organizationId, clock });
      const { run } = await setting.apply();
      await clock.sleep(3_600_000);
      const view = { ...emptyLedgerView, lastGood: countsWith({ asOf: planTime - DAY }) };
      const policiesOf = (population: Population) => policySet(population, { policies: [] });
      const population = organization.population();
      const selection = { run, accountId: null, policy: null, since: null };
      const draft = planUndo({
        ...(await readProved(ledger, selection)),
        population,
        snapshotDigest: `sha256:${"a".repeat(64)}`,
        policies: policiesOf(population),
        ledger: view,
        tool: setting.plan.tool,
        selection,
      });
      const undo = planWith(draft.changes, { origin: draft.origin });
      const life = mortal(moment, () => {
        throw new Crash();
      });
      const carryOut = async (ends: Partial<typeof dependencies>): Promise<RunResult> => {
        const ours = await stillProved(ledger, undo);
        const repropose = (seen: Population) =>
          reproposeUndo(undo, { population: seen, policies: policiesOf(seen), ledger: view, ours });
        return setting.apply({ snapshotMaxAge: null }, { plan: undo, repropose, ...ends });
      };
      const died = await carryOut({
        ledger: life.ledger(dependencies.ledger),
        writer: life.writer(dependencies.writer),
      }).then(() => false, isCrash);
      if (!died) break;
      const result = await carryOut({});
      expect(result.counts, `died at moment ${moment}`).toEqual({ done: 1 });
      expect(organization.people()["ada"]?.groups).toEqual(["g-jira"]);
      expect(organization.written.map(({ operation }) => operation.kind)).toEqual(["leaveGroup", "joinGroup"]);
    }
    expect(moment).toBeGreaterThan(12);
  });
});

function isCrash(error: unknown): boolean {
  if (error instanceof Crash) return true;
  throw error;
}
