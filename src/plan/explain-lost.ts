import { looseName, peopleWhere } from "../people/find.ts";
import type { Population } from "../people/population.ts";
import { nearest } from "../policy/distance.ts";

/** What is known of somebody whom a snapshot does not have under the name that was given. */
export interface Lost {
  /** What the name looks like. */
  readonly kind: "account" | "portal-customer" | "address" | "name";
  /** Who may be meant, the likeliest first; at most three, because they are other people. */
  readonly near: readonly number[];
  /** People whose address is hidden. */
  readonly hidden: number;
  /** Directories that were read, by name. */
  readonly directories: readonly string[];
  readonly certificate: Population["header"]["certificate"]["state"];
}

/** Other people's names are shown to nobody in numbers. */
const MOST_NEAR = 3;
/** A part of an account id that is shorter than this may be anybody's. */
const SHORTEST_PART = 6;

/** Who may be meant by a name, an address or an account id that nobody has, and what else could explain it. */
export function lost(population: Population, wanted: string): Lost {
  const { header } = population;
  const name = wanted.trim();
  const kind = kindOf(name);
  const near = kind === "address" ? nearAddresses(population, name) : nearNames(population, name);
  return {
    kind,
    near: [...new Set(kind === "account" || kind === "name" ? [...partsOfId(population, name), ...near] : near)].slice(
      0,
      MOST_NEAR,
    ),
    hidden: countHidden(population),
    directories: header.directories.map((directory) => directory.name),
    certificate: header.certificate.state,
  };
}

/** Portal-only customers have ids that begin so. Source: Jira Service Management Cloud, customer accounts. */
const customerId = /^qm:/;
const accountId = /^(\d+:)?[0-9a-f][0-9a-f-]{19,}$/i;

function kindOf(wanted: string): Lost["kind"] {
  if (customerId.test(wanted)) return "portal-customer";
  if (accountId.test(wanted)) return "account";
  return wanted.includes("@") ? "address" : "name";
}

/** People whose account id begins or ends like this: what reports cut short, or somebody copied in part. */
function partsOfId(population: Population, part: string): readonly number[] {
  const plain = part.replaceAll("…", "");
  if (plain.length < SHORTEST_PART) return [];
  const found: number[] = [];
  for (let person = 0; person < population.size && found.length < MOST_NEAR; person++) {
    const id = population.text("id", person) ?? "";
    if (id.startsWith(plain) || id.endsWith(plain)) found.push(person);
  }
  return found;
}

/** The same person at another domain first, then other spellings in the same domain. */
function nearAddresses(population: Population, wanted: string): readonly number[] {
  const [local, domain] = partsOfAddress(wanted);
  if (local === "" || domain === "") return [];
  const elsewhere = peopleWhere(population, "email", (text) => partsOfAddress(text)[0] === local);
  const colleagues = new Map<string, number>();
  for (const person of peopleWhere(population, "email", (text) => partsOfAddress(text)[1] === domain)) {
    colleagues.set(partsOfAddress(population.text("email", person) ?? "")[0], person);
  }
  return [...elsewhere, ...nearestOf(local, colleagues)];
}

/** The same words in another order or without accents first, then names of which it is a word, then other spellings. */
function nearNames(population: Population, wanted: string): readonly number[] {
  const loose = looseName(wanted);
  if (loose === "") return [];
  const same = peopleWhere(population, "name", (text) => looseName(text) === loose);
  const wholeWords = loose.split(" ");
  const longer = peopleWhere(population, "name", (text) => {
    const words = looseName(text).split(" ");
    return words.length > wholeWords.length && wholeWords.every((word) => words.includes(word));
  });
  const names = new Map<string, number>();
  for (let person = 0; person < population.size; person++) {
    const name = population.text("name", person);
    if (name !== null) names.set(looseName(name), person);
  }
  return [...same, ...longer, ...nearestOf(loose, names)];
}

function nearestOf(wanted: string, candidates: Map<string, number>): readonly number[] {
  const found: number[] = [];
  while (found.length < MOST_NEAR) {
    const text = nearest(wanted, candidates.keys());
    const person = text === null ? undefined : candidates.get(text);
    if (text === null || person === undefined) break;
    found.push(person);
    candidates.delete(text);
  }
  return found;
}

function partsOfAddress(address: string): readonly [local: string, domain: string] {
  const folded = address.trim().normalize("NFC").toLowerCase();
  const at = folded.lastIndexOf("@");
  return [folded.slice(0, Math.max(0, at)), folded.slice(at + 1)];
}

function countHidden(population: Population): number {
  let hidden = 0;
  for (let person = 0; person < population.size; person++) if (population.text("email", person) === null) hidden++;
  return hidden;
}
