import { instanceLabel, isBillable } from "../model/apps.ts";
import type { CertificateCheck } from "../model/documents.generated.ts";
import type { Acceptance, Counts, Deed } from "../model/ledger-view.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { activeOrgAdmins } from "./admins.ts";
import { certificateOf } from "./certificate.ts";
import type { Population } from "./population.ts";
import { seatsOf } from "./seats.ts";
import { signalsOf } from "./signals.ts";

/** The check that holds a snapshot against the last good counts. */
export const LAST_GOOD = "last-good";
/** Stands in its place where somebody has accepted the snapshot's own counts. */
const ACCEPTED = "last-good-accepted";
/** How many people Atlassian counts in the organisation: a look at a few people tells it by this check. */
export const EVERYBODY = "everybody";

/** What must be known of something that we did, to tell what is missing because of it. */
export type OurDeed = Pick<Deed, "at" | "direction" | "action" | "moved">;

/** What we did shortly before a snapshot may not show in it yet. */
const READS_LAG: Seconds = 3600;

/** Fewer than this many less of something are never alarming, unless nothing may be missing at all. */
const FLOOR = 3;

/**
 * The snapshot with its certificate as it stands beside the last good counts: suspect where people, groups, organisation
 * admins or holders of a seat are fewer by more than `percent` and more than three (of admins: more than one), not counting
 * what our own runs have taken since, or where the makers of API keys can no longer be read. A percentage of 0 lets nothing
 * be missing. Without earlier counts, and where somebody has accepted this snapshot's, it is as it was.
 */
export function besideLastGood(
  population: Population,
  { lastGood, deeds }: { readonly lastGood: Counts | null; readonly deeds: readonly OurDeed[] },
  percent: number,
): Population {
  const { header } = population;
  const checks = header.certificate.checks.filter(({ check }) => check !== LAST_GOOD);
  if (lastGood === null || checks.some(({ check }) => check === ACCEPTED)) return population;
  const found = fallenBeside(population, { lastGood, deeds }, percent);
  const since = momentOf(lastGood.asOf);
  const check: CertificateCheck =
    found.length === 0
      ? { check: LAST_GOOD, state: "passed", message: `Nothing fell against the last good counts, of ${since}.` }
      : {
          check: LAST_GOOD,
          state: "suspect",
          message:
            `Against the last good counts, of ${since}: ${found.join("; ")}. If that is right, ` +
            '`seatwright sync --accept-counts "why"`, on GitHub the workflow\'s input accept-counts, makes what is there now the measure.',
        };
  return withChecks(population, [...checks, check]);
}

/** What of a snapshot fell too far beside the last good counts, or can no longer be read, in words: `people fell from 9 to 3`. */
function fallenBeside(
  population: Population,
  { lastGood, deeds }: { readonly lastGood: Counts; readonly deeds: readonly OurDeed[] },
  percent: number,
): readonly string[] {
  return [...fallenCounts(population, lastGood, deeds, percent), ...lostSight(population, lastGood)];
}

/**
 * What somebody's word can make the measure: what fell beside the last good counts, and activity that is not believed beside
 * the reading before, in words. Nothing where there are no earlier counts.
 */
export function acceptableIn(
  population: Population,
  { lastGood, deeds }: { readonly lastGood: Counts | null; readonly deeds: readonly OurDeed[] },
  percent: number,
): readonly string[] {
  if (lastGood === null) return [];
  const seats = seatsOf(population);
  const alone = signalsOf(population, seats, null);
  const activity = signalsOf(population, seats, lastGood).flatMap(({ trusted, reason }, position) => {
    const instance = population.header.instances[position];
    return trusted || alone[position]?.trusted !== true || instance === undefined
      ? []
      : [`activity in ${instanceLabel(instance)}: ${reason}`];
  });
  return [...fallenBeside(population, { lastGood, deeds }, percent), ...activity];
}

/** The snapshot with somebody's word that its counts are right though this `fell`. Other doubts stay. */
export function acceptedBy(population: Population, { by, reason }: Acceptance, fell: readonly string[]): Population {
  const checks = population.header.certificate.checks.filter(({ check }) => check !== LAST_GOOD && check !== ACCEPTED);
  const message = `${by} accepted these counts as the measure of later ones: ${reason}. What they accepted: ${fell.join("; ")}.`;
  return withChecks(population, [...checks, { check: ACCEPTED, state: "passed", message }]);
}

/** Organisation admins, as the search for them and the list of everybody agree. */
export function countedAdmins(population: Population): number {
  const { checks } = population.header.certificate;
  return checks.find(({ check }) => check === "org-admins")?.seen ?? activeOrgAdmins(population);
}

function withChecks(population: Population, checks: readonly CertificateCheck[]): Population {
  return { ...population, header: { ...population.header, certificate: certificateOf(checks) } };
}

/** By instance and role: active holders as Atlassian counts them. */
export function holderCounts({ header }: Population): Readonly<Record<string, number>> {
  return Object.fromEntries(
    header.holders.flatMap(({ instance, role, count }) => {
      const id = header.instances[instance]?.id;
      return id === undefined || !isBillable(role) ? [] : [[`${id} ${role}`, count] as const];
    }),
  );
}

/** What fell too far, in words. */
function fallenCounts(
  population: Population,
  lastGood: Counts,
  deeds: readonly OurDeed[],
  percent: number,
): readonly string[] {
  const { header } = population;
  const sinceThen = deeds.filter(({ at, direction }) => direction === "take" && at + READS_LAG >= lastGood.asOf);
  const removed = sinceThen.filter(({ action }) => action === "removeFromOrg").length;
  const taken = (instance: string): number => sinceThen.filter(({ moved }) => moved.includes(instance)).length;
  const everybody = header.certificate.checks.find(({ check }) => check === EVERYBODY)?.seen ?? population.size;
  const fell = (what: string, before: number, now: number, ours: number, floor: number): readonly string[] => {
    if (before - ours - now <= allowedFall(percent, before, floor)) return [];
    const explained = ours === 0 ? "" : `, ${ours} of them taken by our own runs`;
    return [`${what} fell from ${before} to ${now}${explained}`];
  };
  const holders = holderCounts(population);
  return [
    ...fell("people", lastGood.people, everybody, removed, FLOOR),
    ...fell("groups", Object.keys(lastGood.members).length, header.groups.length, 0, FLOOR),
    ...fell("organisation admins", lastGood.orgAdmins, countedAdmins(population), 0, 1),
    ...Object.entries(lastGood.holders).flatMap(([key, before]) => {
      const [instance = "", role = ""] = key.split(" ");
      const { app, site } = header.instances.find(({ id }) => id === instance) ?? { app: instance, site: null };
      const where = site === null ? `${app}, which is no longer listed` : instanceLabel({ app, site });
      return fell(`holders of ${role} for ${where}`, before, holders[key] ?? 0, taken(instance), FLOOR);
    }),
  ];
}

function allowedFall(percent: number, of: number, floor: number): number {
  return percent === 0 ? 0 : Math.max(floor, Math.floor((percent * of) / 100));
}

/** What could be read before and cannot now, in words. */
function lostSight({ header }: Population, { keyCreators, asOf }: Counts): readonly string[] {
  if (keyCreators === null || header.keyCreators !== null) return [];
  return [
    "who made the organisation's API keys could be read from /admin/api-access/v1/orgs/{orgId}/api-keys on " +
      `${momentOf(asOf)} and cannot now`,
  ];
}
