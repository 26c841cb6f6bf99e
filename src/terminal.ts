import type { Readable, Writable } from "node:stream";
import { OperatorError } from "./model/errors.ts";

/** Where people read and programs pipe: the result on `out`, everything else on `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when what was printed has left the process. */
  readonly flush: () => Promise<void>;
  /** Whether the result goes to a person's terminal, and may be coloured. */
  readonly colour: "on" | "off";
  readonly errColour: "on" | "off";
  /** Columns of the result's terminal; 100 where it is not one. */
  readonly width: number;
  /** What the result goes to: a terminal, or a pipe or file. */
  readonly result: "terminal" | "elsewhere";
  /** Whether questions can be asked and progress can be redrawn. */
  readonly interactive: boolean;
  readonly progress: "bar" | "lines" | "none";
  readonly input: Readable;
  readonly errStream: Writable;
}

export interface TerminalStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A terminal over real streams. NO_COLOR, FORCE_COLOR, CI and redirected output are respected; a reader that closes the
 * pipe early (`| head`) ends the output quietly. Streams that nobody asks for are not opened.
 */
export function createTerminal(streams: TerminalStreams, quiet: "quiet" | "normal"): Terminal {
  const { stdout, env } = streams;
  const ci = env.CI !== undefined && env.CI !== "" && env.CI !== "false";
  const colour = (stream: { readonly isTTY?: boolean }): "on" | "off" => {
    if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return "off";
    if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0") return "on";
    return stream.isTTY === true && env.TERM !== "dumb" ? "on" : "off";
  };
  let closed = false;
  let failed: Error | null = null;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== "EPIPE") failed = notPrinted(error);
  });
  let opened: TerminalStreams["stderr"] | null = null;
  const stderr = (): TerminalStreams["stderr"] => {
    opened ??= streams.stderr.on("error", () => undefined);
    return opened;
  };
  let left: Promise<void> = Promise.resolve();
  return {
    out(text) {
      if (closed) return;
      const before = left;
      const written = new Promise<void>((resolve) => {
        stdout.write(text, () => resolve());
      });
      left = before.then(() => written);
    },
    err(text) {
      stderr().write(text);
    },
    async flush() {
      await left;
      if (failed !== null) throw failed;
    },
    colour: colour(stdout),
    get errColour() {
      return colour(stderr());
    },
    width: stdout.isTTY === true ? widthOf(stdout.columns) : 100,
    result: stdout.isTTY === true ? "terminal" : "elsewhere",
    get interactive() {
      return !ci && streams.stdin.isTTY === true && stderr().isTTY === true;
    },
    get progress() {
      if (quiet === "quiet") return "none";
      return !ci && env.TERM !== "dumb" && stderr().isTTY === true ? "bar" : "lines";
    },
    get input() {
      return streams.stdin;
    },
    get errStream() {
      return stderr();
    },
  };
}

function notPrinted(cause: NodeJS.ErrnoException): OperatorError {
  const why = cause.code === "ENOSPC" ? "there is no space left where it goes" : (cause.code ?? cause.message);
  return new OperatorError(
    "internal",
    `The result could not be printed: ${why}.`,
    "What the command did is done all the same; a run has its audit log in the ledger. Print to another place.",
    { cause },
  );
}

/** A terminal that does not tell its width says 0, or nothing. */
function widthOf(columns = 0): number {
  return columns > 0 ? Math.max(40, columns) : 80;
}
