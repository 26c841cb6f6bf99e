import type { PolicySource, Where } from "../model/documents.generated.ts";
import type { Place } from "../model/finding.ts";
import type { ParsedRepository } from "./parts.ts";
import { actionsOf, mappingsOf, type Selectors } from "./walk.ts";
import { listOf, partOf, type Written } from "./written.ts";

/** Actions that give something; a policy with one of them may want to keep what another would take. */
const givingActions: ReadonlySet<string> = new Set(["grant", "addToGroup", "restore", "activate"]);

/**
 * A repository that asks, for each length of time, what a policy would free that takes every seat unused for so long. Its
 * settings and exemptions stay, and so do the policies that give or keep something, because they hold against such a
 * policy. Selectors that nothing of this names are left out, and with them the sources that only they look at.
 */
export function unusedSeatQuestions(repository: ParsedRepository, durations: readonly string[]): ParsedRepository {
  const keepers = repository.policies.filter(({ value }) =>
    actionsOf(value).some(({ kind }) => givingActions.has(kind)),
  );
  const filters = keepers.map((policy) => partOf<Where>(policy, ["where"], policy.value.where));
  const names = [
    ...keepers.flatMap(({ value }) => listOf(value.except?.selectors)),
    ...repository.exemptions.flatMap(({ value }) => value.selector ?? []),
  ];
  return {
    ...repository,
    policies: [...durations.map(question), ...keepers],
    selectors: reachedFrom(filters, names, repository.selectors),
  };
}

/** The id under which `unusedSeatQuestions` asks about a length of time. No policy that somebody wrote can have it. */
export function questionId(duration: string): string {
  return `unused/${duration}`;
}

/** The selectors of these names and those that these filters name, by themselves or by way of others. */
export function reachedFrom(
  filters: readonly Written<Where>[],
  names: readonly string[],
  selectors: Selectors,
): Selectors {
  const reached = new Map<string, Written<Where>>();
  const open: string[] = [...names];
  const look = (filter: Written<Where>): void => {
    for (const { value } of mappingsOf(filter)) open.push(...listOf(value.selector));
  };
  filters.forEach(look);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const selector = selectors.get(name);
    if (selector === undefined || reached.has(name)) continue;
    reached.set(name, selector);
    look(selector);
  }
  return reached;
}

function question(duration: string): Written<PolicySource> {
  const place: Place = { file: "--idle", line: 1, column: 1 };
  return {
    file: place.file,
    at: () => place,
    value: {
      id: questionId(duration),
      description: `Seats unused for ${duration}`,
      owner: "seatwright seats",
      for: "seat",
      mode: "enforce",
      where: { unused: duration },
      then: [{ revoke: {} }],
    },
  };
}
