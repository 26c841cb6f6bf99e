import { ledgerOwner } from "../../ledger/directory.ts";
import { type Check, checkOf, passed } from "../../model/check-up.ts";
import { OperatorError } from "../../model/errors.ts";
import { DAY, momentOf, type Seconds } from "../../model/time.ts";
import type { LockFacts } from "../../model/setup-facts.ts";
import type { Ledger } from "../../ports.ts";
import type { Kit } from "../../wiring.ts";

/** Whether the ledger can be read and is this organisation's, who has its lock, and what is open in it. Writes nothing. */
export async function checkLedger(
  kit: Kit,
  organizationId: string | null,
  warnAfterDays: number,
): Promise<readonly Check[]> {
  if (organizationId === null) {
    return [
      checkOf(
        "ledger.reachable",
        "not known",
        "Which organisation is meant is not known, so its ledger could not be looked at.",
        "Set SEATWRIGHT_ORG_ID, give --org-id, or name a policy repository with --repo.",
      ),
    ];
  }
  let ledger: Ledger;
  let lastGood: Seconds | null;
  let isThere: boolean;
  try {
    ledger = kit.ledger(organizationId);
    lastGood = (await ledger.view()).lastGood?.asOf ?? null;
    isThere = (await kit.readLedger(organizationId, ledgerOwner)) !== null;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [checkOf("ledger.reachable", "failed", error.message, error.remedy)];
  }
  const place = kit.ledgerPlace;
  return [
    isThere
      ? passed("ledger.reachable", `${place} can be read, and is this organisation's.`)
      : checkOf(
          "ledger.reachable",
          "warning",
          `There is no ledger at ${place} yet.`,
          "The first run makes it. If there should be one, give its place with --ledger.",
        ),
    await told("ledger.lock", async () => lockCheck(await kit.lockHolder(organizationId))),
    lastRunCheck(lastGood, kit.clock.now(), warnAfterDays),
    await told("ledger.unfinished", () => unfinishedCheck(ledger)),
    await told("ledger.stop", () => stopCheck(ledger)),
  ];
}

/** What the ledger refuses to tell is wrong with it. */
async function told(
  id: "ledger.lock" | "ledger.unfinished" | "ledger.stop",
  look: () => Promise<Check>,
): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return checkOf(id, "failed", error.message, error.remedy);
  }
}

function lockCheck(lock: LockFacts | null): Check {
  if (lock === null) return passed("ledger.lock", "Nobody is at work.");
  const { purpose, host, pid, since, run, holder } = lock;
  const where = run === null ? "" : ` (${run})`;
  const who = `${purpose}, process ${pid} on ${host}${where}, since ${since}`.replaceAll(/\p{Cc}+/gu, " ");
  return holder === "gone"
    ? passed("ledger.lock", `The lock was left behind by ${who}, which is over: the next run takes it over by itself.`)
    : checkOf(
        "ledger.lock",
        "warning",
        `The lock is held: ${who}. Another apply ends with exit code 6 meanwhile.`,
        "Wait for that run. If you are certain that it is no more, docs/ledger.md says how the lock is deleted.",
      );
}

function lastRunCheck(lastGood: Seconds | null, now: Seconds, warnAfterDays: number): Check {
  if (lastGood === null) {
    return checkOf(
      "ledger.last-run",
      "warning",
      "No run has counted this organisation yet. Without that baseline nothing is ever taken from anybody.",
      "Run `seatwright sync` or let the scheduled job run once.",
    );
  }
  const days = Math.max(0, Math.floor((now - lastGood) / DAY));
  const words = `The last run that read the organisation whole was on ${momentOf(lastGood)}, ${days === 1 ? "1 day" : `${days} days`} ago.`;
  return days < warnAfterDays
    ? passed("ledger.last-run", words)
    : checkOf(
        "ledger.last-run",
        "warning",
        words,
        "Find out whether the schedule was switched off, and whether later runs failed.",
      );
}

async function unfinishedCheck(ledger: Ledger): Promise<Check> {
  const run = await ledger.unfinishedRun();
  return run === null
    ? passed("ledger.unfinished", "No run was left unfinished.")
    : checkOf(
        "ledger.unfinished",
        "warning",
        `The run ${run.run} was interrupted before its plan was through (plan ${run.planDigest}).`,
        "Run the same apply again: it goes on where it stopped.",
      );
}

async function stopCheck(ledger: Ledger): Promise<Check> {
  const stop = await ledger.stopRequested();
  return stop === null
    ? passed("ledger.stop", "No stop is in force.")
    : checkOf(
        "ledger.stop",
        "warning",
        `A stop is in force, so nothing is applied: ${stop}.`,
        "`seatwright stop --withdraw` lets runs go on.",
      );
}
