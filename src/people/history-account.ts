import type { AccountHistory, AccountHistorySeat, SeatRef, Tool } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { momentOf, type Seconds } from "../model/time.ts";

/** A seat that snapshots showed one account to hold. */
export interface HeldSeat {
  /** The instance's id. */
  readonly instance: string;
  /** Present where it was never certain that the seat was held. */
  readonly perhaps?: true;
  /** Null: the ledger's first snapshot showed it already. */
  readonly firstSeen: Seconds | null;
  /** Null: it was there in the newest snapshot of which periods are kept. */
  readonly end: { readonly lastSeen: Seconds; readonly goneBy: Seconds } | null;
}

/** What one of our runs did about an account. */
export interface AccountDeed {
  readonly run: string;
  readonly change: string;
  readonly at: Seconds;
  readonly action: string;
  readonly outcome: string;
  /** Null where the plan of the run is no longer there. */
  readonly origin: "policies" | "undo" | null;
  readonly policies: readonly string[];
  /** Instances whose seat it gave, and took. */
  readonly gave: readonly string[];
  readonly took: readonly string[];
}

/** Whether seat periods are kept, as a ledger says; null: never. */
export interface Keeping {
  readonly spans: readonly { readonly from: Seconds; readonly to: Seconds | null }[];
  readonly last: Seconds;
}

/** How far Atlassian's reads lag behind a write: a seat that we took may still show. */
const READ_LAG: Seconds = 3600;

/**
 * What a ledger knows of one account over time: the seats that snapshots showed, and which of our runs gave and took them.
 * `ledgerSince`: the first snapshot that the ledger counted; null: none.
 */
export function accountHistory(request: {
  readonly organizationId: string;
  readonly accountId: string;
  readonly keeping: Keeping | null;
  readonly ledgerSince: Seconds | null;
  readonly seats: readonly HeldSeat[];
  readonly deeds: readonly AccountDeed[];
  readonly names: readonly SeatRef[];
  readonly tool: Tool;
}): AccountHistory {
  const { organizationId, accountId, keeping, ledgerSince, deeds, tool } = request;
  const names = new Map(request.names.map((name) => [name.instance, name]));
  const seats = [...request.seats].sort(
    (a, b) => (a.firstSeen ?? 0) - (b.firstSeen ?? 0) || compareText(a.instance, b.instance),
  );
  return {
    kind: "account-history",
    version: 1,
    tool,
    organization: { id: organizationId },
    accountId,
    ledgerSince: momentOrNull(ledgerSince),
    keeping: {
      state: keeping === null ? "never" : keeping.spans.at(-1)?.to === null ? "kept" : "ended",
      spans: (keeping?.spans ?? []).map(({ from, to }) => ({ from: momentOf(from), to: momentOrNull(to) })),
      last: momentOrNull(keeping?.last ?? null),
    },
    seats: seats.map((seat, at) => {
      const before = seats.slice(0, at).findLast(({ instance }) => instance === seat.instance);
      return seatOf(seat, before?.end?.lastSeen ?? 0, { keeping, deeds, names });
    }),
    deeds: deeds.map(({ at, ...deed }) => ({ at: momentOf(at), ...deed })),
  };
}

/** `free`: the account had held the seat before, and was seen with it last then. */
function seatOf(
  { instance, perhaps, firstSeen, end }: HeldSeat,
  free: Seconds,
  known: {
    readonly keeping: Keeping | null;
    readonly deeds: readonly AccountDeed[];
    readonly names: ReadonlyMap<string, SeatRef>;
  },
): AccountHistorySeat {
  const { keeping, deeds, names } = known;
  const whole = deeds.filter(({ outcome }) => outcome !== "partial");
  const giver =
    firstSeen === null
      ? undefined
      : whole.findLast(({ at, gave }) => gave.includes(instance) && at >= free && at <= firstSeen);
  const taker =
    end === null
      ? undefined
      : whole.findLast(({ at, took }) => took.includes(instance) && at <= end.goneBy && at >= end.lastSeen - READ_LAG);
  return {
    instance,
    app: names.get(instance)?.app ?? null,
    site: names.get(instance)?.site ?? null,
    held: perhaps === true ? "unknown" : "yes",
    firstSeen: momentOrNull(firstSeen),
    lastSeen: momentOrNull(end?.lastSeen ?? keeping?.last ?? null),
    goneBy: momentOrNull(end?.goneBy ?? null),
    givenBy: giver?.run ?? null,
    takenBy: taker?.run ?? null,
  };
}

function momentOrNull(at: Seconds | null): string | null {
  return at === null ? null : momentOf(at);
}
