import type { Change } from "../model/documents.generated.ts";

/** Atlassian allows 200 looks a minute at somebody's last activity. Source: user management REST API, last-active-dates. */
const LOOK_MS = 310;
/** An operation is one write, and its part of what is read back. */
const OPERATION_MS = 400;
/** Ten people are searched for at a time. */
const PEOPLE_PER_SEARCH = 10;
const SEARCH_MS = 600;

/** How long carrying out these changes is expected to take, in whole seconds; 0 for none. */
export function expectedSeconds(changes: readonly Change[]): number {
  const people = new Set(changes.map(({ accountId }) => accountId)).size;
  const losers = new Set(changes.flatMap(({ accountId, direction }) => (direction === "take" ? [accountId] : []))).size;
  const operations = changes.reduce((count, change) => count + change.operations.length, 0);
  const milliseconds = losers * LOOK_MS + operations * OPERATION_MS + Math.ceil(people / PEOPLE_PER_SEARCH) * SEARCH_MS;
  return Math.ceil(milliseconds / 1000);
}
