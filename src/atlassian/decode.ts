import { type Seconds, secondsOf } from "../model/time.ts";
import { notAsDocumented } from "./failures.ts";

/** Where a value stands, for messages: the request, and the row of its list, counted from 1. Never what it holds. */
export interface Where {
  readonly label: string;
  readonly row: number | null;
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Readers of single fields. Each returns what Atlassian's documents promise or throws
 * OperatorError("snapshotNotComplete") that names endpoint, row and field. `undefined` stands for a field that is absent
 * or null. Fields nobody asks for may be there.
 */

/** A JSON object. `what` names it in the message. */
export function fieldsOf(value: unknown, what: string, where: Where): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(where, `${what} is ${kindOf(value)} where an object is documented`);
}

export function optionalFields(fields: Fields, name: string, where: Where): Fields | undefined {
  const value = present(fields, name, where);
  return value === undefined ? undefined : fieldsOf(value, `"${name}"`, where);
}

export function requiredText(fields: Fields, name: string, where: Where): string {
  const value = optionalText(fields, name, where);
  if (value === undefined || value === "") throw missing(name, where);
  return value;
}

/** Where the text is empty, it is as good as absent. Half characters are replaced: no digest could be made of them. */
export function optionalText(fields: Fields, name: string, where: Where): string | undefined {
  const value = present(fields, name, where);
  if (value === undefined || typeof value === "string") return value === "" ? undefined : value?.toWellFormed();
  throw wrong(where, `"${name}" is ${kindOf(value)} where text is documented`);
}

export function optionalFlag(fields: Fields, name: string, where: Where): boolean | undefined {
  const value = present(fields, name, where);
  if (value === undefined || typeof value === "boolean") return value;
  throw wrong(where, `"${name}" is ${kindOf(value)} where true or false is documented`);
}

/** A whole number, 0 or more. */
export function requiredCount(fields: Fields, name: string, where: Where): number {
  const value = optionalCount(fields, name, where);
  if (value === undefined) throw missing(name, where);
  return value;
}

export function optionalCount(fields: Fields, name: string, where: Where): number | undefined {
  const value = present(fields, name, where);
  if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0)) return value;
  throw wrong(where, `"${name}" is ${kindOf(value)} where a count is documented`);
}

export function requiredList(fields: Fields, name: string, where: Where): readonly unknown[] {
  const value = optionalList(fields, name, where);
  if (value === undefined) throw missing(name, where);
  return value;
}

export function optionalList(fields: Fields, name: string, where: Where): readonly unknown[] | undefined {
  const value = present(fields, name, where);
  if (value === undefined || Array.isArray(value)) return value;
  throw wrong(where, `"${name}" is ${kindOf(value)} where a list is documented`);
}

export function textsOf(values: readonly unknown[], name: string, where: Where): readonly string[] {
  return values.map((value) => {
    if (typeof value === "string") return value;
    throw wrong(where, `"${name}" holds ${kindOf(value)} where text is documented`);
  });
}

/**
 * A moment. A date without a time is read as the end of that day in UTC, the reading that favours the person. Text that
 * is neither is an error.
 */
export function optionalMoment(fields: Fields, name: string, where: Where): Seconds | undefined {
  const text = optionalText(fields, name, where);
  if (text === undefined) return undefined;
  const seconds = secondsOf(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (seconds !== null && seconds >= 0) return seconds;
  throw wrong(where, `"${name}" is no moment that could be read (ISO 8601 with a time zone is documented)`);
}

/** An account id: opaque, of few letters. Source: user management REST API, account_id. */
export function requiredAccountId(fields: Fields, name: string, where: Where): string {
  const id = requiredText(fields, name, where);
  if (/^[A-Za-z0-9_|:-]{1,128}$/.test(id)) return id;
  throw wrong(where, `"${name}" is no account id as Atlassian documents them`);
}

/** The value of a field that is there and not null. Says so where the field came in the other API's naming style. */
function present(fields: Fields, name: string, where: Where): unknown {
  const value = fields[name];
  if (value !== undefined) return value === null ? undefined : value;
  const other = otherSpelling(name);
  if (other !== name && fields[other] !== undefined) {
    throw wrong(where, `there is a field "${other}" where "${name}" is documented`);
  }
  return undefined;
}

function otherSpelling(name: string): string {
  return name.includes("_")
    ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function missing(name: string, where: Where): Error {
  return wrong(where, `"${name}" is missing`);
}

function wrong({ label, row }: Where, what: string): Error {
  return notAsDocumented(label, row === null ? what : `in row ${row}, ${what}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "an object";
  if (typeof value === "number") return "a number";
  return `a ${typeof value}`;
}
