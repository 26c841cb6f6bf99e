import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { type Evidence, evidenceOf } from "../../src/ledger/evidence.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { runRecords } from "../../src/report/audit-records.ts";
import { approvalOf, changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { organizationId } from "../support/organization.ts";

const runs = [0, 1, 2].map((day) => `r-${momentOf(planTime + day * DAY).replaceAll(/[-:]/g, "")}-0000000${day}`);
const always = { from: 0, to: planTime + 100 * DAY };

/** A ledger of three runs, a day apart, each of a plan of its own. */
async function ledgerOfThree(): Promise<string> {
  const directory = temporaryDirectory();
  for (const [day, run] of runs.entries()) {
    const at = planTime + day * DAY;
    const clock = testClock(at);
    const ledger = createDirectoryLedger({ directory, organizationId, clock });
    const plan = planWith([changeFor("ada")], { asOf: momentOf(at) });
    await ledger.storePlan(plan);
    const log = await ledger.openRun(run);
    const approval = approvalOf(plan, day === 1 ? { breakGlass: true } : {});
    await log.append(at, [
      { type: "approval", approval },
      { type: "run.started", planDigest: plan.digest, policyDigest: plan.policyDigest, certificate: "complete" },
      { type: "run.finished", exit: 0, reason: "nothing to do", counts: {} },
    ]);
    await log.close();
    await ledger.storeResult(
      {
        kind: "run",
        version: 1,
        run,
        organization: organizationId,
        planDigest: plan.digest,
        startedAt: momentOf(at),
        finishedAt: momentOf(at),
        exit: { code: 0, reason: "nothing to do" },
        outcomes: [],
        counts: {},
        auditHead: log.head(),
      },
      approval,
    );
  }
  return directory;
}

const problems = ({ runs: found }: Evidence): readonly (string | null)[] => found.map(({ problem }) => problem);

describe("the evidence of a period", () => {
  it("is every run in it, also an empty one, and every plan, with the run that used it up", async () => {
    const directory = await ledgerOfThree();
    const all = await evidenceOf(directory, always);
    expect(all.runs.map(({ run }) => run)).toEqual(runs);
    expect(problems(all)).toEqual([null, null, null]);
    expect(all.plans.map(({ appliedBy }) => appliedBy)).toEqual(runs);
    const second = await evidenceOf(directory, { from: planTime + DAY, to: planTime + 2 * DAY });
    expect(second.runs.map(({ run }) => run)).toEqual([runs[1]]);
    expect(second.plans).toHaveLength(1);
  });

  it("tells of every run plan, policies, certificate, approval, and whether somebody acted alone", async () => {
    const { runs: found } = await evidenceOf(await ledgerOfThree(), always);
    const records = found.flatMap((run) => runRecords(run, () => null));
    expect(records.map(({ breakGlass }) => breakGlass)).toEqual([false, true, false]);
    for (const record of records) {
      expect(record).toMatchObject({ kind: "run", chain: "verified", certificate: "complete", exit: 0, overrides: [] });
      expect(record.planDigest).toMatch(/^sha256:/);
      expect(record.policyDigest).toMatch(/^sha256:/);
      expect(record.approvals).toHaveLength(1);
    }
  });

  it("names a run whose log is gone, and the run that followed it where its result is gone too", async () => {
    const directory = await ledgerOfThree();
    rmSync(join(directory, "audit", `${runs[1]}.jsonl`));
    expect(problems(await evidenceOf(directory, always))).toEqual([
      null,
      "its audit log is gone; its result is still there",
      null,
    ]);
    rmSync(join(directory, "runs", `${runs[1]}.json`));
    expect(problems(await evidenceOf(directory, always))).toEqual([
      null,
      "it follows a run that is not in the ledger: a log was taken out",
    ]);
  });

  it("takes no folder for a ledger that is none", async () => {
    const directory = temporaryDirectory();
    await expect(evidenceOf(directory, always)).rejects.toMatchObject({ reason: "usage" });
    expect(readdirSync(directory)).toEqual([]);
  });
});
