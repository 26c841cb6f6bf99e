import { terminalText } from "./escape.ts";
import { createPalette, type Palette, type TextOptions, type Tone } from "./palette.ts";
import { type Column, type Row, tableLines } from "./table.ts";
import { displayWidth, padEnd, wrap } from "./width.ts";

/** A line of text is hard to follow beyond this; tables may be wider. */
const longestLine = 100;
const narrowest = 30;

/** A text for a terminal in the making. Everything given to it is made safe for a terminal. */
export interface TextPage {
  readonly width: number;
  readonly palette: Palette;
  /** A part's title, with a faint remark after it. */
  heading(title: string, remark?: string, tone?: Tone): void;
  /** A paragraph, wrapped; lines after the first are indented `hang` columns more. */
  paragraph(text: string, options?: { readonly indent?: number; readonly hang?: number; readonly tone?: Tone }): void;
  /** Labels with what they say, the labels under each other. */
  pairs(
    pairs: readonly { readonly label: string; readonly text: string; readonly tone?: Tone }[],
    options?: { readonly indent?: number },
  ): void;
  /** False, and nothing written, where the table does not fit. */
  table(columns: readonly Column[], rows: readonly Row[], options?: { readonly indent?: number }): boolean;
  /** One line that is never broken: a command, a digest. */
  verbatim(text: string, options?: { readonly indent?: number; readonly tone?: Tone }): void;
  blank(): void;
  /** The whole text, ending in one line break. */
  text(): string;
}

export function createTextPage(options: TextOptions): TextPage {
  const palette = createPalette(options.colour);
  const width = Math.max(narrowest, options.width);
  const lines: string[] = [];
  const push = (indent: number, tone: Tone, line: string): void => {
    lines.push(line === "" ? "" : `${" ".repeat(indent)}${palette(tone, line)}`);
  };
  const wrapped = (text: string, indent: number): readonly string[] =>
    wrap(terminalText(text), Math.max(12, Math.min(width, longestLine) - indent));

  return {
    width,
    palette,
    heading(title, remark = "", tone = "strong") {
      const [first = "", ...more] = wrapped(title, 0);
      const rest = terminalText(remark);
      const fits = more.length === 0 && rest !== "" && displayWidth(`${first} · ${rest}`) <= width;
      lines.push(palette(tone, first) + (fits ? palette("faint", ` · ${rest}`) : ""));
      for (const line of more) push(0, tone, line);
      if (rest !== "" && !fits) for (const line of wrapped(remark, 0)) push(0, "faint", line);
    },
    paragraph(text, { indent = 0, hang = 0, tone = "plain" } = {}) {
      wrapped(text, indent + hang).forEach((line, at) => push(at === 0 ? indent : indent + hang, tone, line));
    },
    pairs(pairs, { indent = 0 } = {}) {
      const labelWidth = Math.max(0, ...pairs.map(({ label }) => label.length));
      for (const { label, text, tone = "plain" } of pairs) {
        wrapped(text, indent + labelWidth + 2).forEach((line, at) => {
          const start = palette("faint", padEnd(at === 0 ? label : "", labelWidth));
          lines.push(`${" ".repeat(indent)}${start}  ${palette(tone, line)}`.trimEnd());
        });
      }
    },
    table(columns, rows, { indent = 0 } = {}) {
      const table = tableLines(columns, rows, { width, indent, palette });
      for (const line of table ?? []) lines.push(line);
      return table !== null;
    },
    verbatim(text, { indent = 0, tone = "plain" } = {}) {
      push(indent, tone, terminalText(text));
    },
    blank() {
      if (lines.length > 0 && lines.at(-1) !== "") lines.push("");
    },
    text: () => `${lines.join("\n").trimEnd()}\n`,
  };
}
