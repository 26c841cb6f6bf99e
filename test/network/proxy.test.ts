import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { createReviewHost } from "../../src/github/host.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Environment } from "../../src/network/dispatcher.ts";
import type { ReviewHost } from "../../src/review-ports.ts";
import { quickClock, serve } from "../atlassian/support.ts";

interface Proxy {
  /** With a name and a password in it. */
  readonly address: string;
  /** What it was asked to open a way to, with the credentials it was given. */
  readonly asked: readonly (readonly [target: string, credentials: string | undefined])[];
  /** The first byte that came through each way. */
  readonly first: readonly number[];
  /** Requests that reached it readable. */
  readonly readable: readonly string[];
}

/** A proxy of the test's own, which opens ways to nowhere, or answers with this status. */
async function startProxy(status: 200 | 407 = 200): Promise<Proxy> {
  const asked: [string, string | undefined][] = [];
  const first: number[] = [];
  const readable: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    readable.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (request, socket) => {
    asked.push([request.url ?? "", request.headers["proxy-authorization"]]);
    socket.on("error", () => undefined);
    if (status !== 200) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.once("data", (bytes: Buffer) => {
      first.push(bytes[0] ?? 0);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://ada:s3cret@127.0.0.1:${port}`, asked, first, readable };
}

const credentials = `Basic ${Buffer.from("ada:s3cret").toString("base64")}`;
/** How a TLS conversation begins: whatever is said after it, a proxy cannot read. */
const HANDSHAKE = 0x16;

const orgId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";
const read = { endpoint: endpoints.directories, parameters: { orgId } } as const;
const suspend = { endpoint: endpoints.suspend, parameters: { orgId, directoryId: "d1", accountId: "a1" } } as const;

function github(environment: Environment): ReviewHost {
  return createReviewHost({
    repository: "acme/policies",
    token: "a-token-of-these-tests",
    apiUrl: "https://github.example/api/v3",
    clock: quickClock(),
    userAgent: "seatwright/1",
    limits: { retries: 0 },
    environment,
  });
}

/** The error for an operator that this ends with. */
async function refusalOf(work: () => unknown): Promise<OperatorError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function atlassian(
  environment: Environment,
  baseUrl = "https://atlassian.example",
): ReturnType<typeof createTransport> {
  const clock = quickClock();
  const transport = createTransport({
    apiKey: "ATCTT-test",
    clock,
    random: () => 0,
    baseUrl,
    environment,
    patience: { tries: 1 },
  });
  onTestFinished(() => transport.close());
  return transport;
}

describe("a proxy of the environment", () => {
  it.each(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])(
    "that %s names carries what is said to Atlassian, which it cannot read",
    async (name) => {
      const proxy = await startProxy();
      await atlassian({ [name]: proxy.address }).request(read);
      expect(new Set(proxy.asked.map(String))).toEqual(new Set([`atlassian.example:443,${credentials}`]));
      expect(new Set(proxy.first)).toEqual(new Set([HANDSHAKE]));
      expect(proxy.readable).toEqual([]);
    },
  );

  it("carries what is said to GitHub", async () => {
    const proxy = await startProxy();
    const environment = { HTTPS_PROXY: proxy.address };
    expect((await refusalOf(() => github(environment).repositoryFacts())).message).toContain("got no answer");
    expect(proxy.asked).toEqual([["github.example:443", credentials]]);
    expect(proxy.first).toEqual([HANDSHAKE]);
  });

  it("is not asked for hosts that NO_PROXY lists", async () => {
    const proxy = await startProxy();
    // An address of this machine that is not known as one, where nobody listens.
    const environment = { HTTPS_PROXY: proxy.address, NO_PROXY: "acme.example,0.0.0.0" };
    const answer = await atlassian(environment, "https://0.0.0.0:1").request(read);
    expect(answer).toMatchObject({ kind: "unanswered", sent: "no", why: "the connection was refused" });
    expect(proxy.asked).toEqual([]);
  });

  it("is never handed what goes to this machine itself, which may be unencrypted", async () => {
    const proxy = await startProxy();
    const server = await serve((_, response) => response.end("{}"));
    const environment = { HTTP_PROXY: proxy.address, HTTPS_PROXY: proxy.address };
    expect(await atlassian(environment, server.url).request(read)).toMatchObject({ kind: "ok" });
    expect([proxy.asked, proxy.readable]).toEqual([[], []]);
  });

  it("that opens no way is named, and a write has certainly not been sent", async () => {
    const proxy = await startProxy(407);
    const environment = { HTTPS_PROXY: proxy.address };
    const answer = await atlassian(environment).request(suspend);
    const why = "the proxy answered 407 and opened no way to the server";
    expect(answer).toMatchObject({ kind: "unanswered", sent: "no", why });
    expect((await refusalOf(() => github(environment).repositoryFacts())).message).toContain(why);
  });

  it.each(["proxy.acme.example:3128", "socks5://ada:s3cret@proxy:1080", "http//s3cret", "http://ada:s3cret%@acme:80"])(
    "that cannot be used, such as %s, is refused before anything is sent, without being repeated",
    async (address) => {
      const refusal = await refusalOf(() => atlassian({ HTTPS_PROXY: address }));
      expect(refusal).toMatchObject({ reason: "usage" });
      expect(`${refusal.message} ${refusal.remedy}`).toContain("HTTPS_PROXY");
      expect(`${refusal.message} ${refusal.remedy}`).not.toMatch(/s3cret|acme/);
    },
  );
});
