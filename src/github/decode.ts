import { type Seconds, secondsOf } from "../model/time.ts";
import { notAsDocumented } from "./failures.ts";

/** A part of an answer, and where it stands in it. */
export interface Part {
  /** Method and path of the request. */
  readonly label: string;
  /** Row of a list over all pages, counted from 1; null where the answer is no list. */
  readonly row: number | null;
  /** Names of the fields that lead here, joined by dots; empty at the top. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * Readers of single fields. Each gives what GitHub's documents promise, or throws OperatorError that names endpoint, row
 * and field. `path` leads over objects, with dots: `head.repo`. Fields nobody asks for may be there.
 */

/** The object at a path; null where GitHub says null. */
export function nullableAt(part: Part, path: string): Part | null {
  const found = followed(part, path);
  if (found.value === undefined) throw wrong(found, "is missing");
  if (found.value === null) return null;
  checkObject(found);
  return found;
}

/** The object at a path that GitHub may leave out. */
export function optionalAt(part: Part, path: string): Part | null {
  const found = followed(part, path);
  return found.value === undefined ? null : nullableAt(part, path);
}

export function hasField(part: Part, name: string): boolean {
  return followed(part, name).value !== undefined;
}

/** Text that is not empty. */
export function textAt(part: Part, path: string): string {
  const text = nullableTextAt(part, path);
  if (text === null || text === "") throw wrong(followed(part, path), "is empty");
  return text;
}

/** Text, or null where GitHub says null. */
export function nullableTextAt(part: Part, path: string): string | null {
  const found = followed(part, path);
  if (found.value === undefined) throw wrong(found, "is missing");
  if (found.value === null || typeof found.value === "string") return found.value;
  throw wrong(found, `is ${kindOf(found.value)} where text is documented`);
}

/** Text that GitHub may leave out or say null for. */
export function optionalTextAt(part: Part, path: string): string | null {
  return followed(part, path).value === undefined ? null : nullableTextAt(part, path);
}

/** One of the words that GitHub documents for a field. */
export function wordAt<Word extends string>(part: Part, path: string, words: readonly Word[]): Word {
  const text = textAt(part, path);
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw wrong(followed(part, path), `is none of ${words.join(", ")}`);
}

export function flagAt(part: Part, path: string): boolean {
  const found = followed(part, path);
  if (found.value === undefined) throw wrong(found, "is missing");
  if (typeof found.value === "boolean") return found.value;
  throw wrong(found, `is ${kindOf(found.value)} where true or false is documented`);
}

/** A whole number above 0: a number or an id. */
export function idAt(part: Part, path: string): number {
  const found = followed(part, path);
  if (found.value === undefined) throw wrong(found, "is missing");
  if (typeof found.value === "number" && Number.isSafeInteger(found.value) && found.value > 0) return found.value;
  throw wrong(found, `is ${kindOf(found.value)} where a whole number is documented`);
}

/** A commit's full id. */
export function commitAt(part: Part, path: string): string {
  const text = textAt(part, path);
  if (isCommit(text)) return text;
  throw wrong(followed(part, path), "is no commit's id");
}

/** SHA-1 or SHA-256, in full. */
export function isCommit(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function momentAt(part: Part, path: string): Seconds {
  const seconds = secondsOf(textAt(part, path));
  if (seconds !== null) return seconds;
  throw wrong(followed(part, path), "is no moment that could be read (ISO 8601 with a time zone is documented)");
}

/** A list of objects. */
export function listAt(part: Part, path: string): readonly Part[] {
  const found = followed(part, path);
  if (found.value === undefined) throw wrong(found, "is missing");
  if (!Array.isArray(found.value)) throw wrong(found, `is ${kindOf(found.value)} where a list is documented`);
  return found.value.map((value: unknown, index) => {
    const each = { ...found, path: `${found.path}[${index}]`, value };
    checkObject(each);
    return each;
  });
}

/** Throws where a part is no object. */
export function checkObject(part: Part): void {
  const { value } = part;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw wrong(part, `is ${kindOf(value)} where an object is documented`);
}

/** The error for a field that is there and cannot be right. `what` follows its name. */
export function wrong({ label, row, path }: Part, what: string): Error {
  const place = row === null ? "" : `in row ${row}, `;
  return notAsDocumented(label, `${place}${path === "" ? "the answer" : `"${path}"`} ${what}`);
}

function followed(part: Part, path: string): Part {
  let here = part;
  for (const name of path.split(".")) {
    checkObject(here);
    const fields = here.value as Readonly<Record<string, unknown>>;
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    here = { ...here, path: here.path === "" ? name : `${here.path}.${name}`, value };
  }
  return here;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "an object";
  return typeof value === "number" ? "a number" : `a ${typeof value}`;
}
