import type { Population } from "./population.ts";

/** Whom an account id, an address or a full name means; capitals do not count in the last two. Ascending. */
export function peopleNamed(population: Population, wanted: string): readonly number[] {
  const byId = population.find(wanted);
  if (byId !== -1) return [byId];
  const folded = wanted.trim().toLowerCase();
  const matching = (field: "email" | "name" | "nickname"): readonly number[] => {
    const found: number[] = [];
    for (let person = 0; person < population.size; person++) {
      if (population.text(field, person)?.toLowerCase() === folded) found.push(person);
    }
    return found;
  };
  for (const field of ["email", "name", "nickname"] as const) {
    const found = matching(field);
    if (found.length > 0) return found;
  }
  return [];
}
