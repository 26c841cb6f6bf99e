import { everyChange } from "../model/plan-changes.ts";
import type { Change, HeldBack, OutcomeKind, Plan, RunResult } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { doerOf, groupHeldBack, handoffWords } from "./held-groups.ts";
import { actionWords, createLabels, type Labels } from "./labels.ts";
import { subjectKey } from "./review-difference.ts";
import { clip } from "./width.ts";

/** One thing that is left to do. */
export interface LeftOver {
  readonly accountId: string;
  /** What was to be done, in words. */
  readonly asked: string;
  readonly reason: string;
  /** Who can do something about it, with since when it is open; null where nobody is named. */
  readonly owner: string | null;
  readonly duty: boolean;
}

/** All that is left in one way, with what to do about it. */
export interface LeftGroup {
  readonly title: string;
  readonly remedy: string;
  readonly left: readonly LeftOver[];
}

type LeftKind = "owed" | "quarantined" | Exclude<OutcomeKind, "done" | "done-not-yet-visible" | "already-so">;

/** In the order in which they need somebody. */
const kinds: readonly { readonly kind: LeftKind; readonly title: string; readonly remedy: string }[] = [
  {
    kind: "owed",
    title: "Owed",
    remedy:
      "These are duties. Whoever is named does it, or removes what stands in the way; they stay listed in every plan until they are done.",
  },
  {
    kind: "partial",
    title: "Partly done",
    remedy:
      "Look at these accounts: a part was done and could not be put back. Applying the same plan again goes on with them while it is valid; otherwise set the account right by hand, or let the next plan propose it.",
  },
  {
    kind: "failed",
    title: "Failed",
    remedy:
      "Nothing was changed for them. Read the reason: where it is a right or a setting, put it right. The next plan proposes them again.",
  },
  {
    kind: "failed-restored",
    title: "Failed and put back",
    remedy: "What had been done was put back, so nothing is half done. The next plan proposes them again.",
  },
  {
    kind: "unconfirmed",
    title: "Not confirmed",
    remedy:
      "They could not be looked at again, so they were left alone. The next plan looks again; if it stays so, see in Atlassian's administration what is wrong with the account or with the key.",
  },
  {
    kind: "not-reached",
    title: "Not reached",
    remedy: "The run ended before them. Applying the same plan again goes on from there while it is valid.",
  },
  {
    kind: "withdrawn",
    title: "Withdrawn",
    remedy:
      "What was approved is no longer what would be done, so nothing was changed. Where it is still wanted the next plan proposes it, and it is reviewed afresh.",
  },
  {
    kind: "left-alone",
    title: "Duties left alone",
    remedy:
      "They came back to work after the plan was made, and yet a duty speaks of them. Ask the owner of the policy whether its source is right; the next plan proposes them again if it is.",
  },
  {
    kind: "quarantined",
    title: "Quarantined",
    remedy:
      "A limit was tripped. Find out why so many are proposed; if it is right, raise the limit in a reviewed commit, or let somebody who does not approve the plan override it with a reason.",
  },
];

/**
 * What is left after a run, or after a plan that nobody applies (`result` null): changes that did not come about, duties
 * that are owed, removals that a limit holds. Whoever came back is left alone and is nothing left to do, unless a duty
 * speaks of them. Without the plan only what the run itself tells.
 */
export function leftAfter(result: RunResult | null, plan: Plan | null, labels: Labels | null): readonly LeftGroup[] {
  const changes = plan === null ? [] : everyChange(plan);
  const planned = new Map(changes.map((change) => [change.id, change]));
  const ended = new Set(result?.outcomes.map(({ change }) => change));
  const settled = new Set(changes.filter(({ id }) => ended.has(id)).map(subjectKey));
  const found: (readonly [LeftKind, LeftOver])[] = [
    ...(result?.outcomes ?? []).flatMap(({ change: id, accountId, action, outcome, reason }) => {
      const change = planned.get(id);
      const duty = change?.purpose === "duty";
      if (!isLeft(outcome, duty)) return [];
      const asked = change === undefined || labels === null ? action : actionWords(change, labels);
      return [[outcome, { accountId, asked, reason, owner: dutyOwner(change, plan), duty }] as const];
    }),
    ...(plan === null || labels === null ? [] : heldOver(plan, labels, settled)),
  ];
  return kinds.flatMap(({ kind, title, remedy }) => {
    const left = found.filter(([of]) => of === kind).map(([, each]) => each);
    return left.length === 0 ? [] : [{ title, remedy, left: left.sort((a, b) => Number(b.duty) - Number(a.duty)) }];
  });
}

function isLeft(outcome: OutcomeKind, duty: boolean): outcome is Exclude<LeftKind, "owed" | "quarantined"> {
  switch (outcome) {
    case "done":
    case "done-not-yet-visible":
    case "already-so":
      return false;
    case "left-alone":
      return duty;
    default:
      return true;
  }
}

/** Owed duties and quarantined removals of the plan that the run did not settle; a quarantined duty is told as quarantined. */
function heldOver(
  plan: Plan,
  labels: Labels,
  settled: ReadonlySet<string>,
): readonly (readonly [LeftKind, LeftOver])[] {
  const held = plan.heldBack.filter(({ owed, kind }) => owed || kind === "quarantined");
  const known = new Set(held.filter(({ kind }) => kind === "quarantined").map(subjectKey));
  const bare = plan.quarantined.filter((change) => !known.has(subjectKey(change)));
  return [
    ...held
      .filter((each) => !settled.has(subjectKey(each)))
      .map((each): readonly [LeftKind, LeftOver] => [
        each.kind === "quarantined" ? "quarantined" : "owed",
        {
          accountId: each.accountId,
          asked: actionWords(each, labels),
          reason: each.reason,
          owner: ownerWords(each, labels),
          duty: each.owed,
        },
      ]),
    ...bare
      .filter((change) => !settled.has(subjectKey(change)))
      .map((change): readonly [LeftKind, LeftOver] => [
        "quarantined",
        {
          accountId: change.accountId,
          asked: actionWords(change, labels),
          reason: "a limit was tripped",
          owner: dutyOwner(change, plan),
          duty: change.purpose === "duty",
        },
      ]),
  ];
}

function ownerWords(held: HeldBack, labels: Labels): string | null {
  const groups = groupHeldBack([held], [], labels).flatMap((kind) => kind.groups);
  const words = [held.owner ?? groups.map(doerOf).find((doer) => doer !== null) ?? null, handoffWords(groups)].filter(
    (text) => text !== null,
  );
  return words.length === 0 ? null : words.join(", ");
}

/** Who owns the policies that a change follows from. */
function dutyOwner(change: Change | undefined, plan: Plan | null): string | null {
  if (change === undefined || plan === null) return null;
  const named = new Set(change.policies.map(({ policy }) => policy));
  const owners = [...new Set(plan.policies.filter(({ id }) => named.has(id)).map(({ owner }) => owner))];
  return owners.length === 0 ? null : owners.join(", ");
}

/** The organisation's name where the plan tells it, otherwise its id; short enough to stand where nothing is cut. */
export function organizationOf(result: RunResult | null, plan: Plan | null): string {
  return clip(terminalText(plan?.organization.name ?? result?.organization ?? "the organisation"), 60);
}

/** Names behind the ids of a plan, or null without one. */
export function labelsOf(plan: Plan | null, population: Parameters<typeof createLabels>[1]): Labels | null {
  return plan === null ? null : createLabels(plan, population);
}
