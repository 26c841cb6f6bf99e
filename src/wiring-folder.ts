import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createPolicyFolder } from "./disk/policy-folder.ts";
import type { Clock, PolicySource } from "./ports.ts";
import { createTerminal, type Terminal, type TerminalStreams } from "./terminal.ts";

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly repo?: string;
  readonly ledger?: string;
  readonly orgId?: string;
  readonly apiUrl?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** What a command is handed that only looks at policy files, which must answer while somebody types. */
export interface FolderKit {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The policy repository's folder. */
  readonly repo: string;
  /** The organisation's id from flag or environment, or null where only seatwright.yaml can tell. */
  readonly organizationId: string | null;
  policySource(): PolicySource;
}

/** The part of the composition root that every command starts with. */
export function createFolderKit(streams: TerminalStreams, flags: GlobalFlags, cwd: string): FolderKit {
  const { env } = streams;
  const repo = path.resolve(cwd, flags.repo ?? ".");
  return {
    terminal: createTerminal(streams, flags.quiet === true ? "quiet" : "normal"),
    json: flags.json === true,
    clock: systemClock,
    env,
    repo,
    organizationId: flags.orgId ?? nonEmpty(env.SEATWRIGHT_ORG_ID),
    policySource: () => createPolicyFolder(repo),
  };
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  sleep: async (milliseconds, signal) => {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};

/** A setting, or null where it is missing or blank. */
export function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text.trim();
}
