import type { Filter, Test } from "./types.ts";

/**
 * What a filter costs, about in nanoseconds: whether it is cheap to find the few for whom it is not false
 * (`finds`), to answer it for everybody (`everybody`), and to answer it for one person among few (`one`).
 */
export interface Cost {
  /** 0: nothing is looked at. 1: the few are known. From 2: everybody is looked at, the cheapest first. */
  readonly rank: number;
  /** For each person, when everybody is answered at once. */
  readonly everybody: number;
  /** For each person, when people are answered one by one. */
  readonly one: number;
}

const free: Cost = { rank: 0, everybody: 0, one: 1 };
const few: Cost = { rank: 1, everybody: 1, one: 20 };
const code: Cost = { rank: 2, everybody: 1, one: 15 };
const number: Cost = { rank: 3, everybody: 2, one: 40 };
const age: Cost = { rank: 3, everybody: 20, one: 60 };
const text: Cost = { rank: 4, everybody: 3, one: 250 };
const list: Cost = { rank: 5, everybody: 15, one: 200 };
/** Of a verdict that is there: 32 people are one number of it. */
export const READY = 0.05;

/** The cost of a filter: of the best order in which its parts can be asked. */
export function costOf(filter: Filter): Cost {
  if (filter.kind === "leaf") return costOfTest(filter.test);
  if (filter.kind === "not") {
    const inner = costOf(filter.of);
    return { ...inner, rank: Math.max(inner.rank, code.rank) };
  }
  const parts = filter.of.map(costOf);
  const ranks = parts.map(({ rank }) => rank);
  const sum = (of: (cost: Cost) => number): number => parts.reduce((total, cost) => total + of(cost), 0);
  return {
    rank: filter.kind === "all" ? Math.min(...ranks) : Math.max(...ranks),
    everybody: sum(({ everybody }) => everybody),
    one: sum(({ one }) => one),
  };
}

function costOfTest(test: Test): Cost {
  switch (test.key) {
    case "instance":
      return free;
    case "unused":
    case "idle":
    case "neverActive":
    case "people":
    case "in":
    case "fact":
    case "date":
    case "during":
      return few;
    case "status":
    case "account":
    case "managementSource":
    case "emailDomain":
    case "shared":
    case "orgRole":
    case "mfa":
      return code;
    case "inOrgFor":
    case "holds":
    case "directory":
      return number;
    case "email":
    case "name":
      return text;
    case "heldFor":
      return age;
    case "memberOf":
    case "role":
    case "productAdmin":
      return list;
  }
}
