import { idAt, nullableAt, optionalTextAt, type Part, textAt } from "./decode.ts";
import { GitHubFailure } from "./failures.ts";
import type { Identity } from "./identity.ts";
import { checkLength, textLimits } from "./limits.ts";
import type { GitHubApi } from "./transport.ts";

const ONE = "/repos/{owner}/{repo}/issues/comments/{comment_id}";

/**
 * Writes the one comment of ours that begins with `marker`, or replaces its body, on whichever page it is. A comment that
 * somebody else wrote is never touched, whatever it begins with. Gives the address of the comment.
 * Source: https://docs.github.com/rest/issues/comments (to GitHub a pull request is an issue too).
 */
export async function keepComment(
  api: GitHubApi,
  identity: Identity,
  number: number,
  { marker, body }: { readonly marker: string; readonly body: string },
): Promise<string> {
  const text = marked(marker, body);
  checkLength(`The comment on pull request #${number}`, text, textLimits.body);
  const alike = await readMarked(api, number, marker);
  const replaced = await replaceOurs(api, await oursOf(identity, alike), text);
  if (replaced !== null) return replaced;
  const written = await api.once("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    issue_number: number,
    body: text,
  });
  // The token of an app learns from what it wrote who it is, and then which earlier comments are its own.
  const own = textAt(written, "user.login");
  await removeAll(
    api,
    alike.filter((each) => nullableAt(each, "user") !== null && textAt(each, "user.login") === own),
  );
  return textAt(written, "html_url");
}

/** The same where there is a comment of ours already; writes none. Gives its address; null: there is none. */
export async function replaceComment(
  api: GitHubApi,
  identity: Identity,
  number: number,
  { marker, body }: { readonly marker: string; readonly body: string },
): Promise<string | null> {
  const text = marked(marker, body);
  checkLength(`The comment on pull request #${number}`, text, textLimits.body);
  return await replaceOurs(api, await oursOf(identity, await readMarked(api, number, marker)), text);
}

/** Gives the first of these comments its body and deletes the others. Its address; null where there is none any more. */
async function replaceOurs(api: GitHubApi, ours: readonly Part[], text: string): Promise<string | null> {
  const [kept, ...surplus] = ours;
  if (kept === undefined) return null;
  const isAsItShouldBe = optionalTextAt(kept, "body") === text;
  const replaced = isAsItShouldBe ? kept : await replace(api, kept, text);
  if (replaced === null) return null;
  await removeAll(api, surplus);
  return textAt(replaced, "html_url");
}

/** A body that begins with its hidden marker. */
export function marked(marker: string, body: string): string {
  return body.startsWith(marker) ? body : `${marker}\n${body}`;
}

/** Those of our own hand, in the order given. */
export async function oursOf(identity: Identity, parts: readonly Part[]): Promise<readonly Part[]> {
  const ours: Part[] = [];
  for (const part of parts) if (await identity.wrote(part)) ours.push(part);
  return ours;
}

async function readMarked(api: GitHubApi, number: number, marker: string): Promise<readonly Part[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", { issue_number: number });
  return rows.filter((row) => optionalTextAt(row, "body")?.startsWith(marker) === true);
}

/** Null where somebody deleted it meanwhile. */
async function replace(api: GitHubApi, comment: Part, body: string): Promise<Part | null> {
  return await unlessGone(api.ask(`PATCH ${ONE}`, { comment_id: idAt(comment, "id"), body }));
}

/** Two runs at once may have left two; an old plan must not stay beside the present one. */
async function removeAll(api: GitHubApi, comments: readonly Part[]): Promise<void> {
  for (const comment of comments) await unlessGone(api.ask(`DELETE ${ONE}`, { comment_id: idAt(comment, "id") }));
}

async function unlessGone(asked: Promise<Part>): Promise<Part | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubFailure && error.kind === "absent") return null;
    throw error;
  }
}
