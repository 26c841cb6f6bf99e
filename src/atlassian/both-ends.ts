import { labelOf } from "./endpoints.ts";
import { type Chain, type ChainRead, createPager, type Pager } from "./pages.ts";
import type { Where } from "./decode.ts";
import type { Transport } from "./transport.ts";

/** A list that can be read forwards and backwards. */
export interface TwoWayChain {
  readonly forwards: Chain;
  readonly backwards: Chain;
  /** How many rows it has. */
  readonly count: number;
  /** Whether it is still of use. It is asked before each page. */
  readonly isWanted: () => boolean;
}

/** What is done with its rows. */
export interface RowsOf<Row> {
  readonly decode: (value: unknown, where: Where) => { readonly id: string; readonly row: Row };
  /** Somebody who did not come before, from either end. */
  readonly onNew: (row: Row) => void;
  readonly onPage: () => void;
}

/** How it was read. `proved`: every row of the list came, as the count has it, and from neither end twice. */
export interface TwoWayRead {
  readonly proved: boolean;
  readonly chain: ChainRead;
}

/** One of the two ends, which reads towards the other. */
interface End {
  readonly pager: Pager;
  readonly limit: number;
  /** The page that was asked for and has not come. */
  asked: Promise<void> | null;
  /** Its list is at its end: it met the other one for certain. */
  hasAll: boolean;
}

/**
 * Reads a list from both ends at once until they meet. No more pages are asked for than one chain would need, but for the one that shows that they met. It stops as soon as it
 * is clear that the count cannot be met: by `proved` the caller knows.
 */
export async function readTwoWays<Row>(
  transport: Transport,
  list: TwoWayChain,
  { decode, onNew, onPage }: RowsOf<Row>,
): Promise<TwoWayRead> {
  const { forwards, backwards, count, isWanted } = list;
  const label = labelOf(forwards.endpoint, forwards.parameters);
  const seenBy = new Map<string, End>();
  const front = endOf(transport, forwards);
  const back = endOf(transport, backwards);
  let rows = 0;
  let met = false;
  let isHopeless = false;

  async function take(end: End): Promise<void> {
    const page = await end.pager.next();
    let fresh = 0;
    for (const value of page?.rows ?? []) {
      const { id, row } = decode(value, { label, row: ++rows });
      const before = seenBy.get(id);
      if (before === undefined) {
        fresh++;
        seenBy.set(id, end);
        onNew(row);
      } else if (before === end) isHopeless = true;
      else met = true;
    }
    onPage();
    if (page === null || page.next === null) end.hasAll = true;
    if (end.hasAll) met = true;
    const missing = count - seenBy.size;
    // Past each other, or through, and somebody did not come; or more came than there are.
    if (missing < 0 || (missing > 0 && (end.hasAll || fresh === 0))) isHopeless = true;
  }

  async function read(end: End, other: End): Promise<void> {
    while (!isHopeless && isWanted()) {
      const missing = count - seenBy.size;
      if (missing === 0 && met) return;
      // What the other one has asked for may be all that is missing.
      if (other.asked !== null && missing <= other.limit) {
        await other.asked;
        continue;
      }
      end.asked = take(end);
      try {
        await end.asked;
      } finally {
        end.asked = null;
      }
    }
  }

  await Promise.all([read(front, back), read(back, front)]);
  const pages = front.pager.pages() + back.pager.pages();
  return {
    proved: !isHopeless && met && seenBy.size === count,
    chain: { label, pages, rows, decoded: rows, total: null },
  };
}

function endOf(transport: Transport, chain: Chain): End {
  return { pager: createPager(transport, chain), limit: chain.limit, asked: null, hasAll: false };
}
