import { PolicyError } from "./model/errors.ts";
import type { LedgerView } from "./model/ledger-view.ts";
import { secondsOf } from "./model/time.ts";
import type { Population } from "./people/population.ts";
import type { ParsedRepository } from "./policy/parts.ts";
import { type Resolution, resolve, type ResolveContext } from "./policy/resolve.ts";
import { shrinkLimit } from "./policy/settings.ts";
import type { SourceBytes } from "./policy/sources.ts";
import type { PolicySet } from "./policy/types.ts";

/** What the policy repository says, read and found sound. */
export interface Policies {
  readonly repository: ParsedRepository;
  readonly sources: ReadonlyMap<string, SourceBytes>;
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

/** Names to ids, durations to moments, rows to people. Throws PolicyError with every finding where one is an error. */
export function resolved(
  policies: Policies,
  population: Population,
  view: LedgerView,
  known?: Pick<ResolveContext, "coverage" | "earlier">,
): Pick<Resolution, "findings"> & { readonly set: PolicySet } {
  const { set, findings } = checkAgainst(policies, population, view, known);
  if (set === null) throw new PolicyError(findings);
  return { set, findings };
}

/** How much less than the last good counts is alarming, in percent. */
export function shrinkOf({ repository }: Policies): number {
  return shrinkLimit(repository.organization.value.limits);
}
