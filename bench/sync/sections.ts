import { execFile, fork } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { count, type Part, row } from "../section.ts";
import { type ClientName, clientNames, LATENCY, limiterCases, limiterNames } from "./cases.ts";
import type { Asked, ClientOrder } from "./client.ts";
import type { Met, Ports, ServerOrder } from "./server.ts";

const clients: Readonly<Record<ClientName, string>> = {
  seatwright: "**Seatwright**",
  bottleneck: "Bottleneck, told the limit",
  "p-retry": "p-retry",
  loop: "loops that wait for Retry-After",
};

/** What one client got out of one limiter. */
interface Result extends Met {
  /** Of what the limiter could have let through, from 0 to 1. */
  readonly share: number;
  /** Answers that were 429, of all, from 0 to 1. */
  readonly wasted: number;
}

/** How much of an allowed rate a client uses, and how often it is refused: every client against every limiter, at once. */
export const syncSections: Part = async ({ options, report }) => {
  const order = options.quick
    ? { windowMs: 10_000, milliseconds: 20_000 }
    : { windowMs: 60_000, milliseconds: 120_000 };
  report(`requests against three limiters: ${order.milliseconds / 1000} seconds`);
  const server = await startServer({ clients: clientNames, ...order });
  const asked = await Promise.all(
    clientNames.map(async (client) => ({
      client,
      asked: await runClient(client, { ...order, ports: portsOf(server.ports, client) }),
    })),
  );
  const met = await server.end();
  const results = met.map((one): Result => {
    const { admitted, refused, most } = one;
    return { ...one, share: admitted / most, wasted: refused / Math.max(admitted + refused, 1) };
  });
  const failures = asked.flatMap(({ client, asked: all }) =>
    all.flatMap((one) =>
      faultsOf(
        client,
        one,
        met.find((each) => each.client === client && each.limiter === one.limiter),
      ),
    ),
  );
  return [
    {
      title: "Requests within a limit",
      body: bodyOf(results, order),
      data: { latencyMs: LATENCY, ...order, results },
      failures,
    },
  ];
};

function portsOf(ports: Ports, client: ClientName): ClientOrder["ports"] {
  const own = ports[client];
  if (own === undefined) throw new Error(`There is no limiter for ${client}.`);
  return own;
}

/** Every request that was wanted is let through once by the limiter, and answered once to whoever wanted it. */
function faultsOf(client: ClientName, { limiter, wanted, answered }: Asked, met: Met | undefined): readonly string[] {
  const name = `${client} against ${limiter}`;
  if (met === undefined) return [`${name}: the limiter tells nothing`];
  return [
    ...(answered === wanted ? [] : [`${name}: ${wanted} requests, ${answered} answers`]),
    ...(met.requests === wanted ? [] : [`${name}: ${wanted} requests, ${met.requests} that the limiter let through`]),
    ...(met.repeated === 0 ? [] : [`${name}: ${met.repeated} requests were let through more than once`]),
  ];
}

function bodyOf(results: readonly Result[], { windowMs, milliseconds }: Omit<ServerOrder, "clients">): string {
  const cases = limiterCases(windowMs);
  const rows = limiterNames.flatMap((limiter) => [
    row(`*${cases[limiter].title}*`, "", "", ""),
    ...results
      .filter((result) => result.limiter === limiter)
      .map(({ client, admitted, share, wasted }) =>
        row(
          clients[client as ClientName],
          count(admitted),
          `${(share * 100).toFixed(1)}%`,
          `${(wasted * 100).toFixed(2)}%`,
        ),
      ),
  ]);
  return [
    `Independent requests over HTTP on this machine, ${LATENCY} ms each, ${milliseconds / 1000} s, all clients at once. ` +
      "*Of what was allowed* is what the limiter let through, of the most it could have let through, a full bucket at " +
      "the start included. Every request was answered exactly once, or the bench fails.",
    "",
    "| | let through | of what was allowed | answered 429 |",
    "| --- | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

async function startServer(order: ServerOrder): Promise<{ readonly ports: Ports; end(): Promise<readonly Met[]> }> {
  const child = fork(path.join(import.meta.dirname, "server.ts"));
  const next = <Word>(): Promise<Word> =>
    new Promise((resolve, reject) => {
      child.once("message", (word) => resolve(word as Word));
      child.once("exit", (code) => reject(new Error(`the limiters' process ended with ${code}`)));
    });
  const ports = next<Ports>();
  child.send(order);
  return {
    ports: await ports,
    async end() {
      const met = next<readonly Met[]>();
      child.send("end");
      return await met;
    },
  };
}

async function runClient(name: ClientName, order: ClientOrder): Promise<readonly Asked[]> {
  const file = path.join(import.meta.dirname, "client.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [file, name, JSON.stringify(order)]);
  return JSON.parse(stdout) as readonly Asked[];
}
