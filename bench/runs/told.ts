import { peakBytes } from "../peak.ts";

/** What the process of one run says of itself, as its last line. */
export interface Told {
  /** Milliseconds by part, in order. */
  readonly parts: Readonly<Record<string, number>>;
  /** The most memory that was in use up to the end of each part. */
  readonly peaks?: Readonly<Record<string, number>>;
  readonly people: number;
  readonly changes?: number;
  readonly heldBack?: number;
  readonly digest?: string;
  readonly planBytes?: number;
}

export type Run = Told & { readonly peakBytes: number };

export function tell(told: Told): void {
  const run: Run = { ...told, peakBytes: peakBytes() };
  process.stdout.write(`${JSON.stringify(run)}\n`);
}
