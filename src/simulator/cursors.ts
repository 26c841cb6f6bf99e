/** Where a list goes on. Everything is in the token itself, so a cursor outlives a restart and costs no memory. */
export interface CursorState {
  /** The list that it belongs to: method and path. */
  readonly of: string;
  /** What the list was asked with: filters, page size and the like. */
  readonly query: unknown;
  /** The first ordinal or offset of the page. */
  readonly start: number;
  /** Where the page before began, null on the first. */
  readonly before: number | null;
  /** Number of the page, from 1. */
  readonly page: number;
  /** Tells apart two tokens for the same page. */
  readonly again?: number;
}

/** An opaque token; the same state gives the same token. */
export function encodeCursor(state: CursorState): string {
  const text = JSON.stringify(state);
  return Buffer.from(`${checksum(text)}${text}`).toString("base64url");
}

/** What the token stands for, or nothing when it isn't one of ours or was changed on the way. */
export function decodeCursor(token: string): CursorState | undefined {
  const text = Buffer.from(token, "base64url").toString();
  const state = text.slice(8);
  return text.slice(0, 8) === checksum(state) ? (JSON.parse(state) as CursorState) : undefined;
}

function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
