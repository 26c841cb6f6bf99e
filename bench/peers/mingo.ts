import { createOrganisation } from "../organisation.ts";
import { type Condition, allOf, seat, whenFalse, whenTrue } from "./conditions.ts";
import { patternOf } from "./globs.ts";
import { imported } from "./imported.ts";
import type { Peer, PeerInput } from "./peer.ts";
import { questionsFor, unprovedGroups } from "./questions.ts";
import { wideOf } from "./wide.ts";

type Query = Readonly<Record<string, unknown>>;

interface Mingo {
  readonly Query: new (query: Query) => { test(record: object): boolean };
}

/** MongoDB's query language over plain objects. It knows no third value, so what is not known is not told apart. */
export async function loadMingo({ people, seed, policies }: PeerInput): Promise<Peer> {
  const { Query } = await imported<Mingo>("mingo");
  const organisation = createOrganisation(people, seed);
  const unproved = unprovedGroups(organisation);
  const records = [...wideOf(organisation)];
  const queries = (await questionsFor(organisation, policies)).map(({ name, app, filter, exempt }) => ({
    name,
    query: new Query(
      queryOf(
        allOf(
          ...(app === null ? [] : [seat(app, true)]),
          whenTrue(filter, app, unproved),
          ...exempt.map((one) => whenFalse(one, app, unproved)),
        ),
      ),
    ),
  }));
  return {
    answer() {
      const start = performance.now();
      const found = queries.map(({ name, query }) => {
        const selected: number[] = [];
        records.forEach((record, position) => {
          if (query.test(record)) selected.push(position);
        });
        return { question: name, selected, unknown: null };
      });
      return { milliseconds: performance.now() - start, found: () => found };
    },
  };
}

function queryOf(condition: Condition): Query {
  switch (condition.kind) {
    case "all":
      return { $and: condition.of.map(queryOf) };
    case "any":
      return { $or: condition.of.map(queryOf) };
    case "always":
      return {};
    case "never":
      return { id: { $in: [] } };
    case "in":
      return { [condition.field]: condition.values.length === 1 ? condition.values[0] : { $in: condition.values } };
    case "notIn":
      return { [condition.field]: { $nin: [...condition.values, null] } };
    case "atMost":
      return { [condition.field]: { $lte: condition.value } };
    case "above":
      return { [condition.field]: { $gt: condition.value } };
    case "matches":
      return { [condition.field]: { $regex: patternOf(condition.glob) } };
    case "matchesNot":
      return { [condition.field]: { $ne: null, $not: { $regex: patternOf(condition.glob) } } };
    case "holdsOne":
      return { [condition.field]: { $in: condition.values } };
    case "holdsNone":
      return { [condition.field]: { $ne: null, $nin: condition.values } };
  }
}
