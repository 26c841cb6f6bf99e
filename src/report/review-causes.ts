import type { Change, Plan, PolicySummary } from "../model/documents.generated.ts";
import { type ChangeGroup, groupChanges } from "./change-groups.ts";
import { actionWords, createLabels } from "./labels.ts";
import { type MarkdownPart, wholePart } from "./markdown-budget.ts";
import { code, foldedEnd, foldedStart, tablePart, type WholeDocument } from "./markdown-parts.ts";
import { md, type Markdown } from "./markup.ts";
import { groupPart, peopleCell } from "./plan-markdown-parts.ts";
import { type PlanOutline, policyRemarks } from "./plan-outline.ts";
import { causesOf, type ChangeLists, differenceOf, subjectKey } from "./review-difference.ts";
import { figure, many, momentWords, people } from "./words.ts";

/** A table of what is no longer proposed is unfolded up to this many rows. */
const openReasons = 10;

/** Every change of a plan: by cause where the plan of the base is at hand, otherwise together. */
export function changeParts(outline: PlanOutline, base: Plan | null, whole: WholeDocument): readonly MarkdownPart[] {
  const { plan } = outline;
  if (base === null) return listParts(plan, outline, whole);
  const { policy, world, dropped } = causesOf(plan, base);
  return [
    section("Because you changed the policy", policy, {
      none: "Nothing is proposed that would not be proposed without this pull request.",
      some: "Without this pull request these would not be proposed, or not like this.",
    }),
    ...policiesChanged(plan, base, whole),
    ...listParts(policy, outline, whole),
    ...droppedPart(dropped, base, outline, whole),
    ...(sizeOf(world) === 0
      ? []
      : [
          section("Because the world changed", world, {
            none: "",
            some: "These are proposed with or without this pull request: the policies in force ask for them already.",
          }),
        ]),
    ...listParts(world, outline, whole),
  ];
}

/** How this plan differs from the one that was posted in the same place before, with the first few people. */
export function sinceParts(outline: PlanOutline, previous: Plan | null, title: string): readonly MarkdownPart[] {
  const { plan } = outline;
  if (previous === null || previous.digest === plan.digest) return [];
  const { added, removed, different } = differenceOf(plan, previous);
  const counts = [
    ...(added.length === 0 ? [] : [`+${many(added.length, "change")}`]),
    ...(removed.length === 0 ? [] : [`−${added.length === 0 ? many(removed.length, "change") : removed.length}`]),
    ...(different.length === 0 ? [] : [`${different.length} different`]),
  ];
  const held =
    plan.quarantined.length === previous.quarantined.length
      ? ""
      : ` ${many(plan.quarantined.length, "removal")} quarantined; ${previous.quarantined.length} in the plan before.`;
  const line = (title: string, changes: readonly Change[], of: Plan): readonly Markdown[] =>
    changes.length === 0 ? [] : [md`\n- ${title}: ${firstFew(changes, of, outline)}`];
  return [
    wholePart(
      md`
**${title}**: ${counts.length === 0 ? "the same changes" : counts.join(", ")}.${held} The plan before was of ${momentWords(previous.asOf)}; an approval given to it does not count for this one.
${line("New", added, plan)}${line("Gone", removed, previous)}${line("Different", different, plan)}
`.source,
    ),
  ];
}

/** Changes named in a line before the rest are counted. */
const namedChanges = 3;

function firstFew(changes: readonly Change[], of: Plan, outline: PlanOutline): Markdown {
  const labels = of === outline.plan ? outline.labels : createLabels(of, outline.names.population);
  const shown = changes
    .slice(0, namedChanges)
    .map(
      (change, at) =>
        md`${at === 0 ? "" : "; "}${peopleCell([change.accountId], outline)}: ${actionWords(change, labels)}`,
    );
  const left = changes.length - shown.length;
  return md`${shown}${left > 0 ? `; and ${figure(left)} more` : ""}`;
}

function sizeOf({ changes, quarantined, protectedDuties }: ChangeLists): number {
  return changes.length + quarantined.length + protectedDuties.length;
}

function section(
  title: string,
  lists: ChangeLists,
  words: { readonly none: string; readonly some: string },
): MarkdownPart {
  const { changes, quarantined, protectedDuties } = lists;
  const concerned = new Set([...changes, ...quarantined, ...protectedDuties].map(({ accountId }) => accountId)).size;
  if (concerned === 0) return wholePart(md`\n### ${title}: nothing\n\n${words.none}\n`.source);
  const held = [
    ...(quarantined.length === 0 ? [] : [`${many(quarantined.length, "removal")} quarantined`]),
    ...(protectedDuties.length === 0 ? [] : [`${many(protectedDuties.length, "duty", "duties")} on protected people`]),
  ];
  const size = [...(changes.length === 0 ? [] : [many(changes.length, "change")]), ...held].join(", ");
  return wholePart(md`\n### ${title}: ${size} for ${people(concerned)}\n\n${words.some}\n`.source);
}

function listParts(lists: ChangeLists, outline: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  const parts = (changes: readonly Change[], remark?: string): readonly MarkdownPart[] =>
    groupsOf(changes, outline).map((group) => groupPart(group, outline, whole, remark));
  return [
    ...parts(lists.changes),
    ...parts(lists.quarantined, "quarantined"),
    ...parts(lists.protectedDuties, "on protected people, so an approval alone does not carry it out"),
  ];
}

function groupsOf(changes: readonly Change[], { plan, names, labels }: PlanOutline): readonly ChangeGroup[] {
  const because = new Map(plan.policies.map((policy) => [policy.id, policy.because]));
  return groupChanges(changes, names.population, labels, (policy) => because.get(policy) ?? null);
}

interface PolicyPair {
  readonly id: string;
  readonly before: PolicySummary | undefined;
  readonly after: PolicySummary | undefined;
}

/** Policies that are new, gone, or select or do something else than on the base, on the same people. */
function policiesChanged(plan: Plan, base: Plan, whole: WholeDocument): readonly MarkdownPart[] {
  const before = new Map(base.policies.map((policy) => [policy.id, policy]));
  const after = new Map(plan.policies.map((policy) => [policy.id, policy]));
  const pairs = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((id): PolicyPair => ({ id, before: before.get(id), after: after.get(id) }))
    .filter((pair) => summaryKey(pair.before) !== summaryKey(pair.after));
  if (pairs.length === 0) return [];
  const right = (title: string) => ({ title, align: "right" as const });
  const cell = (pair: PolicyPair, key: "matched" | "unknown" | "changes"): Markdown => {
    const [was, is] = [pair.before?.[key] ?? 0, pair.after?.[key] ?? 0];
    return was === is ? md`${is}` : md`${was} → **${is}**`;
  };
  return [
    tablePart({
      start: md``,
      columns: [{ title: "Policy" }, ...["Selects", "Unknown", "Changes"].map(right), { title: "Remark" }],
      items: pairs,
      cells: (pair) => [
        code(pair.id),
        cell(pair, "matched"),
        cell(pair, "unknown"),
        cell(pair, "changes"),
        md`${remarkOf(pair)}`,
      ],
      whole,
    }),
  ];
}

function summaryKey(policy: PolicySummary | undefined): string {
  if (policy === undefined) return "";
  const { mode, purpose, holds, matched, unknown, changes } = policy;
  return JSON.stringify([mode, purpose, holds, matched, unknown, changes]);
}

function remarkOf({ before, after }: PolicyPair): string {
  if (after === undefined) return "removed by this pull request";
  const remarks = policyRemarks(after);
  if (before === undefined) return ["added by this pull request", ...remarks].join("; ");
  return [
    ...(before.mode === after.mode ? [] : [after.mode === "enforce" ? "acts from now on" : "no longer acts"]),
    ...(before.purpose === after.purpose ? [] : [`from now on a ${after.purpose}`]),
    ...remarks,
  ].join("; ");
}

/** What only the base proposes, with what became of it. */
function droppedPart(
  dropped: readonly Change[],
  base: Plan,
  outline: PlanOutline,
  whole: WholeDocument,
): readonly MarkdownPart[] {
  if (dropped.length === 0) return [];
  const { plan, names } = outline;
  const labels = createLabels(base, names.population);
  const reasons = new Map([
    ...plan.conflicts.map(
      ({ accountId, gaveWay, reason }) => [subjectKey({ ...gaveWay, accountId }), `gives way: ${reason}`] as const,
    ),
    ...plan.heldBack.map((held) => [subjectKey(held), `${held.kind}: ${held.reason}`] as const),
  ]);
  const insteadOf = (change: Change): string => reasons.get(subjectKey(change)) ?? "no policy asks for it";
  const groups = Map.groupBy(dropped, (change) => JSON.stringify([actionWords(change, labels), insteadOf(change)]));
  const rows = [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    return [
      {
        accountIds: [...new Set(members.map(({ accountId }) => accountId))],
        asked: actionWords(first, labels),
        instead: insteadOf(first),
      },
    ];
  });
  const concerned = new Set(dropped.map(({ accountId }) => accountId)).size;
  return [
    tablePart({
      start: foldedStart(
        "No longer proposed because of this change",
        `${many(dropped.length, "change")}, ${people(concerned)}`,
        rows.length <= openReasons ? "open" : "closed",
      ),
      columns: [{ title: "Who" }, { title: "No longer" }, { title: "Instead" }],
      items: rows.sort((a, b) => b.accountIds.length - a.accountIds.length),
      cells: ({ accountIds, asked, instead }) => [peopleCell(accountIds, outline), md`${asked}`, md`${instead}`],
      end: foldedEnd,
      whole,
    }),
  ];
}
