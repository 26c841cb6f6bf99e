import { readFile } from "node:fs/promises";
import { approval as isApproval } from "../documents/validators.generated.cjs";
import { diskError } from "../disk/write.ts";
import type { Approval } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";

/** Reads an approval file; null where there is none. Its signatures are not looked at. Throws OperatorError for another file. */
export async function readApprovalFile(file: string): Promise<Approval | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw diskError(file, "read", cause);
  }
  const value = parsed(text);
  if (isApproval(value) && value.made === "file") return value;
  throw new OperatorError(
    "notApproved",
    `${file} is not an approval file.`,
    "Make one with `seatwright approve`; what other commands keep as approvals cannot be used here.",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
