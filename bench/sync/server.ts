/** Limiters behind HTTP on the loopback address: one for each client and case. Its orders come from the process above. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LATENCY, type LimiterName, limiterCases, limiterNames } from "./cases.ts";
import type { Limiter } from "./limiters.ts";

export interface ServerOrder {
  readonly clients: readonly string[];
  readonly windowMs: number;
  /** How long a limiter limits, from its first request on; then it lets everything through, so that all get done. */
  readonly milliseconds: number;
}

/** Ports by client and limiter. */
export type Ports = Readonly<Record<string, Readonly<Record<LimiterName, number>>>>;

/** What a limiter met while it limited, and how often it let each request through in all. */
export interface Met {
  readonly client: string;
  readonly limiter: LimiterName;
  readonly admitted: number;
  readonly refused: number;
  readonly most: number;
  readonly requests: number;
  /** Requests that were let through more than once. */
  readonly repeated: number;
}

interface Gatekeeper {
  readonly port: number;
  met(): Omit<Met, "client" | "limiter">;
}

async function keep(create: (start: number) => Limiter, milliseconds: number): Promise<Gatekeeper> {
  let limiter: Limiter | null = null;
  let start = 0;
  let admitted = 0;
  let refused = 0;
  const times = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const id = request.url ?? "";
    setTimeout(() => {
      const now = Date.now();
      if (limiter === null) {
        start = now;
        limiter = create(now);
      }
      const isOpen = now - start >= milliseconds;
      const ruling = isOpen ? { admitted: true, headers: {} } : limiter.rule(now);
      if (!isOpen && ruling.admitted) admitted++;
      if (!isOpen && !ruling.admitted) refused++;
      if (ruling.admitted) times.set(id, (times.get(id) ?? 0) + 1);
      setTimeout(() => {
        response.writeHead(ruling.admitted ? 200 : 429, { "content-type": "application/json", ...ruling.headers });
        response.end(ruling.admitted ? `{"count":1}` : `{"code":429,"message":"Rate limit exceeded"}`);
      }, LATENCY / 2);
    }, LATENCY / 2);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    met: () => ({
      admitted,
      refused,
      most: limiter?.most(start + milliseconds - 1) ?? 0,
      requests: times.size,
      repeated: [...times.values()].filter((count) => count > 1).length,
    }),
  };
}

async function obey({ clients, windowMs, milliseconds }: ServerOrder): Promise<void> {
  const cases = limiterCases(windowMs);
  const kept: { readonly client: string; readonly limiter: LimiterName; readonly keeper: Gatekeeper }[] = [];
  for (const client of clients) {
    for (const limiter of limiterNames) {
      kept.push({ client, limiter, keeper: await keep(cases[limiter].create, milliseconds) });
    }
  }
  const ports: Record<string, Record<string, number>> = {};
  for (const { client, limiter, keeper } of kept) (ports[client] ??= {})[limiter] = keeper.port;
  process.on("message", () => {
    process.send?.(kept.map(({ client, limiter, keeper }): Met => ({ client, limiter, ...keeper.met() })));
    process.disconnect();
    process.exit(0);
  });
  process.send?.(ports);
}

process.once("message", (order) => void obey(order as ServerOrder));
