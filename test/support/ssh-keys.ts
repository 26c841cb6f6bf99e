import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { needs } from "./needs.ts";

export interface SshKey {
  /** Path of the private half; the public one is beside it. */
  readonly file: string;
  /** The public key as it stands in its file. */
  readonly publicKey: string;
}

/** A new key in a folder, without a passphrase. */
export function makeSshKey(folder: string, name: string, type: "ed25519" | "ecdsa" = "ed25519"): SshKey {
  const file = join(folder, name);
  execFileSync(needs("ssh-keygen").path ?? "", ["-q", "-t", type, "-N", "", "-C", `${name}@laptop`, "-f", file]);
  return { file, publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
}
