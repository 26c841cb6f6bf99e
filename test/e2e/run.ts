import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";

/** The program under test: the sources, or the bundle where SEATWRIGHT_DIST is 1. */
export const entry = join(repositoryRoot, process.env["SEATWRIGHT_DIST"] === "1" ? "dist/cli.js" : "src/cli.ts");

/** What is left when a command has ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Besides PATH and HOME, which every command has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What runs the program; node itself unless given. */
  readonly under?: readonly [program: string, ...args: string[]];
  /** The reader of the result goes away before it comes. */
  readonly closedPipe?: true;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What came on stdout so far. */
  readonly out: () => string;
  /** Waits until something is so; throws where the command ends before. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  /** Sends keys as they are. */
  readonly press: (keys: string) => void;
  /** Sends a text and the return key. */
  readonly type: (text: string) => void;
}

/** Processes take their time on a machine that is busy: what is tested here is never how fast something is. */
export const patient = { timeout: 120_000 } as const;

const children: ChildProcess[] = [];

/** Commands that run at once; more than the machine has processors only makes each of them late. */
let places = 2;
const waiting: (() => void)[] = [];

/** Runs a command to its end. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  if (places > 0) places--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await start(args, options).ended;
  } finally {
    const next = waiting.shift();
    if (next === undefined) places++;
    else next();
  }
}

/** Starts a command; it is killed when the tests of the file are through, at the latest. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const [program, ...before] = options.under ?? [process.execPath];
  return startUnder(program, [...before, entry, ...args], options);
}

/** The same for a whole command line. */
export function startUnder(
  program: string,
  args: readonly string[],
  { env = {}, cwd, closedPipe }: Omit<RunOptions, "under"> = {},
): Running {
  const child = spawn(program, args, {
    cwd: cwd ?? tmpdir(),
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_COMPILE_CACHE: join(tmpdir(), "seatwright-e2e-compiled"),
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  if (closedPipe === true) child.stdout.destroy();
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  let last: Ended | null = null;
  void ended.then((end) => (last = end));
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (last !== null) throw new Error(`it ended before: ${JSON.stringify(last)}`);
      await pause(5);
    }
  }
  child.stdin.on("error", () => undefined);
  const press = (keys: string): void => void child.stdin.write(keys);
  return { child, ended, out: () => out, until, press, type: (text) => press(`${text}\r`) };
}

/** `seatwright simulate` as a process of its own. */
export interface Simulated {
  readonly url: string;
  readonly orgId: string;
  /** The environment that leads a command to it. */
  readonly env: Readonly<Record<string, string>>;
  /** How many things were changed in it so far, as its own log of events tells. */
  changes(): Promise<number>;
  /** Sends SIGTERM, or another signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts `seatwright simulate` and waits for its one line; it is killed when the tests of the file are through. */
export async function startSimulate(...args: readonly string[]): Promise<Simulated> {
  const { child, ended, out, until } = start(["simulate", ...args]);
  await until(() => out().includes("\n"));
  const { url, orgId, apiKey } = JSON.parse(out()) as Readonly<Record<"url" | "orgId" | "apiKey", string>>;
  return {
    url,
    orgId,
    env: { SEATWRIGHT_API_URL: url, SEATWRIGHT_API_KEY: apiKey },
    async changes() {
      const path = `/admin/v1/orgs/${orgId}/events-stream?limit=500`;
      const answer = await fetch(url + path, { headers: { authorization: `Bearer ${apiKey}` } });
      return ((await answer.json()) as { readonly data: readonly unknown[] }).data.length;
    },
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}

const root = mkdtempSync(join(tmpdir(), "seatwright-e2e-"));
let folders = 0;

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** A folder of its own with these files, removed when the tests of the file are through. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const folder = join(root, String(++folders));
  await mkdir(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
