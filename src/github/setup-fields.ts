import { flagAt, hasField, listAt, type Part, wrong } from "./decode.ts";

/** A list that GitHub may leave out: then it is empty. Without a path, the answer itself. */
export function optionalListAt(part: Part, path?: string): readonly Part[] {
  if (path !== undefined) return hasField(part, path) ? listAt(part, path) : [];
  if (!Array.isArray(part.value)) throw wrong(part, "is no list where one is documented");
  return part.value.map((value: unknown, at) => ({ ...part, row: at + 1, path: "", value }));
}

/** True or false, or undefined where GitHub leaves it out. */
export function optionalFlagAt(part: Part, name: string): boolean | undefined {
  return hasField(part, name) ? flagAt(part, name) : undefined;
}

/** A whole number, 0 or more. */
export function countAt(part: Part, name: string): number {
  const value = fieldOf(part, name);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(
    { ...part, path: part.path === "" ? name : `${part.path}.${name}` },
    "is no count where one is documented",
  );
}

/** A field by itself, whatever it is. */
export function fieldOf({ value }: Part, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
