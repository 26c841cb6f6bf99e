import { join } from "node:path";
import { OperatorError } from "../model/errors.ts";
import { readJsonOrNull, writeWhole } from "./files.ts";

/** The newest run and how far its log had got: the anchor outside the log. `head` is the run before's while it has no event. */
export interface LedgerHead {
  readonly run: string;
  readonly events: number;
  readonly head: string | null;
  readonly finished: boolean;
}

/** The ledger's head, or null where no run was ever opened. */
export async function readHead(directory: string): Promise<LedgerHead | null> {
  const path = join(directory, "head.json");
  const value = await readJsonOrNull(path);
  if (value === null) return null;
  const { run, events, head, finished } = value as Partial<LedgerHead>;
  if (typeof run === "string" && typeof events === "number" && typeof finished === "boolean" && head !== undefined) {
    return { run, events, head, finished };
  }
  throw new OperatorError(
    "usage",
    `${path} does not say which run is the newest.`,
    "Put the file back from a backup or from Git: without it nobody can tell whether a run is unfinished.",
  );
}

export async function writeHead(directory: string, head: LedgerHead): Promise<void> {
  await writeWhole(join(directory, "head.json"), `${JSON.stringify(head, null, 2)}\n`);
}
