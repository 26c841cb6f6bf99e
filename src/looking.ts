import type { Explanation, Tool } from "./model/documents.generated.ts";
import type { LedgerView } from "./model/ledger-view.ts";
import { secondsOf } from "./model/time.ts";
import { truthAt } from "./model/verdict.ts";
import { besideLastGood } from "./people/baseline.ts";
import type { Population } from "./people/population.ts";
import { deliberate } from "./plan/deliberate.ts";
import { explain } from "./plan/explain.ts";
import { worthAsking } from "./plan/propose.ts";
import { type Policies, resolved, shrinkOf } from "./policies-now.ts";
import { shrinkLimit } from "./policy/settings.ts";
import type { PolicySet } from "./policy/types.ts";
import type { Ledger, OrgReader, ReadProgress } from "./ports.ts";

/** A snapshot and the policies that say whom of it is asked about. */
interface DetailRequest {
  readonly policies: Policies;
  readonly population: Population;
  readonly reader: OrgReader;
  readonly ledger: Ledger;
  readonly report: (progress: ReadProgress) => void;
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

/** The population with what only a call for one person tells, of those whom the policies would touch. */
export async function withDetailFor(
  set: PolicySet,
  view: LedgerView,
  { population, reader, report }: Pick<DetailRequest, "population" | "reader" | "report">,
): Promise<Population> {
  const people = worthAsking(deliberate({ population, policies: set, ledger: view }), population);
  return reader.addDetail(population, people, report);
}

/** The population with detail, for a snapshot that is kept: a plan made from it later then knows as much as one made now. */
export async function detailed(request: DetailRequest): Promise<Population> {
  const view = await request.ledger.view(secondsOf(request.population.header.asOf) ?? undefined);
  const { set } = resolved(request.policies, request.population, view);
  return withDetailFor(set, view, request);
}

/**
 * With detail for those alone whom the policies would touch and of whom a seat is not known: for commands that only look. It
 * settles as many seats as `detailed` does, and asks about a handful of people instead of everybody in a plan.
 */
export async function settled(request: DetailRequest): Promise<Population> {
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

/** Everything one snapshot and the policies say about one person. */
export async function explainPerson(
  request: Pick<DetailRequest, "policies" | "population" | "ledger"> & {
    readonly digestOf: (population: Population) => string;
    readonly tool: Tool;
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
