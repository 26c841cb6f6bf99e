import common from "../../schemas/common.schema.json" with { type: "json" };
import exemptions from "../../schemas/exemptions.schema.json" with { type: "json" };
import lock from "../../schemas/lock.schema.json" with { type: "json" };
import organization from "../../schemas/organization.schema.json" with { type: "json" };
import policies from "../../schemas/policies.schema.json" with { type: "json" };
import type { Path } from "./written.ts";

/** Documents that people write. */
export type WrittenKind = "organization" | "policies" | "exemptions" | "lock";

/** What a schema says of one place, as far as messages need it. */
export interface Shape {
  readonly title: string | null;
  readonly description: string | null;
  /** For texts. */
  readonly pattern: string | null;
  /** Keys that may stand here; empty where any may. */
  readonly keys: readonly string[];
  readonly required: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

const files: Readonly<Record<string, Schema>> = {
  "organization.schema.json": organization,
  "policies.schema.json": policies,
  "exemptions.schema.json": exemptions,
  "lock.schema.json": lock,
  "common.schema.json": common,
};

/** A schema and the file whose `$defs` its references mean. */
interface Spot {
  readonly file: string;
  readonly schema: Schema;
}

/** What the schema of this kind of document says of the value at `path`, or null where it says nothing. */
export function shapeAt(kind: WrittenKind, path: Path): Shape | null {
  let spot: Spot | null = spotOf(`${kind}.schema.json`, files[`${kind}.schema.json`]);
  for (const segment of path) spot = spot === null ? null : inside(spot, segment);
  if (spot === null) return null;
  const chain = referred(spot);
  const text = (key: string): string | null => {
    const found = chain.map(({ schema }) => schema[key]).find((value) => typeof value === "string");
    return found ?? null;
  };
  const last = chain.at(-1)?.schema ?? {};
  return {
    title: text("title"),
    description: text("description"),
    pattern: text("pattern"),
    keys: isSchema(last["properties"]) ? Object.keys(last["properties"]) : [],
    required: Array.isArray(last["required"]) ? last["required"].filter((key) => typeof key === "string") : [],
  };
}

function inside(spot: Spot, segment: string | number): Spot | null {
  const { file, schema } = referred(spot).at(-1) ?? spot;
  if (typeof segment === "number") return spotOf(file, schema["items"]);
  const properties = schema["properties"];
  const named = isSchema(properties) && Object.hasOwn(properties, segment) ? properties[segment] : undefined;
  return spotOf(file, named ?? schema["additionalProperties"]);
}

/** The schema and, where it refers to another, that one, to the end. */
function referred(spot: Spot): readonly Spot[] {
  const reference = spot.schema["$ref"];
  if (typeof reference !== "string") return [spot];
  const [file = "", pointer = ""] = reference.split("#");
  const target = file === "" ? spot.file : file;
  let found: unknown = files[target];
  for (const step of pointer.split("/").slice(1)) found = isSchema(found) ? found[step] : undefined;
  const next = spotOf(target, found);
  if (next === null) throw new Error(`The schema ${spot.file} refers to ${reference}, which is not there.`);
  return [spot, ...referred(next)];
}

function spotOf(file: string, value: unknown): Spot | null {
  return isSchema(value) ? { file, schema: value } : null;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
