import { hasBit } from "../model/bits.ts";
import type { Explanation } from "../model/documents.generated.ts";
import { momentOf, secondsOf } from "../model/time.ts";
import {
  claims,
  entries,
  managementSources,
  platformRoleBits,
  type Population,
  statuses,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { deliberate, type Matter } from "./deliberate.ts";
import { groupName } from "./draft.ts";
import { explainedPolicies } from "./explain-policies.ts";
import { explainedAccess, explainedSeats } from "./explain-seats.ts";
import { type PlanRequest, propose } from "./propose.ts";
import { protectionOf } from "./protection.ts";

/**
 * All that one snapshot and the policies say about one person, from the same verdicts and the same plan as everybody's, so
 * that an explanation cannot disagree with a plan. `past` and `notes` are empty: what runs did is read from the ledger by
 * whoever asks.
 */
export function explain(request: PlanRequest, person: number): Explanation {
  const { population, policies, ledger } = request;
  const { header } = population;
  const now = secondsOf(header.asOf);
  if (now === null) throw new Error("the snapshot's asOf is not a moment");
  const matter: Matter = { population, policies, ledger };
  const deliberation = deliberate(matter);
  const plan = propose(request, deliberation);
  const accountId = population.text("id", person) ?? "";
  const own = <Entry extends { readonly accountId: string }>(list: readonly Entry[]): readonly Entry[] =>
    list.filter((entry) => entry.accountId === accountId);
  return {
    kind: "explanation",
    version: 1,
    asOf: header.asOf,
    certificate: plan.certificate,
    person: personOf(population, person),
    protection: protectionOf(population, policies.settings, person)?.reason ?? null,
    seats: explainedSeats(matter, deliberation, person, now),
    otherAccess: explainedAccess(population, deliberation, person),
    policies: explainedPolicies(matter, deliberation, plan, person, now),
    changes: own(plan.changes),
    quarantined: own(plan.quarantined),
    protectedDuties: own(plan.protectedDuties),
    heldBack: own(plan.heldBack),
    conflicts: own(plan.conflicts),
    past: [],
    notes: [],
  };
}

function personOf(population: Population, person: number): Explanation["person"] {
  const { header } = population;
  const added = population.added[person] ?? UNKNOWN_TIME;
  const code = population.platformRoles[person] ?? platformRoleBits.unknown;
  const has = (bit: number, name: string): readonly string[] => ((code & bit) === 0 ? [] : [name]);
  return {
    accountId: population.text("id", person) ?? "",
    name: population.text("name", person),
    email: population.text("email", person),
    status: statuses[population.status[person] ?? 0] ?? "unknown",
    claim: claims[population.claim[person] ?? 0] ?? "unknown",
    source: managementSources[population.source[person] ?? 0] ?? "unknown",
    added: added === UNKNOWN_TIME ? null : momentOf(added),
    directories: [...entries(population.directories, person)].map((at) => header.directories[at]?.name ?? ""),
    groups: hasBit(population.groupsUnknown, person)
      ? null
      : [...entries(population.groups, person)].map((at) => groupName(population, at)).sort(),
    adminRoles:
      (code & platformRoleBits.unknown) !== 0
        ? null
        : [
            ...has(platformRoleBits.orgAdmin, "org-admin"),
            ...has(platformRoleBits.siteAdmin, "site-admin"),
            ...has(platformRoleBits.userAccessAdmin, "user-access-admin"),
            ...has(platformRoleBits.other, "other"),
          ],
  };
}
