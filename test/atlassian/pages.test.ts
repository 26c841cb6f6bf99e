import { describe, expect, it } from "vitest";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { type Chain, type ChainRead, readPages } from "../../src/atlassian/pages.ts";
import { operatorError, serve, transportTo } from "./support.ts";

const parameters = { orgId: "o1", directoryId: "-" };
const people: Chain = {
  endpoint: endpoints.searchUsers,
  parameters,
  body: { limit: 2, status: ["active"] },
  cursor: "body",
  limit: 2,
};

interface Reading {
  readonly rows: readonly unknown[];
  readonly read: ChainRead;
  readonly bodies: readonly unknown[];
  readonly urls: readonly (string | undefined)[];
}

/** Reads a chain from a server that answers with these pages, one after the other. */
async function readFrom(pages: readonly unknown[], chain: Chain = people): Promise<Reading> {
  const bodies: unknown[] = [];
  const server = await serve((request, response, nth) => {
    let text = "";
    request.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    request.on("end", () => {
      bodies.push(text === "" ? null : JSON.parse(text));
      response.end(JSON.stringify(pages[Math.min(nth, pages.length) - 1]));
    });
  });
  const rows: unknown[] = [];
  const read = await readPages(transportTo(server.url), chain, (row) => rows.push(row));
  return { rows, read, bodies, urls: server.seen.map(({ url }) => url) };
}

describe("a chain of pages", () => {
  it("follows bare cursors, sending the filters again", async () => {
    const { rows, read, bodies } = await readFrom([
      { data: [1, 2], links: { next: "abc" } },
      { data: [3], links: { self: "x" } },
    ]);
    expect(rows).toEqual([1, 2, 3]);
    expect(read).toMatchObject({ pages: 2, rows: 3, decoded: 3, total: null });
    expect(bodies).toEqual([
      { limit: 2, status: ["active"] },
      { limit: 2, status: ["active"], cursor: "abc" },
    ]);
  });

  it("sends the cursor alone where it must be the only property", async () => {
    const { bodies } = await readFrom([{ data: [1, 2], links: { next: "abc" } }, { data: [] }], {
      ...people,
      endpoint: endpoints.workspaces,
      cursor: "body-alone",
    });
    expect(bodies).toEqual([{ limit: 2, status: ["active"] }, { cursor: "abc" }]);
  });

  it("takes of a URL only the cursor, so that the key goes to no other host", async () => {
    const { rows, urls } = await readFrom(
      [
        { data: [1], links: { next: "https://evil.example/admin/v1/orgs?cursor=a%2Fb&x=1" } },
        { data: [2], links: {} },
      ],
      { endpoint: endpoints.organizations, parameters: {}, cursor: "query", limit: 20 },
    );
    expect(rows).toEqual([1, 2]);
    expect(urls).toEqual(["/admin/v1/orgs", "/admin/v1/orgs?cursor=a%2Fb"]);
  });

  it.each([
    ["is absent", { data: [1], links: {} }],
    ["is null", { data: [1], links: { next: null } }],
    ["is empty", { data: [1], links: { next: "" } }],
    ["has no links around it and the page is not full", { data: [1] }],
  ])("ends where the next cursor %s", async (_, page) => {
    expect((await readFrom([page])).read).toMatchObject({ pages: 1, rows: 1 });
  });

  it.each([
    ["a cursor that came before", [{ data: [1, 2], links: { next: "a" } }], "leads back"],
    ["an empty page that leads on", [{ data: [], links: { next: "a" } }], "the page is empty and yet leads to another"],
    ["a full page that does not say whether more follow", [{ data: [1, 2] }], "the page is full and has no links"],
    ["a next cursor that is no text", [{ data: [1, 2], links: { next: 7 } }], `"links.next" is neither text nor null`],
    ["a URL without a cursor", [{ data: [1, 2], links: { next: "https://x/y" } }], "a URL without a cursor"],
    ["no rows at all", [{ links: {} }], `"data" is missing`],
    ["rows that are no list", [{ data: {}, links: {} }], `"data" is an object where a list is documented`],
    ["an answer that is no object", [[]], "the answer is a list where an object is documented"],
  ])("never ends silently shorter: %s", async (_, pages, words) => {
    const error = await operatorError(readFrom(pages));
    expect(error.exitCode).toBe(7);
    expect(error.message).toContain(words);
    expect(error.message).toContain("POST /admin/v2/orgs/o1/directories/-/users/search");
  });

  it("knows how many rows were announced", async () => {
    expect((await readFrom([{ data: [1], links: {}, meta: { total: 5 } }])).read.total).toBe(5);
  });
});
