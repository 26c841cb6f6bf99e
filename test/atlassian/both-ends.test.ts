import { describe, expect, it } from "vitest";
import { readTwoWays, type TwoWayRead } from "../../src/atlassian/both-ends.ts";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import type { Chain } from "../../src/atlassian/pages.ts";
import { serve, transportTo } from "./support.ts";

const LIMIT = 10;

/** A server's list. `rows` may change between two requests; `asked` is how many there have been. */
interface Served {
  readonly rows: (asked: number) => readonly string[];
  readonly sorts?: "no";
  readonly count: number;
}

interface Read extends TwoWayRead {
  readonly came: readonly string[];
  readonly requests: number;
}

const people = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `p${String(at).padStart(4, "0")}`);

/** Reads it from a server whose cursors are offsets, so that a row more or less moves all that follow. */
async function read({ rows, sorts, count }: Served): Promise<Read> {
  const server = await serve((request, response, nth) => {
    let text = "";
    request.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    request.on("end", () => {
      const asked = JSON.parse(text) as { readonly cursor?: string; readonly sortBy: [{ readonly direction: string }] };
      const list = rows(nth);
      const sorted = sorts !== "no" && asked.sortBy[0].direction === "desc" ? list.toReversed() : list;
      const from = Number(asked.cursor ?? 0);
      const next = from + LIMIT < sorted.length ? String(from + LIMIT) : null;
      response.end(JSON.stringify({ data: sorted.slice(from, from + LIMIT), links: { next } }));
    });
  });
  const chain = (direction: string): Chain => ({
    endpoint: endpoints.searchUsers,
    parameters: { orgId: "o1", directoryId: "d1" },
    body: { limit: LIMIT, sortBy: [{ field: "nick_name", direction }] },
    cursor: "body",
    limit: LIMIT,
  });
  const came: string[] = [];
  const list = { forwards: chain("asc"), backwards: chain("desc"), count, isWanted: () => true };
  const result = await readTwoWays(transportTo(server.url), list, {
    decode: (value) => ({ id: String(value), row: String(value) }),
    onNew: (row) => void came.push(row),
    onPage: () => undefined,
  });
  return { ...result, came: came.toSorted(), requests: server.seen.length };
}

describe("a list that is read from both ends", () => {
  it.each([1, 9, 10, 11, 20, 95, 100, 101, 195])("of %i rows brings each of them once", async (count) => {
    const { proved, came, requests, chain } = await read({ rows: () => people(count), count });
    expect(proved).toBe(true);
    expect(came).toEqual(people(count));
    // One page more where the ends touch without sharing a row, to see that they met.
    expect(requests).toBeLessThanOrEqual(Math.ceil(count / LIMIT) + (count % LIMIT === 0 ? 1 : 0));
    expect(chain.pages).toBe(requests);
  });

  it("that a server does not sort proves nothing, and is given up at once", async () => {
    const { proved, requests } = await read({ rows: () => people(200), sorts: "no", count: 200 });
    expect(proved).toBe(false);
    expect(requests).toBeLessThanOrEqual(3);
  });

  it.each([
    ["fewer", 104],
    ["more", 96],
  ])("of which Atlassian counts %s rows than come proves nothing", async (_, counted) => {
    expect((await read({ rows: () => people(100), count: 200 - counted })).proved).toBe(false);
  });

  it("from which a row in front is gone meanwhile proves nothing: the one behind it slipped through", async () => {
    const rows = (asked: number): readonly string[] => (asked <= 4 ? people(100) : people(100).slice(1));
    expect((await read({ rows, count: 100 })).proved).toBe(false);
  });

  it("to which a row in front is added meanwhile proves nothing: one came twice", async () => {
    const rows = (asked: number): readonly string[] => (asked <= 4 ? people(100) : ["a new one", ...people(100)]);
    expect((await read({ rows, count: 100 })).proved).toBe(false);
  });
});
