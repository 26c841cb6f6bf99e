import type { Filter, Reach, Test } from "../../src/policy/types.ts";
import { apps, DAY, now } from "../frame.ts";
import type { Asked } from "./questions.ts";

const bitbucket = apps.indexOf("bitbucket");
const young = now - 14 * DAY;

/** A filter as an SQL expression of true, false and NULL, which SQL joins as Kleene does. */
function sqlOf(filter: Filter, app: number | null, unproved: ReadonlySet<number>): string {
  if (filter.kind === "leaf") return sqlOfTest(filter.test, app, unproved);
  if (filter.kind === "not") return `(NOT ${sqlOf(filter.of, app, unproved)})`;
  return joined(
    filter.kind === "all" ? "AND" : "OR",
    filter.of.map((part) => sqlOf(part, app, unproved)),
  );
}

/**
 * The query for everybody who matches and is not exempt, and everybody who may match. Each part that must hold is a condition of its own, so
 * that DuckDB can leave out early whom one of them leaves out, and try them in the order that costs least.
 */
export function queryOf({ app, filter, exempt }: Asked, unproved: ReadonlySet<number>): string {
  const parts = [
    ...(app === null ? [] : [`seat${app}`]),
    ...conjunctsOf(filter).map((part) => sqlOf(part, app, unproved)),
  ];
  const shields = exempt.flatMap(disjunctsOf).map((part) => sqlOf(part, app, unproved));
  const isUnknown = `${joined("AND", parts)} IS NULL`;
  const conditions = [
    ...parts.map((part) => `(${part}) IS DISTINCT FROM false`),
    ...shields.map((shield) => `((${shield}) IS NOT DISTINCT FROM false OR ${isUnknown})`),
  ];
  return `SELECT n, ${isUnknown} FROM people WHERE ${conditions.join(" AND ")} ORDER BY n`;
}

function conjunctsOf(filter: Filter): readonly Filter[] {
  return filter.kind === "all" ? filter.of.flatMap(conjunctsOf) : [filter];
}

function disjunctsOf(filter: Filter): readonly Filter[] {
  return filter.kind === "any" ? filter.of.flatMap(disjunctsOf) : [filter];
}

function joined(operator: "AND" | "OR", parts: readonly string[]): string {
  return `(${parts.join(` ${operator} `)})`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function sqlOfTest(test: Test, app: number | null, unproved: ReadonlySet<number>): string {
  const oneOf = (field: string, values: readonly string[]): string => `${field} IN (${values.map(text).join(", ")})`;
  switch (test.key) {
    case "instance":
      return test.instances.includes(app ?? -1) ? "true" : "false";
    case "status":
      return oneOf("status", test.statuses);
    case "account":
      return test.claim === "managed" ? "managed" : "(NOT managed)";
    case "managementSource":
      return oneOf("source", [test.source]);
    case "mfa":
      return test.on ? "mfa" : "(NOT mfa)";
    case "emailDomain":
      return oneOf("domain", test.domains);
    case "email":
    case "name":
      return globs(test.key, test.globs);
    case "shared":
      return globs(test.field, test.globs);
    case "inOrgFor":
      return `added <= ${test.before}`;
    case "directory":
      return hasAny("directories", test.directories.map(String));
    case "orgRole":
      return hasAny(
        "orgRoles",
        test.roles.map((role) => text(`atlassian/${role}`)),
      );
    case "memberOf": {
      const seen = hasAny("groups", test.groups.map(String));
      if (!test.groups.some((group) => unproved.has(group))) return seen;
      return `(CASE WHEN ${seen} THEN true WHEN list_contains(directories, 1) THEN NULL ELSE ${seen} END)`;
    }
    case "people":
      return oneOf("id", test.accountIds);
    case "role":
      return test.roles.length === 1 ? "isAgent" : "isAgentOrAdmin";
    case "productAdmin":
      return "isJiraAdmin";
    case "holds":
      return joined(
        "OR",
        test.instances.map((at) => `seat${at}`),
      );
    case "heldFor":
      return `(seat${placeOf(test.reach, app)} AND added <= ${test.before})`;
    case "unused":
    case "idle":
    case "neverActive": {
      if (test.reach.kind === "everywhere") return everywhere(test.key, test.before);
      const at = placeOf(test.reach, app);
      return `(seat${at} AND ${judged(test.key, test.before, at)})`;
    }
    default:
      throw new Error(`the bench has no SQL for ${test.key}`);
  }
}

/** DuckDB answers this several times faster than `list_has_any`. */
function hasAny(list: string, values: readonly string[]): string {
  return joined(
    "OR",
    values.map((value) => `list_contains(${list}, ${value})`),
  );
}

/** Globs as DuckDB likes them best: equal texts, or LIKE, whose plain beginnings and ends it looks at directly. */
function globs(field: string, wanted: readonly string[]): string {
  return joined(
    "OR",
    wanted.map((glob) => {
      const lower = glob.toLowerCase();
      return /[*?]/.test(glob)
        ? `${field} LIKE ${text(lower.replaceAll("*", "%").replaceAll("?", "_"))}`
        : `${field} = ${text(lower)}`;
    }),
  );
}

function placeOf(reach: Reach, app: number | null): number {
  return reach.kind === "instances" ? (reach.instances[0] ?? -1) : (app ?? -1);
}

/** How a seat that is held was used. */
function judged(key: "unused" | "idle" | "neverActive", before: number, app: number): string {
  if (app === bitbucket) return "NULL::BOOLEAN";
  const active = `active${app}`;
  const used = key === "neverActive" ? `${active} > 0` : `${active} > ${before}`;
  const falseWhen = key === "idle" ? `(${used} OR ${active} = 0)` : used;
  return (
    `(CASE WHEN ${active} IS NULL THEN NULL WHEN ${falseWhen} THEN false ` +
    `WHEN added > ${young} THEN NULL ELSE added <= ${before} END)`
  );
}

function everywhere(key: "unused" | "idle" | "neverActive", before: number): string {
  const positions = apps.map((_, at) => at);
  const late = positions.map((at) => `coalesce(active${at} > ${before}, false)`);
  const some = positions.map((at) => `(seat${at} AND ${judged("unused", before, at)})`);
  const each = positions.map((at) => `(NOT seat${at} OR ${judged("unused", before, at)})`);
  const ever = positions.map((at) => `(seat${at} AND ${at === bitbucket ? "NULL::BOOLEAN" : `active${at} > 0`})`);
  const parts = [`(NOT ${joined("OR", late)})`, joined("OR", some), ...each];
  return joined("AND", key === "idle" ? [...parts, joined("OR", ever)] : parts);
}
