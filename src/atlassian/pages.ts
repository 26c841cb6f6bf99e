import { failureOf, notAsDocumented } from "./failures.ts";
import { type Endpoint, labelOf, type PathParameters } from "./endpoints.ts";
import { type Fields, fieldsOf, optionalCount, optionalFields, requiredList, type Where } from "./decode.ts";
import type { ApiRequest, Transport } from "./transport.ts";

/** A list that comes in pages, each leading to the next. */
export interface Chain {
  readonly endpoint: Endpoint;
  readonly parameters: PathParameters;
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** `body`: beside the filters, which are sent again; `body-alone`: as the body's only property; `query`: likewise. */
  readonly cursor: "body" | "body-alone" | "query";
  /** Rows asked for at once. */
  readonly limit: number;
}

/** How a chain was read. It is only returned for a chain that was read to its end. */
export interface ChainRead {
  readonly label: string;
  readonly pages: number;
  /** Rows that came. */
  readonly rows: number;
  /** Rows that were understood. */
  readonly decoded: number;
  /** How many rows the last page said that there are in all; null where it did not say. */
  readonly total: number | null;
}

/** More pages than any organisation has: 5,000,000 people. */
const MAX_PAGES = 50_000;

/** The JSON object that a read answered with. Throws OperatorError naming endpoint and remedy where there is none. */
export async function readObject(transport: Transport, request: ApiRequest): Promise<Fields> {
  const label = labelOf(request.endpoint, request.parameters);
  const answer = await transport.request(request);
  if (answer.kind !== "ok") throw failureOf(label, answer);
  return fieldsOf(answer.body, "the answer", { label, row: null });
}

/** One page of a list. */
export interface Page {
  readonly rows: readonly unknown[];
  /** The cursor of the page that follows; null: this is the last. */
  readonly next: string | null;
  /** How many rows it says that there are in all; null where it does not say. */
  readonly total: number | null;
}

/** Follows a chain, one page at a time. It takes no page twice, and ends on the documented sign only. */
export interface Pager {
  /** The next page, or null after the last. Throws OperatorError("snapshotNotComplete") where the chain breaks. */
  next(): Promise<Page | null>;
  /** Pages that came. */
  pages(): number;
}

/**
 * A chain at its beginning. It breaks with a cursor that came before, an empty page that leads on, a full page that does not
 * say whether more follow: a list is never silently shorter.
 */
export function createPager(transport: Transport, chain: Chain): Pager {
  const label = labelOf(chain.endpoint, chain.parameters);
  const seen = new Set<string>();
  let cursor: string | null = null;
  let pages = 0;
  return {
    pages: () => pages,
    async next() {
      if (pages > 0 && cursor === null) return null;
      if (pages === MAX_PAGES) throw notAsDocumented(label, `the list does not end after ${MAX_PAGES} pages`);
      const page = await readObject(transport, requestFor(chain, cursor));
      pages++;
      const where: Where = { label: `${label}, page ${pages}`, row: null };
      const rows = requiredList(page, "data", where);
      cursor = nextCursor(page, where, rows.length >= chain.limit);
      if (cursor !== null) {
        if (rows.length === 0) throw notAsDocumented(where.label, "the page is empty and yet leads to another");
        if (seen.has(cursor)) throw notAsDocumented(where.label, "the page leads back to one that was read before");
        seen.add(cursor);
      }
      return { rows, next: cursor, total: totalOf(page, where) };
    },
  };
}

/** Reads a chain to its end and hands over each row with its place. Throws as a pager does. */
export async function readPages(
  transport: Transport,
  chain: Chain,
  onRow: (row: unknown, where: Where) => void,
  onPage: (rows: number) => void = () => undefined,
): Promise<ChainRead> {
  const label = labelOf(chain.endpoint, chain.parameters);
  const pager = createPager(transport, chain);
  let rows = 0;
  let decoded = 0;
  let total: number | null = null;
  for (let page = await pager.next(); page !== null; page = await pager.next()) {
    rows += page.rows.length;
    for (const row of page.rows) {
      onRow(row, { label, row: decoded + 1 });
      decoded++;
    }
    onPage(rows);
    total = page.total;
  }
  return { label, pages: pager.pages(), rows, decoded, total };
}

function totalOf(page: Fields, where: Where): number | null {
  const meta = optionalFields(page, "meta", where);
  return meta === undefined ? null : (optionalCount(meta, "total", where) ?? null);
}

function requestFor(chain: Chain, cursor: string | null): ApiRequest {
  const { endpoint, parameters, query, body } = chain;
  const asked = {
    endpoint,
    parameters,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  };
  if (cursor === null) return asked;
  switch (chain.cursor) {
    case "body":
      return { ...asked, body: { ...body, cursor } };
    case "body-alone":
      return { ...asked, body: { cursor } };
    case "query":
      return { ...asked, query: { ...query, cursor } };
  }
}

/**
 * The cursor of the page that follows, null at the end. v2 lists give it bare, v1 lists and some v2 ones as a URL, of
 * which only the cursor is used: the key goes to no host but the one it is meant for.
 */
function nextCursor(page: Fields, where: Where, isFull: boolean): string | null {
  const links = optionalFields(page, "links", where);
  if (links === undefined) {
    if (isFull) throw notAsDocumented(where.label, "the page is full and has no links that say whether more follow");
    return null;
  }
  const next = links["next"];
  if (next === undefined || next === null || next === "") return null;
  if (typeof next !== "string") throw notAsDocumented(where.label, `"links.next" is neither text nor null`);
  if (!/^(https?:\/\/|\/|\?)/.test(next)) return next;
  const cursor = URL.canParse(next, "https://x") ? new URL(next, "https://x").searchParams.get("cursor") : null;
  if (cursor === null || cursor === "") throw notAsDocumented(where.label, `"links.next" is a URL without a cursor`);
  return cursor;
}
