import { hasBit } from "../model/bits.ts";
import type { HeldBack, Plan } from "../model/documents.generated.ts";
import { type HandedTo, handedTo } from "../model/handoff.ts";
import type { OpenHandoff } from "../model/ledger-view.ts";
import { compareText } from "../model/order.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { type Population, statuses } from "../people/population.ts";
import { seatPaths, type Seats } from "../people/seats.ts";
import type { Settings } from "../policy/types.ts";
import { shortDigestOf } from "./digest.ts";
import { providerOfGroup, providerOfPerson } from "./owners.ts";

/** Something that cannot be changed here, as whoever can do it needs to know it. */
export interface Handoff {
  readonly id: string;
  readonly accountId: string;
  readonly to: HandedTo;
  /** Null where the organisation file does not tell which it is, and for what admins have to do. */
  readonly provider: string | null;
  readonly owner: string | null;
  readonly action: string;
  /** Groups by name: the synced ones to be left there, or for admins all that give the seat; none for the account itself. */
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly seat: HeldBack["seat"];
  /** By id. */
  readonly policies: readonly string[];
  readonly reason: string;
  /** The moment of the snapshot in which it was first open. */
  readonly since: string;
}

/** Who is held back, with the id of each hand-off and since when it is open. */
export function withHandoffs(
  heldBack: readonly HeldBack[],
  population: Population,
  settings: Settings,
  open: readonly OpenHandoff[],
  asOf: Seconds,
): readonly HeldBack[] {
  const since = new Map(open.map((entry) => [entry.id, entry.since]));
  return heldBack.map((held) => {
    if (!held.handoff) return held;
    const { id } = placeOf(held, population, settings);
    return { ...held, handoffId: id, since: momentOf(since.get(id) ?? asOf) };
  });
}

/** The hand-offs of a plan, one for each person, seat and provider (or admins), whichever policies ask for it. By id. */
export function handoffsOf(
  { heldBack, asOf }: Pick<Plan, "heldBack" | "asOf">,
  population: Population,
  settings: Settings,
): readonly Handoff[] {
  const byId = new Map<string, Handoff>();
  for (const held of heldBack) {
    if (!held.handoff) continue;
    const place = placeOf(held, population, settings);
    const same = byId.get(place.id);
    const policies = [...new Set([...(same?.policies ?? []), held.policy])].sort();
    const { accountId, action, seat, reason } = held;
    byId.set(place.id, { ...place, accountId, action, seat, policies, reason, since: held.since ?? asOf });
  }
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

/** How many hand-offs are new, open since earlier, and done since they were last looked at, for a reader; none: null. */
export function handoffNote(
  heldBack: readonly HeldBack[],
  population: Population,
  seats: Seats,
  open: readonly OpenHandoff[],
  asOf: Seconds,
): string | null {
  const known = new Map(open.map((entry) => [entry.id, entry]));
  const ids = new Set(heldBack.flatMap(({ handoffId }) => handoffId ?? []));
  const old = [...ids].flatMap((id) => known.get(id) ?? []);
  const done = open.filter((entry) => !ids.has(entry.id) && isDone(population, seats, entry)).length;
  if (ids.size + done === 0) return null;
  const forAdmins = new Set(heldBack.flatMap((held) => (handedTo(held) === "admins" ? (held.handoffId ?? []) : [])))
    .size;
  const forWhom =
    forAdmins === 0
      ? ""
      : ` ${ids.size - forAdmins} for the identity provider, ${forAdmins} for admins of the organisation.`;
  const days = Math.max(0, ...old.map(({ since }) => Math.floor((asOf - since) / 86_400)));
  const age = old.length === 0 ? "" : `, the oldest for ${days === 1 ? "1 day" : `${days} days`}`;
  return `Hand-offs of what cannot be changed here: ${ids.size - old.length} new, ${old.length} open since earlier${age}, ${done} seen done.${forWhom}`;
}

/** Whether a snapshot shows that what was handed over is done: the seat, or the access, is certainly gone. */
export function isDone(
  population: Population,
  seats: Seats,
  { accountId, action, instance }: Pick<OpenHandoff, "accountId" | "action" | "instance">,
): boolean {
  const person = population.find(accountId);
  if (person === -1) return true;
  if (instance !== null) {
    const position = population.header.instances.findIndex(({ id }) => id === instance);
    const holders = seats.holders[position];
    return holders !== undefined && !hasBit(holders.yes, person) && !hasBit(holders.unknown, person);
  }
  const status = statuses[population.status[person] ?? 0];
  if (action === "activate" || action === "restore") return status === "active";
  return status === "deactivated" || status === "for_deletion" || (action !== "deactivate" && status === "suspended");
}

interface HandoffPlace extends Pick<Handoff, "id" | "to" | "provider" | "owner" | "groups"> {}

/** Who has to do it: which provider holds the person there, or admins; and by which groups. */
function placeOf(held: HeldBack, population: Population, settings: Settings): HandoffPlace {
  const { accountId, action, seat } = held;
  const to = handedTo(held) ?? "provider";
  const person = population.find(accountId);
  const instance = population.header.instances.findIndex(({ id }) => id === seat?.instance);
  const inside =
    seat === null || person === -1
      ? []
      : seatPaths(population, person, instance).paths.flatMap((path) => {
          const group = path.via === "group" ? population.header.groups[path.group] : undefined;
          if (path.via !== "group" || group === undefined) return [];
          if (to === "admins") return [{ provider: null, id: group.id, name: group.name }];
          if (!group.synced && group.modifiable) return [];
          return [{ provider: providerOfGroup(settings, population, path.group), id: group.id, name: group.name }];
        });
  const isOfPerson = person !== -1 && seat === null && to === "provider";
  const provider = inside[0]?.provider ?? (isOfPerson ? providerOfPerson(settings, population, person) : null);
  const groups = inside
    .filter((entry) => entry.provider?.name === provider?.name)
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
  const subject = seat === null ? { action } : { instance: seat.instance };
  const doer = to === "admins" ? { admins: true } : { provider: provider?.name ?? null };
  return {
    to,
    id: `h-${shortDigestOf({ accountId, ...subject, ...doer })}`,
    provider: provider?.name ?? null,
    owner: held.owner ?? provider?.owner ?? null,
    groups: groups.filter((group, at) => groups[at - 1]?.id !== group.id),
  };
}
