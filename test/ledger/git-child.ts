import { createGitLedger } from "../../src/ledger/git/ledger.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { momentOf } from "../../src/model/time.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { approvalOf, planTime, planWith } from "../support/apply.ts";
import { organizationId } from "../support/organization.ts";

/** What a process of its own is to do with a ledger, once its input says so. */
export interface Job {
  readonly folder: string;
  readonly remote: string;
  readonly kind: "store plans" | "be killed in a run" | "hold the lock" | "keep a run";
  /** How many plans or events. */
  readonly count?: number;
  /** Tells apart what several processes write. */
  readonly number?: number;
}

const job = JSON.parse(process.argv[2] ?? "{}") as Job;
const { folder, remote, kind, count = 1, number = 0 } = job;
const ledger = createGitLedger({ folder, remote, organizationId, clock: systemClock });
const input = process.stdin[Symbol.asyncIterator]();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function planOf(round: number): ReturnType<typeof planWith> {
  return planWith([], { asOf: momentOf(planTime + number * 1000 + round) });
}

say("ready");
await input.next();
if (kind === "store plans") {
  for (let round = 0; round < count; round++) await ledger.storePlan(planOf(round));
} else if (kind === "keep a run") {
  const plan = planOf(0);
  await ledger.storePlan(plan);
  const log = await ledger.openRun("r-20261120T061000Z-0000000a");
  await log.append(planTime, [{ type: "approval", approval: approvalOf(plan) }]);
  for (let round = 0; round < count; round++) {
    await log.append(planTime, [{ type: "operation.intent", change: `c-${round}`, operationIndex: 0 }]);
    await log.secure();
  }
  await log.append(planTime, [{ type: "run.finished", exit: 0, reason: "done" }]);
  await log.close();
} else if (kind === "be killed in a run") {
  await ledger.lock(organizationId, "a run that is killed");
  const plan = planOf(0);
  await ledger.storePlan(plan);
  const log = await ledger.openRun("r-20261120T061000Z-0000000a");
  await log.append(planTime, [
    { type: "approval", approval: approvalOf(plan) },
    { type: "run.started", planDigest: plan.digest },
    { type: "operation.intent", change: "c-secured", operationIndex: 0 },
  ]);
  await log.secure();
  await log.append(planTime, [{ type: "operation.result", change: "c-secured", operationIndex: 0, result: "done" }]);
  process.kill(process.pid, "SIGKILL");
} else {
  try {
    const lock = await ledger.lock(organizationId, "a contender");
    say("taken");
    await input.next();
    await lock.release();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    say(error.reason === "lockHeld" ? "held" : error.message);
  }
}
say("done");
