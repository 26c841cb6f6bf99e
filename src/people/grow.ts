/** A list of unsigned 32-bit numbers that grows. */
export interface GrowingNumbers {
  push(value: number): void;
  /** What was pushed, as a view that lives until the next push. */
  view(): Uint32Array;
}

export function growingNumbers(): GrowingNumbers {
  let values = new Uint32Array(1024);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = new Uint32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    view: () => values.subarray(0, length),
  };
}

/** Texts one after another as UTF-8, so that a million names cost their bytes and no objects. */
export interface TextStore {
  /** Keeps a text; the result finds it again. */
  add(text: string): number;
  /** The text kept under this handle. */
  get(handle: number): string;
}

/** In a column of handles: no text. */
export const NO_TEXT = 0xffffffff;

export function textStore(): TextStore {
  let bytes = Buffer.allocUnsafe(64 * 1024);
  let used = 0;
  const starts = growingNumbers();
  let handles = 0;
  return {
    add(text) {
      const most = text.length * 3;
      if (used + most > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, used + most));
        bytes.copy(larger, 0, 0, used);
        bytes = larger;
      }
      starts.push(used);
      used += bytes.write(text, used, "utf8");
      return handles++;
    },
    get(handle) {
      const view = starts.view();
      const start = view[handle] ?? 0;
      const end = handle + 1 < view.length ? (view[handle + 1] ?? used) : used;
      return bytes.toString("utf8", start, end);
    },
  };
}
