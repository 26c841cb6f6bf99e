import { growingBytes, growingNumbers, pushNumber, reserveBytes } from "./grow.ts";

/** Texts that many people share, each once, numbered from 1 in the order they came. 0 stands for no text. */
export interface Dictionary {
  codeOf(text: string): number;
  /** The code of the text whose UTF-8 is `bytes[from .. to - 1]`, and whose `hashByte` from `HASH_SEED` on is `hash`. */
  codeOfBytes(bytes: Uint8Array, from: number, to: number, hash: number): number;
  /** By code; the first is empty. */
  values(): readonly string[];
}

export const HASH_SEED = 0x811c9dc5;

/** Places of the table that are looked at for one text, at most: texts made to collide then cost as much as any new one. */
const MOST_PROBES = 32;

/** One step of FNV-1a, without its last mixing. Source: draft-eastlake-fnv. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

export function createDictionary(): Dictionary {
  const texts = [""];
  const byText = new Map<string, number>();
  // What was met as bytes: an entry for each distinct run of bytes, found through a table of open addresses.
  const stored = growingBytes();
  const starts = growingNumbers();
  const hashes = growingNumbers();
  const codes = growingNumbers();
  let slots = new Uint32Array(256);
  pushNumber(starts, 0);

  function codeOf(text: string): number {
    const known = byText.get(text);
    if (known !== undefined) return known;
    texts.push(text);
    byText.set(text, texts.length - 1);
    return texts.length - 1;
  }

  function isEntry(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = starts.values[entry] ?? 0;
    if ((starts.values[entry + 1] ?? 0) - start !== to - from) return false;
    for (let at = from; at < to; at++) if (stored.values[start + at - from] !== bytes[at]) return false;
    return true;
  }

  function place(entry: number, hash: number): void {
    let slot = spread(hash) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = entry + 1;
  }

  function enter(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const code = codeOf(textIn(bytes, from, to));
    const entry = codes.length;
    reserveBytes(stored, to - from);
    stored.values.set(bytes.subarray(from, to), stored.length);
    stored.length += to - from;
    pushNumber(starts, stored.length);
    pushNumber(hashes, hash);
    pushNumber(codes, code);
    if (codes.length * 2 > slots.length) {
      slots = new Uint32Array(slots.length * 2);
      for (let earlier = 0; earlier < entry; earlier++) place(earlier, hashes.values[earlier] ?? 0);
    }
    place(entry, hash);
    return code;
  }

  return {
    codeOf,
    codeOfBytes(bytes, from, to, hash) {
      const mask = slots.length - 1;
      const wanted = hash >>> 0;
      for (let probe = 0; probe < MOST_PROBES; probe++) {
        const entry = (slots[(spread(hash) + probe) & mask] ?? 0) - 1;
        if (entry === -1) return enter(bytes, from, to, wanted);
        if (hashes.values[entry] === wanted && isEntry(entry, bytes, from, to)) return codes.values[entry] ?? 0;
      }
      return codeOf(textIn(bytes, from, to));
    },
    values: () => texts,
  };
}

function textIn(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}

/** The lower bits of an FNV hash depend on little; the table uses these. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
