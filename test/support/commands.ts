import { PassThrough } from "node:stream";
import { createKit, type Kit } from "../../src/wiring.ts";
import type { GlobalFlags } from "../../src/wiring-folder.ts";

/** A kit for a command in this process, with what it printed so far. */
export interface CommandKit {
  readonly kit: Kit;
  /** What was printed, when all of it has left. */
  readonly printed: () => Promise<{ readonly out: string; readonly err: string }>;
}

export async function commandKit(
  flags: GlobalFlags,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandKit> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { out: "", err: "" };
  stdout.on("data", (text: Buffer) => (texts.out += text.toString()));
  stderr.on("data", (text: Buffer) => (texts.err += text.toString()));
  const kit = await createKit({ stdin, stdout, stderr, env }, flags, cwd, () => new AbortController().signal);
  return {
    kit,
    async printed() {
      await kit.terminal.flush();
      return texts;
    },
  };
}
