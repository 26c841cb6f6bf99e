import type { CertificateCheck, SnapshotHeader } from "../model/documents.generated.ts";
import { instanceLabel, isBillable } from "../model/apps.ts";
import type { Seconds } from "../model/time.ts";
import { EVERYBODY } from "../people/baseline.ts";
import { platformRoleBits, type Population, statuses } from "../people/population.ts";
import type { AdminsRead, KeysRead } from "./admins.ts";
import type { Frame } from "./frame.ts";
import type { HolderReading } from "./holders.ts";
import type { ChainRead } from "./pages.ts";
import type { PeopleRead } from "./people.ts";
import type { ServerClock } from "./transport.ts";

/** The server's clock may be this far from ours. */
const MAX_SKEW: Seconds = 300;

/** How many of something Atlassian counts, before and after it was read, against how many came. */
export interface CountReading {
  readonly check: string;
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly seen: number;
}

/**
 * Passed where as many came as Atlassian counts. While people come and go during a long read, anything from the count
 * before to the count after it will do.
 */
export function countCheck({ check, what, before, after, seen }: CountReading): CertificateCheck {
  const fits = seen >= Math.min(before, after) && seen <= Math.max(before, after);
  const counted = before === after ? `${after}` : `${before} before and ${after} after the read`;
  return {
    check,
    state: fits ? "passed" : "suspect",
    message: `Atlassian counts ${counted} ${what}; ${seen} came.`,
    expected: after,
    seen,
  };
}

/** How many people there are, where only a few of them are read. */
export function everybodyCheck(counted: number): CertificateCheck {
  return { check: EVERYBODY, state: "passed", message: `Atlassian counts ${counted} people.`, seen: counted };
}

/** Page chains, and that as many rows were understood as came. */
export function chainChecks(chains: readonly ChainRead[]): readonly CertificateCheck[] {
  const pages = chains.reduce((sum, chain) => sum + chain.pages, 0);
  const rows = chains.reduce((sum, chain) => sum + chain.rows, 0);
  const decoded = chains.reduce((sum, chain) => sum + chain.decoded, 0);
  return [
    {
      check: "page-chain",
      state: "passed",
      message: `${chains.length} lists were read to their end, in ${pages} pages.`,
    },
    {
      check: "rows-decoded",
      state: rows === decoded ? "passed" : "failed",
      message: `${rows} rows came and ${decoded} were understood.`,
      expected: rows,
      seen: decoded,
    },
  ];
}

/**
 * Whether everybody Atlassian counts in a group was seen in it. Where not, not having been seen in that group is
 * unknown, which is enough for a group that grants nothing; of a group that grants a seat it makes the snapshot suspect.
 */
export function membershipCheck(population: Population, read: PeopleRead): CertificateCheck {
  const off = population.header.groups.filter((_, group) => population.groupProved[group] !== true);
  const granting = off.filter(({ grants }) => grants.some(({ role }) => isBillable(role)));
  const total = population.header.groups.length;
  const notes = [
    `In ${total - off.length} of ${total} groups everybody was seen whom Atlassian counts.`,
    ...(off.length === 0 ? [] : [`In the others, who was not seen may still be a member: ${named(off)}.`]),
    ...(granting.length === 0 ? [] : [`${granting.length} of those grant a paid seat.`]),
    ...(read.withoutGroups === 0 ? [] : [`${read.withoutGroups} rows did not tell the person's groups.`]),
    ...(read.unlistedMemberships === 0
      ? []
      : [`${read.unlistedMemberships} memberships are in groups that the list of groups does not show.`]),
  ];
  return {
    check: "membership",
    state: granting.length > 0 ? "suspect" : "passed",
    message: notes.join(" "),
    expected: total,
    seen: total - off.length,
  };
}

const NAMES_SHOWN = 5;

function named(groups: SnapshotHeader["groups"]): string {
  const shown = groups.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const rest = groups.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${rest} more`;
}

/** Holders as Atlassian counts them against the paths that were found; one check for each instance and role. */
export function holderChecks(header: SnapshotHeader, readings: readonly HolderReading[]): readonly CertificateCheck[] {
  return readings.map((reading) => {
    const { instance, role, count, explained, direct, asAdmins, unclear, misfits } = reading;
    const where = header.instances[instance];
    const name = where === undefined ? String(instance) : instanceLabel(where);
    const seen = explained + direct + asAdmins + unclear;
    const parts = [
      `${explained} by a group`,
      ...(direct === 0 ? [] : [`${direct} directly`]),
      ...(asAdmins === 0 ? [] : [`${asAdmins} as admins of the app`]),
      ...(unclear === 0 ? [] : [`${unclear} for a reason that could not be told`]),
    ];
    const wrong =
      misfits === 0
        ? ""
        : ` ${misfits} were listed who are not active, or not listed though a group gives them the role.`;
    return {
      check: `holders/${where?.id ?? instance}/${role}`,
      state: seen === count && unclear === 0 && misfits === 0 ? "passed" : "suspect",
      message: `Atlassian counts ${count} active people with ${role} for ${name}; found: ${parts.join(", ")}.${wrong}`,
      expected: count,
      seen,
    };
  });
}

/** At least one organisation admin, and the same ones by every way of asking. No admin at all is a failed read. */
export function adminCheck(admins: AdminsRead, population: Population | null): CertificateCheck {
  const found = admins.ids.length;
  const base = { check: "org-admins", seen: found, ...(admins.counted === null ? {} : { expected: admins.counted }) };
  if (admins.active === 0) {
    const message =
      "No active organisation admin was found. Every organisation has one, so the search cannot be trusted.";
    return { ...base, state: "failed", message };
  }
  const doubts = [
    ...(admins.misfits === 0 ? [] : [`${admins.misfits} people came who do not carry the role`]),
    ...(admins.counted === null ? ["the organisation's numbers do not say how many there are"] : []),
    ...(admins.counted !== null && (admins.counted < admins.active || admins.counted > mostAdmins(admins, population))
      ? [`the organisation's numbers say ${admins.counted}`]
      : []),
    ...(population !== null && activeAdmins(population) !== admins.active
      ? [`${activeAdmins(population)} active people carry the role in the list of everybody`]
      : []),
  ];
  const state = doubts.length === 0 ? "passed" : "suspect";
  const doubt = doubts.length === 0 ? "" : ` But ${doubts.join(", and ")}.`;
  return {
    ...base,
    state,
    message: `${found} organisation admins were found, ${admins.active} of them active.${doubt}`,
  };
}

/** Numbers may include admins who are suspended or deactivated, whom a search may leave out. */
function mostAdmins(admins: AdminsRead, population: Population | null): number {
  if (population === null) return Number.POSITIVE_INFINITY;
  return Math.max(
    admins.ids.length,
    countAdmins(population, () => true),
  );
}

function activeAdmins(population: Population): number {
  const active = statuses.indexOf("active");
  return countAdmins(population, (person) => population.status[person] === active);
}

function countAdmins(population: Population, counts: (person: number) => boolean): number {
  let admins = 0;
  for (let person = 0; person < population.size; person++) {
    const roles = population.platformRoles[person] ?? 0;
    const isAdmin = (roles & platformRoleBits.unknown) === 0 && (roles & platformRoleBits.orgAdmin) !== 0;
    if (isAdmin && counts(person)) admins++;
  }
  return admins;
}

export function keyCheck({ creators, why, failed }: KeysRead): CertificateCheck {
  if (creators !== null) {
    const message = `${creators.length} people made the API keys that are in use; they are protected.`;
    return { check: "key-creators", state: "passed", message, seen: creators.length };
  }
  const message = `Who made the organisation's API keys could not be read (${why}); they are protected only where another rule does it.`;
  return { check: "key-creators", state: failed ? "suspect" : "passed", message };
}

export function clockCheck({ latest, skew, skewedBy }: ServerClock): CertificateCheck {
  if (latest === null) {
    const message = "Atlassian's answers carried no Date, so the moment of the snapshot is this machine's.";
    return { check: "clock", state: "suspect", message };
  }
  const isFar = Math.abs(skew) > MAX_SKEW;
  const distance = `${Math.abs(skew)} seconds ${skew < 0 ? "behind" : "ahead of"} this machine's`;
  const message = isFar
    ? `Atlassian's clock, by its answer to ${skewedBy ?? "a request"}, is ${distance}. One of the two is wrong, and every date depends on it.`
    : `Atlassian's clock and this machine's agree to within ${MAX_SKEW / 60} minutes.`;
  return { check: "clock", state: isFar ? "suspect" : "passed", message };
}

/** Groups that grant a paid seat, listed for each instance and role, against how many Atlassian counts. */
export function grantCheck({ grants: { listed, counted } }: Frame): CertificateCheck {
  const message = `Atlassian counts ${counted} times that a group gives a paid seat on an app instance; ${listed} were listed.`;
  return {
    check: "grants",
    state: listed === counted ? "passed" : "suspect",
    message,
    expected: counted,
    seen: listed,
  };
}

/** App instances: those that nothing can be asked about, and those of apps that Seatwright does not know. */
export function instanceCheck(frame: Frame): CertificateCheck {
  const lost = frame.nameless.flatMap((at) => frame.instances[at] ?? []).filter(({ sandbox }) => !sandbox);
  const unknown = frame.instances.filter(({ known }) => !known);
  const list = (instances: readonly { readonly app: string; readonly site: string }[]): string =>
    instances.map(instanceLabel).join(", ");
  const notes = [
    `${frame.instances.length} app instances were listed.`,
    ...(unknown.length === 0 ? [] : [`Not known to Seatwright, and left alone: ${list(unknown)}.`]),
    ...(lost.length === 0 ? [] : [`Listed without an id that other endpoints understand: ${list(lost)}.`]),
    ...(frame.grants.refusedRoles.length === 0
      ? []
      : [`Atlassian did not accept a search for groups that give ${frame.grants.refusedRoles.join(", ")}.`]),
  ];
  const state = lost.some(({ known }) => known) ? "suspect" : "passed";
  return { check: "app-instances", state, message: notes.join(" "), seen: frame.instances.length };
}

/** Activity that belongs to no listed instance, and people whose rows told none. */
export function activityCheck(read: PeopleRead): CertificateCheck {
  const notes = [
    read.unmatchedActivity === 0
      ? "All activity belongs to an app instance that was listed."
      : `${read.unmatchedActivity} activity dates belong to no app instance that was listed; they are left out.`,
    ...(read.withoutActivity === 0 ? [] : [`${read.withoutActivity} rows told no activity: it is unknown there.`]),
  ];
  return { check: "activity", state: "passed", message: notes.join(" "), seen: read.unmatchedActivity };
}
