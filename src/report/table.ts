import { terminalText } from "./escape.ts";
import type { Palette, Tone } from "./palette.ts";
import { displayWidth, wrap } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Columns below which it becomes unreadable; 12 unless told. */
  readonly least?: number;
  readonly tone?: Tone;
}

/** Cells, with remarks on lines of their own under them; or a line across all columns. */
export type Row =
  | { readonly cells: readonly string[]; readonly remarks?: readonly { readonly text: string; readonly tone: Tone }[] }
  | { readonly across: string; readonly tone: Tone; readonly indent: number };

/** Blanks between two columns. */
const gap = 2;
const remarkIndent = 4;

/**
 * A table as lines of at most `width` columns, cells wrapped; null where it does not fit. Every text is made safe for a
 * terminal.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  options: { readonly width: number; readonly indent: number; readonly palette: Palette },
): readonly string[] | null {
  const { palette, indent } = options;
  const room = options.width - indent;
  const widths = fitColumns(columns, rows, room);
  if (widths === null) return null;
  const margin = " ".repeat(indent);
  const lines: string[] = [];
  const pushCells = (texts: readonly string[], toneOf: (column: Column) => Tone): void => {
    const cells = texts.map((text, at) => wrap(terminalText(text), Math.max(1, widths[at] ?? 1)));
    const height = Math.max(1, ...cells.map((cell) => cell.length));
    for (let at = 0; at < height; at++) {
      const parts = columns.map((column, position) => {
        const text = cells[position]?.[at] ?? "";
        const blanks = " ".repeat(Math.max(0, (widths[position] ?? 0) - displayWidth(text)));
        const toned = palette(toneOf(column), text);
        return column.align === "right" ? blanks + toned : toned + blanks;
      });
      lines.push(`${margin}${parts.join(" ".repeat(gap))}`.trimEnd());
    }
  };
  const pushLine = (text: string, tone: Tone, more: number): void => {
    for (const line of wrap(terminalText(text), Math.max(12, room - more))) {
      lines.push(line === "" ? "" : `${margin}${" ".repeat(more)}${palette(tone, line)}`);
    }
  };

  if (columns.some(({ title }) => title !== "")) {
    pushCells(
      columns.map(({ title }) => title),
      () => "faint",
    );
  }
  for (const row of rows) {
    if ("across" in row) {
      pushLine(row.across, row.tone, row.indent);
      continue;
    }
    pushCells(row.cells, ({ tone }) => tone ?? "plain");
    for (const { text, tone } of row.remarks ?? []) pushLine(text, tone, remarkIndent);
  }
  return lines;
}

/** Longer words are broken where a table would not fit otherwise: account ids are not. */
const longestWord = 44;

/**
 * The widths of the columns: as wide as their texts, the widest narrowed until all fit, with words kept whole where that is
 * possible; null where they cannot fit.
 */
function fitColumns(columns: readonly Column[], rows: readonly Row[], width: number): readonly number[] | null {
  const natural = columns.map(({ title }) => displayWidth(title));
  const words = columns.map(() => 0);
  for (const row of rows) {
    if ("across" in row) continue;
    row.cells.forEach((cell, at) => {
      const text = terminalText(cell);
      natural[at] = Math.max(natural[at] ?? 0, displayWidth(text));
      for (const word of text.split(" ")) words[at] = Math.max(words[at] ?? 0, displayWidth(word));
    });
  }
  const room = width - gap * (columns.length - 1);
  const least = columns.map(({ least = 12 }, at) => Math.min(natural[at] ?? 0, least));
  const leastWhole = least.map((each, at) => Math.max(each, Math.min(words[at] ?? 0, longestWord)));
  return narrowed(natural, leastWhole, room) ?? narrowed(natural, least, room);
}

function narrowed(natural: readonly number[], least: readonly number[], room: number): readonly number[] | null {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    let widest = -1;
    widths.forEach((each, at) => {
      if (each > (least[at] ?? 0) && (widest === -1 || each > (widths[widest] ?? 0))) widest = at;
    });
    if (widest === -1) return null;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}
