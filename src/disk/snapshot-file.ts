import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { createSnapshotDecoder } from "../people/decode.ts";
import { encodeSnapshot } from "../people/encode.ts";
import type { Population } from "../people/population.ts";
import { diskError, writeWhole } from "./write.ts";

/** A snapshot and the digest of its bytes. */
export interface Snapshot {
  readonly population: Population;
  readonly digest: string;
}

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/** Reads a snapshot file piece by piece. Throws OperatorError where it is missing, cut short or not a snapshot. */
export async function readSnapshotFile(file: string): Promise<Snapshot> {
  const hash = createHash("sha256");
  try {
    const decoder = createSnapshotDecoder(file, (await stat(file)).size);
    for await (const piece of piecesOf(file)) {
      hash.update(piece);
      decoder.pushBytes(piece);
    }
    return { population: decoder.finish(), digest: `sha256:${hash.digest("hex")}` };
  } catch (cause) {
    throw diskError(file, "read", cause);
  }
}

/** The bytes of a file, the next piece being read while one is used; a piece lives until the one after the next is asked for. */
async function* piecesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file);
  try {
    let [current, next] = [Buffer.allocUnsafeSlow(PIECE), Buffer.allocUnsafeSlow(PIECE)];
    let coming = handle.read(current, 0, PIECE);
    for (;;) {
      const { bytesRead } = await coming;
      if (bytesRead === 0) return;
      coming = handle.read(next, 0, PIECE);
      yield current.subarray(0, bytesRead);
      [current, next] = [next, current];
    }
  } finally {
    await handle.close();
  }
}

/** Writes a snapshot, readable by its owner only, since it holds personal data. */
export async function writeSnapshotFile(file: string, population: Population): Promise<void> {
  await writeWhole(file, encodeSnapshot(population), "private");
}

/** The digest a snapshot file of this population has. */
export function snapshotDigest(population: Population): string {
  const hash = createHash("sha256");
  for (const chunk of encodeSnapshot(population)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
