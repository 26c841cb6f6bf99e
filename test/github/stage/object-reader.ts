import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { gitEnvironment } from "./git.ts";

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads objects of one repository through one Git process, which starts with the first question. */
export interface ObjectReader {
  /** What Git finds under a name (`main^{tree}`, `HEAD:a.txt`, an id), or null. */
  read(name: string): Promise<GitObject | null>;
  close(): void;
}

export function createObjectReader(folder: string): ObjectReader {
  let child: ChildProcessWithoutNullStreams | null = null;
  let received = Buffer.alloc(0);
  const waiting: ((object: GitObject | null) => void)[] = [];

  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn("git", ["cat-file", "--batch"], { cwd: folder, env: gitEnvironment() });
    started.stdout.on("data", (data: Buffer) => {
      received = Buffer.concat([received, data]);
      for (let parsed = take(received); parsed !== null; parsed = take(received)) {
        received = received.subarray(parsed.length);
        waiting.shift()?.(parsed.object);
      }
    });
    started.stdin.on("error", () => undefined);
    started.on("close", () => {
      for (const answer of waiting.splice(0)) answer(null);
    });
    return started;
  };

  return {
    read: async (name) =>
      await new Promise((resolve) => {
        child ??= start();
        waiting.push(resolve);
        child.stdin.write(`${name.replaceAll("\n", " ")}\n`);
      }),
    close: () => {
      child?.kill();
      child = null;
    },
  };
}

/** The first answer that has come whole: `<id> <type> <size>`, a line break, the object and another line break. */
function take(bytes: Buffer): { object: GitObject | null; length: number } | null {
  const end = bytes.indexOf(10);
  if (end < 0) return null;
  const [, id, type = "", size] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(bytes.subarray(0, end).toString()) ?? [];
  if (id === undefined || size === undefined) return { object: null, length: end + 1 };
  const from = end + 1;
  const length = from + Number(size) + 1;
  if (bytes.length < length) return null;
  return { object: { id, type, bytes: Buffer.from(bytes.subarray(from, length - 1)) }, length };
}
