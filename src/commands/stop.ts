import { ledgerOwner } from "../ledger/directory.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";
import { organizationOf } from "./organization.ts";
import { userName } from "./user.ts";

export interface StopFlags {
  readonly reason?: string;
  readonly withdraw?: true;
}

/**
 * `seatwright stop --reason WHY`: no run carries out another change until `seatwright stop --withdraw`. Needs no key and
 * waits for nothing; a run that is going reads it before its next change.
 */
export async function runStop(kit: Kit, flags: StopFlags): Promise<number> {
  // The ledger itself says whose it is: policy files with mistakes must not keep anybody from stopping.
  const owner = kit.organizationId ?? (await kit.readLedger(null, ledgerOwner).catch(() => null))?.owner ?? null;
  const ledger = kit.ledger(owner ?? (await organizationOf(kit)));
  const before = await ledger.stopRequested();
  if (flags.withdraw === true) {
    if (flags.reason !== undefined) throw bothGiven();
    await ledger.withdrawStop();
    tell(kit, null, before === null ? "No stop was in force.\n" : `The stop is withdrawn; it was: ${before}.\n${goOn}`);
    return exitCodes.done;
  }
  const { reason } = flags;
  if (reason === undefined || reason.trim() === "") {
    throw new OperatorError(
      "usage",
      "A stop needs a reason.",
      'Add --reason "why": whoever meets the stop reads it. To let runs go on again, use --withdraw.',
    );
  }
  await ledger.requestStop(before === null ? reason : `${reason} (before that, ${before})`, userName(kit));
  const stop = await ledger.stopRequested();
  tell(
    kit,
    stop,
    `${before === null ? "" : "A stop was in force already, and its reason is kept.\n"}Stopped: ${stop ?? reason}.\n${inForce}`,
  );
  return exitCodes.done;
}

const inForce =
  "A run that is going ends before its next change, with exit code 5; no other carries anything out. " +
  "`seatwright stop --withdraw` lets runs go on.\n";
const goOn = "Run the same `seatwright apply` again to go on with a run that was stopped.\n";

function tell({ terminal, json }: Kit, stop: string | null, words: string): void {
  terminal.out(json ? `${JSON.stringify({ stop })}\n` : words);
}

function bothGiven(): OperatorError {
  return new OperatorError("usage", "--withdraw takes no reason.", "Give --reason to stop, or --withdraw to go on.");
}
