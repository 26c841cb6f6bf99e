import { createHash } from "node:crypto";
import { compareText } from "../model/order.ts";

/** A file as bytes, with its path from the repository's root (forward slashes). */
export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The digest of a set of files: SHA-256 over path and bytes of each, in order of paths by code units. Every part is
 * preceded by its length, so that no two sets of files read alike. The order of `files` does not matter.
 */
export function policyDigest(files: readonly FileBytes[]): string {
  const hash = createHash("sha256").update("seatwright policy files 1\n");
  const add = (part: Uint8Array): void => {
    hash.update(`${part.byteLength}:`).update(part);
  };
  const encoder = new TextEncoder();
  for (const { path, bytes } of files.toSorted((a, b) => compareText(a.path, b.path))) {
    add(encoder.encode(path));
    add(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** The digest of one file's bytes. */
export function bytesDigest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
