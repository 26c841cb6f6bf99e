import type { Counts } from "../model/ledger-view.ts";
import type { Population } from "../people/population.ts";
import type { Filter, PolicySet } from "../policy/types.ts";
import { allowedBy } from "./limits.ts";

/**
 * Groups that exempt or protect people and have lost more members than `limits.shrink` allows since these counts, in
 * words. Asked once before a plan is carried out: whoever fell out of such a group by mistake is shielded no more.
 */
export function shieldsLost(
  { header }: Pick<Population, "header">,
  { settings, exemptions, policies }: PolicySet,
  counted: Counts | null,
): readonly string[] {
  const filters = [
    ...exemptions.map(({ filter }) => filter),
    ...policies.flatMap(({ except }) => (except === null ? [] : [except])),
  ];
  const groups = new Set([...settings.protect.groups, ...filters.flatMap(groupsIn)]);
  return [...groups]
    .flatMap((position) => {
      const group = header.groups[position];
      const before = group === undefined ? undefined : counted?.members[group.id];
      if (group === undefined || before === undefined) return [];
      if (before - group.members <= allowedBy(settings.limits.shrink, before)) return [];
      return [`${group.name} had ${before} members and has ${group.members}`];
    })
    .sort();
}

/** Groups that a filter looks at, anywhere in it. */
function groupsIn(filter: Filter): readonly number[] {
  if (filter.kind === "leaf") return filter.test.key === "memberOf" ? filter.test.groups : [];
  return filter.kind === "not" ? groupsIn(filter.of) : filter.of.flatMap(groupsIn);
}
