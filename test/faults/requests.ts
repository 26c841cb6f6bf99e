import type { RecordedRequest } from "../../src/simulator/server.ts";

/** Method and pattern as one text. */
export const nameOf = ({ method, pattern }: Pick<RecordedRequest, "method" | "pattern">): string =>
  `${method} ${pattern}`;

/** Requests by method and pattern. */
export function countsOf(requests: readonly RecordedRequest[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests) counts.set(nameOf(request), (counts.get(nameOf(request)) ?? 0) + 1);
  return counts;
}
