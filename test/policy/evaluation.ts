import type { Where } from "../../src/model/documents.generated.ts";
import type { SeatHistory } from "../../src/model/ledger-view.ts";
import type { Truth } from "../../src/model/verdict.ts";
import type { Population } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { createEvaluator, type Evaluator } from "../../src/policy/evaluate.ts";
import type { ResolveContext } from "../../src/policy/resolve.ts";
import type { Policy, PolicySet } from "../../src/policy/types.ts";
import { at, idOf, now } from "../support/people.ts";
import { flow, policyYaml, resolveOn, type Texts, told, withSource } from "./support.ts";

/** What evaluation in a test rests on besides the people. */
export interface Rest {
  readonly sources?: ResolveContext["sources"];
  /** By `person instance`. */
  readonly history?: Readonly<Record<string, SeatHistory>>;
  /** What a seat without history is. */
  readonly unseenSeats?: "older" | "new";
  /** Instances whose activity dates cannot be believed. */
  readonly distrusted?: readonly string[];
  /** Other keys of the policy, and other files. */
  readonly keys?: Texts;
  readonly texts?: Texts;
}

export interface Question {
  readonly set: PolicySet;
  readonly policy: Policy;
  readonly evaluator: Evaluator;
}

/** A policy with this filter, resolved, and an evaluator to ask. Throws with the findings where there are errors. */
export function ask(population: Population, about: "seat" | "person", where: Where, rest: Rest = {}): Question {
  // What a test's policy does is of no matter here, as long as it may be said of seats and of people.
  const doing = about === "seat" ? "[{revoke: {}}]" : "[{restore: {}}]";
  const { set, findings } = resolveOn(
    population,
    {
      "seatwright.yaml": withSource,
      "policies/a.yaml": policyYaml({ for: about, where: flow(where), ["then"]: doing, ...rest.keys }),
      ...rest.texts,
    },
    rest.sources === undefined ? {} : { sources: rest.sources },
  );
  const policy = set?.policies.find(({ id }) => id === "unused-seats");
  if (set === null || policy === undefined) throw new Error(told(findings).join("\n"));
  return { set, policy, evaluator: evaluatorOn(population, set.sources, rest) };
}

export function evaluatorOn(population: Population, sources: PolicySet["sources"], rest: Rest = {}): Evaluator {
  return createEvaluator(population, seatsOf(population), {
    asOf: now,
    sources,
    seatHistory: (accountId, instance) => {
      const name = Object.keys(rest.history ?? {}).find((key) => {
        const [person = "", on = ""] = key.split(" ");
        return person === accountId && idOf.instance(on) === instance;
      });
      return name === undefined ? null : (rest.history?.[name] ?? null);
    },
    ...(rest.unseenSeats === undefined ? {} : { unseenSeats: rest.unseenSeats }),
    signals: population.header.instances.map(({ id }) => ({
      trusted: !(rest.distrusted ?? []).some((name) => idOf.instance(name) === id),
      reason: "a test says so",
    })),
  });
}

/** What a filter is for each person: by instance's name where it is about seats. */
export function answers(
  population: Population,
  where: Where,
  on: string | null,
  rest: Rest = {},
): Readonly<Record<string, Truth>> {
  const { policy, evaluator } = ask(population, on === null ? "person" : "seat", where, rest);
  const instance = on === null ? null : at.instance(population, on);
  return Object.fromEntries(
    Array.from({ length: population.size }, (_, person) => [
      population.text("id", person) ?? "",
      evaluator.truthOf(policy.filter, instance, person),
    ]),
  );
}
