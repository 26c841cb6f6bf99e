import type { WireLinks } from "../atlassian/wire.ts";
import type { Answer } from "./answers.ts";
import { ok, refuse } from "./answers.ts";
import type { Call } from "./call.ts";
import type { CursorState } from "./cursors.ts";
import { decodeCursor, encodeCursor } from "./cursors.ts";

/** The state that a request begins with: the one of its cursor, or the first page of what it asks. */
export function startOf(call: Call, token: string | undefined, query: unknown): CursorState {
  const of = `${call.method} ${call.path}`;
  if (token === undefined) return { of, query, start: 0, before: null, page: 1 };
  const state = decodeCursor(token);
  if (state === undefined || state.of !== of) throw refuse.badCursor();
  return state;
}

/**
 * Answers one page of a v2 list. `next` is where the following page starts, undefined on the last one. The quirks that
 * concern paging happen here.
 */
export function pageAnswer(call: Call, state: CursorState, rows: readonly unknown[], next: number | undefined): Answer {
  const every = call.quirks.emptyPageWithNext;
  if (every > 0 && state.page % every === 0 && state.again !== 1) {
    return ok({ data: [], links: linksOf(call, state, { ...state, page: state.page, again: 1 }) });
  }
  if (next === undefined) return ok({ data: rows, links: linksOf(call, state, undefined) });
  const isStuck = call.quirks.repeatedCursor && state.page > 1;
  const following = { of: state.of, query: state.query, start: next, before: state.start, page: state.page + 1 };
  return ok({ data: rows, links: linksOf(call, state, isStuck ? state : following) });
}

function linksOf(call: Call, state: CursorState, following: CursorState | undefined): WireLinks {
  const self = encodeCursor(state);
  const prev =
    state.before === null
      ? undefined
      : encodeCursor({ of: state.of, query: state.query, start: state.before, before: null, page: state.page - 1 });
  const next = following === undefined ? lastNext(call) : nextLink(call, encodeCursor(following));
  return { self, ...(prev === undefined ? {} : { prev }), ...(next === undefined ? {} : { next }) };
}

function lastNext(call: Call): string | null | undefined {
  if (call.quirks.lastNext === "absent") return undefined;
  return call.quirks.lastNext === "null" ? null : "";
}

function nextLink(call: Call, token: string): string {
  return call.quirks.nextIsUrl ? `${call.baseUrl}${call.path}?cursor=${token}` : token;
}

/** One page of a list that is short enough to be at hand as a whole. */
export function sliceAnswer(call: Call, state: CursorState, rows: readonly unknown[], limit: number): Answer {
  const end = state.start + limit;
  return pageAnswer(call, state, rows.slice(state.start, end), end < rows.length ? end : undefined);
}

/** `cursor` and `limit` of a v2 GET list: with a cursor, everything else in the query is discarded. */
export function getListState<Query extends { readonly limit: number }>(
  call: Call,
  read: (query: URLSearchParams) => Query,
): { readonly state: CursorState; readonly query: Query } {
  const token = call.query.get("cursor") ?? undefined;
  const state = startOf(call, token, token === undefined ? read(call.query) : undefined);
  return { state, query: state.query as Query };
}

/** The `limit` of a query string: an integer within the bounds, or a refusal. */
export function limitOf(query: URLSearchParams, fallback: number, most: number): number {
  const text = query.get("limit");
  if (text === null) return fallback;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw refuse.badRequest(`limit must be 1 to ${most}`);
  return limit;
}
