import type { Population } from "./population.ts";

const nameFields = ["email", "name", "nickname"] as const;

/**
 * Whom an account id, an address or a full name means; capitals, and how accents are put together, do not count in the last
 * two. Ascending.
 */
export function peopleNamed(population: Population, wanted: string): readonly number[] {
  const byId = population.find(wanted.trim());
  if (byId !== -1) return [byId];
  const folded = foldedText(wanted);
  if (folded === "") return [];
  for (const field of nameFields) {
    const found = peopleWhere(population, field, (text) => foldedText(text) === folded);
    if (found.length > 0) return found;
  }
  return [];
}

/** People whose text of this kind is known and fits. Ascending. */
export function peopleWhere(
  population: Population,
  field: (typeof nameFields)[number],
  fits: (text: string) => boolean,
): readonly number[] {
  const found: number[] = [];
  for (let person = 0; person < population.size; person++) {
    const text = population.text(field, person);
    if (text !== null && fits(text)) found.push(person);
  }
  return found;
}

/** A name or an address as it is compared: without spaces around it, small, composed. */
function foldedText(text: string): string {
  return text.trim().normalize("NFC").toLowerCase();
}

/** The same without accents, and with the words of a name in one order: `Lovelace, Adá` and `ada lovelace` are equal. */
export function looseName(text: string): string {
  return foldedText(text)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .split(/[\s,.]+/u)
    .filter((word) => word !== "")
    .sort()
    .join(" ");
}
