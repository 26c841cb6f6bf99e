import { randomBytes } from "node:crypto";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pino, { type Logger } from "pino";
import { createGate, type GateLimits, gateLimits } from "./atlassian/gate.ts";
import { createReader } from "./atlassian/reader.ts";
import { createTransport, type Transport } from "./atlassian/transport.ts";
import { createWriter } from "./atlassian/writer.ts";
import { createPolicyFolder } from "./disk/policy-folder.ts";
import { createDirectoryLedger } from "./ledger/directory.ts";
import { OperatorError } from "./model/errors.ts";
import type { Clock, Ledger, OrgReader, OrgWriter, PolicySource } from "./ports.ts";
import { createTerminal, type Terminal, type TerminalStreams } from "./terminal.ts";
import { tool } from "./version.ts";

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

/** What a command is handed: places, the terminal, and adapters made on demand. */
export interface Kit {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The policy repository's folder. */
  readonly repo: string;
  /** Aborted by Ctrl-C or SIGTERM from now on; a second one ends the process at once. */
  readonly stopSignal: () => AbortSignal;
  /** The organisation's id from flag or environment, or null where only seatwright.yaml can tell. */
  readonly organizationId: string | null;
  /** Whether there is an API key. */
  readonly hasKey: boolean;
  /** Whether changes would reach a real organisation, or something make-believe on this machine. */
  readonly api: "real" | "loopback";
  /** Four random bytes in hexadecimal, for run ids. */
  readonly randomHex: () => string;
  /** Where the ledger lies. */
  readonly ledgerFolder: string;
  policySource(): PolicySource;
  ledger(organizationId: string): Ledger;
  /** Throws OperatorError("credentials") where there is no key, or one of the wrong kind. */
  connect(organizationId: string): Connection;
}

/** An open way to one organisation. */
export interface Connection {
  readonly reader: OrgReader;
  /** The only way to a writer; the commands that propose do not ask for it. */
  writer(): OrgWriter;
  close(): Promise<void>;
}

const KEY = "SEATWRIGHT_API_KEY";

/**
 * The composition root: the only place that makes adapters, the clock and the logger. Settings come from flags, then the
 * environment; the key from the environment only.
 */
export function createKit(
  streams: TerminalStreams,
  flags: GlobalFlags,
  cwd: string,
  stopSignal: () => AbortSignal,
  limits: GateLimits = gateLimits,
): Kit {
  const { env } = streams;
  const clock = systemClock;
  const terminal = createTerminal(streams, flags.quiet === true ? "quiet" : "normal");
  const repo = path.resolve(cwd, flags.repo ?? ".");
  const baseUrl = flags.apiUrl ?? nonEmpty(env.SEATWRIGHT_API_URL);
  const api = isLoopback(baseUrl) ? "loopback" : "real";
  // What is rehearsed on this machine must never count as done in the organisation.
  const ownLedger = path.join(repo, ".seatwright", api === "real" ? "ledger" : "rehearsal");
  const ledgerFolder = path.resolve(cwd, flags.ledger ?? ownLedger);
  const log = pino(
    {
      level: flags.verbose === true ? "debug" : (env.SEATWRIGHT_LOG ?? "silent"),
      base: null,
      redact: ["authorization", "*.authorization", "apiKey", "*.apiKey"],
    },
    { write: (line: string) => terminal.err(line) },
  );
  return {
    terminal,
    json: flags.json === true,
    clock,
    log,
    env,
    repo,
    stopSignal,
    organizationId: flags.orgId ?? nonEmpty(env.SEATWRIGHT_ORG_ID),
    api,
    hasKey: nonEmpty(env[KEY]) !== null,
    ledgerFolder,
    randomHex: () => randomBytes(4).toString("hex"),
    policySource: () => createPolicyFolder(repo),
    ledger: (organizationId) =>
      createDirectoryLedger({
        directory: ledgerFolder,
        organizationId,
        clock,
      }),
    connect(organizationId) {
      const apiKey = nonEmpty(env[KEY]);
      if (apiKey === null) {
        throw new OperatorError(
          "credentials",
          "There is no API key: the organisation cannot be read.",
          `Put an organisation API key without scopes into the environment variable ${KEY}. It is never taken from a flag or a file.`,
        );
      }
      const transport: Transport = createTransport({
        apiKey,
        clock,
        random: Math.random,
        gate: createGate(clock, limits),
        userAgent: `${tool.name}/${tool.version}`,
        report: (event) => log.debug(event, "request"),
        ...(baseUrl === null ? {} : { baseUrl }),
      });
      return {
        reader: createReader(transport, { organizationId, clock, tool }),
        writer: () => createWriter(transport, { organizationId }),
        close: () => transport.close(),
      };
    },
  };
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  sleep: async (milliseconds, signal) => {
    await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
};

/** Only an address of this machine is; a name that merely resolves to it is not taken for one. */
function isLoopback(baseUrl: string | null): boolean {
  if (baseUrl === null || !URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text.trim();
}
