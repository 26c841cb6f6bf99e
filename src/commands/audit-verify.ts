import { stat } from "node:fs/promises";
import path from "node:path";
import { diskError } from "../disk/write.ts";
import type { AuditVerdict } from "../ledger/audit.ts";
import { anchorsOf, verifyAuditFile } from "../ledger/audit-file.ts";
import { exitCodes } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";

/**
 * `seatwright audit verify FILE`: proves offline that a run's audit log is whole and unchanged. Inside a ledger the log is
 * also held against the head that the ledger keeps elsewhere, so that a shortened log is found. Exits 1 where it is not.
 */
export async function runAuditVerify(kit: Kit, _flags: object, file: string | undefined): Promise<number> {
  const given = file ?? "";
  await requireFile(given);
  const anchors = await anchorsOf(path.resolve(given));
  const verdict = notEmpty((await verifyAuditFile(given, anchors)).verdict);
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
