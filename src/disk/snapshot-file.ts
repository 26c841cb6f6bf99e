import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { createSnapshotDecoder } from "../people/decode.ts";
import { encodeSnapshot } from "../people/encode.ts";
import type { Population } from "../people/population.ts";
import { diskError, writeWhole } from "./write.ts";

/** A snapshot and the digest of its bytes. */
export interface Snapshot {
  readonly population: Population;
  readonly digest: string;
}

/** Reads a snapshot file piece by piece. Throws OperatorError where it is missing, cut short or not a snapshot. */
export async function readSnapshotFile(file: string): Promise<Snapshot> {
  const hash = createHash("sha256");
  const decoder = createSnapshotDecoder(file);
  const text = new StringDecoder("utf8");
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      decoder.push(text.write(bytes));
    }
  } catch (cause) {
    throw diskError(file, "read", cause);
  }
  decoder.push(text.end());
  return { population: decoder.finish(), digest: `sha256:${hash.digest("hex")}` };
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
