import type { Change, Operation } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Seconds } from "../model/time.ts";
import { inverseOf } from "./inverse.ts";

/** One operation of an earlier run, as far as its journal proves it. */
export interface ProvedOperation {
  readonly run: string;
  readonly at: Seconds;
  /** The change it was part of, as approved. */
  readonly change: Change;
  readonly operation: Operation;
  /** `done`: by us, and not put back. `unclear`: intended; neither an answer nor reading back could tell. */
  readonly proof: "done" | "unclear";
}

/** What is to be taken back. Every part that is given must fit. */
export interface UndoSelection {
  readonly run: string | null;
  readonly accountId: string | null;
  readonly policy: string | null;
  /** Only what was done at this moment or later. */
  readonly since: Seconds | null;
}

/** What became of one selected operation: it is to be taken back, or not, and why. */
export type Chosen =
  | { readonly kind: "undo"; readonly proved: ProvedOperation; readonly inverse: Operation }
  | {
      readonly kind: "skip";
      readonly proved: ProvedOperation;
      readonly code: SkipCode;
      readonly reason: string;
      /** Set where a later run has taken it back already. */
      readonly isBack?: true;
    };

export type SkipCode = "changed-by-later-run" | "not-proved" | "cannot-be-undone";

/** Whether an operation is among what is to be taken back. */
export function isSelected(selection: UndoSelection, { run, at, change }: ProvedOperation): boolean {
  return (
    (selection.run === null || selection.run === run) &&
    (selection.accountId === null || selection.accountId === change.accountId) &&
    (selection.policy === null || change.policies.some(({ policy }) => policy === selection.policy)) &&
    (selection.since === null || at >= selection.since)
  );
}

/**
 * Of everything that was done, what to take back, the latest first. What several runs did to one thing counts once: from
 * how it was before the first selected one. What a later run has changed again is its own to undo.
 */
export function chooseForUndo(all: readonly ProvedOperation[], selection: UndoSelection): readonly Chosen[] {
  const ordered = [...all].sort((a, b) => a.at - b.at || compareText(a.run, b.run));
  const byThing = Map.groupBy(ordered, ({ change, operation }) => `${change.accountId} ${thingOf(operation)}`);
  const chosen: Chosen[] = [];
  for (const history of byThing.values()) {
    const selected = history.filter((proved) => isSelected(selection, proved));
    const [first] = selected;
    const last = selected.at(-1);
    if (first === undefined || last === undefined) continue;
    chosen.push(...choose(history, first, last));
  }
  return chosen.sort((a, b) => b.proved.at - a.proved.at || ordered.indexOf(b.proved) - ordered.indexOf(a.proved));
}

function choose(history: readonly ProvedOperation[], first: ProvedOperation, last: ProvedOperation): readonly Chosen[] {
  const skip = (code: SkipCode, reason: string): readonly Chosen[] => [{ kind: "skip", proved: last, code, reason }];
  if (last.proof === "unclear") {
    return skip("not-proved", `the journal of ${last.run} does not tell whether it was done; look at it by hand`);
  }
  const later = history.at(-1);
  if (later !== undefined && later !== last) {
    const isBack = later.proof === "done" && later.operation.kind !== last.operation.kind;
    if (!isBack) return skip("changed-by-later-run", `${later.run} has changed it again since; undo that run first`);
    const reason = `${later.run} has taken it back already`;
    return [{ kind: "skip", proved: last, code: "changed-by-later-run", reason, isBack }];
  }
  const inverse = inverseOf(last.operation);
  if (inverse === null) return skip("cannot-be-undone", lossOf(last));
  const isBackAlready = first.operation.kind !== last.operation.kind;
  return isBackAlready ? [] : [{ kind: "undo", proved: last, inverse }];
}

function lossOf({ change }: ProvedOperation): string {
  const { seats, paths } = change.before;
  const lost = [
    ...(seats.length === 0 ? [] : [seats.length === 1 ? "1 seat" : `${seats.length} seats`]),
    ...(paths.length === 0 ? [] : [paths.join(", ")]),
  ];
  const held = lost.length === 0 ? "" : ` Lost with it: ${lost.join("; ")}.`;
  return `removing somebody from a directory cannot be taken back: invite the person again, then give groups and roles anew.${held}`;
}

/** What an operation is about, so that two that undo each other are about the same thing. */
function thingOf({ kind, directory, group, instance, role }: Operation): string {
  switch (kind) {
    case "leaveGroup":
    case "joinGroup":
      return `group ${group ?? ""}`;
    case "assignRole":
    case "revokeRole":
      return `role ${instance ?? ""} ${role ?? ""}`;
    case "suspend":
    case "restore":
      return `access ${directory ?? ""}`;
    case "removeFromDirectory":
      return `member ${directory ?? ""}`;
    case "deactivate":
    case "activate":
      return "account";
  }
}
