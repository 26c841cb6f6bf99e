import { markdownCode } from "./escape.ts";
import type { MarkdownPart } from "./markdown-budget.ts";
import { folded, joined, md, type Markdown } from "./markup.ts";
import { type Names, profileUrl } from "./people.ts";
import { figure, many } from "./words.ts";

/** Where everything can be read that a short document leaves out: words, and an address where there is one. */
export interface WholeDocument {
  readonly words: string;
  readonly url: string | null;
}

/** The text as code: shown as it is, never a mention or a link. */
export function code(text: string): Markdown {
  return { language: "markdown", source: markdownCode(text) };
}

function linked(text: Markdown, url: string): Markdown {
  const target = encodeURI(url).replace(/[()<>|\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return { language: "markdown", source: `[${text.source}](${target})` };
}

/** A person with a link to the account in Atlassian's administration. */
export function markdownPerson(accountId: string, names: Names, organizationId: string): Markdown {
  const { name, email, tail } = names.person(accountId);
  const label = name === null ? code(email ?? accountId) : md`${name}`;
  const more = [...(name === null || email === null ? [] : [code(email)]), ...(tail === null ? [] : [code(tail)])];
  return joined([linked(label, profileUrl(organizationId, accountId)), ...more], md` `);
}

/** Says where the whole document is. */
export function wholeWords({ words, url }: WholeDocument): Markdown {
  return url === null ? md`${words}` : linked(md`${words}`, url);
}

/** `312 more, left out to keep this short`. */
export function moreRows(whole: WholeDocument): (left: number) => string {
  return (left) => md`\n_${left} more, left out to keep this short; everything is in ${wholeWords(whole)}._\n`.source;
}

/** `2 parts left out to keep this short`. */
export function droppedParts(whole: WholeDocument): (parts: number) => string {
  return (parts) =>
    md`\n_${many(parts, "part")} left out to keep this short; everything is in ${wholeWords(whole)}._\n`.source;
}

/** The start of a part that can be folded, with its title and a remark. */
export function foldedStart(title: string, about: string, state: "open" | "closed"): Markdown {
  const details = state === "open" ? folded`<details open>` : folded`<details>`;
  return folded`\n${details}<summary><b>${title}</b> · ${about}</summary>\n`;
}

export const foldedEnd = md`\n</details>\n`;

export interface TablePart<Item> {
  /** What comes before the table, blank lines included. */
  readonly start: Markdown;
  readonly columns: readonly { readonly title: string; readonly align?: "left" | "right" }[];
  readonly items: readonly Item[];
  readonly cells: (item: Item) => readonly Markdown[];
  readonly end?: Markdown;
  readonly whole: WholeDocument;
}

/** A part that is a table, cut row by row. */
export function tablePart<Item>({ start, columns, items, cells, end, whole }: TablePart<Item>): MarkdownPart {
  const titles = joined(
    columns.map(({ title }) => md`${title}`),
    md` | `,
  );
  const rule = columns.map(({ align }) => (align === "right" ? md`--:|` : md`---|`));
  return {
    start: md`${start}\n| ${titles} |\n|${rule}\n`.source,
    rows: {
      count: items.length,
      at: (position) => {
        const item = items[position];
        return item === undefined ? "" : md`| ${joined(cells(item), md` | `)} |\n`.source;
      },
    },
    end: end?.source ?? "",
    more: moreRows(whole),
  };
}

/** A part that is a list, cut item by item. */
export function listPart(start: Markdown, items: readonly Markdown[], whole: WholeDocument): MarkdownPart {
  return {
    start: start.source,
    rows: { count: items.length, at: (position) => md`- ${items[position] ?? md``}\n`.source },
    end: "",
    more: moreRows(whole),
  };
}

/** A count in a cell, empty for none. */
export function countCell(value: number | null): Markdown {
  return value === null || value === 0 ? md`` : md`${figure(value)}`;
}
