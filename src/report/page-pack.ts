import type { PageColumn, PageColumns, PageHead } from "../model/page-data.ts";

/** Where a column lies in the bytes of a pack. */
interface Place {
  readonly name: string;
  readonly bits: 8 | 16 | 32;
  readonly at: number;
  readonly length: number;
}

interface Packed {
  readonly head: PageHead;
  readonly places: readonly Place[];
}

/** What a page holds. */
export interface PageContent {
  readonly head: PageHead;
  readonly columns: PageColumns;
}

/** Columns start at a multiple of this, so that they can be looked at without being copied. */
const alignment = 4;

/**
 * Head and columns as bytes: the length of the text, the text as JSON in UTF-8, then the columns, little-endian. The same
 * content gives the same bytes.
 */
export function packPage({ head, columns }: PageContent): Uint8Array {
  const places: Place[] = [];
  let at = 0;
  for (const [name, column] of columns) {
    places.push({ name, bits: (column.BYTES_PER_ELEMENT * 8) as Place["bits"], at, length: column.length });
    at = aligned(at + column.byteLength);
  }
  const packed: Packed = { head, places };
  const text = new TextEncoder().encode(JSON.stringify(packed));
  const start = aligned(4 + text.length);
  const bytes = new Uint8Array(start + at);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  for (const place of places) {
    const column = columns.get(place.name);
    if (column !== undefined) writeColumn(bytes, start + place.at, column);
  }
  return bytes;
}

/** Reads what `packPage` wrote. The columns look into the bytes. Throws where they are cut short. */
export function unpackPage(bytes: Uint8Array): PageContent {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { head, places } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Packed;
  const start = aligned(4 + length);
  const columns = new Map<string, PageColumn>();
  for (const { name, bits, at, length: count } of places) {
    const from = bytes.byteOffset + start + at;
    if (start + at + (count * bits) / 8 > bytes.length) throw new Error(`the column ${name} is cut short`);
    if (bits === 8) columns.set(name, new Uint8Array(bytes.buffer, from, count));
    else if (bits === 16) columns.set(name, new Uint16Array(bytes.buffer, from, count));
    else columns.set(name, new Uint32Array(bytes.buffer, from, count));
  }
  return { head, columns };
}

/** Written value by value, so that the order of bytes is the same on every machine. */
function writeColumn(bytes: Uint8Array, at: number, column: PageColumn): void {
  if (column instanceof Uint8Array) {
    bytes.set(column, at);
    return;
  }
  const view = new DataView(bytes.buffer);
  const width = column.BYTES_PER_ELEMENT;
  for (let index = 0; index < column.length; index++) {
    const value = column[index] ?? 0;
    if (width === 2) view.setUint16(at + index * 2, value, true);
    else view.setUint32(at + index * 4, value, true);
  }
}

function aligned(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
