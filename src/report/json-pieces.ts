/** About how many characters a piece has at least. */
const PIECE = 65_536;

/**
 * A document as `JSON.stringify` writes it, with a line break after it: on lines indented by two spaces, or on one line.
 * In pieces none of which is much larger than one entry of its lists, so that a large plan is never held as one text.
 */
export function* jsonPieces(document: object, layout: "lines" | "line"): Generator<string> {
  const isWide = layout === "lines";
  const [field, entry, between] = isWide ? ["\n  ", "\n    ", ": "] : ["", "", ":"];
  const text = (value: unknown, indent: string): string | undefined =>
    isWide ? JSON.stringify(value, null, 2)?.replaceAll("\n", indent) : JSON.stringify(value);
  let piece = "{";
  let isFirst = true;
  for (const [key, value] of Object.entries(document)) {
    const isList = Array.isArray(value) && value.length > 0;
    const whole = isList ? "[" : text(value, field);
    if (whole === undefined) continue;
    piece += `${isFirst ? "" : ","}${field}${JSON.stringify(key)}${between}${whole}`;
    isFirst = false;
    if (!isList) continue;
    for (let at = 0; at < value.length; at++) {
      piece += `${at === 0 ? "" : ","}${entry}${text(value[at], entry) ?? "null"}`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    piece += `${field}]`;
  }
  yield `${piece}${isFirst || !isWide ? "" : "\n"}}\n`;
}
