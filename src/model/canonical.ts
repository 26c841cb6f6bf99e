/**
 * The RFC 8785 form of a JSON value. Properties that are undefined are left out, as JSON leaves them out. Throws for what
 * JSON cannot hold: numbers that are not finite, texts with half a surrogate pair, and anything that is not plain data.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return canonicalString(value);
    case "number":
      // ECMAScript writes numbers as RFC 8785 wants them; 0 and -0 alike.
      if (Number.isFinite(value)) return String(value);
      break;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? `[${value.map(canonicalText).join(",")}]` : canonicalObject(value);
    default:
      break;
  }
  throw new Error("a value without a JSON form cannot be digested");
}

/** About how many characters a piece has at least. */
const PIECE = 65_536;

/**
 * The same form in pieces, none of them much larger than one entry of a list that stands in the value itself: a plan of a
 * hundred thousand changes never stands in memory a second time.
 */
export function* canonicalPieces(value: object): Generator<string> {
  let piece = "{";
  let isFirst = true;
  for (const key of keysOf(value)) {
    const own: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (own === undefined) continue;
    piece += `${isFirst ? "" : ","}${canonicalString(key)}:`;
    isFirst = false;
    if (!Array.isArray(own)) {
      piece += canonicalText(own);
      continue;
    }
    piece += "[";
    for (let at = 0; at < own.length; at++) {
      piece += at === 0 ? canonicalText(own[at]) : `,${canonicalText(own[at])}`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    piece += "]";
  }
  yield `${piece}}`;
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Error("a value without a JSON form cannot be digested");
  }
  let text = "{";
  for (const key of keysOf(value)) {
    const own: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (own === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${canonicalString(key)}:${canonicalText(own)}`;
  }
  return `${text}}`;
}

/** Keys in the order of their UTF-16 code units. */
function keysOf(value: object): readonly string[] {
  const keys = Object.keys(value);
  for (let at = 1; at < keys.length; at++) if ((keys[at - 1] ?? "") > (keys[at] ?? "")) return keys.sort();
  return keys;
}

/** Texts that stand between quotation marks as they are: ASCII that nothing need be done about. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Error("half a surrogate pair has no canonical form");
  return JSON.stringify(text);
}
