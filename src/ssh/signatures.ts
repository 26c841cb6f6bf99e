import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import type { Signatures } from "../review-ports.ts";

/** What signatures are for: one made for Git or for files means nothing here. Source: ssh-keygen(1), -Y sign. */
const NAMESPACE = "seatwright";
/** Stands for whoever is asked about; whose key it is, the caller knows. */
const PRINCIPAL = "signer";

/**
 * SSH signatures by OpenSSH's own ssh-keygen (8.2 or later), which asks for a passphrase itself. `program` is another one
 * to use.
 */
export function createSshSignatures({ program = "ssh-keygen" }: { readonly program?: string } = {}): Signatures {
  return {
    async sign(text, keyFile) {
      const answer = await run(program, ["-q", "-Y", "sign", "-f", keyFile, "-n", NAMESPACE], text);
      if (answer.code === 0 && answer.out.startsWith("-----BEGIN SSH SIGNATURE-----\n")) return answer.out;
      throw new OperatorError(
        "credentials",
        `ssh-keygen could not sign with ${keyFile}: ${firstLine(answer.err)}.`,
        "Name your private SSH key with --key, or your public one where an agent holds the private half.",
      );
    },
    async verify(text, signature, publicKeys) {
      const folder = await mkdtemp(join(tmpdir(), "seatwright-signers-"));
      try {
        const [signers, sealed] = [join(folder, "signers"), join(folder, "signature")];
        await writeFile(sealed, signature);
        for (const key of publicKeys) {
          // Only type and key go into the list: a comment or an option of somebody else's has no place in it.
          const [type = "", material = ""] = key.trim().split(/\s+/);
          await writeFile(signers, `${PRINCIPAL} namespaces="${NAMESPACE}" ${type} ${material}\n`);
          const answer = await run(
            program,
            ["-Y", "verify", "-f", signers, "-I", PRINCIPAL, "-n", NAMESPACE, "-s", sealed],
            text,
          );
          if (answer.code === 0) return key;
        }
        return null;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async publicKeyOf(keyFile) {
      const file = keyFile.endsWith(".pub") ? keyFile : `${keyFile}.pub`;
      const text = await readFile(file, "utf8").catch(() => null);
      return text === null || text.trim() === "" ? null : text.trim();
    },
  };
}

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs ssh-keygen over a text. A passphrase is asked for at the terminal itself, past these streams. */
async function run(program: string, args: readonly string[], text: string): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
    child.stdin.on("error", () => undefined);
    child.once("error", (cause) =>
      reject(
        new OperatorError(
          "usage",
          "Approval files are signed and verified with OpenSSH's ssh-keygen, and it could not be started here.",
          "Install OpenSSH's client (the package is often called openssh-client), 8.2 or later, and run the same again.",
          { cause },
        ),
      ),
    );
    child.once("close", (code) => resolve({ code, out, err }));
    child.stdin.end(text);
  });
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .map((line) => line.replaceAll(/\p{Cc}+/gu, " ").trim())
      .find((line) => line !== "")
      ?.replace(/[.]$/, "") ?? "it gave no reason"
  );
}
