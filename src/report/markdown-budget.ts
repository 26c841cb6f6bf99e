/** A part of a Markdown document that may be cut: rows between a start and an end that belong together. */
export interface MarkdownPart {
  readonly start: string;
  readonly rows: { readonly count: number; readonly at: (position: number) => string };
  readonly end: string;
  /** What stands in place of the last `left` rows. Never shorter for more rows. */
  readonly more: (left: number) => string;
}

/** How many rows each part gets before any part gets more. */
const rounds = [5, 25, Number.POSITIVE_INFINITY];

/** A part without rows. */
export function wholePart(source: string): MarkdownPart {
  return { start: source, rows: { count: 0, at: () => "" }, end: "", more: () => "" };
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/**
 * Joins opening, parts and closing to at most `maxBytes` bytes of UTF-8. Where they do not fit whole, every part keeps its
 * start, its end and its first rows, the parts in turn, and says how many rows are left out; where not even that fits,
 * parts are left out from the last on and `dropped` says how many. Opening and closing are never cut: a budget too small
 * for them is a bug.
 */
export function fitMarkdown(
  document: {
    readonly opening: string;
    readonly parts: readonly MarkdownPart[];
    readonly closing: string;
    /** Stands in place of parts left out. Never shorter for more parts. */
    readonly dropped: (parts: number) => string;
  },
  maxBytes: number,
): string {
  const { opening, closing, dropped } = document;
  const frame = bytes(opening) + bytes(closing);
  if (frame > maxBytes) throw new Error(`${frame} bytes that cannot be left out do not fit into ${maxBytes}`);
  const parts = [...document.parts];
  const bare = parts.map(({ start, rows, end, more }) => bytes(start) + bytes(end) + bytes(more(rows.count)));
  const noteFor = (left: number): number => (left === 0 ? 0 : bytes(dropped(left)));
  let used = frame + bare.reduce((sum, size) => sum + size, 0);
  while (used + noteFor(document.parts.length - parts.length) > maxBytes && parts.length > 0) {
    used -= bare[parts.length - 1] ?? 0;
    parts.pop();
  }
  const left = document.parts.length - parts.length;
  const note = left > 0 && used + noteFor(left) <= maxBytes ? dropped(left) : "";
  used += bytes(note);

  const taken = parts.map((): string[] => []);
  const full = new Set<number>();
  for (const most of rounds) {
    parts.forEach((part, position) => {
      const rows = taken[position] ?? [];
      while (!full.has(position) && rows.length < Math.min(most, part.rows.count)) {
        const row = part.rows.at(rows.length);
        const size = bytes(row);
        if (used + size > maxBytes) {
          full.add(position);
        } else {
          rows.push(row);
          used += size;
        }
      }
    });
  }
  const body = parts.map(({ start, rows, end, more }, position) => {
    const shown = taken[position] ?? [];
    const rest = rows.count - shown.length;
    return `${start}${shown.join("")}${rest > 0 ? more(rest) : ""}${end}`;
  });
  return `${opening}${body.join("")}${note}${closing}`;
}
