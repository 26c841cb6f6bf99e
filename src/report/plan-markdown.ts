import type { Plan } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { fitMarkdown, type MarkdownPart, wholePart } from "./markdown-budget.ts";
import { code, droppedParts, type WholeDocument, wholeWords } from "./markdown-parts.ts";
import { md, type Markdown } from "./markup.ts";
import type { Names } from "./people.ts";
import {
  applyCommand,
  headlineWords,
  isQuiet,
  obstacleWords,
  outlinePlan,
  type PlanFiles,
  type PlanOutline,
  quarantineWords,
  restWords,
  scopeWords,
  trippedWords,
  undoWords,
  validWords,
} from "./plan-outline.ts";
import {
  conflictsPart,
  groupPart,
  heldPart,
  owedPart,
  policiesPart,
  seatsPart,
  statePart,
} from "./plan-markdown-parts.ts";
import { clip } from "./width.ts";

export interface PlanMarkdownOptions extends PlanFiles {
  /** UTF-8. */
  readonly maxBytes: number;
  /** Where the whole plan can be read, for what is left out here. */
  readonly whole: WholeDocument;
}

/**
 * What a comment may hold. GitHub refuses one of more than 65,536 characters.
 * Source: GitHub REST API, issue comments; DESIGN 7.
 */
export const commentBytes = 60_000;

/**
 * A plan for a pull request: it opens with what a reviewer must know; the changes, who is held back and the rest follow in
 * folded parts. At most `maxBytes` bytes: what does not fit is cut row by row, with the count of what is missing and where
 * the whole plan is. Nothing that came from outside becomes markup, a mention or a link. Title, headline, command and
 * digest are never cut: with fewer than 4,000 bytes they may not fit, which is a bug of the caller.
 */
export function renderPlanMarkdown(plan: Plan, names: Names, options: PlanMarkdownOptions): string {
  const outline = outlinePlan(plan, names);
  const { whole } = options;
  return fitMarkdown(
    {
      opening: openingOf(outline).source,
      parts: [
        ...alertsOf(outline),
        ...owedPart(outline, whole),
        ...(isQuiet(outline) ? [] : [seatsPart(outline, whole), statePart(outline, whole)]),
        ...outline.groups.map((group) => groupPart(group, outline, whole)),
        ...outline.quarantined.map((group) => groupPart(group, outline, whole, "quarantined")),
        ...outline.heldBack.map((kind) => heldPart(kind, outline, whole)),
        ...conflictsPart(outline, whole),
        ...policiesPart(outline, whole),
      ],
      closing: closingOf(outline, options).source,
      dropped: droppedParts(whole),
    },
    options.maxBytes,
  );
}

/** The longest text of a document that stands where nothing is cut. Columns. */
const longestText = 60;
const longestAlert = 300;

/** What a plan is, and for which organisation: `Seatwright plan for acme`. */
export function planTitle({ plan }: PlanOutline): Markdown {
  const origin =
    plan.origin.run === undefined
      ? md`${undoWords(plan) ?? "Seatwright plan"}`
      : md`Undo of run ${code(clip(terminalText(plan.origin.run), longestText))}`;
  return md`${origin} for ${clip(terminalText(plan.organization.name), longestText)}`;
}

function openingOf(outline: PlanOutline): Markdown {
  const rest = [...restWords(outline), scopeWords(outline), ...(isQuiet(outline) ? ["The snapshot is complete."] : [])];
  return md`## ${planTitle(outline)}

**${headlineWords(outline)}** ${rest.join(" ")}
`;
}

/** One sentence in a box that GitHub draws. Source: GitHub Docs, "Alerts". */
export function alertPart(kind: "CAUTION" | "NOTE" | "WARNING", text: Markdown): MarkdownPart {
  return wholePart(md`\n> [!${kind}]\n> ${text}\n`.source);
}

/** What stops a reviewer: each a box of its own. */
function alertsOf(outline: PlanOutline): readonly MarkdownPart[] {
  const obstacle = obstacleWords(outline);
  return [
    ...snapshotAlerts(outline),
    ...limitAlerts(outline),
    ...(obstacle === null ? [] : [alertPart("NOTE", md`${obstacle}`)]),
  ];
}

/** A box where the snapshot is not complete; otherwise none. */
export function snapshotAlerts({ plan }: PlanOutline): readonly MarkdownPart[] {
  const { state, concerns } = plan.certificate;
  if (state === "complete") return [];
  return [alertPart("CAUTION", md`The snapshot is ${state}. ${clip(terminalText(concerns.join("; ")), longestAlert)}`)];
}

/** A box for each of the first tripped limits, and one for what they hold. */
export function limitAlerts(outline: PlanOutline): readonly MarkdownPart[] {
  const { plan, tripped } = outline;
  return [
    ...tripped
      .slice(0, 5)
      .map((reading) =>
        alertPart("CAUTION", md`Limit tripped: ${clip(terminalText(trippedWords(reading, outline)), longestAlert)}.`),
      ),
    ...(plan.quarantined.length === 0 ? [] : [alertPart("CAUTION", md`${quarantineWords(outline)}`)]),
  ];
}

function closingOf(outline: PlanOutline, { whole, ...files }: PlanMarkdownOptions): Markdown {
  const { plan } = outline;
  const command = applyCommand(outline, files);
  const fenced: Markdown = { language: "markdown", source: `\n\`\`\`sh\n${terminalText(command ?? "")}\n\`\`\`\n` };
  return md`${command === null ? [] : [md`\nTo apply exactly this plan, with another look at each person first:\n`, fenced]}
Valid until ${validWords(plan)}. The whole plan is in ${wholeWords(whole)}. Nothing has been changed.
Digest ${code(plan.digest)}
`;
}
