import type { Exemption, LockedName, PolicySource } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import type { Seconds } from "../model/time.ts";
import type { Coverage } from "../people/builder.ts";
import { isPaidInstance } from "../people/seats.ts";
import type { Population } from "../people/population.ts";
import { actionsOfPolicy } from "./actions.ts";
import type { FilterContext } from "./app-scope.ts";
import { canMatch } from "./can-match.ts";
import { checkMoment, endedHolds, hasLapsed } from "./check-exemptions.ts";
import { everySaving } from "./check-policy.ts";
import { createNames, type Names } from "./names.ts";
import { normalise } from "./normalise.ts";
import type { ParsedRepository } from "./parts.ts";
import { settingsOf } from "./settings.ts";
import { ruleOf } from "./rule.ts";
import { readSources, type SourceBytes } from "./sources.ts";
import type { ExemptionRule, Filter, Policy, PolicySet } from "./types.ts";
import { holdsOf, unbuiltActionsOf } from "./unbuilt.ts";
import { mappingsOf } from "./walk.ts";
import { wordsOf } from "./words.ts";
import { entryPath, errorAt, listOf, orderedFindings, partOf, shown, type Written } from "./written.ts";

export interface ResolveContext {
  readonly asOf: Seconds;
  /** Whether the population is everybody, or some people who are looked at again. */
  readonly coverage: Coverage;
  /** Declared sources as read, by name; one that could not be found is absent. */
  readonly sources: ReadonlyMap<string, SourceBytes>;
  /** Rows of each source in the last good run. */
  readonly lastSourceRows: Readonly<Record<string, number>>;
  /** Of a part: what names meant on everybody. Otherwise empty. */
  readonly earlier: readonly LockedName[];
}

export interface Resolution {
  /** Null where a finding is an error. */
  readonly set: PolicySet | null;
  readonly findings: readonly Finding[];
  /** Every name and the id it was resolved to: what a lock file keeps. */
  readonly names: readonly LockedName[];
}

/**
 * What a policy repository says about one snapshot at one moment: names become positions and ids, durations become
 * moments, sources become rows joined to people. Anything that cannot be resolved is an error, above all in an exemption.
 */
export function resolve(repository: ParsedRepository, population: Population, context: ResolveContext): Resolution {
  const { asOf } = context;
  const { organization, selectors } = repository;
  const findings: Finding[] = [...checkMoment(repository, asOf)];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  const names = createNames(population, {
    coverage: context.coverage,
    lock: repository.lock?.value ?? null,
    earlier: context.earlier,
    addresses: addressesIn(repository),
  });
  if (organization.value.organization.id !== population.header.organization.id) {
    report(otherOrganization(repository, population));
  }
  const filterContext = (about: "seat" | "person"): FilterContext => ({
    population,
    names,
    selectors,
    asOf,
    about,
    report,
  });
  const settings = settingsOf(organization, population, names, asOf, report);
  const policies = repository.policies.map((policy) =>
    resolvePolicy(policy, repository, filterContext(policy.value.for)),
  );
  const exemptions = repository.exemptions.map((exemption) =>
    resolveExemption(exemption, filterContext("person"), asOf),
  );
  const sources = readSources(repository, population, context);
  const all = orderedFindings([...findings, ...names.findings, ...sources.findings]);
  const isSound = !all.some(({ severity }) => severity === "error");
  return {
    set: isSound ? { digest: repository.digest, settings, policies, exemptions, sources: sources.tables } : null,
    findings: all,
    names: names.resolved(),
  };
}

function otherOrganization({ organization }: ParsedRepository, population: Population): Finding {
  return errorAt(
    organization.at(["organization", "id"]),
    "other-organization",
    `These policies are for the organisation ${shown(organization.value.organization.id)}; what was read is ${shown(population.header.organization.id)}.`,
    "Use the key and the snapshot of the organisation that the policies are for.",
  );
}

function resolvePolicy(policy: Written<PolicySource>, repository: ParsedRepository, context: FilterContext): Policy {
  const { value } = policy;
  const { population } = context;
  let isClear = true;
  const unresolved = context.names.findings.length;
  const filter = normalise(partOf(policy, ["where"], value.where), {
    ...context,
    report(finding) {
      isClear = false;
      context.report(finding);
    },
  });
  const instances =
    value.for === "person"
      ? []
      : population.header.instances.flatMap((_, position) =>
          isPaidInstance(population, position) && canMatch(filter, position) ? [position] : [],
        );
  isClear &&= context.names.findings.length === unresolved;
  if (value.for === "seat" && instances.length === 0 && isClear) {
    context.report(
      errorAt(
        policy.at(["where"], "key"),
        "matches-no-seat",
        `The policy ${shown(value.id)} can match no seat: no app of the organisation fits its \`app\` and \`site\`.`,
        "Check that the app is on that site.",
      ),
    );
  }
  return {
    id: value.id,
    description: value.description,
    owner: value.owner,
    for: value.for,
    purpose: value.purpose ?? "saving",
    because: value.because ?? null,
    mode: value.mode ?? "report",
    place: policy.at(["id"]),
    filter,
    instances,
    except: exceptFilter(policy, context),
    rule: {
      where: ruleOf({ where: value.where, for: value.for, then: value.then }, repository.selectors),
      except: ruleOf(value.except, repository.selectors),
    },
    actions: actionsOfPolicy(policy, { population, names: context.names, own: instances, report: context.report }),
    approval: value.approval ?? "review",
    schedule: value.schedule ?? null,
    pace: value.pace === undefined ? null : { changes: value.pace.changes },
    limits: {
      percent: value.limits?.percent ?? null,
      changes: value.limits?.changes ?? null,
      growth: value.limits?.growth ?? null,
    },
    unbuilt: unbuiltActionsOf(value),
    holds: [...holdsOf(policy, repository.organization), ...endedHolds(policy, context.asOf)],
  };
}

function exceptFilter(policy: Written<PolicySource>, context: FilterContext): Filter | null {
  const { except } = policy.value;
  if (except === undefined) return null;
  const of: Filter[] = [];
  if (except.people !== undefined) of.push(peopleFilter(policy, ["except", "people"], except.people, context.names));
  if (except.groups !== undefined) {
    const written = except.groups;
    const groups = context.names.groups(listOf(written), (at) =>
      policy.at(entryPath(["except", "groups"], written, at)),
    );
    const place = policy.at(["except", "groups"], "key");
    of.push({ kind: "leaf", test: { key: "memberOf", groups }, words: wordsOf("memberOf", written), place });
  }
  for (const name of listOf(except.selectors)) {
    const selector = context.selectors.get(name);
    if (selector !== undefined) of.push(normalise(selector, context));
  }
  return { kind: "any", of };
}

function peopleFilter(
  written: Written<unknown>,
  path: readonly string[],
  people: string | readonly string[],
  names: Names,
): Filter {
  const accountIds = listOf(people).flatMap((name, at) => {
    const found = names.person(name, written.at(entryPath(path, people, at)));
    return found === null ? [] : [found];
  });
  const place = written.at(path, "key");
  return { kind: "leaf", test: { key: "people", accountIds }, words: wordsOf("people", people), place };
}

function resolveExemption(exemption: Written<Exemption>, context: FilterContext, asOf: Seconds): ExemptionRule {
  const { id, person, group, selector, from, reason, owner, until } = exemption.value;
  return {
    id,
    place: exemption.at(["id"]),
    filter: exemptionFilter(exemption, context),
    rule: ruleOf({ person, group, selector, from }, context.selectors),
    from: from ?? [everySaving],
    reason,
    owner,
    until,
    lapsed: hasLapsed(until, asOf),
  };
}

function exemptionFilter(exemption: Written<Exemption>, context: FilterContext): Filter {
  const { person, group, selector } = exemption.value;
  if (person !== undefined) return peopleFilter(exemption, ["person"], person, context.names);
  if (group !== undefined) {
    const found = context.names.group(group, exemption.at(["group"]));
    const place = exemption.at(["group"], "key");
    const groups = found === null ? [] : [found];
    return { kind: "leaf", test: { key: "memberOf", groups }, words: wordsOf("memberOf", group), place };
  }
  const named = context.selectors.get(selector ?? "");
  if (named === undefined) throw new Error(`The exemption ${exemption.value.id} was not checked.`);
  return normalise(named, context);
}

/** Every address that stands in a repository where a person is meant. */
export function addressesIn({ organization, policies, selectors, exemptions }: ParsedRepository): ReadonlySet<string> {
  const filters = [...policies.map((policy) => partOf(policy, ["where"], policy.value.where)), ...selectors.values()];
  const names = [
    ...(organization.value.protect?.people ?? []),
    ...policies.flatMap(({ value }) => listOf(value.except?.people)),
    ...filters.flatMap((filter) => [...mappingsOf(filter)].flatMap(({ value }) => listOf(value.people))),
    ...exemptions.flatMap(({ value }) => listOf(value.person)),
  ];
  return new Set(names.filter((name) => name.includes("@")));
}
