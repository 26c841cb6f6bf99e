import type { Answer } from "./answers.ts";
import type { Change } from "./facts.ts";
import type { Quirks } from "./quirks.ts";
import type { World } from "./world.ts";

/** One request as a route sees it. */
export interface Call {
  readonly method: string;
  /** The route's path with its parameters in braces. */
  readonly pattern: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; undefined when none came. */
  readonly body: unknown;
  readonly hasJsonType: boolean;
  /** The simulator's own base URL. */
  readonly baseUrl: string;
  readonly now: Date;
  readonly quirks: Quirks;
  /** The organisation as it really is: what writes are checked against. */
  readonly world: World;
  /** The organisation as lists show it, which may lag. */
  readonly reads: World;
  /** The organisation as counts show it, which may lag more. */
  readonly counts: World;
  /** Makes a change happen, after so many seconds when they are given. */
  change(change: Change, afterSeconds?: number): void;
}

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly pattern: string;
  /** The scope that Atlassian documents for it; without one, only a key without scopes may call it. */
  readonly scope?: string;
  handle(call: Call): Answer;
}

/** The value of a path parameter. */
export function parameter(call: Call, name: string): string {
  const value = call.parameters[name];
  if (value === undefined) throw new Error(`${call.pattern} has no parameter ${name}`);
  return value;
}
