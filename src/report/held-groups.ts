import type { Change, HeldBack } from "../model/documents.generated.ts";
import { type HandedTo, handedTo } from "../model/handoff.ts";
import { actionWords, type Labels } from "./labels.ts";

/** People held back for one reason from one action. */
export interface HeldGroup {
  /** Who can do something about it; null where that is not known. */
  readonly owner: string | null;
  /** What a policy asked for. */
  readonly asked: string;
  readonly reason: string;
  readonly policies: readonly string[];
  /** Different people, in the order of the plan. */
  readonly accountIds: readonly string[];
  readonly owed: boolean;
  readonly handoff: boolean;
  /** To whom it is handed over; null: it is not. */
  readonly handedTo: HandedTo | null;
  /** The day since which the oldest of them is handed over and open; null where that is not known. */
  readonly openSince: string | null;
}

/** All that is held back in one of the ways. */
export interface HeldKind {
  readonly kind: HeldBack["kind"];
  readonly title: string;
  readonly meaning: string;
  readonly entries: number;
  readonly people: number;
  /** By owner, unknown owners last; then the most people first. */
  readonly groups: readonly HeldGroup[];
}

/** In the order in which a reader can do something about them. */
const kinds: readonly { readonly kind: HeldBack["kind"]; readonly title: string; readonly meaning: string }[] = [
  { kind: "blocked", title: "Blocked", meaning: "somebody else has to do it" },
  { kind: "unknown", title: "Unknown", meaning: "too little is known to act" },
  { kind: "protected", title: "Protected", meaning: "no policy takes anything from them" },
  { kind: "exempt", title: "Exempt", meaning: "an exemption speaks for them" },
  { kind: "held", title: "Held", meaning: "something has to happen first" },
  { kind: "waiting", title: "Waiting", meaning: "their turn comes in a later plan" },
  { kind: "quarantined", title: "Quarantined", meaning: "a limit was tripped" },
];

/**
 * Who is held back, by kind, and in each kind by owner and reason. What is among the quarantined changes is left out: it
 * is shown as such.
 */
export function groupHeldBack(
  heldBack: readonly HeldBack[],
  quarantined: readonly Change[],
  labels: Labels,
): readonly HeldKind[] {
  const shownAsChange = new Set(quarantined.map(identity));
  return kinds.flatMap(({ kind, title, meaning }) => {
    const entries = heldBack.filter(
      (held) => held.kind === kind && !(kind === "quarantined" && shownAsChange.has(identity(held))),
    );
    if (entries.length === 0) return [];
    return [
      {
        kind,
        title,
        meaning,
        entries: entries.length,
        people: peopleIn(entries).length,
        groups: byReason(entries, labels),
      },
    ];
  });
}

function identity({
  accountId,
  action,
  seat,
  target,
}: Pick<Change, "accountId" | "seat" | "target"> & { action: string }): string {
  return JSON.stringify([accountId, action, seat?.instance ?? null, target]);
}

function peopleIn(entries: readonly HeldBack[]): readonly string[] {
  return [...new Set(entries.map(({ accountId }) => accountId))];
}

function byReason(entries: readonly HeldBack[], labels: Labels): readonly HeldGroup[] {
  const groups = new Map<string, HeldBack[]>();
  for (const held of entries) {
    const key = JSON.stringify([
      held.owner,
      held.action,
      held.seat?.instance,
      held.target,
      held.reason,
      held.owed,
      held.handoff,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [held]);
    else group.push(held);
  }
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      const { owner, reason, owed, handoff } = first;
      return [
        {
          owner,
          asked: actionWords(first, labels),
          reason,
          policies: [...new Set(members.map(({ policy }) => policy))],
          accountIds: peopleIn(members),
          owed,
          handoff,
          handedTo: handedTo(first),
          openSince: oldestDay(members),
        },
      ];
    })
    .sort(
      (a, b) =>
        ownerFirst(a.owner, b.owner) || b.accountIds.length - a.accountIds.length || codeUnits(a.asked, b.asked),
    );
}

function oldestDay(members: readonly HeldBack[]): string | null {
  const [oldest] = members.flatMap(({ since }) => since ?? []).sort();
  return oldest === undefined ? null : oldest.slice(0, 10);
}

/** Who can do something about it, for a reader; null: nobody is named. */
export function doerOf({ owner, handedTo }: Pick<HeldGroup, "owner" | "handedTo">): string | null {
  return owner ?? (handedTo === "admins" ? "An admin of the organisation" : null);
}

/** `in the hand-off file for admins, open since 2026-11-08`; null where none of these is handed over. */
export function handoffWords(groups: readonly HeldGroup[]): string | null {
  if (!groups.some(({ handoff }) => handoff)) return null;
  const [oldest] = groups.flatMap(({ openSince }) => openSince ?? []).sort();
  const admins = groups.every((group) => !group.handoff || group.handedTo === "admins") ? " for admins" : "";
  return `in the hand-off file${admins}${oldest === undefined ? "" : `, open since ${oldest}`}`;
}

function ownerFirst(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return codeUnits(a, b);
}

function codeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
