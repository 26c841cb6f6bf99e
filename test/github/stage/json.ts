/** A JSON object of which nothing is known yet. */
export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is something else. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** The value as a list of objects; what is no object is left out. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A text as it is, anything else as JSON. */
export function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The text at a path of keys: `textAt(pull, "head", "sha")`. Throws where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((within, key) => object(within)[key], value);
  if (typeof found !== "string") throw new Error(`There is no text at ${path.join(".")} of ${JSON.stringify(value)}.`);
  return found;
}

/** The number at a path of keys. Throws where there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = path.reduce<unknown>((within, key) => object(within)[key], value);
  if (typeof found !== "number")
    throw new Error(`There is no number at ${path.join(".")} of ${JSON.stringify(value)}.`);
  return found;
}

/** The same document with every text, at any depth, put through `change`; it is told the key the text stands under. */
export function mapTexts(value: unknown, change: (text: string, key: string) => string, key = ""): unknown {
  if (typeof value === "string") return change(value, key);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, change, name)]));
}
