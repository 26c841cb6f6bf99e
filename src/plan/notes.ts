import { billableRoles, freeRoles, instanceLabel } from "../model/apps.ts";
import type { LimitReading, SeatCount } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { activeOrgAdmins } from "../people/admins.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance } from "../people/seats.ts";
import type { PolicySet } from "../policy/types.ts";
import type { Deliberation } from "./deliberate.ts";

/** What a reviewer should know of the plan as a whole, in sentences. */
export function notesOf(
  deliberation: Deliberation,
  population: Population,
  policies: PolicySet,
  {
    tripped,
    seats,
    protectedDuties,
  }: {
    readonly tripped: readonly LimitReading[];
    readonly seats: readonly SeatCount[];
    readonly protectedDuties: number;
  },
): readonly string[] {
  const notes: string[] = [];
  if (policies.settings.power === "observe") {
    notes.push("The organisation file says `power: observe`: this plan can be read but not applied.");
  }
  if (population.header.keyCreators === null) {
    notes.push(
      "Who made the organisation's API keys could not be read, so key creators are protected only where they are admins or listed.",
    );
  }
  const admins = activeOrgAdmins(population);
  if (admins < policies.settings.protect.minOrgAdmins) {
    notes.push(
      `The organisation has ${admins === 1 ? "1 active admin" : `${admins} active admins`}; protect.minOrgAdmins asks for ${policies.settings.protect.minOrgAdmins}.`,
    );
  }
  for (const reading of tripped) {
    const { limit, scope } = reading;
    notes.push(`The limit ${limit}${scope === "" ? "" : ` of ${scope}`} tripped: ${trippedBy(reading)}.`);
  }
  if (protectedDuties > 0) {
    notes.push(
      `${protectedDuties === 1 ? "1 duty concerns somebody" : `${protectedDuties} duties concern people`} protected. ` +
        "It is carried out only where somebody else than the approver overrides `protected` for this plan.",
    );
  }
  let unmatched = 0;
  for (const source of policies.sources.values()) unmatched += source.unmatched;
  if (unmatched > 0) {
    const rows = unmatched === 1 ? "1 row of the sources names" : `${unmatched} rows of the sources name`;
    notes.push(`${rows} nobody in the organisation.`);
  }
  for (const selection of deliberation.selections) notes.push(...selection.notes);
  let statusUnknown = 0;
  for (const status of population.status) if (status === 0) statusUnknown++;
  if (statusUnknown > 0) {
    const have = "a status Seatwright does not know";
    notes.push(
      statusUnknown === 1
        ? `1 person has ${have} and is left alone.`
        : `${statusUnknown} people have ${have} and are left alone.`,
    );
  }
  notes.push(...strangers(population), ...fullLicences(seats));
  return notes;
}

/** What a tripped limit saw and what it allows. */
function trippedBy({ limit, unit, observed, of, allowed }: LimitReading): string {
  if (limit === "growth.percent") {
    return `the policy selects ${observed} more than the ${of} of the last plan, allowed ${allowed}%`;
  }
  if (limit === "exemptions.percent") {
    return `it shields ${observed} people fewer than the ${of} of the last plan, allowed ${allowed}%`;
  }
  const seen = observed === 1 ? "1 removal" : `${observed} removals`;
  return unit === "percent" ? `${seen} of ${of}, allowed ${allowed}%` : `${seen}, allowed ${allowed}`;
}

const knownRoles: ReadonlySet<string> = new Set([...billableRoles, ...freeRoles]);

/** Apps and roles Seatwright does not know: carried and reported, never billable, never matched. */
function strangers(population: Population): readonly string[] {
  const { header } = population;
  const apps = header.instances.filter(({ known }) => !known).map(instanceLabel);
  const granting = header.groups.filter(({ grants }) =>
    grants.some(({ instance, role }) => isPaidInstance(population, instance) && !knownRoles.has(role)),
  );
  const notes: string[] = [];
  if (apps.length > 0) notes.push(`Not known to Seatwright, and left alone: ${apps.sort(compareText).join(", ")}.`);
  if (granting.length > 0) {
    const names = granting.map(({ name }) => name).sort(compareText);
    notes.push(`Groups that grant a role Seatwright does not know, which counts as no seat: ${names.join(", ")}.`);
  }
  return notes;
}

/** Licences that would not suffice: Atlassian refuses the additions beyond them. */
function fullLicences(seats: readonly SeatCount[]): readonly string[] {
  return seats.flatMap(({ app, site, before, after, capacity }) =>
    capacity !== null && after > capacity && after > before
      ? [
          `${instanceLabel({ app, site })} would need ${after} seats; its licence has ${capacity}, and Atlassian refuses the additions beyond it.`,
        ]
      : [],
  );
}
