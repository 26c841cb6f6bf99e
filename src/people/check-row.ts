import type { SnapshotHeader } from "../model/documents.generated.ts";
import { UNKNOWN_TIME } from "./population.ts";

const textFields = [
  "claim",
  "name",
  "nickname",
  "email",
  "jobTitle",
  "department",
  "organization",
  "location",
] as const;
const rowFields: ReadonlySet<string> = new Set([
  "id",
  "status",
  "directories",
  "source",
  "mfa",
  "added",
  "platformRoles",
  "groups",
  "active",
  "direct",
  "detail",
  ...textFields,
]);

/** What is wrong with a row, or null. Checks what `$defs/PersonRow` of the snapshot schema says, and that positions exist. */
export function problemOfRow(value: unknown, header: SnapshotHeader): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "a person must be an object";
  const row = value as Readonly<Record<string, unknown>>;
  for (const key in row) if (!rowFields.has(key)) return `\`${key}\` is not a field of a person`;
  if (typeof row.id !== "string" || !/^[A-Za-z0-9_|:-]{1,128}$/.test(row.id)) return "`id` is not an account id";
  if (typeof row.status !== "string") return "`status` must be a text";
  for (const field of textFields) {
    if (row[field] !== undefined && typeof row[field] !== "string") return `\`${field}\` must be a text`;
  }
  if (row.source !== undefined && row.source !== null && typeof row.source !== "string")
    return "`source` must be a text";
  if (row.mfa !== undefined && typeof row.mfa !== "boolean") return "`mfa` must be true or false";
  if (row.added !== undefined && !isTime(row.added)) return "`added` must be whole seconds";
  if (!arePositions(row.directories, header.directories.length))
    return "`directories` must be positions of directories";
  if (row.groups !== undefined && !arePositions(row.groups, header.groups.length))
    return "`groups` must be positions of groups";
  if (
    row.platformRoles !== undefined &&
    !(Array.isArray(row.platformRoles) && row.platformRoles.every((role) => typeof role === "string"))
  ) {
    return "`platformRoles` must be a list of texts";
  }
  const instances = header.instances.length;
  if (row.active !== undefined && !areTuples(row.active, [(at) => isPosition(at, instances), isTimeOrUnknown])) {
    return "`active` must be pairs of instance and seconds";
  }
  if (row.direct !== undefined && !areTuples(row.direct, [(at) => isPosition(at, instances), isText])) {
    return "`direct` must be pairs of instance and role";
  }
  if (row.detail !== undefined && !isDetail(row.detail, header)) return "`detail` must hold `membership` and `roles`";
  return null;
}

function isDetail(value: unknown, { directories, instances }: SnapshotHeader): boolean {
  if (typeof value !== "object" || value === null || !("membership" in value) || !("roles" in value)) return false;
  return (
    areTuples(value.membership, [(at) => isPosition(at, directories.length), isText]) &&
    areTuples(value.roles, [(at) => isPosition(at, instances.length), isText, isText])
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed();
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < UNKNOWN_TIME;
}

function isTimeOrUnknown(value: unknown): boolean {
  return value === UNKNOWN_TIME || isTime(value);
}

function isPosition(value: unknown, below: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < below;
}

function arePositions(value: unknown, below: number): boolean {
  return Array.isArray(value) && value.every((entry) => isPosition(entry, below));
}

function areTuples(value: unknown, checks: readonly ((entry: unknown) => boolean)[]): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (tuple) =>
        Array.isArray(tuple) && tuple.length === checks.length && checks.every((check, at) => check(tuple[at])),
    )
  );
}
