/**
 * Characters that no reader sees or that change how their neighbours are shown: controls, bidirectional marks and
 * overrides, line separators, lone surrogates. The joiners U+200C and U+200D stay: names and emoji are written with them.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u3164\uFFA0]/gu;

const joiners: ReadonlySet<string> = new Set(["\u200C", "\u200D"]);

const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/** The text for a terminal, on one line: breaks become a space, other characters that a terminal obeys are dropped. */
export function terminalText(text: string): string {
  return text.replace(breaks, " ").replace(invisible, (found) => (joiners.has(found) ? found : ""));
}

/** The text on one line, with each character that would hide or reorder its neighbours written out as `⟨U+202E⟩`. */
export function visibleText(text: string): string {
  return text
    .replace(breaks, " ")
    .replace(invisible, (found) =>
      joiners.has(found) ? found : `⟨U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}

const htmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text as HTML that holds no markup, in an element or in a quoted attribute. */
export function htmlText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (found) => htmlEntities[found] ?? "");
}

/** Follows what GitHub would turn into a mention, a reference or a link; the reader does not see it. */
const zeroWidthSpace = "&#8203;";

/** What GitHub looks for in text, whatever markup is around it. */
const reference = /@|#|:(?=[\w+-]+(?::|$)|\/\/)|(?<=www)\.|(?<=gh)-(?=\d)/.source;

const markdownSigns = new RegExp(`${/[\\`*_[\]|~&<>$]/.source}|${reference}`, "gi");
const foldedSigns = new RegExp(`${/[&<>"'$]/.source}|${reference}`, "gi");

function escapeSign(sign: string): string {
  if (/[@#:.-]/.test(sign)) return `${sign}${zeroWidthSpace}`;
  if (sign === "$") return "<span>$</span>";
  return htmlEntities[sign] ?? `\\${sign}`;
}

/** What begins a list, an underline or a numbered list where a line starts. */
const lineStart = /^(\s*)(?:([-+=])|(\d+)(?=[.)]))/;

/**
 * The text as GitHub Flavored Markdown that holds no markup, on one line, also inside a table: no emphasis, link, code,
 * HTML, mathematics, mention, issue reference, emoji code or bare link comes of it.
 * Source: GitHub Flavored Markdown Spec, 2.4 and 6.9; GitHub Docs, "Autolinked references and URLs".
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(markdownSigns, escapeSign)
    .replace(lineStart, (_, space: string, mark: string | undefined, digits: string | undefined) =>
      digits === undefined ? `${space}\\${mark ?? ""}` : `${space}${digits}${zeroWidthSpace}`,
    );
}

/** The text inside an HTML element of a Markdown document, where a backslash escapes nothing but GitHub still looks for references. */
export function foldedText(text: string): string {
  return visibleText(text).replace(foldedSigns, escapeSign);
}

/**
 * The text as a Markdown code span, also inside a table: shown as it is, mentions and links included. A text with a sign
 * that ends a span or a cell is given as plain text instead.
 */
export function markdownCode(text: string): string {
  const shown = visibleText(text).trim();
  return shown === "" || /[`|\\]/.test(shown) ? markdownText(shown) : `\`${shown}\``;
}
