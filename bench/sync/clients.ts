import Bottleneck from "bottleneck";
import pRetry from "p-retry";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { createGate } from "../../src/atlassian/gate.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { type ClientName, type LimiterCase, ON_THEIR_WAY } from "./cases.ts";

/** Gets requests answered, each by its number. Resolves when that one was let through. */
export interface Client {
  ask(id: number): Promise<void>;
  close(): Promise<void>;
}

type CreateClient = (url: string, limiter: LimiterCase) => Client;

/** Our own, as a sync has it: nothing is told to it. */
const createSeatwright: CreateClient = (url) => {
  const gate = createGate(systemClock);
  const transport = createTransport({
    apiKey: "ATCTT-bench",
    baseUrl: url,
    clock: systemClock,
    random: Math.random,
    gate,
    patience: { throttledTries: Number.POSITIVE_INFINITY },
  });
  return {
    async ask(id) {
      const answer = await transport.request({
        endpoint: endpoints.countUsers,
        parameters: { orgId: "bench", directoryId: "-" },
        query: { searchTerm: String(id) },
      });
      if (answer.kind !== "ok") throw new Error(`request ${id} ended as ${answer.kind}`);
    },
    close: () => transport.close(),
  };
};

interface Reply {
  readonly status: number;
  /** Seconds, or null where the reply does not say. */
  readonly retryAfter: number | null;
}

class Refused extends Error {
  readonly retryAfter: number | null;
  constructor({ status, retryAfter }: Reply) {
    super(`refused with ${status}`);
    this.retryAfter = retryAfter;
  }
}

function createSender(url: string): { readonly agent: Agent; readonly send: (id: number) => Promise<Reply> } {
  const agent = new Agent();
  return {
    agent,
    async send(id) {
      const { statusCode, headers, body } = await request(`${url}/?searchTerm=${id}`, { dispatcher: agent });
      await body.text();
      const after = headers["retry-after"];
      return { status: statusCode, retryAfter: typeof after === "string" ? Number(after) : null };
    },
  };
}

/** Tries again after a wait that doubles, as p-retry does by itself; so many at once as ours. */
const createPRetry: CreateClient = (url) => {
  const { agent, send } = createSender(url);
  const line = createLine(ON_THEIR_WAY);
  return {
    ask: (id) =>
      line(() =>
        pRetry(
          async () => {
            const reply = await send(id);
            if (reply.status !== 200) throw new Refused(reply);
          },
          { retries: 1000, minTimeout: 1000, maxTimeout: 8000, randomize: true },
        ),
      ),
    close: () => agent.close(),
  };
};

/** Bottleneck with the limit written into its settings, which all others have to find out. */
const createBottleneck: CreateClient = (url, { allows }) => {
  const { agent, send } = createSender(url);
  const limiter = new Bottleneck({
    maxConcurrent: ON_THEIR_WAY,
    ...(allows.evenly === "yes"
      ? { minTime: allows.milliseconds / allows.requests }
      : {
          reservoir: allows.requests,
          reservoirRefreshAmount: allows.requests,
          reservoirRefreshInterval: allows.milliseconds,
        }),
  });
  limiter.on("failed", (error: unknown) => (error instanceof Refused ? (error.retryAfter ?? 1) * 1000 : null));
  return {
    ask: (id) =>
      limiter.schedule(async () => {
        const reply = await send(id);
        if (reply.status !== 200) throw new Refused(reply);
      }),
    async close() {
      await limiter.disconnect();
      await agent.close();
    },
  };
};

/** So many loops at once, each waiting as long as Retry-After says, else a second. */
const createLoops: CreateClient = (url) => {
  const { agent, send } = createSender(url);
  const line = createLine(ON_THEIR_WAY);
  return {
    ask: (id) =>
      line(async () => {
        for (;;) {
          const { status, retryAfter } = await send(id);
          if (status === 200) return;
          await pause((retryAfter ?? 1) * 1000);
        }
      }),
    close: () => agent.close(),
  };
};

/** Runs work, so many at once. */
function createLine(most: number): (work: () => Promise<void>) => Promise<void> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

export const createClient: Readonly<Record<ClientName, CreateClient>> = {
  seatwright: createSeatwright,
  bottleneck: createBottleneck,
  "p-retry": createPRetry,
  loop: createLoops,
};
