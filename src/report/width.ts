let segmenter: Intl.Segmenter | null = null;

/** Made with the first text that needs it: that takes as long as all else that a short command does. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** Scripts and blocks whose characters take two columns. Source: Unicode Standard Annex 11, East Asian Width. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
/** Halfwidth Katakana and Hangul: of a wide script, but one column. */
const halfWidth = /[\uFF61-\uFFDC]/;
const emoji = /\p{Emoji_Presentation}|\uFE0F|\u20E3/u;
const blank = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
const ascii = /^[\x20-\x7e]*$/;

function widthOfGrapheme(grapheme: string): number {
  if (blank.test(grapheme)) return 0;
  if (emoji.test(grapheme)) return 2;
  return wide.test(grapheme) && !halfWidth.test(grapheme) ? 2 : 1;
}

/** How many columns a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text, cut to a width, with `…` where something is missing. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const [start = ""] = hardBreak(text, Math.max(1, width - 1));
  return `${start}…`;
}

/** The text with blanks after it up to a width. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** A word longer than a line, cut into pieces that fit; nothing is lost. A wide character never fits less than 2. */
function hardBreak(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  let taken = 0;
  for (const { segment } of graphemesOf(word)) {
    const more = widthOfGrapheme(segment);
    if (taken + more > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      taken = 0;
    }
    piece += segment;
    taken += more;
  }
  return [...pieces, piece];
}

/** The text as lines of at most `width` columns, broken at blanks, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  for (const word of text.split(/ +/)) {
    const size = displayWidth(word);
    if (line !== "" && taken + 1 + size <= width) {
      line += ` ${word}`;
      taken += 1 + size;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = size > width ? hardBreak(word, width) : [word];
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
    taken = displayWidth(line);
  }
  return [...lines, line];
}
