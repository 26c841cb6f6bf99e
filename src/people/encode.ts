import { hasBit } from "../model/bits.ts";
import { platformRolesOf } from "./codes.ts";
import {
  claims,
  entries,
  managementSources,
  mfaStates,
  NEVER,
  type Population,
  sharedText,
  statuses,
  UNKNOWN_TIME,
} from "./population.ts";

/**
 * The snapshot as text, in pieces: the header on the first line, one person to a line after it, all of it one JSON
 * document. The same population gives the same bytes.
 */
export function* encodeSnapshot(population: Population): Generator<string> {
  const header = JSON.stringify({ ...population.header, peopleCount: population.size });
  yield `${header.slice(0, -1)},"people":[\n`;
  for (let person = 0; person < population.size; person++) {
    yield `${encodePerson(population, person)}${person + 1 < population.size ? ",\n" : "\n"}`;
  }
  yield "]}\n";
}

function encodePerson(population: Population, person: number): string {
  const known = (time: number): number | undefined => (time === UNKNOWN_TIME ? undefined : time);
  const named = (values: readonly string[], code: number): string | undefined =>
    code === 0 ? undefined : values[code];
  return JSON.stringify({
    id: population.text("id", person),
    status: statuses[population.status[person] ?? 0],
    directories: [...entries(population.directories, person)],
    claim: named(claims, population.claim[person] ?? 0),
    source: named(managementSources, population.source[person] ?? 0),
    name: population.text("name", person) ?? undefined,
    nickname: population.text("nickname", person) ?? undefined,
    email: population.text("email", person) ?? undefined,
    mfa: population.mfa[person] === 0 ? undefined : mfaStates[population.mfa[person] ?? 0] === "on",
    added: known(population.added[person] ?? UNKNOWN_TIME),
    jobTitle: sharedText(population, "jobTitle", person) ?? undefined,
    department: sharedText(population, "department", person) ?? undefined,
    organization: sharedText(population, "organization", person) ?? undefined,
    location: sharedText(population, "location", person) ?? undefined,
    platformRoles: platformRolesOf(population.platformRoles[person] ?? 0),
    groups: hasBit(population.groupsUnknown, person) ? undefined : [...entries(population.groups, person)],
    active: activityOf(population, person) ?? undefined,
    direct: population.direct.get(person),
    detail: population.detail.get(person),
  });
}

/**
 * Pairs [instance, last active], or null where nothing of the person's activity is known. An instance not listed: never
 * active there. One that alone is not known is listed with UNKNOWN_TIME.
 */
function activityOf(population: Population, person: number): readonly (readonly [number, number])[] | null {
  const times = population.lastActive.map((column) => column[person] ?? UNKNOWN_TIME);
  if (times.length > 0 && times.every((time) => time === UNKNOWN_TIME)) return null;
  return times.flatMap((time, instance) => (time === NEVER ? [] : [[instance, time] as const]));
}
