import { type ChildProcess, execFile, fork } from "node:child_process";
import { promisify } from "node:util";
import { bundled, type Script } from "./bundle.ts";
import type { PeerInput } from "./peers/peer.ts";
import type { Run } from "./runs/told.ts";
import type { Order, Word } from "./worker.ts";

/** A peer in a process of its own. */
export interface PeerProcess {
  readonly name: string;
  readonly loadMilliseconds: number;
  answer(): Promise<Word & { readonly kind: "answered" }>;
  end(): Promise<Word & { readonly kind: "ended" }>;
}

/** Objects of a million people, and what a rule engine makes of them. */
const roomy = ["--max-old-space-size=12288"];

/** Starts a peer and waits until it is ready. Throws where it could not be made ready. */
export async function startPeer(name: string, input: PeerInput): Promise<PeerProcess> {
  const child = fork(await bundled("worker"), [name, JSON.stringify(input)], {
    execArgv: roomy,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ready = await wordOf(child, "ready", name);
  const ask = async <Kind extends Word["kind"]>(order: Order, kind: Kind): Promise<Word & { readonly kind: Kind }> => {
    child.send(order);
    return await wordOf(child, kind, name);
  };
  return {
    name,
    loadMilliseconds: ready.milliseconds,
    answer: () => ask("answer", "answered"),
    end: () => ask("end", "ended"),
  };
}

/** The next word of a peer's process. Throws where it says another, or ends. */
function wordOf<Kind extends Word["kind"]>(
  child: ChildProcess,
  kind: Kind,
  name: string,
): Promise<Word & { readonly kind: Kind }> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => {
      child.off("message", said);
      reject(new Error(`the process of ${name} ended with ${code}`));
    };
    const said = (word: Word): void => {
      child.off("exit", died);
      if (word.kind === kind) resolve(word as Word & { readonly kind: Kind });
      else reject(new Error(`${name} said ${word.kind} where ${kind} was awaited`));
    };
    child.once("exit", died);
    child.once("message", said);
  });
}

/** Runs a script in a process of its own; what it told, or null where it tells nothing. */
export async function runScript(script: Script, args: readonly string[]): Promise<Run | null> {
  const file = await bundled(script);
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { maxBuffer: 1 << 24 });
  return stdout === "" ? null : (JSON.parse(stdout) as Run);
}
