import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { approval as isApproval } from "../documents/validators.generated.cjs";
import type { Approval, AuditEvent, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { canonicalJson } from "../plan/digest.ts";
import type { RunLog, LoggedRun } from "../ports.ts";
import { type AuditFile, anchorsOf, verifyAuditFile } from "./audit-file.ts";
import { isMissing, makeDirectory, namesIn, onDisk, readJsonOrNull, writeWhole } from "./files.ts";
import { type LedgerHead, readHead, writeHead } from "./head.ts";
import { readResult } from "./past.ts";
import { hexOf } from "./plans.ts";
import { openRunLog } from "./run-log.ts";

/** Runs: their logs, their results, and which plans they used up. */
export interface RunStore {
  /** Every run that left a log, in order of its id. */
  ids(): Promise<readonly string[]>;
  /** A run and all its events, or null where there is no such run. Throws OperatorError where its log does not verify. */
  read(run: string): Promise<LoggedRun | null>;
  unfinished(): Promise<LoggedRun | null>;
  open(run: string): Promise<RunLog>;
  consumedBy(planDigest: string): Promise<string | null>;
  /** The approval that a run with a result was begun on, or null. */
  approvalOf(run: string): Promise<Approval | null>;
  storeResult(result: RunResult, approval: Approval): Promise<void>;
}

export function createRunStore(directory: string): RunStore {
  const logPath = (run: string): string => join(directory, "audit", `${run}.jsonl`);
  const resultPath = (run: string): string => join(directory, "runs", `${run}.json`);
  const approvalPath = (run: string): string => join(directory, "approvals", `${run}.json`);
  const consumedPath = (digest: string): string => join(directory, "consumed", `${hexOf(digest)}.json`);

  /** The log of the head's run as far as it is whole, or null where that run never wrote an event. */
  async function readLog(head: LedgerHead): Promise<(AuditFile & { readonly events: readonly AuditEvent[] }) | null> {
    const path = logPath(head.run);
    const events: AuditEvent[] = [];
    const bytes = await sizeOf(path);
    if (bytes === 0 && head.events === 0) return null;
    if (bytes === 0) throw doesNotVerify(path, `it is gone or empty, but head.json counts ${head.events} events`);
    const file = await verifyAuditFile(path, await anchorsOf(path), (event) => events.push(event));
    const problem = file.verdict.firstProblem;
    if (problem !== null && problem.kind !== "torn") {
      throw doesNotVerify(path, `line ${problem.line}: ${problem.what}`);
    }
    return events.length === 0 ? null : { ...file, events };
  }

  async function ids(): Promise<readonly string[]> {
    const names = await namesIn(join(directory, "audit"));
    return names.flatMap((name) => (name.endsWith(".jsonl") ? [name.slice(0, -".jsonl".length)] : []));
  }

  async function read(run: string): Promise<LoggedRun | null> {
    if (!(await ids()).includes(run)) return null;
    const path = logPath(run);
    const events: AuditEvent[] = [];
    const { verdict } = await verifyAuditFile(path, await anchorsOf(path), (event) => events.push(event));
    const problem = verdict.firstProblem;
    // A run that is still at work, or was killed, may end in the beginning of a line.
    if (problem !== null && problem.kind !== "torn") throw doesNotVerify(path, `line ${problem.line}: ${problem.what}`);
    return { run, planDigest: planDigestIn(events), events };
  }

  async function unfinished(): Promise<LoggedRun | null> {
    const head = await readHead(directory);
    if (head === null) return null;
    const log = await readLog(head);
    const first = log?.events[0];
    if (log === null || first === undefined) return null;
    if (log.verdict.finished && (await readJsonOrNull(resultPath(head.run))) !== null) {
      const result = await readResult(resultPath(head.run));
      if (result.auditHead === log.verdict.head) return null;
    }
    return {
      run: head.run,
      planDigest: planDigestIn([first]),
      events: log.events,
    };
  }

  async function open(run: string): Promise<RunLog> {
    const before = await readHead(directory);
    await makeDirectory(join(directory, "audit"));
    const log = before?.run === run ? await readLog(before) : null;
    if (log === null) {
      const previous = before === null || before.run === run ? before : await settledHead(before);
      await writeHead(directory, { run, events: 0, head: previous?.head ?? null, finished: false });
      return await openRunLog({
        path: logPath(run),
        run,
        chain: { events: 0, hash: previous?.head ?? null },
        wholeBytes: 0,
        anchor: anchorOf(run),
      });
    }
    if (log.verdict.finished) throw new Error(`run ${run} has come to its end and takes no more events`);
    return await openRunLog({
      path: logPath(run),
      run,
      chain: { events: log.verdict.events, hash: log.verdict.head },
      wholeBytes: log.wholeBytes,
      anchor: anchorOf(run),
    });
  }

  /** The head after a run that is over: what its log really ends with, which a kill can leave ahead of the anchor. */
  async function settledHead(before: LedgerHead): Promise<LedgerHead> {
    const log = await readLog(before);
    if (log === null) {
      // That run never began: nobody needs the log in which nothing was ever kept.
      await onDisk(logPath(before.run), () => rm(logPath(before.run), { force: true }));
      return before;
    }
    if (!log.verdict.finished)
      throw new Error(`run ${before.run} is unfinished: it must be closed before another opens`);
    return { ...before, head: log.verdict.head, events: log.verdict.events, finished: true };
  }

  function anchorOf(run: string): Parameters<typeof openRunLog>[0]["anchor"] {
    return async (chain, last) => {
      await writeHead(directory, {
        run,
        events: chain.events,
        head: chain.hash,
        finished: last === "run.finished",
      });
    };
  }

  async function consumedBy(planDigest: string): Promise<string | null> {
    const value = await readJsonOrNull(consumedPath(planDigest));
    if (value === null) return null;
    const { run } = value as { readonly run?: unknown };
    return typeof run === "string" ? run : "an earlier run";
  }

  async function approvalOf(run: string): Promise<Approval | null> {
    const value = await readJsonOrNull(approvalPath(run));
    if (value === null || isApproval(value)) return value;
    throw new OperatorError(
      "usage",
      `${approvalPath(run)} is not the approval of a run.`,
      "Put the file back from a backup or from Git: limits of later plans are read beside it.",
    );
  }

  async function storeResult(result: RunResult, approval: Approval): Promise<void> {
    await makeDirectory(join(directory, "approvals"));
    await writeWhole(approvalPath(result.run), `${canonicalJson(approval)}\n`);
    const head = await readHead(directory);
    // The log says whether the run came to its end: a kill can leave the head behind it.
    const log = head?.run === result.run ? await readLog(head) : null;
    if (log?.verdict.finished === true) {
      await makeDirectory(join(directory, "consumed"));
      await writeWhole(
        consumedPath(result.planDigest),
        `${canonicalJson({ run: result.run, at: result.finishedAt })}\n`,
      );
    }
    // Last: a result that is there means that all of this is there.
    await makeDirectory(join(directory, "runs"));
    await writeWhole(resultPath(result.run), `${canonicalJson(result)}\n`);
  }

  return { ids, read, unfinished, open, consumedBy, approvalOf, storeResult };
}

/** What a run was to carry out: its first event says so. */
function planDigestIn([first]: readonly AuditEvent[]): string {
  return first?.event.approval?.planDigest ?? first?.event.planDigest ?? "";
}

function doesNotVerify(path: string, what: string): OperatorError {
  return new OperatorError(
    "usage",
    `${path} does not verify: ${what}.`,
    "Keep the file as it is for whoever looks into it, and put the log back from a backup or from Git.",
  );
}

async function sizeOf(path: string): Promise<number> {
  return await onDisk(path, async () => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  });
}
