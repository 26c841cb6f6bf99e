import type { SchemaError } from "../documents/policy-files.generated.cjs";
import { nearest } from "./distance.ts";
import type { Shape } from "./schema-shape.ts";
import { shown, shownList, textOf } from "./written.ts";

/** Words of other tools, and what they are called here. */
const otherWords: Readonly<Record<string, string>> = {
  inactive: "unused",
  lastactive: "idle",
  group: "memberOf",
  groups: "memberOf",
  product: "app",
  products: "app",
  apps: "app",
  sites: "site",
  roles: "role",
  domain: "emailDomain",
  user: "people",
  users: "people",
  cap: "limits",
  caps: "limits",
  limit: "limits",
  level: "mode",
  when: "where",
  filter: "where",
  filters: "where",
  actions: "then",
  action: "then",
  exempt: "except",
  exemptions: "except",
  remove: "revoke",
  disable: "deactivate",
  enable: "activate",
  expires: "until",
  expiry: "until",
  account: "person",
};

/** The key that is meant by a word other tools use for it, where it can stand here. */
export function keyHint(key: string, keys: readonly string[]): string | null {
  const word = otherWords[key.toLowerCase()];
  return word !== undefined && keys.includes(word) ? word : null;
}

const durationRemedy =
  "A duration needs a unit, for example `90d`: hours `12h`, days `90d`, weeks `2w`, from 1 to 99999 of them, or ISO 8601 `P3M`.";

/** What to do about a value of the wrong type. */
export function typeHint(shape: Shape | null, error: SchemaError, value: unknown): string {
  const wanted = [error.params["type"]].flat().map(String);
  const pattern = shape?.pattern ?? null;
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (isScalar && pattern !== null && !new RegExp(pattern, "u").test(String(value))) {
    return patternHint(pattern, String(value)).remedy;
  }
  if (value === null)
    return `Write a value behind it${wanted.includes("object") ? ", if need be `{}`" : ""}, or remove the key.`;
  if (typeof value === "string" && shape?.keys.includes(value)) return `Write ${shown(`${value}: {}`)}.`;
  if (wanted.includes("string") && typeof value !== "object")
    return `Put it in quotes: ${shown(JSON.stringify(textOf(value)))}.`;
  return `It must be ${wanted.map((type) => typeNames[type] ?? type).join(" or ")}.`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list, each entry on a line that starts with `- `",
  object: "a mapping, one `key: value` to a line",
  integer: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
  null: "empty",
};

/** What is wrong with a text that does not match its pattern. */
export interface PatternHint {
  readonly rule: string;
  readonly remedy: string;
}

const patternHints: Readonly<Record<string, PatternHint>> = {
  "^([1-9][0-9]{0,4}[hdw]|P[0-9][0-9A-Z.]*|PT[0-9][0-9A-Z.]*)$": { rule: "duration", remedy: durationRemedy },
  "^[a-z][a-z0-9-]{0,62}$": {
    rule: "bad-name",
    remedy: "Ids are lower-case letters, digits and hyphens, start with a letter and have at most 63 characters.",
  },
  "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$": {
    rule: "bad-name",
    remedy: "Ids are letters, digits, dots, hyphens and underscores, at most 63.",
  },
  "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": { rule: "date", remedy: "Write a day as year-month-day: `2027-03-31`." },
  "^([01][0-9]|2[0-3]):[0-5][0-9]$": { rule: "time", remedy: 'Write a time as hours and minutes: "18:00".' },
  "^(100|[1-9]?[0-9])%$": { rule: "percent", remedy: "Write a percentage from 0% to 100%: `20%`." },
  "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$": {
    rule: "bad-name",
    remedy: "A login is letters, digits and any of . _ @ + -, and starts with a letter or a digit.",
  },
  "^(ssh-ed25519|sk-ssh-ed25519@openssh\\.com|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256@openssh\\.com|ssh-rsa) [A-Za-z0-9+/]+={0,2}( [^\\n\\r]*)?$":
    {
      rule: "ssh-key",
      remedy: "Copy the one line of the public key's file, which ends in .pub: `ssh-ed25519 AAAA... ada@laptop`.",
    },
  "^[A-Z]{3}$": { rule: "currency", remedy: "Write the three letters of the currency: `EUR`." },
  "^[A-Za-z0-9-]+$": {
    rule: "organization-id",
    remedy: "Copy the organisation's id from admin.atlassian.com: letters, digits and hyphens.",
  },
  "^[a-z][a-z0-9-]*\\.[A-Za-z_][A-Za-z0-9_-]*$": {
    rule: "bad-name",
    remedy: "Write the source, a dot and the date: `hr.end`.",
  },
};

/** What to do about a text that does not match this pattern of a schema. */
export function patternHint(pattern: string, value: string): PatternHint {
  const known = patternHints[pattern];
  if (known !== undefined) return known;
  const words = /^\^\(?([a-z_|-]+)\)?\$$/.exec(pattern)?.[1]?.split("|");
  if (words === undefined) throw new Error(`No hint is written for the pattern ${pattern}.`);
  const near = nearest(value, words);
  return {
    rule: "wrong-value",
    remedy: `${near === null ? "" : `Did you mean ${shown(near)}? `}It is one of ${shownList(words, 20)}.`,
  };
}
