import { createReadStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AuditEvent } from "../model/documents.generated.ts";
import { type AuditAnchor, type AuditVerdict, createAuditVerifier } from "./audit.ts";
import { onDisk, readJsonOrNull } from "./files.ts";

/** What a log file holds, besides its verdict. */
export interface AuditFile {
  readonly verdict: AuditVerdict;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** Whether bytes follow it: the beginning of a line whose writer was stopped. */
  readonly torn: boolean;
}

/**
 * Verifies the log of one run, in little memory whatever its size. `visit` sees each event that is in order.
 * Throws OperatorError where the file cannot be read.
 */
export async function verifyAuditFile(
  path: string,
  anchors: readonly AuditAnchor[],
  visit: (event: AuditEvent) => void = () => undefined,
): Promise<AuditFile> {
  const verifier = createAuditVerifier(anchors);
  let rest: Buffer = Buffer.alloc(0);
  let wholeBytes = 0;
  await onDisk(path, async () => {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        const line = Buffer.concat([rest, chunk.subarray(from, at)]);
        rest = Buffer.alloc(0);
        from = at + 1;
        wholeBytes += line.length + 1;
        const event = verifier.push(line.toString("utf8"));
        if (event !== null) visit(event);
      }
      rest = Buffer.concat([rest, chunk.subarray(from)]);
    }
  });
  return { verdict: verifier.end(rest.toString("utf8")), wholeBytes, torn: rest.length > 0 };
}

/**
 * What the rest of the ledger says about a log that lies in its `audit` directory: the head in the run's result and the
 * ledger's own head. None for a log that was taken elsewhere.
 */
export async function anchorsOf(path: string): Promise<readonly AuditAnchor[]> {
  const ledger = dirname(dirname(path));
  const run = basename(path).replace(/\.jsonl$/, "");
  const anchors: AuditAnchor[] = [];
  const result = await readJsonOrNull(join(ledger, "runs", `${run}.json`));
  if (hasText(result, "auditHead")) anchors.push({ hash: result.auditHead, from: `runs/${run}.json` });
  const head = await readJsonOrNull(join(ledger, "head.json"));
  if (hasText(head, "run") && head.run === run && hasText(head, "head") && Number((head as HeadLike).events) > 0) {
    anchors.push({ hash: head.head, from: "head.json" });
  }
  return anchors;
}

interface HeadLike {
  readonly events?: unknown;
}

function hasText<Key extends string>(value: unknown, key: Key): value is Readonly<Record<Key, string>> {
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[key] === "string";
}
