import { onTestFinished } from "vitest";
import { directoryIdOf } from "../../src/simulator/names.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/server.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** JSON that tests may walk into; what isn't there is undefined. */
export interface Json {
  readonly [name: string]: Json;
  readonly [at: number]: Json;
}

export interface Client extends Simulator {
  readonly v1: string;
  readonly v2: string;
  /** The path of a directory, `main` unless named. */
  directory(name?: string): string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  remove(path: string): Promise<Reply>;
  /** Account ids that a user search finds, over all pages. */
  search(filters: Readonly<Record<string, unknown>>, directory?: string): Promise<readonly string[]>;
  /** Rows of a user search, over all pages. */
  rows(filters: Readonly<Record<string, unknown>>, directory?: string): Promise<readonly Json[]>;
}

/** The moment at which these tests happen. */
export const now = new Date("2026-11-20T09:00:00.000Z");

/** A clock that a test moves by hand. */
export function movingClock(): { readonly read: () => Date; pass(seconds: number): void } {
  let at = now.getTime();
  return {
    read: () => new Date(at),
    pass(seconds) {
      at += seconds * 1000;
    },
  };
}

/** Starts a simulator for the running test, with a client for it. */
export async function start(world: World, options: Partial<SimulatorOptions> = {}): Promise<Client> {
  const simulator = await startSimulator({ world, clock: () => now, ...options });
  onTestFinished(() => simulator.close());
  const v2 = `/admin/v2/orgs/${simulator.orgId}`;

  async function send(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>) {
    const response = await fetch(simulator.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${simulator.apiKey}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  const directory = (name = "main"): string => {
    const isId = name === "-" || world.directories.has(name);
    return `${v2}/directories/${isId ? name : directoryIdOf(name)}`;
  };
  const post: Client["post"] = (path, body, headers = {}) => send("POST", path, body, headers);

  async function rows(filters: Readonly<Record<string, unknown>>, name = "-"): Promise<readonly Json[]> {
    const all: Json[] = [];
    let cursor: unknown;
    for (let page = 0; page < 200; page++) {
      const reply = await post(`${directory(name)}/users/search`, {
        ...filters,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
      all.push(...listOf(reply.body["data"]));
      cursor = reply.body["links"]?.["next"];
      if (cursor === undefined) return all;
    }
    throw new Error("the list has no end");
  }

  return Object.assign(simulator, {
    v1: `/admin/v1/orgs/${simulator.orgId}`,
    v2,
    directory,
    get: (path: string, headers = {}) => send("GET", path, undefined, headers),
    post,
    remove: (path: string) => send("DELETE", path, undefined, {}),
    rows,
    search: async (filters: Readonly<Record<string, unknown>>, name?: string) =>
      (await rows(filters, name)).map((row) => textOf(row["accountId"])),
  });
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

/** A JSON value as text; throws when it is none. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Error(`expected text, found ${JSON.stringify(value)}`);
  return value;
}

/** A JSON value as a list; throws when it is none. */
export function listOf(value: unknown): readonly Json[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, found ${JSON.stringify(value)}`);
  return value as Json[];
}
