import type { Transport } from "./transport.ts";

/** What a reader reads with: the way to Atlassian, and the organisation. */
export interface Source {
  readonly transport: Transport;
  readonly orgId: string;
}
