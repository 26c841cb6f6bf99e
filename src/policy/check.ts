import type { Finding } from "../model/finding.ts";
import { checkExemption } from "./check-exemptions.ts";
import { checkOrganization } from "./check-organization.ts";
import { checkOwners } from "./check-owners.ts";
import { checkPolicy } from "./check-policy.ts";
import { checkCycles, checkExcept, checkFilter, type FilterWorld } from "./check-where.ts";
import type { RepositoryParts } from "./parts.ts";
import { unbuiltFindings } from "./unbuilt.ts";
import { errorAt, shown } from "./written.ts";

/** Every rule that needs neither a snapshot nor the moment. */
export function checkParts(parts: RepositoryParts): readonly Finding[] {
  const { organization, policies, selectors, exemptions, lock } = parts;
  const world: FilterWorld = {
    selectors,
    sources: organization === null ? null : (organization.value.sources ?? {}),
    complete: parts.complete,
  };
  const ids = new Set(policies.map(({ value }) => value.id));
  const findings = [
    ...(organization === null ? [] : checkOrganization(organization)),
    ...[...selectors.values()].flatMap((selector) => checkFilter(selector, world)),
    ...checkCycles(selectors),
    ...policies.flatMap((policy) => [
      ...checkPolicy(policy, world, organization?.value.irreversible ?? []),
      ...checkExcept(policy, world),
    ]),
    ...exemptions.flatMap((exemption) => checkExemption(exemption, world, parts.complete ? ids : null)),
    ...unbuiltFindings(organization, policies),
    ...checkOwners(organization, [...policies, ...exemptions]),
  ];
  if (organization !== null && lock !== null && organization.value.organization.id !== lock.value.organization) {
    findings.push(
      errorAt(
        lock.at(["organization"]),
        "lock-organization",
        `The lock file is of the organisation ${shown(lock.value.organization)}, and seatwright.yaml names another.`,
        "Check which organisation is meant, then run `seatwright validate --lock` again.",
      ),
    );
  }
  return findings;
}
