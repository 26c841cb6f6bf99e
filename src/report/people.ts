import type { Population } from "../people/population.ts";
import { terminalText } from "./escape.ts";
import { clip } from "./width.ts";

/** How people are called in reports. DESIGN 8: names in private repositories, ids in public ones. */
export type Show = "names" | "names-and-emails" | "ids";

/** One person, as far as a report may tell: what is not known or not to be shown is null. */
export interface ShownPerson {
  readonly accountId: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The end of the account id, where somebody else in the same report has the same name. */
  readonly tail: string | null;
}

/** Who the account ids of a document are. */
export interface Names {
  readonly show: Show;
  /** Where names come from; null where there is no snapshot. */
  readonly population: Population | null;
  person(accountId: string): ShownPerson;
  /** One line that names a person: the name, with the address where that may be shown; the account id where no name is known. */
  label(accountId: string): string;
}

/** A longer name is cut: it is there to recognise somebody by. Columns. */
const longestName = 60;
const tailLength = 6;

/** Names people from a snapshot. Somebody who is not in it, or has no name there, is called by the account id. */
export function createNames(population: Population | null, show: Show): Names {
  return namesFrom(population, show, (accountId) => {
    const position = population === null || show === "ids" ? -1 : population.find(accountId);
    if (population === null || position === -1) return { accountId, name: null, email: null, tail: null };
    const name = population.text("name", position) ?? population.text("nickname", position);
    return {
      accountId,
      name: name === null || name.trim() === "" ? null : clip(name.trim(), longestName),
      email: show === "names-and-emails" ? population.text("email", position) : null,
      tail: null,
    };
  });
}

/**
 * The same names, telling apart those of `accountIds` who share theirs, or seem to: by the end of the account id, or all of it where
 * the ends are equal too. Asking for somebody else gives the name as it was.
 */
export function tellApart(names: Names, accountIds: Iterable<string>): Names {
  // Hardly a name is there twice, so only those that are get a list.
  const firstByLabel = new Map<string, string>();
  const shared = new Map<string, string[]>();
  for (const accountId of new Set(accountIds)) {
    const label = terminalText(names.label(accountId));
    const first = firstByLabel.get(label);
    const same = shared.get(label);
    if (first === undefined) firstByLabel.set(label, accountId);
    else if (same === undefined) shared.set(label, [first, accountId]);
    else same.push(accountId);
  }
  const tails = new Map<string, string>();
  for (const same of shared.values()) {
    const short = same.map((accountId) => accountId.slice(-tailLength));
    const distinct = new Set(short).size === same.length;
    same.forEach((accountId) => tails.set(accountId, distinct ? `…${accountId.slice(-tailLength)}` : accountId));
  }
  if (tails.size === 0) return names;
  return namesFrom(names.population, names.show, (accountId) => {
    const person = names.person(accountId);
    return person.name === null ? person : { ...person, tail: tails.get(accountId) ?? null };
  });
}

/** Names that were found one by one, with the population that groups and apps are called by. Who is not among them is an id. */
export function namesAmong(found: ReadonlyMap<string, ShownPerson>, population: Population | null, show: Show): Names {
  return namesFrom(
    population,
    show,
    (accountId) => found.get(accountId) ?? { accountId, name: null, email: null, tail: null },
  );
}

function namesFrom(population: Population | null, show: Show, person: (accountId: string) => ShownPerson): Names {
  return {
    show,
    population,
    person,
    label(accountId) {
      const { name, email, tail } = person(accountId);
      if (name === null) return email ?? accountId;
      return `${name}${email === null ? "" : ` <${email}>`}${tail === null ? "" : ` (${tail})`}`;
    },
  };
}

/**
 * A person's page in the administration of the organisation. Its address holds the account id, never a name.
 * Source: admin.atlassian.com, Directory > Users.
 */
export function profileUrl(organizationId: string, accountId: string): string {
  const path = encodeURIComponent(accountId).replaceAll("%3A", ":");
  return `https://admin.atlassian.com/o/${encodeURIComponent(organizationId)}/users/${path}`;
}
