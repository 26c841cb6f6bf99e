/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Something wrong, or doubtful, in what a person wrote. Findings are data: all are collected before anything stops.
 * An `error` stops a plan; a `warning` is shown.
 */
export interface Finding {
  readonly severity: "error" | "warning";
  /** The rule's stable name, for programs. */
  readonly rule: string;
  readonly place: Place;
  readonly message: string;
  readonly remedy: string;
}

/** `file:line:column`, as editors and terminals understand it. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
