import { refuse } from "./answers.ts";
import { searchableRoles } from "./apps.ts";

/** The filters of user and group searches: what the request said, checked as Atlassian's documents describe. */

interface ArrayRule {
  readonly most: number;
  readonly values?: readonly string[];
}

const userArrays: Readonly<Record<string, ArrayRule>> = {
  accountIds: { most: 10 },
  directoryIds: { most: 10 },
  groupIds: { most: 10 },
  resourceIds: { most: 20 },
  roleIds: { most: 10, values: searchableRoles },
  emails: { most: 100 },
  emailDomains: { most: 10 },
  status: { most: 4, values: ["active", "suspended", "not_invited", "deactivated", "for_deletion"] },
  accountStatus: { most: 3, values: ["active", "inactive", "closed"] },
  membershipStatus: { most: 3, values: ["active", "suspended", "no_membership"] },
};

const groupArrays: Readonly<Record<string, ArrayRule>> = {
  groupIds: { most: 10 },
  groupNames: { most: 100 },
  accountIds: { most: 10 },
  directoryIds: { most: 10 },
  resourceIds: { most: 20 },
  resourceOwners: { most: 10 },
  roleIds: { most: 10 },
};

export interface UserFilters {
  readonly accountIds?: readonly string[];
  readonly directoryIds?: readonly string[];
  readonly groupIds?: readonly string[];
  readonly resourceIds?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly emails?: readonly string[];
  readonly emailDomains?: readonly string[];
  readonly status?: readonly string[];
  readonly accountStatus?: readonly string[];
  readonly membershipStatus?: readonly string[];
  readonly searchTerm?: string;
  readonly claimStatus?: "managed" | "unmanaged";
  readonly mfaEnabled?: boolean;
  readonly descending?: boolean;
}

export interface GroupFilters {
  readonly groupIds?: readonly string[];
  readonly groupNames?: readonly string[];
  readonly accountIds?: readonly string[];
  readonly directoryIds?: readonly string[];
  readonly resourceIds?: readonly string[];
  readonly resourceOwners?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly searchTerm?: string;
  readonly descending?: boolean;
}

/** A JSON body as an object; anything else is refused. */
export function objectBody(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refuse.badRequest("Expected a JSON object");
  return body as Readonly<Record<string, unknown>>;
}

/** The filters of a user search's body. Properties that no document mentions have no effect. */
export function userFilters(body: Readonly<Record<string, unknown>>): UserFilters {
  const filters: UserFilters = {
    ...arraysOf(body, userArrays),
    ...textOf(body, "searchTerm"),
    ...claimOf(body["claimStatus"]),
    ...flagOf(body, "mfaEnabled"),
    ...orderOf(body["sortBy"], "nick_name"),
  };
  if (filters.searchTerm !== undefined && filters.emails !== undefined) {
    throw refuse.badRequest("searchTerm and emails are mutually exclusive");
  }
  return filters;
}

/** The same filters from a query string, where an array is its name repeated. */
export function userFiltersOfQuery(query: URLSearchParams): UserFilters {
  const body: Record<string, unknown> = {};
  for (const name of Object.keys(userArrays)) {
    const values = query.getAll(name);
    if (values.length > 0 && name !== "emails") body[name] = values;
  }
  for (const name of ["searchTerm", "claimStatus"]) if (query.has(name)) body[name] = query.get(name);
  const mfa = query.get("mfaEnabled");
  if (mfa !== null) body["mfaEnabled"] = mfa === "true" ? true : mfa === "false" ? false : mfa;
  return userFilters(body);
}

/** The filters of a group search's body. */
export function groupFilters(body: Readonly<Record<string, unknown>>): GroupFilters {
  const filters: GroupFilters = {
    ...arraysOf(body, groupArrays),
    ...textOf(body, "searchTerm"),
    ...orderOf(body["sortBy"], "name"),
  };
  if (filters.groupNames !== undefined && (filters.searchTerm !== undefined || filters.groupIds !== undefined)) {
    throw refuse.badRequest("groupNames excludes searchTerm and groupIds");
  }
  return filters;
}

/** The same filters from a query string. */
export function groupFiltersOfQuery(query: URLSearchParams): GroupFilters {
  const body: Record<string, unknown> = {};
  for (const name of Object.keys(groupArrays)) {
    const values = query.getAll(name);
    if (values.length > 0 && name !== "groupNames") body[name] = values;
  }
  if (query.has("searchTerm")) body["searchTerm"] = query.get("searchTerm");
  return groupFilters(body);
}

/** The fields that `expand` asks for, checked against the ones that there are. */
export function expandOf(body: Readonly<Record<string, unknown>>, known: readonly string[]): readonly string[] {
  const expand = body["expand"];
  if (expand === undefined) return [];
  return stringArray(expand, "expand", { most: known.length, values: known }, 0);
}

/** The page size of a body: an integer within the bounds, or a refusal. */
export function bodyLimit(body: Readonly<Record<string, unknown>>, fallback: number, most: number): number {
  const limit = body["limit"] ?? fallback;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1 || limit > most) {
    throw refuse.badRequest(`limit must be between 1 and ${most}`);
  }
  return limit;
}

/** The cursor of a body, when there is one. */
export function bodyCursor(body: Readonly<Record<string, unknown>>): string | undefined {
  const cursor = body["cursor"];
  if (cursor === undefined || cursor === null) return undefined;
  if (typeof cursor !== "string") throw refuse.badCursor();
  return cursor;
}

function arraysOf(
  body: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, ArrayRule>>,
): Record<string, readonly string[]> {
  const arrays: Record<string, readonly string[]> = {};
  for (const [name, rule] of Object.entries(rules)) {
    if (body[name] !== undefined) arrays[name] = stringArray(body[name], name, rule, 1);
  }
  return arrays;
}

function stringArray(value: unknown, name: string, rule: ArrayRule, least: number): readonly string[] {
  if (!Array.isArray(value)) throw refuse.badRequest(`${name} must be an array`);
  if (value.length < least) throw refuse.badRequest(`${name} must not be empty`);
  if (value.length > rule.most) throw refuse.badRequest(`${name} must have at most ${rule.most} items`);
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw refuse.badRequest(`${name} must contain text only`);
    if (rule.values !== undefined && !rule.values.includes(item))
      throw refuse.badRequest(`${name}: unknown value ${item}`);
    return item;
  });
}

function textOf(body: Readonly<Record<string, unknown>>, name: "searchTerm"): { searchTerm?: string } {
  const value = body[name];
  if (value === undefined) return {};
  if (typeof value !== "string") throw refuse.badRequest(`${name} must be text`);
  return { [name]: value };
}

function flagOf(body: Readonly<Record<string, unknown>>, name: "mfaEnabled"): { mfaEnabled?: boolean } {
  const value = body[name];
  if (value === undefined) return {};
  if (typeof value !== "boolean") throw refuse.badRequest(`${name} must be true or false`);
  return { [name]: value };
}

function claimOf(value: unknown): { claimStatus?: "managed" | "unmanaged" } {
  if (value === undefined) return {};
  if (value !== "managed" && value !== "unmanaged") throw refuse.badRequest("claimStatus must be managed or unmanaged");
  return { claimStatus: value };
}

function orderOf(value: unknown, field: string): { descending?: boolean } {
  if (value === undefined || value === null) return {};
  const [order, ...others] = Array.isArray(value) ? (value as unknown[]) : [undefined, undefined];
  if (typeof order !== "object" || order === null || others.length > 0) {
    throw refuse.badRequest("sortBy must hold one field");
  }
  const { field: by, direction = "asc" } = order as { field?: unknown; direction?: unknown };
  if (by !== field || (direction !== "asc" && direction !== "desc")) {
    throw refuse.badRequest(`sortBy must be ${field}, asc or desc`);
  }
  return { descending: direction === "desc" };
}
