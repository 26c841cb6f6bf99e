import { createHash } from "node:crypto";
import { style } from "./html-style.ts";
import { html, type Html } from "./markup.ts";
import { type Names, profileUrl } from "./people.ts";

/** Made here and free of outside text: the style goes into the page as it is. */
const styleElement: Html = { language: "html", source: `<style>${style}</style>` };

/** Nothing but this style: no script, image, font, frame or form. Source: Content Security Policy Level 3, 2.3. */
const contentPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** The start of a self-contained page, up to its body. */
export function pageStart(title: string): Html {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${styleElement}
</head>
<body>
`;
}

export const pageEnd: Html = html`</body>
</html>
`;

/**
 * A person with a link to the account in Atlassian's administration, marks after it, and the address where it may be
 * shown.
 */
export function htmlPerson(
  accountId: string,
  names: Names,
  organizationId: string,
  marks: readonly string[] = [],
): Html {
  const { name, email, tail } = names.person(accountId);
  return html`<a href="${profileUrl(organizationId, accountId)}" rel="noreferrer"><bdi>${name ?? email ?? accountId}</bdi></a>${marks.map(markHtml)}${
    name === null || email === null ? [] : [html`<span class="email">${email}</span>`]
  }${tail === null ? [] : [html`<span class="id">${tail}</span>`]}`;
}

/** A word that sets a row apart. The word is one of ours. */
export function markHtml(mark: string): Html {
  return html` <span class="mark ${mark}">${mark}</span>`;
}

export interface HtmlColumn {
  readonly title: string;
  readonly kind?: "text" | "number" | "nowrap" | "wide" | "differs";
}

/** The start of a table; the first cell of each row is its header. */
export function tableStart(columns: readonly HtmlColumn[], labelledBy: string): Html {
  const heads = columns.map(({ title, kind = "text" }) =>
    kind === "text" ? html`<th scope="col">${title}</th>` : html`<th scope="col" class="${kind}">${title}</th>`,
  );
  return html`<table aria-labelledby="${labelledBy}">
<thead><tr>${heads}</tr></thead>
<tbody>
`;
}

export const tableEnd: Html = html`</tbody>
</table>
`;

/** One row: its header, then a cell for each of the other columns. On a phone each cell tells its column's title. */
export function tableRow(columns: readonly HtmlColumn[], cells: readonly Html[]): Html {
  const [head = html``, ...rest] = cells;
  const tds = rest.map((cell, at) => {
    const { title = "", kind = "text" } = columns[at + 1] ?? {};
    const label = title === "" ? html`` : html` data-title="${title}"`;
    return html`<td${label}${kind === "text" ? html`` : html` class="${kind}"`}>${cell}</td>`;
  });
  return html`<tr><th scope="row">${head}</th>${tds}</tr>
`;
}

/** A sheet with a title and a remark; what follows goes inside, up to `sheetEnd`. */
export function sheetStart(id: string, title: Html, remark: string): Html {
  return html`<section class="sheet" aria-labelledby="${id}">
<div class="head"><h3 id="${id}">${title}</h3><span class="faint">${remark}</span></div>
`;
}

export const sheetEnd: Html = html`</section>
`;
