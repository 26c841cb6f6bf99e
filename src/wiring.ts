import { randomBytes } from "node:crypto";
import path from "node:path";
import pino, { type Logger } from "pino";
import { inspectKey } from "./atlassian/key-facts.ts";
import { createGate, type GateLimits, gateLimits } from "./atlassian/gate.ts";
import { createReader } from "./atlassian/reader.ts";
import { createTransport, type Transport } from "./atlassian/transport.ts";
import { createWriter } from "./atlassian/writer.ts";
import { createGitHere, type GitHere } from "./git/here.ts";
import { createDirectoryLedger } from "./ledger/directory.ts";
import { readLock } from "./ledger/lock.ts";
import { OperatorError } from "./model/errors.ts";
import { isLoopback } from "./model/loopback.ts";
import type { LockFacts } from "./model/setup-facts.ts";
import type { GroupReader, Ledger, OrgReader, OrgWriter } from "./ports.ts";
import type { KeyInspector, SetupInspector, Signatures } from "./review-ports.ts";
import { createSshSignatures } from "./ssh/signatures.ts";
import type { TerminalStreams } from "./terminal.ts";
import { tool } from "./version.ts";
import { createFolderKit, type FolderKit, type GlobalFlags, nonEmpty } from "./wiring-folder.ts";

/** What a command is handed: places, the terminal, and adapters made on demand. */
export interface Kit extends FolderKit {
  readonly log: Logger;
  /** Aborted by Ctrl-C or SIGTERM from now on; a second one ends the process at once. */
  readonly stopSignal: () => AbortSignal;
  /** Whether there is an API key. */
  readonly hasKey: boolean;
  /** Whether changes would reach a real organisation, or something make-believe on this machine. */
  readonly api: "real" | "loopback";
  /** Four random bytes in hexadecimal, for run ids. */
  readonly randomHex: () => string;
  /** Where the ledger lies, for messages: a folder, or a repository and its branch. */
  readonly ledgerPlace: string;
  /** Runs `work` over a folder that holds the ledger's files as they are now, to read them. */
  readLedger<Result>(organizationId: string | null, work: (folder: string) => Promise<Result>): Promise<Result>;
  ledger(organizationId: string): Ledger;
  /** Who has the organisation's lock; null: nobody. */
  lockHolder(organizationId: string): Promise<LockFacts | null>;
  /** How a repository on GitHub is set up. Throws OperatorError for an address, a name or a token that cannot be right. */
  setupOf(place: SetupPlace): Promise<SetupInspector>;
  /** Version of the Git that is installed here, and the address of a folder's remote. */
  readonly git: GitHere;
  signatures(): Signatures;
  /** Throws OperatorError("credentials") where there is no key, or one of the wrong kind. */
  connect(organizationId: string): Connection;
}

/** A repository on GitHub, and what to ask about it with. */
export interface SetupPlace {
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly apiUrl: string;
}

/** An open way to one organisation. */
export interface Connection {
  readonly reader: OrgReader & GroupReader;
  /** Asks about the key itself. */
  readonly key: KeyInspector;
  /** The only way to a writer; the commands that propose do not ask for it. */
  writer(): OrgWriter;
  close(): Promise<void>;
}

const KEY = "SEATWRIGHT_API_KEY";

/**
 * The composition root: the only place that makes adapters, the clock and the logger. Settings come from flags, then the
 * environment; the key from the environment only.
 */
export async function createKit(
  streams: TerminalStreams,
  flags: GlobalFlags,
  cwd: string,
  stopSignal: () => AbortSignal,
  limits: GateLimits = gateLimits,
): Promise<Kit> {
  return await wholeKit(createFolderKit(streams, flags, cwd), flags, cwd, stopSignal, limits);
}

/** The rest of what commands are handed, around what they start with. */
export async function wholeKit(
  folder: FolderKit,
  flags: GlobalFlags,
  cwd: string,
  stopSignal: () => AbortSignal,
  limits: GateLimits = gateLimits,
): Promise<Kit> {
  const { env, clock, repo, terminal } = folder;
  const baseUrl = flags.apiUrl ?? nonEmpty(env.SEATWRIGHT_API_URL);
  const api = isOfThisMachine(baseUrl) ? "loopback" : "real";
  // What is rehearsed on this machine must never count as done in the organisation.
  const ownLedger = path.join(repo, ".seatwright", api === "real" ? "ledger" : "rehearsal");
  const ledgers = await ledgersAt(flags.ledger ?? ownLedger, { cwd, repo, env, clock, api });
  const log = pino(
    {
      level: flags.verbose === true ? "debug" : (env.SEATWRIGHT_LOG ?? "silent"),
      base: null,
      redact: ["authorization", "*.authorization", "apiKey", "*.apiKey"],
    },
    { write: (line: string) => terminal.err(line) },
  );
  return {
    ...folder,
    log,
    stopSignal,
    api,
    hasKey: nonEmpty(env[KEY]) !== null,
    ledgerPlace: ledgers.place,
    randomHex: () => randomBytes(4).toString("hex"),
    ledger: ledgers.open,
    readLedger: ledgers.read,
    lockHolder: ledgers.lockHolder,
    async setupOf(place) {
      // Only who asks for it pays for loading it.
      const { createSetupInspector } = await import("./github/setup.ts");
      return createSetupInspector({ ...place, clock, userAgent: `${tool.name}/${tool.version}`, environment: env });
    },
    git: createGitHere(env),
    signatures: () => createSshSignatures(),
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
        environment: env,
        ...(baseUrl === null ? {} : { baseUrl }),
      });
      return {
        reader: createReader(transport, { organizationId, clock, tool }),
        key: inspectKey({ transport, orgId: organizationId }),
        writer: () => createWriter(transport, { organizationId }),
        close: () => transport.close(),
      };
    },
  };
}

interface Ledgers {
  readonly place: string;
  readonly open: (organizationId: string) => Ledger;
  readonly read: Kit["readLedger"];
  readonly lockHolder: Kit["lockHolder"];
}

/** Addresses of Git, with a branch after `#`: `https://github.com/acme/access.git#seatwright-ledger`. */
const gitAddress = /^(?:(?:https?|ssh|file):\/\/|[\w.-]+@[\w.-]+:)[^#]+/;

/** The ledgers at a place that somebody named: a folder, or a branch of a Git repository. */
async function ledgersAt(
  place: string,
  { cwd, repo, env, clock, api }: Pick<Kit, "repo" | "env" | "clock" | "api"> & { readonly cwd: string },
): Promise<Ledgers> {
  const purpose = api === "loopback" ? ({ rehearsal: true } as const) : {};
  const remote = gitAddress.exec(place)?.[0];
  if (remote === undefined) {
    const directory = path.resolve(cwd, place);
    const open = (organizationId: string): Ledger =>
      createDirectoryLedger({ directory, organizationId, clock, ...purpose });
    return {
      place: directory,
      open,
      read: (_, work) => work(directory),
      lockHolder: () => readLock(path.join(directory, "lock")),
    };
  }
  const branch = place.slice(remote.length + 1);
  const token = nonEmpty(env.SEATWRIGHT_GIT_TOKEN);
  const user = nonEmpty(env.SEATWRIGHT_GIT_USER);
  // Only who asks for it pays for loading it.
  const { createGitLedger } = await import("./ledger/git/ledger.ts");
  const open = (organizationId: string): ReturnType<typeof createGitLedger> =>
    createGitLedger({
      folder: path.join(repo, ".seatwright", "ledger-copy"),
      remote,
      organizationId,
      clock,
      ...purpose,
      environment: env,
      ...(branch === "" ? {} : { branch }),
      ...(token === null ? {} : { token }),
      ...(user === null ? {} : { user }),
    });
  return {
    place,
    open,
    lockHolder: (organizationId) => open(organizationId).lockHolder(),
    async read(organizationId, work) {
      if (organizationId !== null) return open(organizationId).inFolder(work);
      throw new OperatorError(
        "usage",
        "Which organisation's ledger is meant is not known.",
        "Set SEATWRIGHT_ORG_ID, give --org-id, or name a policy repository with --repo.",
      );
    },
  };
}

function isOfThisMachine(baseUrl: string | null): boolean {
  if (baseUrl === null || !URL.canParse(baseUrl)) return false;
  return isLoopback(new URL(baseUrl).hostname);
}
