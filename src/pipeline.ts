/**
 * READ THIS FIRST. What Seatwright does, on one screen: files and a snapshot come in, a plan follows from them, and an
 * approved plan is applied as far as it still holds. Everything else is how.
 */
import { applyPlan, type ApplyOptions } from "./apply/run.ts";
import type { Pauses } from "./apply/pauses.ts";
import { readProved } from "./apply/proved.ts";
import type { Approval, Explanation, Plan, RunResult, Tool } from "./model/documents.generated.ts";
import { PolicyError } from "./model/errors.ts";
import type { Finding } from "./model/finding.ts";
import type { LedgerView } from "./model/ledger-view.ts";
import { DAY, secondsOf } from "./model/time.ts";
import type { Population } from "./people/population.ts";
import { trustedSignals } from "./people/signals.ts";
import { deliberate } from "./plan/deliberate.ts";
import { explain } from "./plan/explain.ts";
import { type Handoff, handoffsOf } from "./plan/handoff.ts";
import { planUndo, peopleToUndo, reproposeUndo } from "./plan/undo.ts";
import type { UndoSelection } from "./plan/undo-selection.ts";
import { propose, reproposed, worthAsking } from "./plan/propose.ts";
import { groupLimit } from "./policy/settings.ts";
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
  readonly report: (progress: ReadProgress) => void;
}

export interface Proposed {
  readonly plan: Plan;
  /** With the detail that was asked for while planning: what the plan's snapshot digest is of. */
  readonly population: Population;
  readonly findings: readonly Finding[];
  /** What of it only an identity provider can do. */
  readonly handoffs: readonly Handoff[];
}

/** Files and a snapshot in, a plan out. Reads, never writes to the organisation: it is handed nothing that could. */
export async function proposePlan(request: ProposeRequest): Promise<Proposed> {
  const { policies, reader, ledger, tool } = request;
  const view = await ledger.view(secondsOf(request.population.header.asOf) ?? undefined);
  const { set, findings, notes } = resolved(policies, request.population, view);
  const population = reader === null ? request.population : await withDetailFor(set, view, { ...request, reader });
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
    notes,
    ...rehearsalOf(request),
  });
  await ledger.storePlan(plan);
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

/** The same for a snapshot that is kept: a plan made from it later then knows as much as one made now. */
export async function detailed(
  request: Pick<ProposeRequest, "policies" | "population" | "ledger" | "report"> & { readonly reader: OrgReader },
): Promise<Population> {
  const view = await request.ledger.view(secondsOf(request.population.header.asOf) ?? undefined);
  const { set } = resolved(request.policies, request.population, view);
  return withDetailFor(set, view, request);
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
  const { policies, plan, approval, reader, ledger } = request;
  const { repository } = policies;
  const view = await ledger.view();
  const names = await reader.findAddresses([...addressesIn(repository)]);
  return applyPlan(
    {
      ...request,
      confirmActivity: (population, accountIds) => reader.confirmActivity(population, accountIds),
      repropose(population) {
        const { set } = resolved(policies, population, view, { coverage: "some", earlier: names });
        if (plan.origin.kind === "undo") return reproposeUndo(plan, population, set);
        const signals = trustedSignals(population);
        const again = deliberate({ population, policies: set, ledger: view, signals });
        return { changes: reproposed(again, view), heldBack: again.heldBack };
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
): Pick<Resolution, "findings" | "notes"> & { readonly set: PolicySet } {
  const { set, findings, notes } = checkAgainst(policies, population, view, known);
  if (set === null) throw new PolicyError(findings);
  return { set, findings, notes };
}
