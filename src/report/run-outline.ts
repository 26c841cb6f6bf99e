import { everyChange } from "../model/plan-changes.ts";
import type { Change, Outcome, OutcomeKind, Plan, RunResult } from "../model/documents.generated.ts";
import { secondsOf } from "../model/time.ts";
import { actionWords, createLabels, type Labels } from "./labels.ts";
import { type Names, tellApart } from "./people.ts";
import type { Tone } from "./palette.ts";
import { figure, many, people, sentence } from "./words.ts";

/** One approved change and how it ended. */
export interface EndedChange {
  readonly accountId: string;
  /** What was to be done, in words. */
  readonly asked: string;
  readonly reason: string;
}

/** All changes that ended in one way. */
export interface OutcomeGroup {
  readonly kind: OutcomeKind;
  readonly title: string;
  readonly meaning: string;
  readonly tone: Tone;
  readonly changes: readonly EndedChange[];
}

/** A run arranged for readers: what needs somebody's eye first, what went well last. */
export interface RunOutline {
  readonly result: RunResult;
  readonly names: Names;
  readonly groups: readonly OutcomeGroup[];
  /** Seats freed by what was carried out, by app instance; empty without the plan. */
  readonly freed: readonly { readonly label: string; readonly seats: number }[];
  /** People who wait for their turn in a later plan. */
  readonly waiting: number;
  /** Changes carried out that cannot be undone exactly: null without the plan. */
  readonly inexact: number | null;
}

const kinds: readonly {
  readonly kind: OutcomeKind;
  readonly title: string;
  readonly meaning: string;
  readonly tone: Tone;
}[] = [
  {
    kind: "partial",
    title: "Partly done",
    meaning: "not all of it could be put back, so look here first",
    tone: "danger",
  },
  { kind: "failed", title: "Failed", meaning: "nothing was changed", tone: "danger" },
  { kind: "failed-restored", title: "Failed and put back", meaning: "what had been done was put back", tone: "danger" },
  { kind: "left-alone", title: "Left alone", meaning: "came back", tone: "caution" },
  {
    kind: "unconfirmed",
    title: "Not confirmed",
    meaning: "could not be looked at again, so left alone",
    tone: "caution",
  },
  { kind: "withdrawn", title: "Withdrawn", meaning: "no longer proposed as it was approved", tone: "caution" },
  { kind: "not-reached", title: "Not reached", meaning: "the run ended before them", tone: "caution" },
  {
    kind: "done-not-yet-visible",
    title: "Done, not yet visible",
    meaning: "accepted; Atlassian's reads lag",
    tone: "good",
  },
  { kind: "done", title: "Done", meaning: "carried out and read back", tone: "good" },
  { kind: "already-so", title: "Already so", meaning: "nothing was left to do", tone: "plain" },
];

const carriedOut: ReadonlySet<OutcomeKind> = new Set(["done", "done-not-yet-visible"]);

/** Arranges a run. With the plan it carried out, changes are told in words and seats are counted. */
export function outlineRun(result: RunResult, plan: Plan | null, names: Names): RunOutline {
  const labels = plan === null ? null : createLabels(plan, names.population);
  const planned = new Map((plan == null ? [] : everyChange(plan)).map((change) => [change.id, change]));
  const asked = ({ change, action }: Outcome): string => {
    const found = planned.get(change);
    return found === undefined || labels === null ? action : actionWords(found, labels);
  };
  const done = result.outcomes.flatMap(({ change, outcome }) => {
    const found = planned.get(change);
    return found !== undefined && carriedOut.has(outcome) ? [found] : [];
  });
  return {
    result,
    names: tellApart(
      names,
      result.outcomes.map(({ accountId }) => accountId),
    ),
    groups: kinds.flatMap((kind) => {
      const ended = result.outcomes.filter(({ outcome }) => outcome === kind.kind);
      const changes = ended.map((outcome) => ({
        accountId: outcome.accountId,
        asked: asked(outcome),
        reason: outcome.reason,
      }));
      return changes.length === 0 ? [] : [{ ...kind, changes }];
    }),
    freed: labels === null ? [] : freedSeats(done, labels),
    waiting: new Set(plan?.heldBack.filter(({ kind }) => kind === "waiting").map(({ accountId }) => accountId)).size,
    inexact: plan === null ? null : done.filter(({ undo }) => undo.possible !== "exact").length,
  };
}

function freedSeats(
  changes: readonly Change[],
  labels: Labels,
): readonly { readonly label: string; readonly seats: number }[] {
  const byInstance = new Map<string, Set<string>>();
  for (const { accountId, before, after } of changes) {
    for (const instance of before.seats) {
      if (after.seats.includes(instance)) continue;
      byInstance.set(instance, (byInstance.get(instance) ?? new Set()).add(accountId));
    }
  }
  return [...byInstance]
    .map(([instance, holders]) => ({ label: labels.instance(instance), seats: holders.size }))
    .sort((a, b) => b.seats - a.seats || (a.label < b.label ? -1 : 1));
}

/** `4 of 10 changes were carried out.` */
export function runHeadline({ result, groups }: RunOutline): string {
  const total = result.outcomes.length;
  if (total === 0) return "There was nothing to carry out.";
  const count = (kind: OutcomeKind): number => groups.find((group) => group.kind === kind)?.changes.length ?? 0;
  const done = count("done") + count("done-not-yet-visible");
  if (done === total)
    return total === 1 ? "The change was carried out." : `All ${figure(total)} changes were carried out.`;
  return `${figure(done)} of ${many(total, "change")} ${done === 1 ? "was" : "were"} carried out.`;
}

/** How the run ended: the reason and the exit code. */
export function exitWords({ result: { exit } }: RunOutline): string {
  return exit.code === 0
    ? sentence(`Ended well: ${exit.reason}`)
    : sentence(`Ended with exit code ${exit.code}: ${exit.reason}`);
}

/** How long the run took: `2 min 42 s`. */
export function durationWords({ result: { startedAt, finishedAt } }: RunOutline): string {
  const seconds = Math.max(0, (secondsOf(finishedAt) ?? 0) - (secondsOf(startedAt) ?? 0));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${figure(minutes)} min ${seconds % 60} s`;
}

/** What is still to come, one sentence each. */
export function waitingWords({ groups, waiting }: RunOutline): readonly string[] {
  const count = (...kinds: readonly OutcomeKind[]): number =>
    groups.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { changes }) => sum + changes.length, 0);
  const open = count("withdrawn", "failed", "failed-restored");
  const notReached = count("not-reached");
  return [
    ...(notReached > 0
      ? [
          `${many(notReached, "change")} ${notReached === 1 ? "was" : "were"} not reached: the same apply goes on from there.`,
        ]
      : []),
    ...(open > 0 ? [`${many(open, "change")} ${open === 1 ? "waits" : "wait"} for a new plan.`] : []),
    ...(waiting > 0
      ? [`${people(waiting)} ${waiting === 1 ? "waits" : "wait"} for a turn, as the policies' pace says.`]
      : []),
  ];
}

/** What an undo gives back; follows its command. */
export function undoNote({ inexact }: RunOutline): string {
  const how = "takes back what this run changed, through the same review, and only what nobody else changed since.";
  if (inexact === null || inexact === 0) return how;
  return `${how} ${many(inexact, "change")} cannot be undone exactly; the plan says what stays lost.`;
}
