import type { Fact } from "../model/documents.generated.ts";
import { allOf, alwaysFalse, alwaysTrue, anyOf, notOf, type Truth, truthAt, type Verdict } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import {
  addedVerdict,
  claimVerdict,
  directoryVerdict,
  managementVerdict,
  memberVerdict,
  mfaVerdict,
  orgRoleVerdict,
  peopleVerdict,
  sharedVerdict,
  statusVerdict,
  textVerdict,
} from "./columns.ts";
import { factsOf, type WhichFacts } from "./facts.ts";
import { globMatcher } from "./glob.ts";
import { createInactivity, type InactivityContext } from "./inactivity.ts";
import { paidInstances } from "./instances.ts";
import { holdsVerdict, roleVerdict } from "./roles.ts";
import { rowVerdict, sourceVerdict } from "./source-verdicts.ts";
import type { Filter, Reach, SourceTable, Test } from "./types.ts";
import { createVerdictCache } from "./verdict-cache.ts";

/** What filters look at besides the people themselves. */
export interface EvaluationContext extends Omit<InactivityContext, "seats"> {
  readonly sources: ReadonlyMap<string, SourceTable>;
}

/**
 * Answers filters for everybody at once. `instance` is the seat's app instance where the filter speaks of seats, and null
 * where it speaks of people. Plans and explanations read the same verdicts.
 */
export interface Evaluator {
  /** For whom the filter is true, and for whom it cannot be told. */
  evaluate(filter: Filter, instance: number | null): Verdict;
  /** What the filter is for one person. */
  truthOf(filter: Filter, instance: number | null, person: number): Truth;
  /**
   * The parts of the filter that decided for one person, or every part, in the order of the filter. Values of personal
   * fields are left out.
   */
  factsAt(filter: Filter, instance: number | null, person: number, which?: WhichFacts): readonly Fact[];
}

export function createEvaluator(population: Population, seats: Seats, context: EvaluationContext): Evaluator {
  const { size } = population;
  const inactivity = createInactivity({ ...context, seats });
  const cache = createVerdictCache();
  const all = paidInstances(population);
  const nobody = alwaysFalse(size);
  const everybody = alwaysTrue(size);

  function evaluate(filter: Filter, instance: number | null): Verdict {
    return cache.get(filter, instance, () => compute(filter, instance));
  }

  function compute(filter: Filter, instance: number | null): Verdict {
    switch (filter.kind) {
      case "leaf":
        return leafVerdict(filter.test, instance);
      case "not":
        return notOf(size, evaluate(filter.of, instance));
      case "all": {
        let result = everybody;
        for (const part of cheapestFirst(filter.of)) {
          result = allOf(size, [result, evaluate(part, instance)]);
          if (isFalseForAll(result)) return nobody;
        }
        return result;
      }
      case "any": {
        let result = nobody;
        for (const part of cheapestFirst(filter.of)) result = anyOf(size, [result, evaluate(part, instance)]);
        return result;
      }
    }
  }

  function leafVerdict(test: Test, instance: number | null): Verdict {
    switch (test.key) {
      case "instance":
        return test.instances.includes(ownInstance(instance)) ? everybody : nobody;
      case "role":
        return roleVerdict(population, test.instances === "own" ? [ownInstance(instance)] : test.instances, test.roles);
      case "unused":
      case "idle":
      case "neverActive":
        return test.reach.kind === "everywhere"
          ? inactivity.everywhere(test.key, test.before)
          : inactivity.verdict(test.key, test.before, reached(test.reach, instance, all));
      case "heldFor":
        return inactivity.heldVerdict(test.before, reached(test.reach, instance, all));
      case "holds":
        return holdsVerdict(seats, test.instances);
      case "inOrgFor":
        return addedVerdict(population, test.before);
      case "memberOf":
        return memberVerdict(population, test.groups);
      case "status":
        return statusVerdict(population, test.statuses);
      case "account":
        return claimVerdict(population, test.claim);
      case "managementSource":
        return managementVerdict(population, test.source);
      case "emailDomain": {
        const domains = new Set(test.domains);
        return sharedVerdict(population, "emailDomain", (domain) => domains.has(domain));
      }
      case "email":
      case "name":
        return textVerdict(population, test.key, test.globs);
      case "shared":
        return sharedVerdict(population, test.field, globMatcher(test.globs));
      case "orgRole":
        return orgRoleVerdict(population, test.roles);
      case "productAdmin":
        return roleVerdict(population, test.instances, ["atlassian/admin"]);
      case "mfa":
        return mfaVerdict(population, test.on ? "on" : "off");
      case "directory":
        return directoryVerdict(population, test.directories);
      case "people":
        return peopleVerdict(population, test.accountIds);
      case "in":
        return anyOf(
          size,
          test.sources.map((name) => rowVerdict(population, context.sources.get(name))),
        );
      case "fact":
      case "date":
      case "during":
        return sourceVerdict(population, context.sources.get(test.source), test);
    }
  }

  return {
    evaluate,
    truthOf: (filter, instance, person) => truthAt(evaluate(filter, instance), person),
    factsAt: (filter, instance, person, which = "deciding") =>
      factsOf(filter, which, (part) => truthAt(evaluate(part, instance), person), {
        population,
        seats,
        inactivity,
        asOf: context.asOf,
        signals: context.signals,
        person,
        own: instance,
        all,
      }),
  };
}

/** The instances that a test of seats looks at. */
function reached(reach: Reach, instance: number | null, all: readonly number[]): readonly number[] {
  switch (reach.kind) {
    case "own":
      return [ownInstance(instance)];
    case "instances":
      return reach.instances;
    case "everywhere":
      return all;
  }
}

function ownInstance(instance: number | null): number {
  if (instance === null) throw new Error("A filter about seats was asked about people.");
  return instance;
}

/** Parts that cost nothing to answer first: what `app` and `site` exclude need not be looked at further. */
function cheapestFirst(parts: readonly Filter[]): readonly Filter[] {
  const isFree = (part: Filter): boolean => part.kind === "leaf" && part.test.key === "instance";
  return [...parts.filter(isFree), ...parts.filter((part) => !isFree(part))];
}

function isFalseForAll({ yes, unknown }: Verdict): boolean {
  for (let word = 0; word < yes.length; word++) {
    if (((yes[word] ?? 0) | (unknown[word] ?? 0)) !== 0) return false;
  }
  return true;
}
