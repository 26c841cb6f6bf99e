import { stat } from "node:fs/promises";
import path from "node:path";
import { diskError } from "../disk/write.ts";
import type { AuditAnchor, AuditVerdict } from "../ledger/audit.ts";
import { anchorsOf, verifyAuditFile } from "../ledger/audit-file.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";
import { organizationOf } from "./organization.ts";

/**
 * `seatwright audit verify FILE`, or the id of a run of the ledger: proves that a run's audit log is whole and unchanged,
 * offline unless the ledger is a branch of a repository elsewhere. Inside a ledger the log is also held against the head that the ledger keeps elsewhere, so that a shortened log is found. Exits 1 where it is not.
 */
export async function runAuditVerify(kit: Kit, _flags: object, file: string | undefined): Promise<number> {
  const given = file ?? "";
  const { anchors, verdict } = (await isRun(given)) ? await verifyRun(kit, given) : await verifyFile(given);
  const { terminal } = kit;
  if (kit.json) terminal.out(`${JSON.stringify({ file: given, ...verdict })}\n`);
  else if (verdict.ok) {
    const anchored =
      anchors.length === 0
        ? "nothing outside the file says what its last event was, so a shortened log would not be noticed"
        : `its last event is the one named in ${anchors.map(({ from }) => from).join(" and ")}`;
    terminal.out(`${given} is whole: ${verdict.events} events, an unbroken chain; ${anchored}.\n`);
    if (!verdict.finished) {
      terminal.out(
        "It does not tell how its run ended: the run was stopped and can be gone on with, or the end of the log is missing.\n",
      );
    }
  } else {
    const problem = verdict.firstProblem;
    if (verdict.events === 0 && problem?.kind !== "truncated") {
      terminal.out(`${given} is no audit log: not one of its lines is an event of a run.\n`);
      return exitCodes.internal;
    }
    terminal.out(`${given} is NOT whole${problem === null ? "" : `: line ${problem.line}: ${problem.what}`}.\n`);
    terminal.out("Do not rely on it. Compare it with the copy in version control or a backup.\n");
  }
  return verdict.ok ? exitCodes.done : exitCodes.internal;
}

interface Verified {
  readonly anchors: readonly AuditAnchor[];
  readonly verdict: AuditVerdict;
}

/** Whether a run of the ledger is meant, and no file of that name. */
async function isRun(given: string): Promise<boolean> {
  if (!/^r-\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(given)) return false;
  return stat(given).then(
    () => false,
    () => true,
  );
}

async function verifyFile(file: string): Promise<Verified> {
  await requireFile(file);
  const anchors = await anchorsOf(path.resolve(file));
  return { anchors, verdict: notEmpty((await verifyAuditFile(file, anchors)).verdict) };
}

async function verifyRun(kit: Kit, run: string): Promise<Verified> {
  const organizationId = await organizationOf(kit).catch(() => null);
  return kit.readLedger(organizationId, async (folder) => {
    const file = path.join(folder, "audit", `${run}.jsonl`);
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (isThere) return verifyFile(file);
    throw new OperatorError(
      "usage",
      `There is no log of a run ${run} in the ledger at ${kit.ledgerPlace}.`,
      "Name the ledger with --ledger, or its policy repository with --repo; or give the path of the log.",
    );
  });
}

async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw diskError(file, "read", cause);
  });
  if (found.isDirectory()) throw diskError(file, "read", Object.assign(new Error("a folder"), { code: "EISDIR" }));
}

/** A file without a single event proves nothing. */
function notEmpty(verdict: AuditVerdict): AuditVerdict {
  if (!verdict.ok || verdict.events > 0) return verdict;
  return { ...verdict, ok: false, firstProblem: { kind: "truncated", line: 1, seq: null, what: "the file is empty" } };
}
