import { productAdminRole } from "../model/apps.ts";
import type { Change } from "../model/documents.generated.ts";
import { DAY, secondsOf } from "../model/time.ts";
import { entries, platformRoleBits, type Population } from "../people/population.ts";
import { countedFrom } from "./change-words.ts";

/**
 * Changes in the order in which a reviewer should doubt them: people who look like administrators first, then the least
 * idle (whole days; activity that is not known before any that is; never active last, the latest seat first), then those who lose the most
 * seats; ties by account id and change id.
 */
export function bySurprise(
  { changes }: { readonly changes: readonly Change[] },
  population: Population | null,
): readonly Change[] {
  const looksLikeAdmin = adminCheck(population);
  // Numbers by position: of a large plan, an object for each change would take more room than the order itself.
  const admin = Uint8Array.from(changes, (change) => (looksLikeAdmin(change) ? 1 : 0));
  const day = Float64Array.from(changes, dayOfActivity);
  const lost = Uint32Array.from(changes, seatsLost);
  const order = Uint32Array.from(changes, (_, at) => at).sort(
    (a, b) =>
      (admin[b] ?? 0) - (admin[a] ?? 0) ||
      descending(day[a] ?? 0, day[b] ?? 0) ||
      (lost[b] ?? 0) - (lost[a] ?? 0) ||
      inCodeUnits(changes[a]?.accountId ?? "", changes[b]?.accountId ?? "") ||
      inCodeUnits(changes[a]?.id ?? "", changes[b]?.id ?? "") ||
      a - b,
  );
  return Array.from(order, (at) => changes[at]).filter((change) => change !== undefined);
}

/** How many seats a change takes: those held before and not after. */
export function seatsLost({ before, after }: Change): number {
  const kept = new Set(after.seats);
  return before.seats.filter((seat) => !kept.has(seat)).length;
}

/**
 * Tells who looks like an administrator: a platform role, an admin role on any app, or a group with `admin` in its name.
 * Without a snapshot only the paths that the change itself names are seen.
 */
export function adminCheck(population: Population | null): (change: Change) => boolean {
  const { orgAdmin, siteAdmin, userAccessAdmin, other } = platformRoleBits;
  const platformAdmin = orgAdmin | siteAdmin | userAccessAdmin | other;
  const adminGroups = new Set<number>();
  population?.header.groups.forEach(({ name, grants }, position) => {
    if (/admin/i.test(name) || grants.some(({ role }) => role === productAdminRole)) adminGroups.add(position);
  });
  return ({ accountId, before }) => {
    if (before.paths.some((path) => path.includes(productAdminRole))) return true;
    const person = population?.find(accountId) ?? -1;
    if (population === null || person === -1) return false;
    if (((population.platformRoles[person] ?? 0) & platformAdmin) !== 0) return true;
    if ((population.direct.get(person) ?? []).some(([, role]) => role === productAdminRole)) return true;
    return entries(population.groups, person).some((group) => adminGroups.has(group));
  };
}

/** Days since 1970; those never active come after all, the latest seat first. */
function dayOfActivity(change: Change): number {
  if (change.lastActive === "never") {
    const from = secondsOf(`${countedFrom(change) ?? ""}T00:00:00Z`);
    return from === null ? NEVER_DAY : NEVER_DAY + from / DAY;
  }
  const at = secondsOf(change.lastActive);
  return at === null ? Number.POSITIVE_INFINITY : Math.floor(at / DAY);
}

/** Below every day that a moment has. */
const NEVER_DAY = -1_000_000;

function descending(left: number, right: number): number {
  return left === right ? 0 : right > left ? 1 : -1;
}

function inCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
