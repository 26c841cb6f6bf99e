import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { createReader, type AtlassianReader } from "../../src/atlassian/reader.ts";
import {
  createTransport,
  type Transport,
  type TransportEvent,
  type TransportOptions,
} from "../../src/atlassian/transport.ts";
import { createWriter } from "../../src/atlassian/writer.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Population } from "../../src/people/population.ts";
import type { Clock, OrgWriter } from "../../src/ports.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";

/** The moment at which these tests happen. */
export const now = new Date("2026-11-20T09:00:00.000Z");

/** A clock whose sleeps take no time on the machine and are written down. */
export function quickClock(at: Date = now): Clock & { readonly slept: readonly number[] } {
  let seconds = Math.floor(at.getTime() / 1000);
  let rest = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => seconds,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      rest += milliseconds;
      seconds += Math.floor(rest / 1000);
      rest %= 1000;
      await Promise.resolve();
    },
  };
}

export interface Connected {
  readonly simulator: Simulator;
  readonly transport: Transport;
  readonly reader: AtlassianReader;
  readonly writer: OrgWriter;
  readonly events: readonly TransportEvent[];
  readonly clock: Clock & { readonly slept: readonly number[] };
  readonly read: () => Promise<Population>;
}

/** A simulator for the running test, with our client connected to it over loopback. */
export async function connect(
  world: World,
  options: Partial<SimulatorOptions> & { readonly client?: Partial<TransportOptions>; readonly orgId?: string } = {},
): Promise<Connected> {
  const { client, orgId, ...simulated } = options;
  const simulator = await startSimulator({ world, clock: () => now, ...simulated });
  const events: TransportEvent[] = [];
  const clock = quickClock();
  const transport = createTransport({
    apiKey: simulator.apiKey,
    baseUrl: simulator.url,
    clock,
    random: () => 0.5,
    report: (event) => events.push(event),
    ...client,
  });
  onTestFinished(async () => {
    await transport.close();
    await simulator.close();
  });
  const organizationId = orgId ?? simulator.orgId;
  const reader = createReader(transport, { organizationId, clock, tool: { name: "seatwright", version: "0.0.0" } });
  const writer = createWriter(transport, { organizationId });
  return { simulator, transport, reader, writer, events, clock, read: () => reader.readOrganization(() => undefined) };
}

/** A server of our own for what a simulator would not do; closed with the test. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<{ readonly url: string; readonly seen: readonly IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    handle(request, response, seen.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A transport to a URL, with the quick clock. */
export function transportTo(url: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    apiKey: "ATCTT-test",
    baseUrl: url,
    clock: quickClock(),
    random: () => 0.5,
    ...options,
  });
  onTestFinished(() => transport.close());
  return transport;
}

/** A request on its way through, and what the simulator answered. */
export interface Passing {
  readonly path: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
}

/** Puts a server in front of the simulator that changes answers, and returns where it is. */
export async function alter(simulator: Simulator, change: (passing: Passing) => unknown): Promise<string> {
  const { url } = await serve((request, response) => {
    let text = "";
    request.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    request.on("end", () => {
      void (async () => {
        const answered = await fetch(`${simulator.url}${request.url ?? ""}`, {
          method: request.method ?? "GET",
          headers: { authorization: request.headers.authorization ?? "", "content-type": "application/json" },
          ...(text === "" ? {} : { body: text }),
        });
        const answer: unknown = await answered.json();
        const asked = (text === "" ? {} : JSON.parse(text)) as Passing["asked"];
        const changed = change({ path: request.url ?? "", asked, answer });
        const date = answered.headers.get("date") ?? "";
        response.writeHead(answered.status, { date }).end(JSON.stringify(changed));
      })();
    });
  });
  return url;
}

/** The OperatorError that a promise ends in. */
export async function operatorError(promise: Promise<unknown>): Promise<OperatorError> {
  const error = await promise.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

/** The state of a certificate's check, by name. */
export function checkOf(population: Population, name: string): string | undefined {
  return population.header.certificate.checks.find(({ check }) => check === name)?.state;
}

/** The names of the checks that did not pass. */
export function doubts(population: Population): readonly string[] {
  return population.header.certificate.checks.filter(({ state }) => state !== "passed").map(({ check }) => check);
}
