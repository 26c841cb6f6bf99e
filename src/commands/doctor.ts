import { type Check, tallied } from "../model/check-up.ts";
import { exitCodes } from "../model/errors.ts";
import { renderDoctorText } from "../report/doctor-text.ts";
import type { Kit } from "../wiring.ts";
import { checkGitHub, type GitHubFlags } from "./doctor/github.ts";
import { checkKey } from "./doctor/key.ts";
import { checkLedger } from "./doctor/ledger.ts";
import { checkMachine } from "./doctor/machine.ts";
import { checkPolicies } from "./doctor/policies.ts";
import { wholeNumber } from "./numbers.ts";
import type { SourceFlags } from "./policies.ts";

export interface DoctorFlags extends GitHubFlags, SourceFlags {
  readonly warnAfterDays: string;
}

/**
 * `seatwright doctor`: looks at machine, policies, key, ledger and GitHub, and says of each what it found. Changes nothing.
 * What cannot be asked is not known, and never passed. Exits 0 when nothing failed, else with the code of what failed first.
 */
export async function runDoctor(kit: Kit, flags: DoctorFlags): Promise<number> {
  const warnAfterDays = wholeNumber("--warn-after-days", flags.warnAfterDays, 1, 365);
  const policies = await checkPolicies(kit, flags);
  const { organizationId, organization } = policies;
  const checks: readonly Check[] = [
    ...(await checkMachine(kit, organization)),
    ...policies.checks,
    ...(await checkKey(kit, organizationId, organization)),
    ...(await checkLedger(kit, organizationId, warnAfterDays)),
    ...(await checkGitHub(kit, flags)),
  ];
  const { terminal, json } = kit;
  if (json) terminal.out(`${JSON.stringify({ ok: tallied(checks).failed === 0, counts: tallied(checks), checks })}\n`);
  else terminal.out(renderDoctorText(checks, { colour: terminal.colour, width: terminal.width }));
  return exitOf(checks);
}

function exitOf(checks: readonly Check[]): number {
  switch (checks.find(({ state }) => state === "failed")?.area) {
    case undefined:
      return exitCodes.done;
    case "policies":
      return exitCodes.policyInvalid;
    case "key":
      return exitCodes.credentials;
    default:
      return exitCodes.internal;
  }
}
