import { countBits, noBits } from "../model/bits.ts";
import type { Fact } from "../model/documents.generated.ts";
import { alwaysFalse, type Truth, type Verdict } from "../model/verdict.ts";
import {
  type Among,
  type Answer,
  answerAt,
  bothAnswers,
  type Candidates,
  candidatesOf,
  eitherAnswer,
  FALSE,
  type Judge,
  lookedUp,
  narrowCandidates,
  notAmong,
  notAnswer,
  oneByOne,
  type PeopleTest,
  together,
  TRUE,
  verdictOf,
} from "../people/answers.ts";
import { membersIn } from "../people/members.ts";
import type { Population } from "../people/population.ts";
import type { Seats } from "../people/seats.ts";
import { costOf, READY } from "./costs.ts";
import { factsOf, type WhichFacts } from "./facts.ts";
import { createInactivity, type InactivityContext } from "./inactivity.ts";
import { paidInstances } from "./instances.ts";
import { bothOf, butNot, opposite, wider } from "./kleene.ts";
import { expectTest, leafTest } from "./leaf-tests.ts";
import type { Filter, Leaf, SourceTable } from "./types.ts";
import { createTextTests } from "./text-test.ts";
import { createAnswerCache, createQuestions, createVerdictCache } from "./verdict-cache.ts";

/** What filters look at besides the people themselves. */
export interface EvaluationContext extends Omit<InactivityContext, "seats"> {
  readonly sources: ReadonlyMap<string, SourceTable>;
}

/** A filter, and the instances (null for people) it will be asked for. */
export interface ExpectedQuestion {
  readonly filter: Filter;
  readonly scopes: readonly (number | null)[];
}

/**
 * Answers filters for everybody at once, or for one person. `instance` is the seat's app instance where the filter speaks
 * of seats, and null where it speaks of people. Plans and explanations ask the same tests.
 */
export interface Evaluator {
  /**
   * Says what will be asked, so that what is dear for each alone is done for all of it at once. Answers are the same
   * without it.
   */
  expect(questions: readonly ExpectedQuestion[]): void;
  /** For whom the filter is true, and for whom it cannot be told. */
  evaluate(filter: Filter, instance: number | null): Verdict;
  /** The same question, to be asked of one person after another. */
  judge(filter: Filter, instance: number | null): (person: number) => Truth;
  /** What the filter is for one person. */
  truthOf(filter: Filter, instance: number | null, person: number): Truth;
  /**
   * The parts of the filter that decided for one person, or every part, in the order of the filter. Values of personal
   * fields are left out.
   */
  factsAt(filter: Filter, instance: number | null, person: number, which?: WhichFacts): readonly Fact[];
}

const truths = ["false", "true", "unknown"] as const;

/**
 * A part that must hold is first asked where few are left: those for whom an earlier part is false already are looked at no
 * further. Equal parts, of whatever policies, are answered once.
 */
export function createEvaluator(population: Population, seats: Seats, context: EvaluationContext): Evaluator {
  const { size } = population;
  const inactivity = createInactivity({ ...context, seats });
  const all = paidInstances(population);
  const members = membersIn(population);
  const texts = createTextTests(population);
  const leaves = { population, seats, members, inactivity, texts, sources: context.sources, all };
  const questionOf = createQuestions();
  const tests = createAnswerCache<PeopleTest>();
  const judges = createAnswerCache<Judge>();
  const verdicts = createVerdictCache();
  /** By rank: what has been spent on asking about people one by one. */
  const spent = new Map<number, number>();

  function testOf(filter: Filter & { readonly kind: "leaf" }, instance: number | null): PeopleTest {
    return tests.get(questionOf(filter), instance, () => leafTest(leaves, filter.test, instance));
  }

  function judgeOf(filter: Filter, instance: number | null): Judge {
    return judges.get(questionOf(filter), instance, () => makeJudge(filter, instance));
  }

  function makeJudge(filter: Filter, instance: number | null): Judge {
    if (filter.kind === "leaf") {
      const test = testOf(filter, instance);
      if (test.isReady?.() !== true) return test.judge;
      const verdict = evaluate(filter, instance);
      return (person) => answerAt(verdict, person);
    }
    if (filter.kind === "not") {
      const judge = judgeOf(filter.of, instance);
      return (person) => notAnswer(judge(person));
    }
    const parts = filter.of.toSorted(byCost).map((part) => judgeOf(part, instance));
    const [decides, united] = filter.kind === "all" ? [FALSE, bothAnswers] : [TRUE, eitherAnswer];
    return (person) => {
      let answer: Answer = filter.kind === "all" ? TRUE : FALSE;
      for (const judge of parts) {
        answer = united(answer, judge(person));
        if (answer === decides) return answer;
      }
      return answer;
    };
  }

  function evaluate(filter: Filter, instance: number | null): Verdict {
    return verdicts.get(questionOf(filter), instance, () => compute(filter, instance));
  }

  function compute(filter: Filter, instance: number | null): Verdict {
    switch (filter.kind) {
      case "leaf":
        return testOf(filter, instance).verdict();
      case "not":
        return opposite(evaluate(filter.of, instance), size);
      case "all":
        return forAll(cheapestFirst(filter.of, instance), instance);
      case "any":
        return filter.of.map((part) => evaluate(part, instance)).reduce(wider);
    }
  }

  /** True where every part is. The parts are in the order in which they are asked. */
  function forAll(parts: readonly Filter[], instance: number | null): Verdict {
    const [first, ...others] = parts;
    if (first === undefined) throw new Error("A filter has no parts.");
    const isNever = parts.some((part) => isInstance(part) && judgeOf(part, instance)(0) === FALSE);
    if (isNever) return alwaysFalse(size);
    if (others.length === 0) return evaluate(first, instance);
    if (isInstance(first)) return forAll(others, instance);
    if (first.kind === "leaf") {
      const { candidates, perhaps } = testOf(first, instance);
      if (candidates !== undefined) return narrowed(candidates(), others, instance);
      // What is known of the few is not what was asked yet; that comes last, of the fewest.
      if (perhaps !== undefined && !isReady(first, instance)) {
        return narrowed(candidatesOf({ yes: perhaps(), unknown: noBits(size) }), [...others, first], instance);
      }
    }
    let result = evaluate(first, instance);
    for (const [at, part] of others.entries()) {
      const left = countBits(result.yes) + countBits(result.unknown);
      if (isOneByOne(part, instance, left)) return narrowed(candidatesOf(result), others.slice(at), instance);
      result =
        part.kind === "not" ? butNot(result, evaluate(part.of, instance)) : bothOf(result, evaluate(part, instance));
    }
    return result;
  }

  /**
   * Whether a part is better asked about the few that are left than about everybody. Once as much has been spent on few,
   * again and again, as everybody would have cost, everybody is looked at.
   */
  function isOneByOne(part: Filter, instance: number | null, left: number): boolean {
    const { rank, one, everybody } = costOf(part);
    if (isReady(part, instance)) return left * one < size * READY;
    const total = (spent.get(rank) ?? 0) + left * one;
    if (total >= size * everybody) return false;
    spent.set(rank, total);
    return true;
  }

  /** What is there already comes right after what finds the few. */
  function cheapestFirst(parts: readonly Filter[], instance: number | null): readonly Filter[] {
    const rankOf = (part: Filter): number =>
      isReady(part, instance) ? Math.min(costOf(part).rank, 1.5) : costOf(part).rank;
    return parts.toSorted((a, b) => rankOf(a) - rankOf(b) || byCost(a, b));
  }

  /** Whether the answer for everybody is there, or as good as there. */
  function isReady(filter: Filter, instance: number | null): boolean {
    if (filter.kind === "not") return isReady(filter.of, instance);
    if (verdicts.has(questionOf(filter), instance)) return true;
    return filter.kind === "leaf" && testOf(filter, instance).isReady?.() === true;
  }

  /** Those among some people for whom all of these are true as well, or may be. */
  function narrowed(candidates: Candidates, parts: readonly Filter[], instance: number | null): Verdict {
    const kept = { people: candidates.people.slice(), answers: candidates.answers.slice() };
    let left = kept.people.length;
    for (const part of parts) left = narrowCandidates(kept, left, amongOf(part, instance)(kept.people, left));
    return verdictOf(kept, left, size);
  }

  /** A filter as it is best asked about few. */
  function amongOf(filter: Filter, instance: number | null): Among {
    if (filter.kind === "not") return notAmong(amongOf(filter.of, instance));
    if (isReady(filter, instance)) return lookedUp(evaluate(filter, instance));
    if (filter.kind !== "leaf") {
      return together(
        filter.kind,
        filter.of.toSorted(byCost).map((part) => amongOf(part, instance)),
      );
    }
    const { among, judge } = testOf(filter, instance);
    return among ?? oneByOne(judge);
  }

  function truthOf(filter: Filter, instance: number | null, person: number): Truth {
    return truths[judgeOf(filter, instance)(person)];
  }

  return {
    expect(questions) {
      for (const { filter, scopes } of questions) {
        for (const { test } of leavesOf(filter)) for (const scope of scopes) expectTest(leaves, test, scope);
      }
    },
    evaluate,
    judge(filter, instance) {
      const judge = judgeOf(filter, instance);
      return (person) => truths[judge(person)];
    },
    truthOf,
    factsAt: (filter, instance, person, which = "deciding") =>
      factsOf(filter, which, (part) => truthOf(part, instance, person), {
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

function isInstance(filter: Filter): boolean {
  return filter.kind === "leaf" && filter.test.key === "instance";
}

function byCost(a: Filter, b: Filter): number {
  return costOf(a).rank - costOf(b).rank || costOf(a).everybody - costOf(b).everybody;
}

function leavesOf(filter: Filter): readonly Leaf[] {
  if (filter.kind === "leaf") return [filter];
  return filter.kind === "not" ? leavesOf(filter.of) : filter.of.flatMap(leavesOf);
}
