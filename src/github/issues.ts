import { OperatorError } from "../model/errors.ts";
import { marked, oursOf } from "./comments.ts";
import { hasField, idAt, listAt, optionalTextAt, type Part, textAt } from "./decode.ts";
import type { Identity } from "./identity.ts";
import { checkLength, textLimits } from "./limits.ts";
import type { GitHubApi } from "./transport.ts";

/** The label by which our issues are found: the search of GitHub is minutes behind. */
const LABEL = "seatwright";
const ONE = "/repos/{owner}/{repo}/issues/{issue_number}";

/**
 * Writes the one open issue of ours that begins with `marker`, or replaces title and body. Gives its address.
 * Source: https://docs.github.com/rest/issues/issues#create-an-issue
 */
export async function keepIssue(
  api: GitHubApi,
  identity: Identity,
  { marker, title, body }: { readonly marker: string; readonly title: string; readonly body: string },
): Promise<string> {
  const text = marked(marker, body);
  checkLength("The title of the issue", title, textLimits.title);
  checkLength("The text of the issue", text, textLimits.body);
  const [kept] = await readOurs(api, identity, marker);
  if (kept !== undefined) {
    return textAt(await api.ask(`PATCH ${ONE}`, { issue_number: idAt(kept, "number"), title, body: text }), "html_url");
  }
  const opened = await api.once("POST /repos/{owner}/{repo}/issues", { title, body: text, labels: [LABEL] });
  checkLabel(opened);
  return textAt(opened, "html_url");
}

/** Says why, then closes every open issue of ours with this marker. Gives the address of the oldest; null: there was none. */
export async function closeIssue(
  api: GitHubApi,
  identity: Identity,
  marker: string,
  comment: string,
): Promise<string | null> {
  checkLength("The comment on the issue", comment, textLimits.body);
  const found = await readOurs(api, identity, marker);
  for (const issue of found) {
    const number = idAt(issue, "number");
    await api.once(`POST ${ONE}/comments`, { issue_number: number, body: comment });
    await api.ask(`PATCH ${ONE}`, { issue_number: number, state: "closed", state_reason: "completed" });
  }
  const [oldest] = found;
  return oldest === undefined ? null : textAt(oldest, "html_url");
}

/** Ours with this marker, oldest first. Pull requests are listed among issues. */
async function readOurs(api: GitHubApi, identity: Identity, marker: string): Promise<readonly Part[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/issues", { state: "open", labels: LABEL });
  const alike = rows.filter(
    (row) => !hasField(row, "pull_request") && optionalTextAt(row, "body")?.startsWith(marker) === true,
  );
  const ours = await oursOf(identity, alike);
  return [...ours].sort((a, b) => idAt(a, "number") - idAt(b, "number"));
}

/** GitHub drops labels silently where the token may not set them; the issue would not be found again. */
function checkLabel(issue: Part): void {
  if (listOfLabels(issue).includes(LABEL)) return;
  throw new OperatorError(
    "credentials",
    `The issue ${textAt(issue, "html_url")} was opened without its label “${LABEL}”, by which it would be found again.`,
    `Put the label on the issue by hand, and let the token set labels: issues: write in the job's permissions:.`,
  );
}

function listOfLabels(issue: Part): readonly string[] {
  const { value } = issue;
  const labels = (value as Readonly<Record<string, unknown>>)["labels"];
  if (Array.isArray(labels) && labels.every((label) => typeof label === "string")) return labels;
  return listAt(issue, "labels").map((label) => textAt(label, "name"));
}
