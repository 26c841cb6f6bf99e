import { instanceLabel, isBillable } from "../model/apps.ts";
import type {
  ExplainedAccess,
  ExplainedActivity,
  ExplainedFreeing,
  ExplainedPath,
  ExplainedSeat,
  SeatRef,
} from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { ACTIVITY_LAG, DAY, momentOf, type Seconds, secondsOf } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import { noDifference, pathsAfter, roleKey } from "../people/counterfactual.ts";
import { openDirectories } from "../people/directories.ts";
import { type Population, statuses, UNKNOWN_TIME } from "../people/population.ts";
import { isPaidInstance, rolePaths, type SeatPath, seatPaths } from "../people/seats.ts";
import { createInactivity, type Inactivity } from "../policy/inactivity.ts";
import type { Deliberation, Matter } from "./deliberate.ts";
import { groupName, latestActivity, seatRef } from "./draft.ts";
import { providerOfGroup } from "./owners.ts";
import { protectionOf } from "./protection.ts";
import { compileRevoke, lostSeats } from "./revoke.ts";

/**
 * Every paid seat that a person holds, or may: each path with what taking it alone would come to, whether a revoke could
 * free the seat, and how far its last activity can be believed. By app, site, id.
 */
export function explainedSeats(
  matter: Matter,
  deliberation: Deliberation,
  person: number,
  now: Seconds,
): readonly ExplainedSeat[] {
  const { population, ledger } = matter;
  const { seats, signals } = deliberation;
  const inactivity = createInactivity({
    seats,
    asOf: now,
    signals,
    seatHistory: ledger.seat,
    unseenSeats: ledger.lastGood === null ? "older" : "new",
  });
  const held = seats.holders.flatMap((holders, instance): readonly ExplainedSeat[] => {
    const truth = truthAt(holders, person);
    if (truth === "false") return [];
    const { paths, certain } = seatPaths(population, person, instance);
    return [
      {
        seat: seatRef(population, instance),
        held: truth,
        certain,
        paths: [
          ...paths.map((path) => pathOf(matter, person, instance, path, certain ? "certain" : "doubtful")),
          ...inferredRoles(population, person, instance).filter(isBillable).map(inferredPath),
        ],
        freeing: freeingOf(matter, deliberation, person, instance),
        activity: activityOf(matter, deliberation, inactivity, person, instance, now),
      },
    ];
  });
  return held.sort(byPlace);
}

/** Roles on instances where the person holds no seat, and why they cost nothing. By app, site, id. */
export function explainedAccess(
  population: Population,
  { seats }: Pick<Deliberation, "seats">,
  person: number,
): readonly ExplainedAccess[] {
  const found = seats.holders.flatMap((holders, instance): readonly ExplainedAccess[] => {
    if (truthAt(holders, person) !== "false") return [];
    const { paths } = rolePaths(population, person, instance);
    const inferred = inferredRoles(population, person, instance);
    if (paths.length + inferred.length === 0) return [];
    const via = paths.map((path) => (path.via === "direct" ? "direct" : groupName(population, path.group)));
    return [
      {
        seat: seatRef(population, instance),
        roles: distinct([...paths.map(({ role }) => role), ...inferred]),
        via: distinct([...via, ...(inferred.length === 0 ? [] : ["inferred"])]),
        why: whyFree(population, person, instance, paths),
      },
    ];
  });
  return found.sort(byPlace);
}

function pathOf(
  { population, policies }: Matter,
  person: number,
  instance: number,
  path: SeatPath,
  sight: "certain" | "doubtful",
): ExplainedPath {
  const isDirect = path.via === "direct";
  const difference = isDirect
    ? { ...noDifference, revoke: new Set([roleKey(instance, path.role)]) }
    : { ...noDifference, leave: new Set([path.group]) };
  const isKept = pathsAfter(population, person, instance, difference).some(({ role }) => isBillable(role));
  const group = isDirect ? undefined : population.header.groups[path.group];
  const provider = isDirect ? null : providerOfGroup(policies.settings, population, path.group);
  return {
    kind: path.via,
    group: group?.name ?? null,
    groupId: group?.id ?? null,
    role: path.role,
    synced: group?.synced ?? false,
    accessGroup: !isDirect && policies.settings.accessGroups[path.group] === true,
    owner: provider === null ? null : `${provider.name} (${provider.owner})`,
    // A path that cannot be seen may keep the seat all the same.
    frees: isKept ? "false" : sight === "certain" ? "true" : "unknown",
    alsoLoses: lostSeats(population, person, instance, difference)
      .map((at) => seatRef(population, at))
      .map(instanceLabel),
  };
}

function inferredPath(role: string): ExplainedPath {
  const nothing = { group: null, groupId: null, synced: false, accessGroup: false, owner: null, alsoLoses: [] };
  return { kind: "inferred", role, frees: "false", ...nothing };
}

/** Roles that Atlassian derives from others, as the call for this one person told. In order of code units. */
function inferredRoles(population: Population, person: number, instance: number): readonly string[] {
  const told = population.detail.get(person)?.roles ?? [];
  return told
    .flatMap(([at, role, how]) => (at === instance && how.split(" ").includes("inferred") ? [role] : []))
    .sort();
}

/** What a policy that only says `revoke` could do about the seat, whoever it speaks of. */
function freeingOf(
  { population, policies }: Matter,
  { seats }: Deliberation,
  person: number,
  instance: number,
): ExplainedFreeing {
  const { settings } = policies;
  const compiled = compileRevoke(
    { population, seats, settings },
    { person, instance, leave: "access", keepOthers: "blocked", freeRole: null, alsoTaken: new Set() },
  );
  if (compiled.kind === "refused") {
    const { kind, code, reason, owner } = compiled.refusal;
    return { possible: kind === "unknown" ? "unknown" : "no", code, reason, owner };
  }
  if (compiled.kind === "nothing") {
    const reason = "no path to the seat is known that could be taken";
    return { possible: "unknown", code: "no-path", reason, owner: null };
  }
  const protection = protectionOf(population, settings, person);
  if (protection === null) return { possible: "yes", code: null, reason: null, owner: null };
  const possible = protection.kind === "unknown" ? "unknown" : "no";
  return { possible, code: protection.code, reason: `nothing is taken: ${asReason(protection)}`, owner: null };
}

function asReason({ kind, reason }: { readonly kind: string; readonly reason: string }): string {
  return kind === "unknown" ? reason : `the person ${reason}`;
}

function activityOf(
  { population, ledger }: Matter,
  { signals }: Deliberation,
  inactivity: Inactivity,
  person: number,
  instance: number,
  now: Seconds,
): ExplainedActivity {
  const lastActive = latestActivity(population, person, [instance]);
  const at = secondsOf(lastActive);
  const signal = signals[instance];
  const anchor = inactivity.anchor(instance, person);
  const history = ledger.seat(population.text("id", person) ?? "", seatRef(population, instance).instance);
  const moment = (seconds: Seconds | null | undefined): string | null => (seconds == null ? null : momentOf(seconds));
  return {
    lastActive,
    days: at === null ? null : Math.max(0, Math.floor(now / DAY) - Math.floor(at / DAY)),
    trusted: signal?.trusted ?? false,
    signal: signal?.reason ?? "no signal was judged",
    lagHours: ACTIVITY_LAG / 3600,
    countedFrom: anchor === UNKNOWN_TIME ? null : momentOf(anchor),
    firstSeen: moment(history?.firstSeen),
    givenBack: moment(history?.restored),
  };
}

function whyFree(
  population: Population,
  person: number,
  instance: number,
  paths: readonly SeatPath[],
): ExplainedAccess["why"] {
  if (!isPaidInstance(population, instance)) {
    return population.header.instances[instance]?.known === true ? "sandbox" : "unknown-app";
  }
  if (statuses[population.status[person] ?? 0] !== "active") return "not-active";
  if (paths.length === 0) return "inferred";
  const open = openDirectories(population, person);
  const isClosed = (path: SeatPath): boolean =>
    path.via === "direct" || !open.has(population.header.groups[path.group]?.directory ?? -1);
  const billable = paths.filter(({ role }) => isBillable(role));
  return billable.length > 0 && billable.every(isClosed) ? "suspended-there" : "free-role";
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function byPlace({ seat: a }: { readonly seat: SeatRef }, { seat: b }: { readonly seat: SeatRef }): number {
  return compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance);
}
