import type { Plan } from "../model/documents.generated.ts";
import type { Acceptance } from "../model/ledger-view.ts";
import { secondsOf } from "../model/time.ts";
import { code } from "../report/markdown-parts.ts";
import { joined, md, type Markdown } from "../report/markup.ts";
import type { UnreviewedChange } from "./behind.ts";
import type { ActionKit } from "./kit.ts";

/** What a reviewer of one plan has to know besides the plan, and at whose word it is what it is. */
export interface Notice {
  /** Each a box of its own. */
  readonly warnings: readonly Markdown[];
  /** Logins, for the seal. */
  readonly askedBy: readonly string[];
}

const noNotice: Notice = { warnings: [], askedBy: [] };

/** How many files are named at most: a list that is longer is read in Git. */
const MOST_FILES = 10;

/** Somebody asked for an undo by hand; where it takes something, they do not approve it too. */
export function undoNotice(login: string, takes: "takes" | "gives back only"): Notice {
  const rule =
    takes === "takes"
      ? "it takes something away, so their own approval does not count: somebody else approves it"
      : "it takes nothing away, so they may approve it too";
  return { warnings: [md`${code(login)} asked for this undo: ${rule}.`], askedBy: [login] };
}

/** Somebody accepted counts that fell, on which the plan was made. */
export function acceptanceNotice({ by, reason }: Acceptance, fell: readonly string[]): Notice {
  const what = fell.length === 0 ? [] : [md` What fell: ${clipped(fell.join("; "))}.`];
  return {
    warnings: [
      md`This plan was made on counts that fell, and ${code(by)} accepted them: “${clipped(reason)}”.${what} Is that so? Their own approval does not count.`,
    ],
    askedBy: [by],
  };
}

/** The same of a plan that was held against counts which somebody accepted in a run before. */
export async function countsNotice({ ledger }: Pick<ActionKit, "ledger">, plan: Plan): Promise<Notice> {
  const { lastGood } = await ledger(plan.organization.id).view(secondsOf(plan.asOf) ?? undefined);
  return lastGood?.accepted === undefined ? noNotice : acceptanceNotice(lastGood.accepted, []);
}

/** The same people, where the plan takes the place of one that was made at their word. */
export function earlierNotice(askedBy: readonly string[]): Notice {
  if (askedBy.length === 0) return noNotice;
  const people = joined(askedBy.map(code), md`, `);
  return {
    warnings: [
      md`The plan before this one was made on counts that fell and that ${people} accepted. Their own approval does not count here either.`,
    ],
    askedBy,
  };
}

/** Policies that nobody approved who counts. */
export function unreviewedNotice(changes: readonly UnreviewedChange[]): Notice {
  if (changes.length === 0) return noNotice;
  const files = changes.slice(0, MOST_FILES).map(({ path, commit, by, isKnown }) => {
    const people = by.map(({ login }) => code(login));
    const who = people.length === 0 ? md`somebody whom GitHub does not tell` : joined(people, md`, `);
    const more = isKnown || people.length === 0 ? [] : [md` and perhaps somebody else`];
    return md`${code(path)}${commit === null ? [] : [md` (commit ${code(commit.slice(0, 7))})`]} by ${who}${more}`;
  });
  const left = changes.length - files.length;
  const rest = left === 0 ? [] : [md`; and ${left} more`];
  const rule = changes.every(({ isKnown }) => isKnown)
    ? "Whoever wrote or pushed it cannot approve this plan."
    : "Whoever wrote or pushed it cannot approve this plan, and because not all of them are known, two people have to.";
  return {
    warnings: [
      md`No approval is behind the last change of what this plan follows from: ${joined(files, md`; `)}${rest}. ${rule} Read the policy as well as the plan.`,
    ],
    askedBy: [],
  };
}

export function united(notices: readonly Notice[]): Notice {
  return {
    warnings: notices.flatMap(({ warnings }) => warnings),
    askedBy: [...new Set(notices.flatMap(({ askedBy }) => askedBy))],
  };
}

/** The boxes as they stand in a text. */
function boxes({ warnings }: Notice): string {
  return warnings.map((warning) => md`\n> [!WARNING]\n> ${warning}\n`.source).join("");
}

/** How many bytes of UTF-8 the boxes take. */
export function bytesOf(notice: Notice): number {
  return Buffer.byteLength(boxes(notice));
}

/** A text with the boxes right below its heading. */
export function withNotice(markdown: string, notice: Notice): string {
  if (notice.warnings.length === 0) return markdown;
  const heading = /^## .*\n/m.exec(markdown);
  const end = heading === null ? 0 : heading.index + heading[0].length;
  return `${markdown.slice(0, end)}${boxes(notice)}${markdown.slice(end)}`;
}

/** The same action, whose check runs carry the boxes, and whose seals name these people. */
export function noticed(action: ActionKit, notice: Notice): ActionKit {
  const { host, sealer } = action;
  return {
    ...action,
    host: {
      ...host,
      postCheckRun: (check) => host.postCheckRun({ ...check, summary: withNotice(check.summary, notice) }),
    },
    sealer() {
      const own = sealer();
      return { ...own, seal: (place, posting) => own.seal(place, { ...posting, askedBy: notice.askedBy }) };
    },
  };
}

function clipped(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
