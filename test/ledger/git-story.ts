import type { AuditEvent, EventBody } from "../../src/model/documents.generated.ts";
import type { GitLedger } from "../../src/ledger/git/ledger.ts";
import type { RunLog } from "../../src/ports.ts";
import { approvalOf, changeFor, planTime, planWith } from "../support/apply.ts";
import { fileAt, filesAt } from "./git-stage.ts";

export const run = "r-20261120T061000Z-0000000a";
export const logFile = `audit/${run}.jsonl`;
export const plan = planWith([changeFor("ada")]);
export const begin: readonly EventBody[] = [
  { type: "approval", approval: approvalOf(plan) },
  { type: "run.started", planDigest: plan.digest },
];
export const intent = (change: string): EventBody => ({ type: "operation.intent", change, operationIndex: 0 });

export async function begun(ledger: GitLedger): Promise<RunLog> {
  await ledger.storePlan(plan);
  const log = await ledger.openRun(run);
  await log.append(planTime, begin);
  return log;
}

export function eventsAt(remote: string): readonly AuditEvent[] {
  if (!filesAt(remote).includes(logFile)) return [];
  return fileAt(remote, logFile)
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEvent);
}
