import { OperatorError } from "../model/errors.ts";
import type { Store } from "./store.ts";

/** Bytes of all files together. What is small in a pack can be large outside. */
const MAX_BYTES = 512 * 1024 * 1024;

interface Wanted {
  readonly blob: string;
  readonly bytes: number;
}

/**
 * Contents by id, exactly as they were committed: no filter, no conversion. Throws OperatorError where they are too large
 * together.
 */
export async function readBlobs(store: Store, files: readonly Wanted[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = new Map(files.map(({ blob, bytes }) => [blob, bytes]));
  const total = [...wanted.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (total > MAX_BYTES) {
    throw new OperatorError(
      "policyInvalid",
      `The policy files are ${total} bytes long together.`,
      `They may have ${MAX_BYTES} at most.`,
    );
  }
  if (wanted.size === 0) return new Map();
  const { bytes } = await store.here(["cat-file", "--batch", "--buffer"], {
    input: [...wanted.keys()].map((id) => `${id}\n`).join(""),
  });
  const found = new Map<string, Uint8Array>();
  let at = 0;
  for (const id of wanted.keys()) {
    const end = bytes.indexOf(10, at);
    const [, named, size] = /^([0-9a-f]+) blob (\d+)$/.exec(bytes.subarray(at, end).toString("latin1")) ?? [];
    if (named !== id) throw new Error(`git cat-file did not give the file ${id}`);
    at = end + 1;
    found.set(id, new Uint8Array(bytes.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return found;
}
