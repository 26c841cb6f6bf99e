import type { Plan } from "../model/documents.generated.ts";
import { hazardWords } from "./change-words.ts";
import { doerOf, groupHeldBack, type HeldGroup, type HeldKind, handoffWords } from "./held-groups.ts";
import { actionWords } from "./labels.ts";
import { type MarkdownPart, wholePart } from "./markdown-budget.ts";
import { code, countCell, listPart, tablePart, type WholeDocument } from "./markdown-parts.ts";
import { joined, md, type Markdown } from "./markup.ts";
import { peopleCell, seatsPart } from "./plan-markdown-parts.ts";
import { headlineWords, type PlanOutline, scopeWords } from "./plan-outline.ts";
import { estimateLines, type MoneyEstimate } from "./review-money.ts";
import { figure, many, momentWords } from "./words.ts";

/** People named in a line before the rest are counted. */
const namesInLine = 3;
/** Actions named in a cell before the rest are counted. */
const actionsInCell = 3;

/** Duties this plan does not do, by who can do something about them and why not. */
export function owedGroupsPart(outline: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  const { owed, labels } = outline;
  if (owed.length === 0) return [];
  return [
    tablePart({
      start: md`\n### Owed: ${many(owed.length, "duty", "duties")} this plan cannot do\n`,
      columns: [{ title: "Who" }, { title: "Owed" }, { title: "Why not" }, { title: "Who can do it" }],
      items: groupHeldBack(owed, [], labels).flatMap(({ groups }) => groups),
      cells: (group) => [
        peopleCell(group.accountIds, outline),
        md`${group.asked}`,
        md`${group.reason}`,
        md`${[doerOf(group), handoffWords([group])].filter((text) => text !== null).join(", ")}`,
      ],
      whole,
    }),
  ];
}

/** How many changes for how many people, and what was looked at. */
export function headlinePart(outline: PlanOutline): MarkdownPart {
  return wholePart(md`\n**${headlineWords(outline)}** ${scopeWords(outline)}\n`.source);
}

/** Seats before and after, where they change. */
export function movingSeatsParts(outline: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  const { plan } = outline;
  const moving = plan.seats.filter(({ before, after }) => before !== after);
  const rest = plan.seats.length - moving.length;
  const same =
    moving.length === 0
      ? `Nobody's seat changes on ${rest === 1 ? "the app instance" : `any of the ${many(rest, "app instance")}`}.`
      : `${many(rest, "more app instance")} ${rest === 1 ? "keeps its" : "keep their"} number of seats.`;
  return [
    ...(moving.length === 0 ? [] : [seatsPart({ ...outline, plan: { ...plan, seats: moving } }, whole)]),
    ...(rest === 0 ? [] : [wholePart(md`\n${same}\n`.source)]),
  ];
}

/** What it saves by estimate, what is new since the plan before, and the hazards that an approval agrees to, with whom they concern. */
export function newsPart(
  outline: PlanOutline,
  estimates: readonly MoneyEstimate[],
  whole: WholeDocument,
): readonly MarkdownPart[] {
  const { plan, hazards } = outline;
  const lines = [
    ...estimateLines(estimates),
    ...freshLines(outline),
    ...hazards.map(({ hazard, changes, meaning }) => {
      const who = plan.changes.filter((change) => change.hazards.includes(hazard)).map(({ accountId }) => accountId);
      return md`**Hazard: ${hazardWords[hazard].mark}**, ${many(changes, "change")}: the person ${meaning}. ${peopleCell([...new Set(who)], outline, namesInLine)}`;
    }),
  ];
  return lines.length === 0 ? [] : [listPart(md`\n`, lines, whole)];
}

function freshLines({ plan, markFresh }: PlanOutline): readonly Markdown[] {
  const fresh = plan.changes.filter((change) => change.fresh).length;
  if (fresh === 0) return [];
  if (!markFresh) return [md`**New since the last plan**: every change; none was in the plan before this one`];
  return [
    md`**New since the last plan**: ${fresh} of ${many(plan.changes.length, "change")}, marked **new** in the rows`,
  ];
}

/** How a tripped limit can be let through, where one holds something. */
export function overridePart({ plan, tripped }: PlanOutline): readonly MarkdownPart[] {
  if (plan.quarantined.length === 0) return [];
  const names = [...new Set(tripped.map(({ limit }) => limit))].map(code);
  const what = names.length === 1 ? md`the limit ${names}` : md`every one of the limits ${joined(names, md`, `)}`;
  return [
    wholePart(
      md`\nAn approval does not let them through. Find out first why so many are proposed. If it is right, raise the limit in a reviewed commit, or let somebody who does not approve this plan override ${what} for its digest, with a reason.\n`
        .source,
    ),
  ];
}

/** Who has to do what this plan cannot, how much of it is new, and how long the rest is open. */
export function blockedPart(outline: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  const { plan, labels } = outline;
  const blocked = Map.groupBy(
    plan.heldBack.filter(({ kind }) => kind === "blocked"),
    ({ owner }) => owner,
  );
  if (blocked.size === 0) return [];
  const rows = [...blocked].map(([owner, entries]) => {
    const handed = entries.flatMap(({ since }) => since ?? []).sort();
    const open = handed.filter((since) => since < plan.asOf);
    return {
      owner,
      people: new Set(entries.map(({ accountId }) => accountId)).size,
      handed: handed.length,
      fresh: handed.length - open.length,
      open: open.length,
      oldest: open[0]?.slice(0, 10) ?? null,
      asked: [...new Set(entries.map((held) => actionWords(held, labels)))],
    };
  });
  const handedOver = rows.some(({ handed }) => handed > 0);
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    tablePart({
      start: md`\n**Blocked**: somebody else has to do it\n`,
      columns: [
        { title: "Owner" },
        right("People"),
        ...(handedOver ? [right("New"), right("Still open"), { title: "Longest open since" }] : []),
        { title: "What is asked for" },
      ],
      items: rows.sort((a, b) => ownerOrder(a.owner, b.owner)),
      cells: ({ owner, people, fresh, open, oldest, asked }) => [
        owner === null ? md`nobody is named who could do it` : md`${owner}`,
        md`${people}`,
        ...(handedOver ? [countCell(fresh), countCell(open), md`${oldest ?? ""}`] : []),
        md`${asked.slice(0, actionsInCell).join(", ")}${asked.length > actionsInCell ? ` and ${figure(asked.length - actionsInCell)} more` : ""}`,
      ],
      whole,
    }),
  ];
}

/** Owners by name, who is not known last. */
function ownerOrder(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each way in which people are held back, with how many and the reason that concerns most of them. */
export function heldCountsPart({ heldBack }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (heldBack.length === 0) return [];
  return [
    tablePart<HeldKind>({
      start: md``,
      columns: [{ title: "Held back" }, { title: "People", align: "right" }, { title: "Meaning" }, { title: "Mostly" }],
      items: heldBack,
      cells: ({ title, people, meaning, groups }) => [
        md`${title}`,
        md`${people}`,
        md`${meaning}`,
        md`${largest(groups)?.reason ?? ""}`,
      ],
      whole,
    }),
  ];
}

function largest(groups: readonly HeldGroup[]): HeldGroup | undefined {
  return groups.reduce<HeldGroup | undefined>(
    (most, group) => (most === undefined || group.accountIds.length > most.accountIds.length ? group : most),
    undefined,
  );
}

/** What the plan says of itself as a whole. */
export function notesPart({ plan }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (plan.notes.length === 0) return [];
  return [
    listPart(
      md`\n`,
      plan.notes.map((note) => md`**Note**: ${note}`),
      whole,
    ),
  ];
}

/** What the plan was made from: limits, snapshot, sources. */
export function groundsPart({ plan, tripped }: PlanOutline, whole: WholeDocument): MarkdownPart {
  const untripped = plan.limits.length - tripped.length;
  return listPart(
    md`\n`,
    [
      md`**Limits**: ${many(untripped, "limit")} looked at and not tripped`,
      md`**Snapshot**: ${plan.certificate.state}, as of ${momentWords(plan.asOf)}`,
      ...plan.sources.map((source) => md`**Source** ${code(source.name)}: ${sourceWords(source)}`),
    ],
    whole,
  );
}

function sourceWords({ rows, unmatched }: Plan["sources"][number]): string {
  return `${many(rows, "row")}${unmatched === 0 ? "" : `, ${figure(unmatched)} of them name nobody known here`}`;
}
