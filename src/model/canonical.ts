/**
 * The RFC 8785 form of a JSON value. Properties that are undefined are left out, as JSON leaves them out. Throws for what
 * JSON cannot hold: numbers that are not finite, texts with half a surrogate pair, and anything that is not plain data.
 */
export function canonicalText(value: unknown): string {
  return textOf(value, []);
}

function textOf(value: unknown, orders: Orders): string {
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
      return Array.isArray(value) ? textOfList(value, orders) : textOfObject(value, orders);
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
  const orders: Orders = [];
  let piece = "{";
  let isFirst = true;
  for (const key of Object.keys(value).sort()) {
    const own: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (own === undefined) continue;
    piece += `${isFirst ? "" : ","}${canonicalString(key)}:`;
    isFirst = false;
    if (!Array.isArray(own)) {
      piece += textOf(own, orders);
      continue;
    }
    piece += "[";
    for (let at = 0; at < own.length; at++) {
      piece += at === 0 ? textOf(own[at], orders) : `,${textOf(own[at], orders)}`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    piece += "]";
  }
  yield `${piece}}`;
}

function textOfList(list: readonly unknown[], orders: Orders): string {
  let text = "[";
  for (let at = 0; at < list.length; at++) {
    text += at === 0 ? textOf(list[at], orders) : `,${textOf(list[at], orders)}`;
  }
  return `${text}]`;
}

function textOfObject(value: object, orders: Orders): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Error("a value without a JSON form cannot be digested");
  }
  const { keys, names } = orderOf(value, orders);
  let text = "{";
  for (let at = 0; at < keys.length; at++) {
    const own: unknown = (value as Readonly<Record<string, unknown>>)[keys[at] ?? ""];
    if (own === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${names[at] ?? ""}:${textOf(own, orders)}`;
  }
  return `${text}}`;
}

/** Keys in the order of their UTF-16 code units, each with how it is written. */
interface Order {
  /** The keys as the objects have them. */
  readonly found: readonly string[];
  readonly keys: readonly string[];
  readonly names: readonly string[];
}

/** By number of keys: those that were met. A hundred thousand entries of a list have few kinds of keys. */
type Orders = Order[][];

/** Kinds of keys that are looked through for one object, at most: a document may hold objects of ever other keys. */
const MOST_KINDS = 8;

function orderOf(value: object, orders: Orders): Order {
  const found = Object.keys(value);
  const known = (orders[found.length] ??= []);
  for (const order of known) if (isSame(order.found, found)) return order;
  const keys = found.toSorted();
  const order = { found, keys, names: keys.map(canonicalString) };
  if (known.length < MOST_KINDS) known.push(order);
  return order;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Texts that stand between quotation marks as they are: ASCII that nothing need be done about. */
const PLAIN = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Error("half a surrogate pair has no canonical form");
  return JSON.stringify(text);
}
