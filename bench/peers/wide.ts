import { type Person, peopleOf } from "../facts.ts";
import { apps } from "../frame.ts";
import type { Organisation } from "../organisation.ts";

type Value = string | number | boolean | null | readonly string[] | readonly number[];

/** A person as one flat record, a field for each app. */
export type Wide = Readonly<Record<string, Value>>;

/** People as flat records, in order. */
export function* wideOf(organisation: Organisation): Generator<Wide> {
  for (const person of peopleOf(organisation)) yield wide(person);
}

function wide({ seats, active, ...person }: Person): Wide {
  const record: Record<string, Value> = { ...person };
  for (let app = 0; app < apps.length; app++) {
    record[`seat${app}`] = seats[app] ?? null;
    record[`active${app}`] = active[app] ?? null;
    record[`isUnknown${app}`] = active[app] === null;
  }
  return record;
}
