import fc from "fast-check";

/** One thing that happens to a file between its writing and its reading. Places are shares of its length. */
type Edit =
  | { readonly kind: "put"; readonly at: number; readonly what: Uint8Array }
  | { readonly kind: "overwrite"; readonly at: number; readonly what: Uint8Array }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat"; readonly at: number; readonly length: number }
  | { readonly kind: "move"; readonly at: number; readonly length: number; readonly to: number }
  | { readonly kind: "end"; readonly at: number };

const PLACES = 1_000_000;

const words = [
  "\n",
  "\r\n",
  "\u0000",
  "\ufeff",
  "\u2028",
  '"',
  "'",
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "- ",
  "&a ",
  "*a",
  "!!js/function ",
  "<<: ",
  "|",
  ">",
  "%YAML 1.1\n",
  "---\n",
  "true",
  "null",
  "0",
  "-1",
  "1e999",
  "9007199254740993",
  '"__proto__"',
  '"constructor"',
  '"take"',
  '"give"',
  "2026-02-30",
  "*",
  "?",
  "=cmd()",
  "ü",
  "𝕏",
];

const what = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.constantFrom(...words).map((word) => new Uint8Array(Buffer.from(word))),
);
const at = fc.nat(PLACES - 1);
const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 400 }));

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), at, what }),
  fc.record({ kind: fc.constant("overwrite" as const), at, what }),
  fc.record({ kind: fc.constant("cut" as const), at, length }),
  fc.record({ kind: fc.constant("repeat" as const), at, length }),
  fc.record({ kind: fc.constant("move" as const), at, length, to: at }),
  fc.record({ kind: fc.constant("end" as const), at }),
);

/** One to four edits. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(edit, { minLength: 1, maxLength: 4 });

/** The bytes after these edits. */
export function edited(bytes: Uint8Array, all: readonly Edit[]): Uint8Array {
  let now: Uint8Array = bytes;
  for (const each of all) now = once(now, each);
  return now;
}

function once(bytes: Uint8Array, each: Edit): Uint8Array {
  const place = (share: number): number => Math.floor((share / PLACES) * (bytes.length + 1));
  const from = place(each.at);
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  switch (each.kind) {
    case "put":
      return joined(before, each.what, after);
    case "overwrite":
      return joined(before, each.what, after.subarray(each.what.length));
    case "cut":
      return joined(before, after.subarray(each.length));
    case "repeat":
      return joined(before, after.subarray(0, each.length), after);
    case "move": {
      const rest = joined(before, after.subarray(each.length));
      const to = Math.min(place(each.to), rest.length);
      return joined(rest.subarray(0, to), after.subarray(0, each.length), rest.subarray(to));
    }
    case "end":
      return before;
  }
}

/** The value with one part replaced, removed or doubled: the part that the steps lead to. */
export function altered(value: unknown, steps: readonly number[], by: unknown): unknown {
  const [step = 0, ...rest] = steps;
  if (typeof value !== "object" || value === null || steps.length === 0) return by;
  if (Array.isArray(value)) {
    if (value.length === 0) return [by];
    const index = step % value.length;
    if (step % 7 === 0) return value.toSpliced(index, 1);
    if (step % 7 === 1) return value.toSpliced(index, 0, value[index]);
    return value.with(index, altered(value[index], rest, by));
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  if (step % 11 === 0) return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  return { ...fields, [key]: altered(fields[key], rest, by) };
}

export const steps = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 8 });
