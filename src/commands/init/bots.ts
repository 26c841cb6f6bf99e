import { type Population, statuses } from "../../people/population.ts";

/** Whole words in names and addresses that people seldom have. */
const word =
  /(^|[^a-z0-9])(bot|bots|svc|service|services|serviceaccount|automation|automations|integration|integrations|ci|cd|jenkins|noreply|no-reply|system|robot|api|sync|scanner|monitoring|renovate|dependabot)([^a-z0-9]|$)/i;

/**
 * Active accounts that look like those of bots and services by what they are called: their addresses, or names where the
 * address is not known, in order. A hint for people to look, which misses some and takes some people for one.
 */
export function botsIn(population: Population): readonly string[] {
  const found: string[] = [];
  for (let person = 0; person < population.size; person++) {
    if (statuses[population.status[person] ?? 0] !== "active") continue;
    const email = population.text("email", person);
    const name = population.text("name", person);
    const [local = ""] = (email ?? "").split("@");
    if (word.test(local) || word.test(name ?? "")) found.push(email ?? name ?? "");
  }
  return found.sort();
}
