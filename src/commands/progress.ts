import type { ReadProgress } from "../ports.ts";
import type { Terminal } from "../terminal.ts";

/** One line that is redrawn on a terminal, or now and then a line of its own elsewhere. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Elsewhere than on a terminal: at most one line in this time. */
const LINE_EVERY_MS = 5_000;

export function createProgress(terminal: Terminal, now: () => number): Progress {
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  let unsaid: string | null = null;
  return {
    show(text) {
      if (terminal.progress === "none") return;
      const moment = now();
      if (terminal.progress === "bar") {
        if (moment - last < 100) return;
        last = moment;
        shown = true;
        terminal.err(`\r\u001b[2K${text}`);
      } else if (moment - last >= LINE_EVERY_MS) {
        last = moment;
        unsaid = null;
        terminal.err(`${text}\n`);
      } else unsaid = text;
    },
    end() {
      if (unsaid !== null) terminal.err(`${unsaid}\n`);
      unsaid = null;
      if (shown) terminal.err("\r\u001b[2K");
      shown = false;
    },
  };
}

/** `Reading people: 1,200 of 3,000`. */
export function readingWords({ step, done, of }: ReadProgress): string {
  const figure = (value: number): string => value.toLocaleString("en-GB");
  if (of === null && done <= 1) return `Reading ${step}`;
  return `Reading ${step}: ${figure(done)}${of === null ? "" : ` of ${figure(of)}`}`;
}

/** `[########......] 57% of 420 changes`. */
export function barWords(done: number, of: number, what: string): string {
  const share = of === 0 ? 1 : done / of;
  const filled = Math.round(share * 24);
  return `[${"#".repeat(filled)}${".".repeat(24 - filled)}] ${done} of ${of} ${what}`;
}
