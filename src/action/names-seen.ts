import { OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import type { OrgReader } from "../ports.ts";
import { createNames, type Names, namesAmong, type Show, type ShownPerson } from "../report/people.ts";

/** What people are called, as far as a run read it anyway. */
export interface NamesSeen {
  /** The same reader, whose answers are remembered. */
  readonly reader: OrgReader;
  /** Asks about people who were not read yet, up to a hundred. What cannot be read leaves their ids. */
  lookUp(accountIds: Iterable<string>): Promise<void>;
  names(): Names;
}

/** People who are asked after once more, to be called by their names. Each takes some requests. */
const MOST_ASKED = 100;

/** Remembers whom this reader reads about, and no more of them than may be shown; where names may not be, nobody. */
export function rememberNames(reader: OrgReader, show: Show): NamesSeen {
  if (show === "ids") {
    return { reader, lookUp: async () => undefined, names: () => createNames(null, show) };
  }
  const found = new Map<string, ShownPerson>();
  let last: Population | null = null;
  const readPeople: OrgReader["readPeople"] = async (accountIds) => {
    const population = await reader.readPeople(accountIds);
    last = population;
    const names = createNames(population, show);
    for (const accountId of accountIds) {
      // Somebody who is gone by now is still called by the name of before.
      if (population.find(accountId) !== -1) found.set(accountId, names.person(accountId));
    }
    return population;
  };
  return {
    reader: { ...reader, readPeople },
    async lookUp(accountIds) {
      const missing = [...new Set(accountIds)].filter((accountId) => !found.has(accountId)).slice(0, MOST_ASKED);
      if (missing.length === 0) return;
      try {
        await readPeople(missing);
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
      }
    },
    names: () => namesAmong(found, last, show),
  };
}
