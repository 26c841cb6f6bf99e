import type { Where } from "../model/documents.generated.ts";
import { isGlob } from "./glob.ts";

/** Entries of a list that are written out; of more, how many there are. */
const MOST_ENTRIES = 4;

/** Keys whose texts are what somebody entered about people, where an address may be one of them. */
const enteredKeys: ReadonlySet<keyof Where> = new Set(["department", "fact", "jobTitle", "location", "organization"]);

/**
 * A key of a filter in the policy's own words, short enough for a table: `unused: 90d`, `app: jira-software, confluence`.
 * Addresses and names of single people are counted, not written: these words are kept in plans and in the ledger.
 */
export function wordsOf(key: keyof Where, value: unknown): string {
  return `${key}: ${valueWords(key, value)}`;
}

function valueWords(key: keyof Where, value: unknown): string {
  if (key === "people") return `${listed(value).length} listed`;
  if (key === "email" || key === "name") {
    return counting(listed(value), (text) => !isGlob(text));
  }
  if (enteredKeys.has(key)) {
    const texts = (each: unknown): string => counting(listed(each), isAddress);
    if (key !== "fact") return texts(value);
    return Object.entries(value ?? {})
      .map(([column, wanted]) => `${column} ${texts(wanted)}`)
      .join(", ");
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return joined(value.map(String));
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${typeof inner === "object" ? objectWords(inner) : String(inner)}`)
    .join(", ");
}

/** The texts, but for single people's: of those, how many there are. */
function counting(texts: readonly string[], isSingle: (text: string) => boolean): string {
  const single = texts.filter(isSingle).length;
  return single === 0 ? joined(texts) : joined([...texts.filter((text) => !isSingle(text)), `${single} written out`]);
}

function isAddress(text: string): boolean {
  return !isGlob(text) && /^\S+@\S+$/.test(text.trim());
}

function objectWords(value: unknown): string {
  if (Array.isArray(value)) return joined(value.map(String));
  return Object.entries(value ?? {})
    .map(([name, inner]) => `${name} ${String(inner)}`)
    .join(", ");
}

function listed(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function joined(texts: readonly string[]): string {
  if (texts.length <= MOST_ENTRIES) return texts.join(", ");
  return `${texts.slice(0, MOST_ENTRIES - 1).join(", ")} and ${texts.length - MOST_ENTRIES + 1} more`;
}
