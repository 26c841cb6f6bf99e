/** Room for texts as UTF-8: the first `used` bytes hold some. */
export interface TextBuffer {
  readonly bytes: Uint8Array;
  used: number;
}

const SIZE = 1 << 18;
const encoder = new TextEncoder();

/** Room that is used again and again, so that however much is written takes the memory of a quarter of a MiB. */
export function createTextBuffer(): TextBuffer {
  return { bytes: new Uint8Array(SIZE), used: 0 };
}

/** Adds as much of a text, from a character on, as there is room for; the position of the first that is left. */
export function fillWithText(buffer: TextBuffer, text: string, from: number): number {
  const rest = from === 0 ? text : text.slice(from);
  const { read, written } = encoder.encodeInto(rest, buffer.bytes.subarray(buffer.used));
  buffer.used += written;
  return from + read;
}
