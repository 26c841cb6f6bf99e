import type { Filter, Reach, Test } from "../../src/policy/types.ts";
import { apps, now, DAY } from "../frame.ts";

/**
 * Conditions of two values, for engines that know no third: a filter is turned into what makes it certainly true (or
 * certainly false), so that what is not known fires nothing.
 */
export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "always" | "never" }
  /** `in`: one of these values; `notIn`: known, and none of them; `atMost`, `above`: known, and so. */
  | { readonly kind: "in" | "notIn"; readonly field: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: "atMost" | "above"; readonly field: string; readonly value: number }
  | { readonly kind: "matches" | "matchesNot"; readonly field: string; readonly glob: string }
  /** A list that is known and holds one of these, or none of them. */
  | { readonly kind: "holdsOne" | "holdsNone"; readonly field: string; readonly values: readonly (string | number)[] };

export const always: Condition = { kind: "always" };
export const never: Condition = { kind: "never" };

export function allOf(...of: readonly Condition[]): Condition {
  return { kind: "all", of };
}

export function anyOf(...of: readonly Condition[]): Condition {
  return { kind: "any", of };
}

const bitbucket = apps.indexOf("bitbucket");
const young = now - 14 * DAY;

/** When a filter is certainly true. `app` is the seat's, null where the filter speaks of people. */
export function whenTrue(filter: Filter, app: number | null, unproved: ReadonlySet<number>): Condition {
  return condition(filter, app, true, unproved);
}

/** When a filter is certainly false. */
export function whenFalse(filter: Filter, app: number | null, unproved: ReadonlySet<number>): Condition {
  return condition(filter, app, false, unproved);
}

function condition(filter: Filter, app: number | null, wanted: boolean, unproved: ReadonlySet<number>): Condition {
  if (filter.kind === "leaf") return leaf(filter.test, app, wanted, unproved);
  if (filter.kind === "not") return condition(filter.of, app, !wanted, unproved);
  const of = filter.of.map((part) => condition(part, app, wanted, unproved));
  return { kind: (filter.kind === "all") === wanted ? "all" : "any", of };
}

function leaf(test: Test, app: number | null, wanted: boolean, unproved: ReadonlySet<number>): Condition {
  const oneOf = (field: string, values: readonly (string | boolean)[]): Condition => ({
    kind: wanted ? "in" : "notIn",
    field,
    values,
  });
  const globs = (field: string, wantedGlobs: readonly string[]): Condition => ({
    kind: wanted ? "any" : "all",
    of: wantedGlobs.map((glob) => ({ kind: wanted ? "matches" : "matchesNot", field, glob: glob.toLowerCase() })),
  });
  switch (test.key) {
    case "instance":
      return test.instances.includes(app ?? -1) === wanted ? always : never;
    case "status":
      return oneOf("status", test.statuses);
    case "account":
      return oneOf("managed", [test.claim === "managed"]);
    case "managementSource":
      return oneOf("source", [test.source]);
    case "mfa":
      return oneOf("mfa", [test.on]);
    case "emailDomain":
      return oneOf("domain", test.domains);
    case "email":
    case "name":
      return globs(test.key, test.globs);
    case "shared":
      return globs(test.field, test.globs);
    case "inOrgFor":
      return { kind: wanted ? "atMost" : "above", field: "added", value: test.before };
    case "directory":
      return { kind: wanted ? "holdsOne" : "holdsNone", field: "directories", values: test.directories };
    case "orgRole":
      return {
        kind: wanted ? "holdsOne" : "holdsNone",
        field: "orgRoles",
        values: test.roles.map((role) => `atlassian/${role}`),
      };
    case "memberOf": {
      const seen: Condition = { kind: wanted ? "holdsOne" : "holdsNone", field: "groups", values: test.groups };
      // Of a group not everybody of which was seen, not being seen in it tells nothing in its directory, the second one.
      if (wanted || !test.groups.some((group) => unproved.has(group))) return seen;
      return allOf(seen, { kind: "holdsNone", field: "directories", values: [1] });
    }
    case "people":
      return oneOf("id", test.accountIds);
    case "role":
      return oneOf(test.roles.length === 1 ? "isAgent" : "isAgentOrAdmin", [true]);
    case "productAdmin":
      return oneOf("isJiraAdmin", [true]);
    case "holds":
      return {
        kind: wanted ? "any" : "all",
        of: test.instances.map((at) => seat(at, wanted)),
      };
    case "unused":
    case "idle":
    case "neverActive":
      return certainly(wanted, inactive(test, app));
    case "heldFor":
      return certainly(wanted, heldFor(test, app));
    default:
      throw new Error(`the bench has no condition for ${test.key}`);
  }
}

function certainly(wanted: boolean, condition: Condition): Condition {
  if (!wanted) throw new Error("no policy of the bench asks for the opposite of inactivity");
  return condition;
}

/** That a seat is certainly held, or certainly not. */
export function seat(app: number, wanted: boolean): Condition {
  return { kind: "in", field: `seat${app}`, values: [wanted] };
}

function placeOf(reach: Reach, app: number | null): number {
  return reach.kind === "instances" ? (reach.instances[0] ?? -1) : (app ?? -1);
}

function heldFor({ before, reach }: Test & { readonly key: "heldFor" }, app: number | null): Condition {
  return allOf(seat(placeOf(reach, app), true), { kind: "atMost", field: "added", value: before });
}

function inactive(test: InactivityTest, app: number | null): Condition {
  const { key, before, reach } = test;
  if (reach.kind !== "everywhere") {
    const at = placeOf(reach, app);
    return allOf(seat(at, true), unusedSince(key, before, at));
  }
  const positions = apps.map((_, at) => at);
  const notSince = positions.map((at) =>
    anyOf({ kind: "atMost", field: `active${at}`, value: before }, unknownTime(at)),
  );
  const onEach = positions.map((at) => anyOf(seat(at, false), unusedSince("unused", before, at)));
  const onSome = positions.map((at) => allOf(seat(at, true), unusedSince("unused", before, at)));
  const everActive = positions
    .filter((at) => at !== bitbucket)
    .map((at) => allOf(seat(at, true), { kind: "above", field: `active${at}`, value: 0 }));
  const usual = allOf(...notSince, ...onEach, anyOf(...onSome));
  return key === "idle" ? allOf(usual, anyOf(...everActive)) : usual;
}

type InactivityTest = Test & { readonly key: "unused" | "idle" | "neverActive" };

/** That a seat was certainly not used, whoever holds it. */
function unusedSince(key: InactivityTest["key"], before: number, app: number): Condition {
  if (app === bitbucket) return never;
  const field = `active${app}`;
  const isOld: Condition = { kind: "atMost", field: "added", value: Math.min(before, young) };
  if (key === "neverActive") return allOf({ kind: "in", field, values: [0] }, isOld);
  const isQuiet: Condition = { kind: "atMost", field, value: before };
  return key === "idle" ? allOf({ kind: "above", field, value: 0 }, isQuiet, isOld) : allOf(isQuiet, isOld);
}

/** That it is not known when somebody was last active. */
function unknownTime(app: number): Condition {
  return { kind: "in", field: `isUnknown${app}`, values: [true] };
}
