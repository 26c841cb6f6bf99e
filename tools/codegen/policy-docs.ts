import { createLexicon, inlineYaml, valueWords } from "./schema-words.ts";
import type { Lexicon } from "./schema-words.ts";
import { isObject } from "./schemas.ts";
import type { Json, JsonObject, SchemaFile } from "./schemas.ts";

/** What a key of a filter speaks of. The schema has no word for it: it holds for the key wherever it stands. */
const subjects: Readonly<Record<string, "the seat" | "the person" | "either">> = {
  app: "the seat",
  site: "the seat",
  role: "the seat",
  unused: "the seat",
  idle: "the seat",
  neverActive: "the seat",
  heldFor: "the seat",
  holds: "the person",
  inOrgFor: "the person",
  memberOf: "the person",
  status: "the person",
  account: "the person",
  managementSource: "the person",
  emailDomain: "the person",
  email: "the person",
  name: "the person",
  orgRole: "the person",
  productAdmin: "the person",
  department: "the person",
  jobTitle: "the person",
  location: "the person",
  organization: "the person",
  mfa: "the person",
  directory: "the person",
  people: "the person",
  in: "the person",
  fact: "the person",
  date: "the person",
  during: "the person",
  selector: "either",
  all: "either",
  any: "either",
  not: "either",
};

/** Examples for keys whose schema has none and whose values do not give one away. */
const samples: Readonly<Record<string, Json>> = {
  name: "Ada *",
  department: ["Sales", "Field sales*"],
  jobTitle: "*contractor*",
  location: "Berlin",
  organization: "Example Ltd",
  mfa: false,
  directory: "acme-labs",
  selector: "leads",
  all: [{ unused: "90d" }, { memberOf: "contractors" }],
  any: [{ emailDomain: "partner.example" }, { memberOf: "contractors" }],
  not: { memberOf: "on-call" },
};

const policies = "policies.schema.json";

/** The generated regions of docs/policies.md, by name. Throws where the schemas hold a word that the docs would miss. */
export function policyRegions(schemas: readonly SchemaFile[]): ReadonlyMap<string, string> {
  const lexicon = createLexicon(schemas);
  const source = lexicon.definition(policies, "PolicySource");
  return new Map([
    ["policy-keys", settingsTable(lexicon, source)],
    ["filters", filterTable(lexicon, lexicon.definition(policies, "Where"))],
    ["actions", actionTable(lexicon, lexicon.definition(policies, "Action"))],
    ["except-keys", settingsTable(lexicon, lexicon.definition(policies, "Except"))],
    ["pace-keys", settingsTable(lexicon, lexicon.definition(policies, "Pace"))],
    ["limit-keys", settingsTable(lexicon, lexicon.definition(policies, "PolicyLimits"))],
    ["exemption-keys", settingsTable(lexicon, lexicon.definition("exemptions.schema.json", "Exemption"))],
    ["organization-keys", nestedTable(lexicon, lexicon.document("organization.schema.json"), ["sources", "prices"])],
    ["source-keys", nestedTable(lexicon, lexicon.definition("organization.schema.json", "Source"), [])],
    ["price-keys", nestedTable(lexicon, lexicon.definition("organization.schema.json", "Price"), [])],
  ]);
}

function filterTable(lexicon: Lexicon, where: JsonObject): string {
  const keys = propertiesOf(where);
  const untold = keys.map(([key]) => key).filter((key) => subjects[key] === undefined);
  if (untold.length > 0) throw new Error(`Say in policy-docs.ts what ${untold.join(", ")} speaks of.`);
  return table(
    ["key", "speaks of", "what it tests", "values", "example"],
    keys.map(([key, schema]) => {
      return [
        `\`${key}\``,
        subjects[key] ?? "",
        descriptionOf(lexicon, schema),
        key === "not" ? "a filter" : wordsOfFilter(lexicon, schema),
        examplesOf(key, schema),
      ];
    }),
  );
}

function wordsOfFilter(lexicon: Lexicon, schema: Json): string {
  const found = lexicon.follow(schema);
  const item = isObject(found["items"]) ? lexicon.follow(found["items"]) : null;
  return item?.["title"] === "Where" ? "a list of filters" : valueWords(lexicon, schema);
}

/** The key's own examples, not those of a definition it refers to, which say nothing about this key. */
function examplesOf(key: string, schema: Json): string {
  const { examples, enum: values } = isObject(schema) ? schema : {};
  const sample = samples[key] ?? (Array.isArray(values) ? values[0] : undefined);
  const shown = Array.isArray(examples) ? examples : sample === undefined ? [] : [sample];
  if (shown.length === 0) throw new Error(`The filter ${key} has no example: give it one in the schema.`);
  return shown.map((value: Json) => `\`${key}: ${inlineYaml(value)}\``).join("<br>");
}

function actionTable(lexicon: Lexicon, action: JsonObject): string {
  return table(
    ["action", "setting", "values", "default", "what it says"],
    propertiesOf(action).flatMap(([name, schema]) => {
      const found = lexicon.follow(schema);
      const values = name === "firstOf" ? "a list of actions" : "";
      return [
        [`\`${name}\``, "", values, "", descriptionOf(lexicon, schema)],
        ...propertiesOf(found).map(([key, setting]) => ["", ...settingCells(lexicon, key, setting, requiredOf(found))]),
      ];
    }),
  );
}

/** One row for each key: its values, its default, what it says. */
function settingsTable(lexicon: Lexicon, schema: JsonObject): string {
  const rows = propertiesOf(schema).map(([key, setting]) => settingCells(lexicon, key, setting, requiredOf(schema)));
  return table(["key", "values", "default", "what it says"], rows);
}

/** As `settingsTable`, with the keys of mappings listed under their path; `closed` names those that have a table of their own. */
function nestedTable(lexicon: Lexicon, schema: JsonObject, closed: readonly string[]): string {
  const rows = (at: JsonObject, path: string): readonly (readonly string[])[] =>
    propertiesOf(at).flatMap(([key, setting]) => {
      const found = lexicon.follow(setting);
      const name = `${path}${key}`;
      if (closed.includes(key)) return [[`\`${name}\``, "see below", "", descriptionOf(lexicon, setting)]];
      const inner = innerOf(lexicon, found);
      if (inner === null)
        return [
          settingCells(
            lexicon,
            name,
            setting,
            requiredOf(at).map((needed) => `${path}${needed}`),
          ),
        ];
      const own = descriptionOf(lexicon, setting);
      const head = own === "" ? [] : [[`\`${name}\``, inner.words, defaultOf(found, requiredOf(at), key), own]];
      return [...head, ...rows(inner.schema, `${name}.${inner.step}`)];
    });
  return table(["key", "values", "default", "what it says"], rows(schema, ""));
}

function innerOf(
  lexicon: Lexicon,
  schema: JsonObject,
): { readonly schema: JsonObject; readonly words: string; readonly step: string } | null {
  const type = schema["type"];
  if (schema["title"] === "Bound") return null;
  if (type === "object" && isObject(schema["properties"])) return { schema, words: "a mapping", step: "" };
  if (type === "object" && isObject(schema["additionalProperties"])) {
    return { schema: lexicon.follow(schema["additionalProperties"]), words: "a mapping, by name", step: "<name>." };
  }
  if (type !== "array") return null;
  const item = lexicon.follow(schema["items"]);
  return isObject(item["properties"]) ? { schema: item, words: "a list", step: "" } : null;
}

function settingCells(lexicon: Lexicon, key: string, setting: Json, required: readonly string[]): readonly string[] {
  const found = lexicon.follow(setting);
  return [
    `\`${key}\``,
    settingWords(lexicon, setting),
    defaultOf(found, required, key),
    descriptionOf(lexicon, setting),
  ];
}

function settingWords(lexicon: Lexicon, setting: Json): string {
  const found = lexicon.follow(setting);
  const title = found["title"];
  if (title === "Where") return "a [filter](#filters)";
  if (title === "Except") return "[see below](#exemptions)";
  if (title === "Pace" || title === "PolicyLimits") return "[see below](#pace-and-limits)";
  const item = isObject(found["items"]) ? lexicon.follow(found["items"]) : null;
  if (item?.["title"] === "Action") return "a list of [actions](#actions)";
  return valueWords(lexicon, setting);
}

function defaultOf(schema: JsonObject, required: readonly string[], key: string): string {
  if (required.includes(key)) return "required";
  const value = schema["default"];
  return value === undefined ? "" : `\`${inlineYaml(value)}\``;
}

/** Descriptions of these say what any such value is, and nothing about the key that holds it. */
const general: ReadonlySet<Json | undefined> = new Set(["Text", "Texts", "Duration", "Bound", "Nothing"]);

function descriptionOf(lexicon: Lexicon, schema: Json): string {
  const found = lexicon.follow(schema);
  const own = isObject(schema) ? schema["description"] : undefined;
  const text = own ?? (general.has(found["title"]) ? "" : found["description"]);
  return typeof text === "string" ? text : "";
}

function requiredOf(schema: JsonObject): readonly string[] {
  return Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
}

function propertiesOf(schema: JsonObject): readonly (readonly [string, Json])[] {
  return isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
}
