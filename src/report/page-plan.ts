import type { HeldBack } from "../model/documents.generated.ts";
import { everyChange } from "../model/plan-changes.ts";
import type { PageHeld, PagePlan } from "../model/page-data.ts";
import type { Population } from "../people/population.ts";
import { whyWords } from "./change-words.ts";
import { type HeldGroup, groupHeldBack } from "./held-groups.ts";
import { actionWords } from "./labels.ts";
import { headlineWords, type PlanOutline, policyRemarks, trippedWords } from "./plan-outline.ts";

/** A plan as the report page tells it: counts and groups for everybody, and for each person what it says of them. */
export function planForPage(outline: PlanOutline, population: Population): PagePlan {
  const { plan, labels } = outline;
  const heldOf = (entries: readonly HeldBack[]): readonly PageHeld[] =>
    groupHeldBack(entries, [], labels).flatMap(({ groups }) => groups.map((group) => heldGroup(group, population)));
  return {
    headline: headlineWords(outline),
    changes: plan.changes.length,
    people: outline.people,
    notes: plan.notes,
    tripped: outline.tripped.map((reading) => trippedWords(reading, outline)),
    quarantined: plan.quarantined.length,
    groups: outline.groups.map(({ title, purpose, changes, direction }) => ({
      title,
      purpose,
      changes: changes.length,
      takes: direction === "take",
    })),
    held: outline.heldBack.map(({ title, meaning, people, groups }) => ({
      title,
      meaning,
      people,
      groups: groups.map((group) => heldGroup(group, population)),
    })),
    owed: heldOf(outline.owed),
    handoffs: heldOf(plan.heldBack.filter(({ handoff }) => handoff)),
    policies: plan.policies.map((policy) => ({
      id: policy.id,
      description: policy.description,
      owner: policy.owner,
      matched: policy.matched,
      unknown: policy.unknown,
      changes: policy.changes,
      remarks: policyRemarks(policy),
    })),
    told: toldOf(outline, population),
    changed: peopleAt(
      population,
      plan.changes.map(({ accountId }) => accountId),
    ),
  };
}

function heldGroup(
  { asked, reason, owner, handedTo, policies, openSince, accountIds }: HeldGroup,
  population: Population,
): PageHeld {
  const people = peopleAt(population, accountIds);
  return { asked, reason, owner, handedTo, policies, since: openSince, people, count: accountIds.length };
}

/** Different people, ascending. Who is not in the snapshot has no position. */
function peopleAt(population: Population, accountIds: Iterable<string>): readonly number[] {
  const found = new Set([...accountIds].map((id) => population.find(id)));
  found.delete(-1);
  return [...found].sort((a, b) => a - b);
}

/** What the plan says of each person, the changes first. A text that many share is there once. */
function toldOf({ plan, labels }: PlanOutline, population: Population): PagePlan["told"] {
  const people: number[] = [];
  const words: number[] = [];
  const texts = new Map<string, number>();
  const tell = (accountId: string, text: string): void => {
    const person = population.find(accountId);
    if (person === -1) return;
    const at = texts.get(text) ?? texts.size;
    texts.set(text, at);
    people.push(person);
    words.push(at);
  };
  const carried = new Set(plan.changes.map(({ id }) => id));
  for (const change of everyChange(plan)) {
    const policies = change.policies.map(({ policy }) => policy).join(", ");
    const mark = carried.has(change.id) ? "Change" : "Quarantined";
    const why = whyWords(change);
    tell(change.accountId, `${mark}: ${actionWords(change, labels)}, by ${policies}${why === "" ? "" : ` (${why})`}`);
  }
  for (const held of plan.heldBack) {
    const owed = held.owed ? ", a duty that is owed" : "";
    tell(
      held.accountId,
      `Left alone (${held.kind}${owed}): ${actionWords(held, labels)}, by ${held.policy}: ${held.reason}`,
    );
  }
  return { people, words, texts: [...texts.keys()] };
}
