/**
 * READ THIS FIRST. What Seatwright does, on one screen: files and a snapshot come in, a plan follows from them, and an
 * approved plan is applied as far as it still holds. Everything else is how.
 */
import { releasesProtected } from "./apply/check-approval.ts";
import { applyPlan, type ApplyOptions } from "./apply/run.ts";
import type { Pauses } from "./apply/pauses.ts";
import { readProved, stillProved } from "./apply/proved.ts";
import type { Approval, Explanation, Plan, RunResult, Tool } from "./model/documents.generated.ts";
import { PolicyError } from "./model/errors.ts";
import type { Finding } from "./model/finding.ts";
import type { LedgerView } from "./model/ledger-view.ts";
import { DAY, secondsOf } from "./model/time.ts";
import { besideLastGood } from "./people/baseline.ts";
import { truthAt } from "./model/verdict.ts";
import type { Population } from "./people/population.ts";
import { trustedSignals } from "./people/signals.ts";
import { deliberate } from "./plan/deliberate.ts";
import { explain } from "./plan/explain.ts";
import { type Handoff, handoffsOf } from "./plan/handoff.ts";
import { weighedFor } from "./plan/only.ts";
import { planUndo, peopleToUndo, reproposeUndo } from "./plan/undo.ts";
import type { UndoSelection } from "./plan/undo-selection.ts";
import { propose, reproposed, worthAsking } from "./plan/propose.ts";
import { whenDue } from "./policy/schedule.ts";
import { shieldsLost } from "./plan/shields.ts";
import { seatsMoved } from "./plan/seat-counts.ts";
import { groupLimit, shrinkLimit } from "./policy/settings.ts";
import type { ParsedRepository } from "./policy/parts.ts";
import { addressesIn, type Resolution, resolve, type ResolveContext } from "./policy/resolve.ts";
import type { SourceBytes } from "./policy/sources.ts";
import type { PolicySet } from "./policy/types.ts";
import type { Clock, Ledger, OrgReader, OrgWriter, ReadProgress } from "./ports.ts";

/** What the policy repository says, read and found sound. */
export interface Policies {
  readonly repository: ParsedRepository;
  readonly sources: ReadonlyMap<string, SourceBytes>;
}

export interface ProposeRequest {
  readonly policies: Policies;
  readonly population: Population;
  /** Asks about single people; null where the plan is made from a file. */
  readonly reader: OrgReader | null;
  readonly ledger: Ledger;
  readonly digestOf: (population: Population) => string;
  readonly tool: Tool;
  /** Made against a simulator. */
  readonly rehearsal?: true;
  /** For a one-off: the id of the policy that the plan is about. */
  readonly only?: string;
  /** Made on a schedule: policies that are not due now hold everybody they speak of. */
  readonly scheduled?: true;
  readonly report: (progress: ReadProgress) => void;
}

export interface Proposed {
  readonly plan: Plan;
  /** With the detail that was asked for while planning: what the plan's snapshot digest is of. */
  readonly population: Population;
  readonly findings: readonly Finding[];
  /** What of it is handed over: to an identity provider, or to admins. */
  readonly handoffs: readonly Handoff[];
}

/**
 * Files and a snapshot in, a plan out, kept in the ledger for its approval. Reads, never writes to the organisation: it is
 * handed nothing that could.
 */
export async function proposePlan(request: ProposeRequest): Promise<Proposed> {
  const proposed = await comparePlan(request);
  await request.ledger.storePlan(proposed.plan);
  return proposed;
}

/** The same plan, kept nowhere: to set another one beside it. */
export async function comparePlan(request: ProposeRequest): Promise<Proposed> {
  const { policies, reader, ledger, tool } = request;
  const view = await ledger.view(secondsOf(request.population.header.asOf) ?? undefined);
  const read = besideLastGood(request.population, view, shrinkOf(policies));
  const { set: written, findings } = resolved(policies, read, view);
  const asked = weighedFor(written, request.only);
  const set = request.scheduled === true ? whenDue(asked, secondsOf(read.header.asOf) ?? 0) : asked;
  const population = reader === null ? read : await withDetailFor(set, view, { ...request, population: read, reader });
  const snapshotDigest = request.digestOf(population);
  const { planValidFor } = set.settings;
  // A file may have lain about: a plan made from it can be applied within a day of its snapshot.
  const validFor = reader === null ? Math.min(planValidFor, DAY) : planValidFor;
  const plan = propose({
    population,
    snapshotDigest,
    policies: set,
    ledger: view,
    tool,
    validFor,
    ...rehearsalOf(request),
    ...(request.only === undefined ? {} : { only: request.only }),
  });
  return { plan, population, findings, handoffs: handoffsOf(plan, population, set.settings) };
}

function rehearsalOf({ rehearsal }: Pick<ProposeRequest, "rehearsal">): { readonly rehearsal?: true } {
  return rehearsal === undefined ? {} : { rehearsal };
}

/** The population with what only a call for one person tells, of those whom the policies would touch. */
async function withDetailFor(
  set: PolicySet,
  view: LedgerView,
  { population, reader, report }: { readonly reader: OrgReader } & Pick<ProposeRequest, "population" | "report">,
): Promise<Population> {
  const people = worthAsking(deliberate({ population, policies: set, ledger: view }), population);
  return reader.addDetail(population, people, report);
}

/** What a snapshot is worth beside the counts that earlier runs left: the last thing its certificate says. */
export async function certified(
  population: Population,
  ledger: Pick<Ledger, "view">,
  policies: Policies | null,
): Promise<Population> {
  const view = await ledger.view(secondsOf(population.header.asOf) ?? undefined);
  return besideLastGood(population, view, policies === null ? shrinkLimit(undefined) : shrinkOf(policies));
}

function shrinkOf({ repository }: Policies): number {
  return shrinkLimit(repository.organization.value.limits);
}

/** The same detail for a snapshot that is kept: a plan made from it later then knows as much as one made now. */
export async function detailed(
  request: Pick<ProposeRequest, "policies" | "population" | "ledger" | "report"> & { readonly reader: OrgReader },
): Promise<Population> {
  const view = await request.ledger.view(secondsOf(request.population.header.asOf) ?? undefined);
  const { set } = resolved(request.policies, request.population, view);
  return withDetailFor(set, view, request);
}

/**
 * With detail for those alone whom the policies would touch and of whom a seat is not known: for commands that only look. It
 * settles as many seats as `detailed` does, and asks about a handful of people instead of everybody in a plan.
 */
export async function settled(
  request: Pick<ProposeRequest, "policies" | "population" | "ledger" | "report"> & { readonly reader: OrgReader },
): Promise<Population> {
  const { population, ledger, reader, report } = request;
  const view = await ledger.view(secondsOf(population.header.asOf) ?? undefined);
  const { set } = resolved(request.policies, population, view);
  const deliberation = deliberate({ population, policies: set, ledger: view });
  const people = worthAsking(deliberation, population).filter((accountId) => {
    const person = population.find(accountId);
    return deliberation.seats.holders.some((held) => truthAt(held, person) === "unknown");
  });
  return reader.addDetail(population, people, report);
}

export interface UndoPlanRequest extends Omit<ProposeRequest, "population" | "report"> {
  readonly reader: OrgReader;
  readonly selection: UndoSelection;
}

/** What earlier runs did in, the plan that takes it back out: what their journals prove, held against the people as they are. */
export async function proposeUndo(request: UndoPlanRequest): Promise<Pick<Proposed, "plan" | "population">> {
  const { policies, reader, ledger, tool, selection } = request;
  const past = await readProved(ledger, selection);
  const names = await reader.findAddresses([...addressesIn(policies.repository)]);
  const population = await reader.readPeople(peopleToUndo(past.proved, selection));
  const view = await ledger.view(secondsOf(population.header.asOf) ?? undefined);
  const { set } = resolved(policies, population, view, { coverage: "some", earlier: names });
  const snapshotDigest = request.digestOf(population);
  const plan = planUndo({
    ...past,
    ...rehearsalOf(request),
    population,
    snapshotDigest,
    policies: set,
    ledger: view,
    tool,
    selection,
  });
  await ledger.storePlan(plan);
  return { plan, population };
}

/** What the names of the policies mean on a snapshot, and what is wrong with them there. */
export function checkAgainst(
  policies: Policies,
  population: Population,
  view: LedgerView,
  known: Pick<ResolveContext, "coverage" | "earlier"> = { coverage: "everybody", earlier: [] },
): Resolution {
  return resolve(policies.repository, population, {
    asOf: secondsOf(population.header.asOf) ?? 0,
    sources: policies.sources,
    lastSourceRows: view.sourceRows,
    ...known,
  });
}

/** Everything one snapshot and the policies say about one person. */
export async function explainPerson(
  request: Pick<ProposeRequest, "policies" | "population" | "ledger" | "digestOf" | "tool"> & {
    readonly person: number;
  },
): Promise<Explanation> {
  const { policies, population, ledger, tool, person } = request;
  const view = await ledger.view(secondsOf(population.header.asOf) ?? undefined);
  const { set } = resolved(policies, population, view);
  return explain(
    { population, snapshotDigest: request.digestOf(population), policies: set, ledger: view, tool },
    person,
  );
}

export interface ApplyRequest {
  readonly policies: Policies;
  readonly plan: Plan;
  readonly approval: Approval;
  readonly reader: OrgReader;
  readonly writer: OrgWriter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly tool: Tool;
  readonly randomHex: string;
  /** What the policy files say by now. Absent: nothing is paused meanwhile. */
  readonly pauses?: () => Promise<Pauses>;
  readonly options: Pick<ApplyOptions, "signal" | "maxMinutes" | "onProgress">;
}

/** An approved plan in, what came of it out. Each person is looked at again, by the planner that made the plan. */
export async function applyApproved(request: ApplyRequest): Promise<RunResult> {
  const { policies, plan, approval, reader, ledger, clock } = request;
  const { repository } = policies;
  const names = await reader.findAddresses([...addressesIn(repository)]);
  return applyPlan(
    {
      ...request,
      async lookFirst(begun) {
        const view = await ledger.view();
        const { lastGood, deeds } = view;
        const ours = begun.map((change) => ({ ...change, at: clock.now(), moved: seatsMoved(change) }));
        const counted = await reader.readPeople([]);
        const seen = besideLastGood(counted, { lastGood, deeds: [...deeds, ...ours] }, shrinkOf(policies));
        const { set } = resolved(policies, seen, view, { coverage: "some", earlier: names });
        // Later reads may have met the loss already: what counts is what the approved plan was made on.
        const planned = await ledger.view((secondsOf(plan.asOf) ?? 0) + 1);
        return { certificate: seen.header.certificate, shieldsLost: shieldsLost(seen, set, planned.lastGood) };
      },
      confirmActivity: (population, accountIds) => reader.confirmActivity(population, accountIds),
      async planner() {
        const view = await ledger.view();
        const ours = plan.origin.kind === "undo" ? await stillProved(ledger, plan) : null;
        return (population) => {
          const { set } = resolved(policies, population, view, { coverage: "some", earlier: names });
          if (ours !== null) return reproposeUndo(plan, { population, policies: set, ledger: view, ours });
          const signals = trustedSignals(population);
          const weighed = weighedFor(set, plan.origin.only);
          const again = deliberate({ population, policies: weighed, ledger: view, signals });
          const protection = releasesProtected(plan, approval) ? "released" : "kept";
          return { changes: reproposed(again, view, protection), heldBack: again.heldBack };
        };
      },
    },
    plan,
    approval,
    {
      ...request.options,
      organizationId: repository.organization.value.organization.id,
      power: repository.organization.value.power ?? "observe",
      policyDigest: repository.digest,
      groupFloor: groupLimit(repository.organization.value.limits?.perGroup).floor,
      // The plan's own `notAfter` says how long its snapshot holds.
      snapshotMaxAge: null,
    },
  );
}

/** Names to ids, durations to moments, rows to people. Throws PolicyError with every finding where one is an error. */
function resolved(
  policies: Policies,
  population: Population,
  view: LedgerView,
  known?: Pick<ResolveContext, "coverage" | "earlier">,
): Pick<Resolution, "findings"> & { readonly set: PolicySet } {
  const { set, findings } = checkAgainst(policies, population, view, known);
  if (set === null) throw new PolicyError(findings);
  return { set, findings };
}
