import type { Plan, RunResult } from "../model/documents.generated.ts";
import { fitMarkdown, type MarkdownPart } from "./markdown-budget.ts";
import {
  code,
  droppedParts,
  listPart,
  markdownPerson,
  tablePart,
  type WholeDocument,
  wholeWords,
} from "./markdown-parts.ts";
import { md } from "./markup.ts";
import { type Names, tellApart } from "./people.ts";
import { labelsOf, leftAfter, type LeftGroup, organizationOf } from "./result-left.ts";
import { markerOf, type ReviewOptions, titleWords } from "./review-body.ts";
import { many, momentWords, people, shortDigest } from "./words.ts";

/** What is left, as an issue; or that nothing is, in words to close it with. */
export type LeftToDo =
  | { readonly state: "open"; readonly title: string; readonly body: string }
  | { readonly state: "done"; readonly words: string };

/** Something about the set-up that somebody has to see to, in sentences. */
export interface Concern {
  readonly found: string;
  readonly remedy: string;
}

/**
 * The one issue that lists what is left: partly done, owed, failed, not confirmed, not reached, withdrawn, quarantined,
 * each with what to do about it; and what `concerns` say of the API key. `result` null: nobody applied the plan. Where nothing is left, the words that close the
 * issue. The body begins with the marker and keeps to `maxBytes` bytes of UTF-8; the title is plain text. Nothing that came
 * from outside becomes markup or a mention.
 */
export function renderLeftToDo(
  result: RunResult | null,
  plan: Plan | null,
  names: Names,
  options: ReviewOptions & { readonly concerns?: readonly Concern[] },
): LeftToDo {
  const groups = leftAfter(result, plan, labelsOf(plan, names.population));
  const left = groups.flatMap((group) => group.left);
  const organization = organizationOf(result, plan);
  const from = sourceWords(result, plan);
  const { concerns = [] } = options;
  const count = left.length + concerns.length;
  if (count === 0) {
    const words = md`Nothing is left to do for ${organization}: ${from} left nothing failed, owed or waiting for somebody. Seatwright opens a new issue if that changes.`;
    return { state: "done", words: words.source };
  }
  const { whole } = options;
  const told = tellApart(
    names,
    left.map(({ accountId }) => accountId),
  );
  const organizationId = plan?.organization.id ?? result?.organization ?? "";
  const duties = left.filter(({ duty }) => duty).length;
  const concerned = new Set(left.map(({ accountId }) => accountId)).size;
  const body = fitMarkdown(
    {
      opening: md`${markerOf(options)}
## Left to do for ${organization}

**${many(count, "thing")} left to do${concerned === 0 ? "" : `, for ${people(concerned)}`}${duties === 0 ? "" : `; ${many(duties, "duty", "duties")} among them`}.** This is what ${from} left. Seatwright keeps this one issue up to date, and closes it when nothing is left.
`.source,
      parts: [
        ...concernsPart(concerns, whole),
        ...groups.map((group) =>
          leftPart(group, (accountId) => markdownPerson(accountId, told, organizationId), whole),
        ),
      ],
      closing: md`
The whole record is in ${wholeWords(whole)}.${planWords(result, plan)}
`.source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
  const name = titleWords(plan?.organization.name ?? result?.organization ?? "");
  return { state: "open", title: `Seatwright: ${many(count, "thing")} left to do for ${name}`, body };
}

function concernsPart(concerns: readonly Concern[], whole: WholeDocument): readonly MarkdownPart[] {
  if (concerns.length === 0) return [];
  const lines = concerns.map(({ found, remedy }) => md`${found} ${remedy}`);
  return [listPart(md`\n### The API key\n\n`, lines, whole)];
}

function leftPart(
  { title, remedy, left }: LeftGroup,
  person: (accountId: string) => ReturnType<typeof markdownPerson>,
  whole: WholeDocument,
): MarkdownPart {
  const owners = left.some(({ owner }) => owner !== null);
  return tablePart({
    start: md`\n### ${title}: ${left.length}\n\n${remedy}\n`,
    columns: [{ title: "Who" }, { title: "What" }, { title: "Why" }, ...(owners ? [{ title: "Owner" }] : [])],
    items: left,
    cells: ({ accountId, asked, reason, owner, duty }) => [
      person(accountId),
      md`${asked}${duty ? md` **duty**` : md``}`,
      md`${reason}`,
      ...(owners ? [md`${owner ?? ""}`] : []),
    ],
    whole,
  });
}

function sourceWords(result: RunResult | null, plan: Plan | null): string {
  if (result !== null) return `the run of ${momentWords(result.startedAt)}`;
  return plan === null ? "the last run" : `the plan of ${momentWords(plan.asOf)}`;
}

function planWords(result: RunResult | null, plan: Plan | null): ReturnType<typeof md> {
  const digest = plan?.digest ?? result?.planDigest;
  const run = result === null ? md`` : md` Run ${code(result.run)}.`;
  return digest === undefined ? run : md`${run} Plan ${code(shortDigest(digest))}.`;
}
