import type { ServerResponse } from "node:http";
import nock from "nock";
import { describe, expect, it, onTestFinished } from "vitest";
import { endpoints, labelOf, pathOf } from "../../src/atlassian/endpoints.ts";
import { createTransport, type TransportEvent } from "../../src/atlassian/transport.ts";
import { quickClock, serve, transportTo } from "./support.ts";

const orgId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";
const accountId = "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0";
const read = { endpoint: endpoints.directories, parameters: { orgId } } as const;
const write = { endpoint: endpoints.suspend, parameters: { orgId, directoryId: "d1", accountId } } as const;

describe("a request", () => {
  it("carries the key, asks for JSON, and spells an array as its name repeated", async () => {
    const server = await serve((_, response) => response.end("{}"));
    const answer = await transportTo(server.url, { userAgent: "seatwright/1" }).request({
      ...read,
      query: { directoryIds: ["a", "b c"], limit: 100 },
    });
    expect(answer).toMatchObject({ kind: "ok", status: 200, body: {} });
    const [seen] = server.seen;
    expect(seen?.headers).toMatchObject({
      authorization: "Bearer ATCTT-test",
      accept: "application/json",
      "user-agent": "seatwright/1",
    });
    expect(seen?.headers["content-type"]).toBeUndefined();
    expect(seen?.url).toBe(`/admin/v2/orgs/${orgId}/directories?directoryIds=a&directoryIds=b+c&limit=100`);
  });

  it("that is a POST without a body sends {} as JSON, because Atlassian answers 415 otherwise", async () => {
    let body = "";
    const server = await serve((request, response) => {
      request.on("data", (piece: Buffer) => {
        body += piece.toString();
      });
      request.on("end", () => response.writeHead(204).end());
    });
    expect(await transportTo(server.url).request(write)).toMatchObject({ kind: "ok", status: 204, body: null });
    expect(body).toBe("{}");
    expect(server.seen[0]?.headers["content-type"]).toBe("application/json");
    expect(server.seen[0]?.url).toBe(`/admin/v2/orgs/${orgId}/directories/d1/users/${accountId}/suspend`);
  });

  it("keeps the base URL's own path", async () => {
    const server = await serve((_, response) => response.end("{}"));
    await transportTo(`${server.url}/atlassian/`).request(read);
    expect(server.seen[0]?.url).toBe(`/atlassian/admin/v2/orgs/${orgId}/directories`);
  });

  it("that writes is not sent where its turn comes too late: the look that it goes by is too old", async () => {
    const server = await serve((_, response) => response.writeHead(204).end());
    for (const [waits, outcome] of [
      [46, { kind: "unanswered", sent: "no", why: /wait for more than 45 seconds/ }],
      [44, { kind: "ok" }],
    ] as const) {
      const clock = quickClock();
      const turn = { leave: () => 0, again: async () => turn };
      const gate = {
        enter: async () => {
          await clock.sleep(waits * 1000);
          return turn;
        },
      };
      expect(await transportTo(server.url, { clock, gate }).request(write)).toMatchObject(outcome);
    }
    expect(server.seen).toHaveLength(1);
  });

  it("cannot be led out of its path by an id", () => {
    expect(pathOf(endpoints.manage, { accountId: "../x?y" })).toBe("/users/..%2Fx%3Fy/manage");
    expect(() => pathOf(endpoints.manage, { accountId: ".." })).toThrow("accountId");
    expect(() => pathOf(endpoints.manage, {})).toThrow("accountId");
  });

  it("is named in messages by method and path, with long ids cut short", () => {
    expect(labelOf(write.endpoint, write.parameters)).toBe(
      "POST /admin/v2/orgs/8a130dbc…/directories/d1/users/557058:4…/suspend",
    );
  });

  it("goes to Atlassian itself where no base URL is given", async () => {
    nock("https://api.atlassian.com").get(`/admin/v2/orgs/${orgId}/directories`).reply(200, { data: [] });
    onTestFinished(() => nock.restore());
    const transport = createTransport({ apiKey: "ATCTT-test", clock: quickClock(), random: () => 0 });
    onTestFinished(() => transport.close());
    expect(await transport.request(read)).toMatchObject({ kind: "ok", body: { data: [] } });
    expect(nock.isDone()).toBe(true);
  });

  it("never follows a redirect, because the key would go along", async () => {
    const elsewhere = await serve((_, response) => response.end("{}"));
    const server = await serve((_, response) => response.writeHead(302, { location: elsewhere.url }).end());
    expect(await transportTo(server.url).request(read)).toMatchObject({ kind: "refused", problem: { status: 302 } });
    expect(elsewhere.seen).toHaveLength(0);
  });
});

describe("a read", () => {
  it("is asked again after server errors and lost answers, and then says what came", async () => {
    const server = await serve((request, response, nth) => {
      if (nth === 1) response.writeHead(503).end();
      else if (nth === 2) request.socket.destroy();
      else if (nth === 3) response.end('{"data":[');
      else if (nth === 4) response.end();
      else response.end('{"data":[]}');
    });
    expect(await transportTo(server.url).request(read)).toMatchObject({ kind: "ok", body: { data: [] } });
    expect(server.seen).toHaveLength(5);
  });

  it.each([
    ["a server error", "refused", (response: ServerResponse) => response.writeHead(500).end("{}")],
    ["torn JSON", "unreadable", (response: ServerResponse) => response.end('{"a":')],
    ["an empty 200", "unreadable", (response: ServerResponse) => response.end()],
    ["a web page", "unreadable", (response: ServerResponse) => response.end("<html></html>")],
    ["a reset", "unanswered", (response: ServerResponse) => response.destroy()],
  ] as const)("gives up in the end on %s", async (_, kind, answer) => {
    const server = await serve((_request, response) => {
      answer(response);
    });
    const reply = await transportTo(server.url, { patience: { tries: 3 } }).request(read);
    expect(reply.kind).toBe(kind);
    expect(server.seen).toHaveLength(3);
  });

  it("is not asked again where another try cannot help", async () => {
    const server = await serve((_, response) => response.writeHead(403).end("{}"));
    await transportTo(server.url).request(read);
    expect(server.seen).toHaveLength(1);
  });

  it("waits as long as Atlassian asks where there are too many requests", async () => {
    const clock = quickClock();
    const server = await serve((_, response, nth) =>
      nth < 3 ? response.writeHead(429, { "retry-after": "7" }).end("{}") : response.end("{}"),
    );
    expect((await transportTo(server.url, { clock }).request(read)).kind).toBe("ok");
    expect(clock.slept.map((milliseconds) => Math.round(milliseconds / 1000))).toEqual([7, 7]);
  });

  it("that is one too many holds up everybody else as well", async () => {
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const clock = { now: () => 0, sleep: () => woken };
    const server = await serve((_, response, nth) =>
      nth === 1 ? response.writeHead(429, { "retry-after": "7" }).end("{}") : response.end("{}"),
    );
    let turnedAway: () => void = () => undefined;
    const isTurnedAway = new Promise<void>((resolve) => (turnedAway = resolve));
    const transport = transportTo(server.url, { clock, report: () => turnedAway() });
    const first = transport.request(read);
    await isTurnedAway;
    const second = transport.request(read);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.seen).toHaveLength(1);
    wake();
    expect((await Promise.all([first, second])).map(({ kind }) => kind)).toEqual(["ok", "ok"]);
    expect(server.seen).toHaveLength(3);
  });

  it("gives up on a wait that is longer than its whole patience", async () => {
    const clock = quickClock();
    const server = await serve((_, response) => response.writeHead(429, { "retry-after": "86400" }).end("{}"));
    const reply = await transportTo(server.url, { clock }).request(read);
    expect(reply).toMatchObject({ kind: "refused", problem: { status: 429 } });
    expect(clock.slept).toEqual([]);
  });

  it("rests until the reset once an answer used up the budget", async () => {
    const clock = quickClock();
    const date = "Fri, 20 Nov 2026 09:00:00 GMT";
    const server = await serve((_, response) =>
      response
        .writeHead(200, { date, "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-20T09:00:03Z" })
        .end("{}"),
    );
    const transport = transportTo(server.url, { clock });
    await transport.request(read);
    await transport.request(read);
    expect(Math.round((clock.slept[0] ?? 0) / 1000)).toBe(4);
  });

  it("of more than the bound is not taken in", async () => {
    const server = await serve((_, response) => response.end(`{"data":"${"x".repeat(5000)}"}`));
    const reply = await transportTo(server.url, { limits: { maxBytes: 1000 }, patience: { tries: 1 } }).request(read);
    expect(reply).toMatchObject({ kind: "unreadable", why: expect.stringContaining("1000 bytes") as unknown });
  });

  it("stops when it is called off, and says why it was", async () => {
    const stop = new AbortController();
    const server = await serve(() => stop.abort(new Error("enough")));
    await expect(transportTo(server.url).request({ ...read, signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("an answer that does not come", () => {
  const limits = { headersMs: 100, bodyMs: 100, wholeMs: 5000 };

  it("is given up where not even its headers come", async () => {
    const server = await serve(() => undefined);
    const reply = await transportTo(server.url, { limits, patience: { tries: 1 } }).request(read);
    expect(reply).toMatchObject({ kind: "unanswered", sent: "perhaps" });
  });

  it("is given up where its body stops", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200).write('{"data":');
    });
    const reply = await transportTo(server.url, { limits, patience: { tries: 1 } }).request(read);
    expect(reply).toMatchObject({ kind: "unreadable", status: 200, empty: false });
  });

  it("is given up where it trickles for longer than the whole may take", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const trickle = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(trickle));
    });
    const transport = transportTo(server.url, { limits: { ...limits, wholeMs: 200 }, patience: { tries: 1 } });
    expect(await transport.request(read)).toMatchObject({ kind: "unreadable" });
  });

  it("is told from a request that never left", async () => {
    const server = await serve(() => undefined);
    const transport = transportTo(server.url.replace(/:\d+$/, ":1"), { patience: { tries: 2 } });
    expect(await transport.request(write)).toMatchObject({ kind: "unanswered", sent: "no" });
    expect(transport.sends()).toBe(2);
  });
});

describe("a write", () => {
  it("is sent once, whatever becomes of its answer", async () => {
    for (const answer of [
      (response: ServerResponse) => response.writeHead(500).end("{}"),
      (response: ServerResponse) => response.writeHead(503, { "retry-after": "1" }).end("{}"),
      (response: ServerResponse) => response.destroy(),
      (response: ServerResponse) => response.end("<html>"),
    ]) {
      const server = await serve((_, response) => {
        answer(response);
      });
      await transportTo(server.url).request(write);
      expect(server.seen).toHaveLength(1);
    }
  });

  it("is sent again where it was turned away as one too many", async () => {
    const server = await serve((_, response, nth) =>
      nth === 1 ? response.writeHead(429).end("{}") : response.writeHead(204).end(),
    );
    expect(await transportTo(server.url).request(write)).toMatchObject({ kind: "ok", status: 204 });
    expect(server.seen).toHaveLength(2);
  });
});

describe("what the transport tells", () => {
  it("holds no body, no address and no key", async () => {
    const events: TransportEvent[] = [];
    const server = await serve((_, response, nth) =>
      nth === 1
        ? response.writeHead(500, { "x-request-id": "r-1" }).end('{"message":"ada@example.com"}')
        : response.end('{"email":"ada@example.com"}'),
    );
    const transport = transportTo(server.url, { report: (event) => events.push(event) });
    await transport.request({ ...read, query: { searchTerm: "ada@example.com" } });
    expect(events).toEqual([
      {
        request: labelOf(read.endpoint, read.parameters),
        sends: 1,
        status: 500,
        requestId: "r-1",
        waitMs: 500,
        why: "",
      },
      {
        request: labelOf(read.endpoint, read.parameters),
        sends: 2,
        status: 200,
        requestId: null,
        waitMs: null,
        why: "",
      },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/ada|ATCTT/);
  });

  it("includes the server's clock, and how far it was ever from ours", async () => {
    const dates = ["Fri, 20 Nov 2026 09:00:10 GMT", "Fri, 20 Nov 2026 08:00:00 GMT", "Fri, 20 Nov 2026 09:00:20 GMT"];
    const server = await serve((_, response, nth) => response.writeHead(200, { date: dates[nth - 1] ?? "" }).end("{}"));
    const transport = transportTo(server.url);
    expect(transport.serverClock()).toEqual({ latest: null, skew: 0, skewedBy: null });
    for (const _ of dates) await transport.request(read);
    const latest = Date.parse("2026-11-20T09:00:20Z") / 1000;
    expect(transport.serverClock()).toEqual({
      latest,
      skew: -3600,
      skewedBy: expect.stringMatching(/^GET \//) as string,
    });
  });
});
