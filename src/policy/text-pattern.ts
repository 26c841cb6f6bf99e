import type { TextColumn } from "../people/texts.ts";

/** A glob in lower case, to be held against the bytes of texts. */
export interface Pattern {
  /** What stands between its `*`, in order; `?` is in them. */
  readonly segments: readonly Uint8Array[];
  /** Whether it is all ASCII. Otherwise no text of ASCII matches: its letters stand in none. */
  readonly isPlain: boolean;
  /** The longest run of it without `*` and `?`: every text of ASCII that matches holds it. */
  readonly core: string;
  /** Letters of every text of ASCII that matches, or null where neither its beginning nor its end is known. */
  readonly anchor: Anchor | null;
  /** Letters of every text that matches, at its beginning and at its end, as far as `isOpen` can tell by them. */
  readonly ends: readonly Anchor[];
}

/** Letters at a known place of a text, of which there are some. */
export interface Anchor {
  /** At most LETTERS of them, the first one lowest, each with EITHER_CASE set. */
  readonly letters: number;
  /** Ones where a letter is known. */
  readonly mask: number;
  /** Where they are: `back` bytes before the text's beginning (`behind` 0) or end (`behind` 1). */
  readonly behind: 0 | 1;
  readonly back: number;
}

/** As many letters as are compared at once. */
export const LETTERS = 4;
/** In each of four bytes, the bit that letters of one case have and those of the other do not. */
export const EITHER_CASE = 0x20202020;
/** In each of four bytes, the bit that no byte of ASCII has. */
const BEYOND_ASCII = 0x80808080;
const MARK = 0x3f;

/** Reads a glob whose letters are folded. */
export function patternOf(glob: string): Pattern {
  const runs = glob.split(/[*?]/);
  const [head, ending] = [Buffer.from(runs[0] ?? ""), Buffer.from(runs.at(-1) ?? "")];
  const isPlain = !/[^\0-\x7f]/.test(glob);
  const beyond = head.findIndex((byte) => byte >= 0x80);
  const asciiHead = beyond === -1 ? head : head.subarray(0, beyond);
  return {
    segments: glob.split("*").map((segment) => Buffer.from(segment)),
    isPlain,
    core: runs.reduce((longest, run) => (run.length > longest.length ? run : longest), ""),
    anchor: head.length > 0 ? anchorAtHead(head) : ending.length > 0 ? anchorBefore(ending, ending.length) : null,
    ends: [
      ...(asciiHead.length > 0 ? [anchorAtHead(asciiHead)] : []),
      ...(ending.length > 0 ? [anchorBefore(ending, Math.min(LETTERS, ending.length))] : []),
    ],
  };
}

function anchorAtHead(head: Uint8Array): Anchor {
  return { ...lettersOf(head), behind: 0, back: 0 };
}

/** The letters that begin `back` bytes before the end. */
function anchorBefore(ending: Uint8Array, back: number): Anchor {
  return { ...lettersOf(ending.subarray(ending.length - back)), behind: 1, back };
}

function lettersOf(known: Uint8Array): Pick<Anchor, "letters" | "mask"> {
  const [one = 0, two = 0, three = 0, four = 0] = known;
  const letters = one | (two << 8) | (three << 16) | (four << 24) | EITHER_CASE;
  return { letters, mask: known.length < LETTERS ? (1 << (8 * known.length)) - 1 : -1 };
}

/** Whether the ends of a person's text, of whatever letters, leave it open that it matches. */
export function mayMatch({ ends }: Pattern, column: TextColumn, person: number): boolean {
  for (const end of ends) if (!isOpen(end, column, person)) return false;
  return true;
}

/**
 * Letters of ASCII stay what they are when accents are composed, except one before an accent: that becomes a letter which no
 * letter of ASCII is. So where only ASCII stands, other letters are an answer; at a beginning, if the glob's are ASCII too,
 * since an accent may stand behind them.
 */
function isOpen({ letters, mask, behind, back }: Anchor, { bytes, starts }: TextColumn, person: number): boolean {
  const at = (starts[person + behind] ?? 0) - back;
  if (at < 0 || at > bytes.length - LETTERS) return true;
  const found =
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  return (found & BEYOND_ASCII & mask) !== 0 || (((found | EITHER_CASE) ^ letters) & mask) === 0;
}

/** Whether a text of ASCII matches, in time of at most glob length times text length. */
export function matchesPlain({ segments }: Pattern, { bytes, starts }: TextColumn, person: number): boolean {
  const from = starts[person] ?? 0;
  const to = starts[person + 1] ?? 0;
  const last = segments.length - 1;
  const head = segments[0] ?? NOTHING;
  if (last === 0) return to - from === head.length && isAt(head, bytes, from);
  const ending = segments[last] ?? NOTHING;
  const end = to - ending.length;
  let position = from + head.length;
  if (position > end || !isAt(head, bytes, from) || !isAt(ending, bytes, end)) return false;
  // Where each segment is found first leaves the most for those behind it.
  for (let at = 1; at < last; at++) {
    const segment = segments[at] ?? NOTHING;
    const latest = end - segment.length;
    while (position <= latest && !isAt(segment, bytes, position)) position++;
    if (position > latest) return false;
    position += segment.length;
  }
  return true;
}

const NOTHING = new Uint8Array(0);

/** Bytes in lower case. */
const lower = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));

function isAt(segment: Uint8Array, bytes: Uint8Array, place: number): boolean {
  for (let at = 0; at < segment.length; at++) {
    const wanted = segment[at];
    if (wanted !== MARK && wanted !== lower[bytes[place + at] ?? 0]) return false;
  }
  return true;
}
