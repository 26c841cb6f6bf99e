import { expect } from "vitest";
import type { RecordedRequest } from "../../src/simulator/server.ts";
import type { Story } from "./acme.ts";
import { numberAt, object, objects, text, textAt } from "./stage/json.ts";
import type { ActionResult } from "./stage/runner.ts";

export const LEDGER = "seatwright-ledger";
export const PLAN_CHECK = "Seatwright plan";
export const APPLY_CHECK = "Seatwright apply";

/** What a run printed, for whoever reads why a test failed. */
export function told({ log, annotations }: ActionResult): string {
  return `${log}\n${JSON.stringify(annotations)}`;
}

/** Requests that change something in the organisation. */
export function writesOf({ atlassian }: Story): readonly RecordedRequest[] {
  return atlassian.requests.filter(
    ({ method, pattern }) => method !== "GET" && !/\/(search|workspaces)$/.test(pattern),
  );
}

export interface Refusal {
  /** 4 where it is left out. */
  readonly code?: number;
  /** The pull request that is told too. */
  readonly number?: number;
  readonly writes?: number;
}

/** Holds that a run ended refused, said all of these words, told the pull request, and changed nothing. */
export async function expectRefused(
  story: Story,
  result: ActionResult,
  words: readonly string[],
  { code = 4, number, writes = 0 }: Refusal = {},
): Promise<void> {
  expect(result.code, told(result)).toBe(code);
  const said = result.annotations.map(({ message }) => message).join("\n");
  for (const each of words) expect(said).toContain(each);
  expect(writesOf(story)).toHaveLength(writes);
  if (number === undefined) return;
  const refusal = (await commentsOn(story, number)).find((body) => body.includes("seatwright:refusal")) ?? "";
  for (const each of words) expect(unescaped(refusal)).toContain(each);
  expect(refusal).toContain("**What to do:**");
}

/** Markdown as it is read: without the backslashes and entities that keep names from being markup. */
function unescaped(markdown: string): string {
  return markdown
    .replaceAll(/\\([^\w\s])/g, "$1")
    .replaceAll("\u200b", "")
    .replaceAll("&#8203;", "");
}

export async function commentsOn({ stage }: Story, number: number): Promise<readonly string[]> {
  const comments = await stage.look(`/repos/${stage.fullName}/issues/${number}/comments`);
  return objects(comments).map((comment) => text(comment["body"]) ?? "");
}

/** Opens a pull request of Ada's with these files. */
export async function open(
  { stage }: Story,
  branch: string,
  files: Readonly<Record<string, string>>,
  login = "ada",
): Promise<number> {
  await stage.push(login, branch, files, `Change ${branch}`);
  return stage.openPullRequest(login, { head: branch, title: `Change ${branch}` });
}

export async function headOf({ stage }: Story, number: number): Promise<string> {
  return textAt(await stage.look(`/repos/${stage.fullName}/pulls/${number}`), "head", "sha");
}

/** External ids of the plan's check runs on a commit. */
export async function sealsOn({ stage }: Story, commit: string): Promise<readonly string[]> {
  const found = (await stage.look(`/repos/${stage.fullName}/commits/${commit}/check-runs`)) as {
    readonly check_runs: unknown;
  };
  return objects(found.check_runs).flatMap((check) =>
    check["name"] === PLAN_CHECK ? [text(check["external_id"]) ?? ""] : [],
  );
}

/** Check runs on a commit by name, in the order in which they were posted. */
export async function checksOn(
  { stage }: Story,
  commit: string,
  name: string,
): Promise<readonly { readonly conclusion: string; readonly title: string; readonly externalId: string }[]> {
  // Without the filter GitHub shows the latest of each name only.
  const found = await stage.api("ada", "GET", `/repos/${stage.fullName}/commits/${commit}/check-runs?filter=all`);
  return objects(object(found.body)["check_runs"])
    .filter((check) => check["name"] === name)
    .sort((a, b) => numberAt(a, "id") - numberAt(b, "id"))
    .map((check) => ({
      conclusion: textAt(check, "conclusion"),
      title: textAt(check, "output", "title"),
      externalId: textAt(check, "external_id"),
    }));
}

/** Posts a check run as a workflow on a branch can, which anybody who may push can write. */
export async function forgeCheck(
  { stage }: Story,
  commit: string,
  externalId: string,
  completedAt = new Date().toISOString(),
): Promise<number> {
  const token = await stage.jobToken({ checks: "write" });
  const answer = await stage.api(token, "POST", `/repos/${stage.fullName}/check-runs`, {
    name: PLAN_CHECK,
    head_sha: commit,
    external_id: externalId,
    status: "completed",
    conclusion: "success",
    completed_at: completedAt.replace(/\.\d+Z$/, "Z"),
    output: { title: "4 changes", summary: "All is well." },
  });
  expect(answer.status).toBe(201);
  return numberAt(answer.body, "id");
}

/** The files of the ledger's branch, by path. */
export async function ledgerFiles({ stage }: Story, under: string): Promise<Readonly<Record<string, string>>> {
  const { git } = stage.world.upstream;
  const names = await git.lines(["ls-tree", "-r", "--name-only", `refs/heads/${LEDGER}`, under]);
  const texts = await Promise.all(names.map((name) => git.text(["cat-file", "blob", `refs/heads/${LEDGER}:${name}`])));
  return Object.fromEntries(names.map((name, at) => [name, texts[at] ?? ""]));
}
