import { everyChange } from "../model/plan-changes.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { Acceptance, HistoryKept, LedgerView } from "../model/ledger-view.ts";
import { DAY, momentOf, secondsOf, type Seconds } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import { type Seats, seatsOf } from "../people/seats.ts";
import { reversalsIn } from "../plan/reversals.ts";
import type { Clock, Ledger, Lock } from "../ports.ts";
import { countsOf } from "./counts.ts";
import { makeDirectory, onDisk, readJsonOrNull, syncDirectory, writeWhole } from "./files.ts";
import { createHandoffStore } from "./handoffs.ts";
import { type Certainty, createHistoryStore } from "./history.ts";
import { recordInstanceNames } from "./history-names.ts";
import { isTaken, lockHeld, takeLock } from "./lock.ts";
import { measuresIn } from "../plan/measures.ts";
import { readPast } from "./past.ts";
import { createPlanStore, type PlanBounds } from "./plans.ts";
import { createReversalStore } from "./reversals.ts";
import { createRunStore } from "./runs.ts";
import { createSeatStore } from "./seats.ts";
import { createCountStore } from "./snapshots.ts";

/**
 * How far back a rule may be last known of. Plans of pull requests count too, and somebody who pushes all day must not push
 * what the default branch's rules are measured against out of sight.
 */
const PLANS_MEASURED: PlanBounds = { plans: 200, bytes: 16 * 1024 * 1024, age: 90 * DAY };
/** How long to wait for another process that is noting seats; it holds them for seconds. */
const SEATS_PATIENCE_MS = 60_000;
const SEATS_POLL_MS = 100;

/** A ledger in a directory of its own. `docs/ledger.md` describes the files. */
export function createDirectoryLedger(options: {
  readonly directory: string;
  readonly organizationId: string;
  readonly clock: Clock;
  /** For runs against a simulator. What is rehearsed never counts as done in the organisation, so it is kept apart. */
  readonly rehearsal?: true;
}): Ledger {
  const { directory, organizationId, clock, rehearsal = false } = options;
  const plans = createPlanStore(join(directory, "plans"));
  const counts = createCountStore(join(directory, "counts"));
  const seats = createSeatStore(join(directory, "seats"));
  const history = createHistoryStore(directory);
  const runs = createRunStore(directory);
  const reversals = createReversalStore(join(directory, "reversals.json"));
  const handoffs = createHandoffStore(join(directory, "handoffs.json"));
  const stopPath = join(directory, "stop.json");
  const lockPath = join(directory, "lock");

  /** Whose ledger it is; a ledger of another organisation is refused, an absent one is nobody's yet. */
  async function checkOwner(): Promise<"ours" | "absent"> {
    const found = await ledgerOwner(directory);
    if (found === null) return "absent";
    const { owner } = found;
    if (owner === organizationId) return "ours";
    throw new OperatorError(
      "usage",
      `${directory} is the ledger of organisation ${owner ?? "unknown"}, not of ${organizationId}.`,
      "Name this organisation's own ledger; two organisations never share one.",
    );
  }

  async function prepare(): Promise<void> {
    if ((await checkOwner()) === "ours") {
      const found = await ledgerOwner(directory);
      if (found !== null) checkPurpose(directory, found.rehearsal, rehearsal);
      return;
    }
    await makeDirectory(directory);
    const mark = rehearsal ? { rehearsal } : {};
    const document = { kind: "ledger", version: 1, organization: organizationId, ...mark };
    await writeWhole(join(directory, "ledger.json"), `${JSON.stringify(document, null, 2)}\n`);
  }

  /** Keeps two processes from noting seats at once: each rewrites whole files. */
  async function withSeats(work: () => Promise<void>): Promise<void> {
    const path = join(directory, "seats.lock");
    for (let waited = 0; ; waited += SEATS_POLL_MS) {
      const taken = await takeLock(path, organizationId, "noting seats", clock.now());
      if (isTaken(taken)) {
        try {
          await work();
        } finally {
          await taken.release();
        }
        return;
      }
      if (waited >= SEATS_PATIENCE_MS) throw lockHeld(taken, path);
      await clock.sleep(SEATS_POLL_MS);
    }
  }

  async function view(asOf?: Seconds): Promise<LedgerView> {
    await checkOwner();
    const at = asOf ?? clock.now() + 1;
    const [lastGood, span, before, past, reversed, open] = await Promise.all([
      counts.lastBefore(at),
      counts.span(),
      plans.lastBefore(at, PLANS_MEASURED),
      readPast(directory, at, (digest) => plans.load(digest)),
      reversals.before(at),
      handoffs.openAt(at),
    ]);
    const [previous = null] = before;
    const measuring = await Promise.all(before.map(async (plan) => ({ plan, overridden: await overriddenIn(plan) })));
    const sourceRows = Object.fromEntries((previous?.sources ?? []).map(({ name, rows }) => [name, rows]));
    return {
      lastGood,
      sourceRows,
      seat: await seats.reader(at, span?.first ?? null),
      holds: past.holds,
      removals: past.removals,
      deeds: past.deeds,
      reversals: reversed,
      handoffs: open,
      previousChanges: previous === null ? null : new Set(everyChange(previous).map(({ id }) => id)),
      measures: measuresIn(measuring),
    };
  }

  /** Limits of a plan that whoever approved it overrode; none where it was not carried out. */
  async function overriddenIn({ digest, limits }: Plan): Promise<ReadonlySet<string>> {
    if (limits.every(({ tripped }) => !tripped)) return new Set();
    const run = await runs.consumedBy(digest);
    const approval = run === null ? null : await runs.approvalOf(run);
    return new Set(approval?.overrides.map(({ limit }) => limit));
  }

  async function recordSnapshot(
    population: Population,
    accepted: Acceptance | null = null,
    kept?: HistoryKept,
  ): Promise<void> {
    if (population.header.certificate.state !== "complete") return;
    const asOf = secondsOf(population.header.asOf) ?? 0;
    await prepare();
    await withSeats(async () => {
      const span = await counts.span();
      if (span !== null && asOf <= span.last) return;
      const held = seatsOf(population);
      await seats.record(population, held, span === null ? "baseline" : "later");
      if (kept !== undefined) await history.record(asOf, kept, certaintyOf(held));
      await recordInstanceNames(directory, population);
      const { deeds } = await readPast(directory, asOf, (digest) => plans.load(digest));
      const known = await reversals.before(asOf);
      const before = deeds.filter(({ at }) => at < asOf);
      await reversals.add(reversalsIn(population, held, { deeds: before, reversals: known }, asOf), asOf);
      await handoffs.close(population, held);
      // Last: counts that are there mean that the seats are noted.
      await counts.store(countsOf(population, held, await counts.lastBefore(asOf), accepted));
    });
  }

  async function lock(organization: string, purpose: string): Promise<Lock> {
    if (organization !== organizationId) throw new Error(`the ledger of ${organizationId} cannot lock ${organization}`);
    await prepare();
    const taken = await takeLock(lockPath, organization, purpose, clock.now());
    if (!isTaken(taken)) throw lockHeld(taken, lockPath);
    return taken;
  }

  async function storeResult(result: RunResult, approval: Approval): Promise<void> {
    const plan = await plans.load(result.planDigest);
    const changes = new Map((plan?.changes ?? []).map((change) => [change.id, change]));
    const given = result.outcomes.flatMap((outcome) => {
      const change = changes.get(outcome.change);
      const settled = outcome.outcome === "done" || outcome.outcome === "done-not-yet-visible";
      if (change?.direction !== "give" || !settled) return [];
      const gained = change.after.seats.filter((seat) => !change.before.seats.includes(seat));
      return [{ accountId: change.accountId, gained, at: secondsOf(outcome.at ?? result.finishedAt) ?? 0 }];
    });
    if (given.some(({ gained }) => gained.length > 0)) {
      await withSeats(async () => {
        for (const { accountId, gained, at } of given) await seats.markGiven(accountId, gained, at);
      });
    }
    await runs.storeResult(result, approval);
  }

  return {
    view,
    recordSnapshot,
    async storePlan(plan) {
      await prepare();
      await plans.store(plan);
      if (plan.heldBack.some(({ handoffId }) => handoffId !== undefined)) await withSeats(() => handoffs.note(plan));
    },
    loadPlan: (digest) => plans.load(digest),
    lock,
    async unfinishedRun() {
      return (await checkOwner()) === "absent" ? null : await runs.unfinished();
    },
    runIds: () => runs.ids(),
    readRun: (run) => runs.read(run),
    async openRun(run) {
      await prepare();
      return await runs.open(run);
    },
    consumedBy: (digest) => runs.consumedBy(digest),
    storeResult,
    async requestStop(reason, by) {
      await prepare();
      await writeWhole(stopPath, `${JSON.stringify({ reason, by, at: momentOf(clock.now()) }, null, 2)}\n`);
    },
    async withdrawStop() {
      await onDisk(stopPath, async () => {
        await rm(stopPath, { force: true });
        if ((await checkOwner()) === "ours") await syncDirectory(directory);
      });
    },
    async stopRequested() {
      const value = await readJsonOrNull(stopPath);
      if (value === null) return null;
      return `${textIn(value, "by") ?? "somebody"} asked to stop: ${textIn(value, "reason") ?? "no reason given"}`;
    },
  };
}

/** The organisation whose ledger lies in a folder, as the ledger says; null where there is no ledger. */
export async function ledgerOwner(
  directory: string,
): Promise<{ readonly owner: string | null; readonly rehearsal: boolean } | null> {
  const value = await readJsonOrNull(join(directory, "ledger.json"));
  if (value === null) return null;
  return { owner: textIn(value, "organization"), rehearsal: saysRehearsal(value) };
}

function saysRehearsal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "rehearsal" in value && value.rehearsal === true;
}

/** Nothing of a rehearsal is written beside what was really done, nor the other way round. */
function checkPurpose(directory: string, found: boolean, wanted: boolean): void {
  if (found === wanted) return;
  throw wanted
    ? new OperatorError(
        "usage",
        `${directory} is the ledger of the real organisation, and this is a rehearsal against a simulator. Nothing was written to it.`,
        "Leave --ledger out: rehearsals have a ledger of their own, .seatwright/rehearsal. Or name a folder or branch that is not there yet.",
      )
    : new OperatorError(
        "usage",
        `${directory} is the ledger of a rehearsal: its counts and runs are a simulator's. Nothing was written to it.`,
        "Name the real organisation's own ledger with --ledger, or leave it out for .seatwright/ledger.",
      );
}

function textIn(value: unknown, key: string): string | null {
  const text = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof text === "string" ? text : null;
}

/** Whether a snapshot shows for certain that somebody holds a seat. */
function certaintyOf({ population, holders }: Seats): Certainty {
  const positions = new Map(population.header.instances.map(({ id }, at) => [id, at]));
  return (accountId, instance) => {
    const person = population.find(accountId);
    const verdict = holders[positions.get(instance) ?? -1];
    return person !== -1 && verdict !== undefined && truthAt(verdict, person) === "true";
  };
}
