import type { Conflict } from "../model/documents.generated.ts";
import { type ChangeGroup, type Facet, groupWords, usualWords } from "./change-groups.ts";
import { activityWords, limitWords, marksOf } from "./change-words.ts";
import { doerOf, handoffWords, type HeldGroup, type HeldKind } from "./held-groups.ts";
import { actionWords } from "./labels.ts";
import type { MarkdownPart } from "./markdown-budget.ts";
import {
  code,
  countCell,
  foldedEnd,
  foldedStart,
  listPart,
  markdownPerson,
  tablePart,
  type WholeDocument,
} from "./markdown-parts.ts";
import { joined, md, type Markdown } from "./markup.ts";
import { limitLabel, type PlanOutline, policyRemarks } from "./plan-outline.ts";
import { figure, many, momentWords, people, signed } from "./words.ts";

/** A group of changes up to this size is unfolded. */
const openRows = 10;
/** Names in one cell before the rest are counted. */
const namesInCell = 10;

/** Duties this plan does not do. */
export function owedPart({ owed, labels, names, plan }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (owed.length === 0) return [];
  return [
    tablePart({
      start: md`\n### Owed: ${many(owed.length, "duty", "duties")} this plan cannot do\n`,
      columns: [{ title: "Who" }, { title: "Owed" }, { title: "Why not" }, { title: "Owner" }],
      items: owed,
      cells: (held) => [
        markdownPerson(held.accountId, names, plan.organization.id),
        md`${actionWords(held, labels)}`,
        md`${held.reason}`,
        md`${held.owner ?? ""}`,
      ],
      whole,
    }),
  ];
}

/** Seats before and after, by app instance. */
export function seatsPart({ plan, labels }: PlanOutline, whole: WholeDocument): MarkdownPart {
  const right = (title: string) => ({ title, align: "right" as const });
  return tablePart({
    start: md``,
    columns: [{ title: "Seats" }, ...["Before", "After", "Change", "Not known", "Capacity"].map(right)],
    items: plan.seats,
    cells: ({ instance, before, after, unknown, capacity }) => [
      md`${labels.instance(instance)}`,
      md`${before}`,
      md`**${after}**`,
      md`${after === before ? "" : signed(after - before)}`,
      countCell(unknown),
      countCell(capacity),
    ],
    whole,
  });
}

/** Hazards, limits, certificate, sources, notes. */
export function statePart(outline: PlanOutline, whole: WholeDocument): MarkdownPart {
  const { plan, hazards, tripped, labels } = outline;
  const untripped = plan.limits.length - tripped.length;
  return listPart(
    md`\n`,
    [
      ...hazards.map(({ changes, meaning }) => md`**Hazard**, ${many(changes, "change")}: the person ${meaning}`),
      ...tripped.map((reading) => md`**Limit tripped**: ${limitLabel(reading, labels)}, ${limitWords(reading)}`),
      md`**Limits**: ${many(untripped, "limit")} looked at and not tripped`,
      md`**Snapshot**: ${plan.certificate.state}, as of ${momentWords(plan.asOf)}`,
      ...plan.certificate.concerns.map((concern) => md`**Concern**: ${concern}`),
      ...plan.sources.map(
        ({ name, rows, unmatched }) =>
          md`**Source** ${code(name)}: ${many(rows, "row")}${unmatched === 0 ? "" : `, ${figure(unmatched)} of them name nobody known here`}`,
      ),
      ...plan.notes.map((note) => md`**Note**: ${note}`),
    ],
    whole,
  );
}

/** One group of changes, folded where it is long. */
export function groupPart(
  group: ChangeGroup,
  outline: PlanOutline,
  whole: WholeDocument,
  remark?: string,
): MarkdownPart {
  const { changes, varying, usual, exceptionsOf } = group;
  const { names, plan, markFresh, isAdmin } = outline;
  const about = [groupWords(group), ...(remark === undefined ? [] : [remark])].join(", ");
  const differs = changes.some((change) => exceptionsOf(change).length > 0);
  const said = usual.map((each) => md`- ${each.title}: ${usualWords(each)}\n`);
  return tablePart({
    start: md`${foldedStart(group.title, about, changes.length <= openRows ? "open" : "closed")}\n${said}`,
    columns: [{ title: "Who" }, { title: "Last active" }, ...varying, ...(differs ? [{ title: "Differs" }] : [])].map(
      ({ title }) => ({ title }),
    ),
    items: changes,
    cells: (change) => {
      const marks = marksOf(change, { admin: isAdmin(change), markFresh });
      const exceptions = exceptionsOf(change).map(({ key, title, text }) => md`${title}: ${emphasised(key, text)}`);
      return [
        md`${markdownPerson(change.accountId, names, plan.organization.id)}${marks.map((mark) => md` **${mark}**`)}`,
        md`${activityWords(change, plan.asOf)}`,
        ...varying.map((facet) => emphasised(facet.key, facet.of(change))),
        ...(differs ? [joined(exceptions, md`<br>`)] : []),
      ];
    },
    end: foldedEnd,
    whole,
  });
}

function emphasised(key: Facet["key"], text: string): Markdown {
  return key === "hazards" && text !== "" ? md`**${text}**` : md`${text}`;
}

/** The first few people, each with a link, and how many more there are. */
export function peopleCell(
  accountIds: readonly string[],
  { names, plan }: Pick<PlanOutline, "names" | "plan">,
  most = namesInCell,
): Markdown {
  const shown = accountIds.slice(0, most).map((id) => markdownPerson(id, names, plan.organization.id));
  const left = accountIds.length - shown.length;
  return md`${joined(shown, md`, `)}${left > 0 ? ` and ${figure(left)} more` : ""}`;
}

/** People held back in one way, folded; blocked people with who can do something about it. */
export function heldPart(kind: HeldKind, outline: PlanOutline, whole: WholeDocument): MarkdownPart {
  const owners = kind.groups.some((group) => doerOf(group) !== null);
  return tablePart({
    start: foldedStart(`${kind.title}: ${people(kind.people)}`, kind.meaning, "closed"),
    columns: [{ title: "Who" }, { title: "Asked for" }, { title: "Reason" }, ...(owners ? [{ title: "Owner" }] : [])],
    items: kind.groups,
    cells: (group) => [
      peopleCell(group.accountIds, outline),
      md`${group.asked}${group.owed ? md` **owed**` : md``}`,
      md`${group.reason}`,
      ...(owners ? [md`${doerCell(group)}`] : []),
    ],
    end: foldedEnd,
    whole,
  });
}

/** Two policies that wanted different things for one person. */
export function conflictsPart({ plan, names, labels }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (plan.conflicts.length === 0) return [];
  const wish = (asked: Conflict["kept"]): Markdown => md`${asked.policy}: ${actionWords(asked, labels)}`;
  return [
    tablePart({
      start: foldedStart("Conflicts", many(plan.conflicts.length, "conflict"), "closed"),
      columns: [{ title: "Who" }, { title: "Followed" }, { title: "Gave way" }, { title: "Reason" }],
      items: plan.conflicts,
      cells: ({ accountId, kept, gaveWay, reason }) => [
        markdownPerson(accountId, names, plan.organization.id),
        wish(kept),
        wish(gaveWay),
        md`${reason}`,
      ],
      end: foldedEnd,
      whole,
    }),
  ];
}

/** Each policy with what it selected. */
export function policiesPart({ plan }: PlanOutline, whole: WholeDocument): readonly MarkdownPart[] {
  if (plan.policies.length === 0) return [];
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    tablePart({
      start: foldedStart("Policies", many(plan.policies.length, "policy", "policies"), "closed"),
      columns: [{ title: "Policy" }, ...["Selects", "Unknown", "Changes"].map(right), { title: "Remark" }],
      items: plan.policies,
      cells: (policy) => [
        code(policy.id),
        md`${policy.matched}`,
        md`${policy.unknown}`,
        md`${policy.changes}`,
        md`${policyRemarks(policy).join("; ")}`,
      ],
      end: foldedEnd,
      whole,
    }),
  ];
}

function doerCell(group: HeldGroup): string {
  return [doerOf(group), handoffWords([group])].filter((text) => text !== null).join(", ");
}
