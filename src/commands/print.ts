import { jsonPieces } from "../report/json-pieces.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Prints a document as one line of JSON, never more of it than the reader takes: a large plan is not held as one text.
 * Resolves when all of it has left the process.
 */
export async function printDocument(terminal: Terminal, document: object): Promise<void> {
  for (const piece of jsonPieces(document, "line")) {
    terminal.out(piece);
    await terminal.flush();
  }
}
