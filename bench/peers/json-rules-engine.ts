import { createOrganisation } from "../organisation.ts";
import { allOf, type Condition, seat, whenFalse, whenTrue } from "./conditions.ts";
import { patternOf } from "./globs.ts";
import { imported } from "./imported.ts";
import type { Peer, PeerInput } from "./peer.ts";
import { questionsFor, unprovedGroups } from "./questions.ts";
import { type Wide, wideOf } from "./wide.ts";

interface Engine {
  addRule(rule: object): void;
  addOperator(name: string, test: (fact: never, value: never) => boolean): void;
  run(facts: Wide): Promise<{ readonly events: readonly { readonly type: string }[] }>;
}

interface JsonRulesEngine {
  readonly Engine: new () => Engine;
}

/** A rule engine: one run for each person, each policy a rule. It knows no third value. */
export async function loadJsonRulesEngine({ people, seed, policies }: PeerInput): Promise<Peer> {
  const { Engine } = await imported<JsonRulesEngine>("json-rules-engine");
  const organisation = createOrganisation(people, seed);
  const unproved = unprovedGroups(organisation);
  const records = [...wideOf(organisation)];
  const questions = await questionsFor(organisation, policies);
  const engine = new Engine();
  engine.addOperator("matches", (fact: string | null, pattern: RegExp) => fact !== null && pattern.test(fact));
  engine.addOperator("matchesNot", (fact: string | null, pattern: RegExp) => fact !== null && !pattern.test(fact));
  engine.addOperator("holdsOne", (fact: readonly number[] | null, values: readonly number[]) =>
    values.some((value) => fact?.includes(value) === true),
  );
  engine.addOperator(
    "holdsNone",
    (fact: readonly number[] | null, values: readonly number[]) =>
      fact !== null && !values.some((value) => fact.includes(value)),
  );
  for (const { name, app, filter, exempt } of questions) {
    const conditions = ruleOf(
      allOf(
        ...(app === null ? [] : [seat(app, true)]),
        whenTrue(filter, app, unproved),
        ...exempt.map((one) => whenFalse(one, app, unproved)),
      ),
    );
    engine.addRule({ conditions, event: { type: name } });
  }
  return {
    async answer() {
      const start = performance.now();
      const found = new Map(questions.map(({ name }) => [name, [] as number[]]));
      for (const [position, record] of records.entries()) {
        const { events } = await engine.run(record);
        for (const { type } of events) found.get(type)?.push(position);
      }
      return {
        milliseconds: performance.now() - start,
        found: () => [...found].map(([question, selected]) => ({ question, selected, unknown: null })),
      };
    },
  };
}

function ruleOf(condition: Condition): object {
  const test = (field: string, operator: string, value: unknown): object => ({ fact: field, operator, value });
  switch (condition.kind) {
    case "all":
      return { all: condition.of.map(ruleOf) };
    case "any":
      return { any: condition.of.map(ruleOf) };
    case "always":
      return { all: [] };
    case "never":
      return test("id", "equal", "");
    case "in":
      return condition.values.length === 1
        ? test(condition.field, "equal", condition.values[0])
        : test(condition.field, "in", condition.values);
    case "notIn":
      return test(condition.field, "notIn", [...condition.values, null]);
    case "atMost":
      return test(condition.field, "lessThanInclusive", condition.value);
    case "above":
      return test(condition.field, "greaterThan", condition.value);
    case "matches":
    case "matchesNot":
      return test(condition.field, condition.kind, patternOf(condition.glob));
    case "holdsOne":
    case "holdsNone":
      return test(condition.field, condition.kind, condition.values);
  }
}
