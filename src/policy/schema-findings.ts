import type { SchemaError } from "../documents/policy-files.generated.cjs";
import { exemptions, lock, organization, policies } from "../documents/policy-files.generated.cjs";
import type { ExemptionFile, LockFile, OrganizationFile, PolicyFile } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { nearest } from "./distance.ts";
import { keyHint, patternHint, typeHint } from "./schema-hints.ts";
import { shapeAt, type WrittenKind } from "./schema-shape.ts";
import { errorAt, type Path, shown, shownList, textOf, type Written } from "./written.ts";

interface Kinds {
  readonly organization: OrganizationFile;
  readonly policies: PolicyFile;
  readonly exemptions: ExemptionFile;
  readonly lock: LockFile;
}

const validators = { organization, policies, exemptions, lock };

/** A document that keeps to its schema, or null; then each slip is one finding at its place. */
export interface Checked<Document> {
  readonly document: Written<Document> | null;
  readonly findings: readonly Finding[];
}

/** Checks what somebody wrote against the schema of its kind. */
export function checkSchema<Kind extends WrittenKind>(kind: Kind, written: Written<unknown>): Checked<Kinds[Kind]> {
  const validate = validators[kind];
  if (validate(written.value)) return { document: written as Written<Kinds[Kind]>, findings: [] };
  const errors = withoutRepeats(validate.errors ?? []);
  const swallowed = new Set<SchemaError>();
  const findings: Finding[] = [];
  for (const error of errors) {
    if (error.keyword !== "additionalProperties") continue;
    const path = pathOf(error.instancePath, written.value);
    const missing = errors.filter(
      (other) => other.keyword === "required" && other.instancePath === error.instancePath && !swallowed.has(other),
    );
    const meant = nearest(
      keyIn(error, "additionalProperty"),
      missing.map((other) => keyIn(other, "missingProperty")),
    );
    const twin = missing.find((other) => keyIn(other, "missingProperty") === meant);
    if (twin !== undefined) swallowed.add(twin);
    findings.push(unknownKey(kind, written, path, keyIn(error, "additionalProperty"), meant));
  }
  for (const error of errors) {
    if (error.keyword === "additionalProperties" || swallowed.has(error)) continue;
    findings.push(findingOf(kind, written, pathOf(error.instancePath, written.value), error));
  }
  return { document: null, findings };
}

/** Without what says the same again: ajv reports a bad key name once for its pattern and once for `propertyNames`. */
function withoutRepeats(errors: readonly SchemaError[]): readonly SchemaError[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    if (error.propertyName !== undefined && error.keyword !== "propertyNames") return false;
    const key = JSON.stringify([error.instancePath, error.keyword, error.params]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function unknownKey(
  kind: WrittenKind,
  written: Written<unknown>,
  path: Path,
  key: string,
  meant: string | null,
): Finding {
  const keys = shapeAt(kind, path)?.keys ?? [];
  const near = meant ?? keyHint(key, keys) ?? nearest(key, keys);
  const ancestor = path.findLastIndex((_, depth) => shapeAt(kind, path.slice(0, depth))?.keys.includes(key) === true);
  const remedy =
    near !== null
      ? `Did you mean ${shown(near)}?`
      : ancestor !== -1
        ? `${shown(key)} belongs to ${nameOf(kind, path.slice(0, ancestor))}: check the indentation.`
        : `Keys that can stand here: ${shownList(keys, 40)}.`;
  return errorAt(
    written.at([...path, key], "key"),
    "unknown-key",
    `${shown(key)} is not a key of ${nameOf(kind, path)}.`,
    remedy,
  );
}

function findingOf(kind: WrittenKind, written: Written<unknown>, path: Path, error: SchemaError): Finding {
  const name = nameOf(kind, path);
  const value = valueAt(written.value, path);
  const shape = shapeAt(kind, path);
  const say = (rule: string, message: string, remedy: string, at: Path = path): Finding =>
    errorAt(written.at(at, "value"), rule, message, remedy);
  const about = shape?.description ?? null;
  switch (error.keyword) {
    case "required": {
      const key = keyIn(error, "missingProperty");
      const description = shapeAt(kind, [...path, key])?.description ?? null;
      const remedy = `Add ${shown(`${key}:`)}.${description === null ? "" : ` ${description}`}`;
      return say("missing-key", `${capital(name)} has no ${shown(key)}.`, remedy);
    }
    case "type":
      return say("wrong-type", `${capital(name)} cannot be ${kindOf(value)}.`, typeHint(shape, error, value));
    case "pattern": {
      const hint = patternHint(keyIn(error, "pattern"), textOf(value));
      return say(hint.rule, `${capital(name)} cannot be ${shown(textOf(value))}.`, hint.remedy);
    }
    case "propertyNames": {
      const key = keyIn(error, "propertyName");
      const sample = about === null ? "" : ` ${about}`;
      const place = written.at([...path, key], "key");
      return errorAt(place, "bad-name", `${shown(key)} cannot be a name in ${name}.`, `${keyNames(path)}${sample}`);
    }
    case "enum": {
      const allowed = textsIn(error, "allowedValues");
      const near = typeof value === "string" ? nearest(value, allowed) : null;
      const remedy = `${near === null ? "" : `Did you mean ${shown(near)}? `}It is one of ${shownList(allowed, 20)}.`;
      return say("wrong-value", `${capital(name)} cannot be ${shown(textOf(value))}.`, remedy);
    }
    case "const":
      return say("wrong-value", `${capital(name)} cannot be ${shown(textOf(value))}.`, "This version reads `1`.");
    case "minItems":
      return Array.isArray(value) && value.length > 0
        ? say(
            "short-list",
            `${capital(name)} needs more entries.`,
            "Name at least two actions, or write one without it.",
          )
        : say(
            "empty-list",
            `${capital(name)} is an empty list.`,
            "Name at least one entry or remove the key; an empty list never means everybody.",
          );
    case "uniqueItems":
      return say("repeated", `${capital(name)} names the same entry twice.`, "Keep one of the two.", [
        ...path,
        Math.max(Number(error.params["i"]), Number(error.params["j"])),
      ]);
    case "minLength":
      return say("empty-text", `${capital(name)} is an empty text.`, "Write a value, or remove the key.");
    case "minProperties":
      return say(
        "empty-mapping",
        `${capital(name)} is empty.`,
        `Name at least one key${shape === null ? "" : `: ${shownList(shape.keys, 12)}`}. Nothing written never means everybody.`,
      );
    case "maxProperties":
      return say(
        "several-keys",
        `${capital(name)} has several keys where one is meant.`,
        "Keep one; for several actions start each with its own `- `.",
      );
    default:
      return say(
        "wrong-value",
        `${capital(name)} cannot be ${shown(textOf(value))}.`,
        `It ${error.message ?? "is wrong"}.`,
      );
  }
}

function keyNames(path: Path): string {
  const last = path.at(-1);
  return last === "fact" || last === "date"
    ? "Write the source, a dot and the column or date: `hr.end`."
    : "Names are lower-case letters, digits and hyphens, and start with a letter.";
}

const titles: Readonly<Record<string, string>> = {
  PolicySource: "the policy",
  Where: "the filter",
  Except: "`except`",
  Action: "the action",
  SimpleAction: "the action",
  Exemption: "the exemption",
  IdentityProvider: "the identity provider",
  Source: "the source",
  LockedName: "the locked name",
};

/** How a place is called in a message: by its key, or by what stands there. */
function nameOf(kind: WrittenKind, path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  const title = titles[shapeAt(kind, path)?.title ?? ""];
  if (title !== undefined && typeof last === "number") return title;
  if (typeof last === "string") return shown(last);
  const list = path.at(-2);
  return list === undefined ? "an entry" : `an entry of ${shown(String(list))}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "a text" : `the ${typeof value} ${shown(textOf(value))}`;
}

/** The parts of a JSON pointer; digits are positions where the value has a list there. */
function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value = root;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(key) : key);
    value = valueAt(value, path.slice(-1));
  }
  return path;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    value = typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  return value;
}

function keyIn(error: SchemaError, parameter: string): string {
  return textOf(error.params[parameter] ?? "");
}

function textsIn(error: SchemaError, parameter: string): readonly string[] {
  const values = error.params[parameter];
  return Array.isArray(values) ? values.map(String) : [];
}
