import { anchorsOf, verifyAuditFile } from "../ledger/audit-file.ts";
import { exitCodes } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";

/**
 * `seatwright audit verify FILE`: proves offline that a run's audit log is whole and unchanged. Inside a ledger the log is
 * also held against the head that the ledger keeps elsewhere, so that a shortened log is found. Exits 1 where it is not.
 */
export async function runAuditVerify(kit: Kit, _flags: object, file: string | undefined): Promise<number> {
  const path = file ?? "";
  const anchors = await anchorsOf(path);
  const { verdict } = await verifyAuditFile(path, anchors);
  const { terminal } = kit;
  if (kit.json) terminal.out(`${JSON.stringify({ file: path, ...verdict })}\n`);
  else if (verdict.ok) {
    const anchored =
      anchors.length === 0
        ? "nothing outside the file says what its last event was, so a shortened log would not be noticed"
        : `its last event is the one named in ${anchors.map(({ from }) => from).join(" and ")}`;
    terminal.out(`${path} is whole: ${verdict.events} events, an unbroken chain; ${anchored}.\n`);
  } else {
    const problem = verdict.firstProblem;
    terminal.out(`${path} is NOT whole${problem === null ? "" : `: line ${problem.line}: ${problem.what}`}.\n`);
    terminal.out("Do not rely on it. Compare it with the copy in version control or a backup.\n");
  }
  return verdict.ok ? exitCodes.done : exitCodes.internal;
}
