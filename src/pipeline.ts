/**
 * READ THIS FIRST. What Seatwright does, on one screen: files and a snapshot come in, a plan follows from them, and an
 * approved plan is applied as far as it still holds. Everything else is how.
 */
import { readProved } from "./apply/proved.ts";
import type { Pauses } from "./apply/pauses.ts";
import { applyPlan, type ApplyOptions } from "./apply/run.ts";
import { lookAgainWith } from "./look-again.ts";
import { withDetailFor } from "./looking.ts";
import type { Approval, Plan, RunResult, Tool } from "./model/documents.generated.ts";
import type { Finding } from "./model/finding.ts";
import { DAY, secondsOf } from "./model/time.ts";
import { besideLastGood } from "./people/baseline.ts";
import type { Population } from "./people/population.ts";
import { type Handoff, handoffsOf } from "./plan/handoff.ts";
import { weighedFor } from "./plan/only.ts";
import { propose } from "./plan/propose.ts";
import { peopleToUndo, planUndo } from "./plan/undo.ts";
import type { UndoSelection } from "./plan/undo-selection.ts";
import { type Policies, resolved, shrinkOf } from "./policies-now.ts";
import { addressesIn } from "./policy/resolve.ts";
import { whenDue } from "./policy/schedule.ts";
import { groupLimit } from "./policy/settings.ts";
import type { Clock, Ledger, OrgReader, OrgWriter, ReadProgress } from "./ports.ts";

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
  const { policies, plan, approval, reader } = request;
  const { repository } = policies;
  const names = await reader.findAddresses([...addressesIn(repository)]);
  return applyPlan(
    {
      ...request,
      ...lookAgainWith({ ...request, names }),
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
