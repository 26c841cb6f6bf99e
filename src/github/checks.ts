import type { Annotation, CheckRun, NewCheckRun } from "../review-ports.ts";
import { commitAt, idAt, momentAt, nullableTextAt, optionalTextAt, type Part, textAt } from "./decode.ts";
import { checkLength, shortened, textLimits } from "./limits.ts";
import type { GitHubApi } from "./transport.ts";

/**
 * Check runs of this name on a commit, newest first, whoever posted them. By their ids: the times in a check run are
 * whatever its maker says.
 * Source: https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference
 */
export async function readCheckRuns(api: GitHubApi, commit: string, name: string): Promise<readonly CheckRun[]> {
  const rows = await api.list("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ref: commit,
    check_name: name,
    filter: "all",
  });
  return rows
    .filter((row) => textAt(row, "name") === name)
    .map(checkRunOf)
    .filter((check) => check.commit === commit)
    .sort((a, b) => b.id - a.id);
}

/**
 * Posts a completed check run. Annotations beyond the first fifty are added by further requests; where one of those fails,
 * the check run stands without them and the error says so.
 * Source: https://docs.github.com/rest/checks/runs#create-a-check-run
 */
export async function postCheckRun(api: GitHubApi, check: NewCheckRun): Promise<CheckRun> {
  checkLength(`The summary of the check run “${check.name}”`, check.summary, textLimits.checkSummary);
  const { title, summary } = check;
  const batches = batchesOf(check.annotations.map(annotationFor), textLimits.annotationsPerRequest);
  const [first = [], ...rest] = batches;
  const posted = checkRunOf(
    await api.once("POST /repos/{owner}/{repo}/check-runs", {
      name: check.name,
      head_sha: check.commit,
      external_id: check.externalId,
      status: "completed",
      conclusion: check.conclusion,
      output: { title, summary, annotations: first },
      ...(check.detailsUrl === null ? {} : { details_url: check.detailsUrl }),
    }),
  );
  for (const annotations of rest) {
    // Each update adds its annotations to those before: sent twice, they would be there twice.
    await api.once("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      check_run_id: posted.id,
      output: { title, summary, annotations },
    });
  }
  return posted;
}

function checkRunOf(part: Part): CheckRun {
  return {
    id: idAt(part, "id"),
    commit: commitAt(part, "head_sha"),
    externalId: nullableTextAt(part, "external_id") ?? "",
    conclusion: nullableTextAt(part, "conclusion"),
    completedAt: nullableTextAt(part, "completed_at") === null ? null : momentAt(part, "completed_at"),
    url: optionalTextAt(part, "html_url") ?? textAt(part, "url"),
  };
}

function annotationFor({ file, line, level, title, message }: Annotation): object {
  return {
    path: file,
    start_line: Math.max(1, line),
    end_line: Math.max(1, line),
    annotation_level: level,
    title: shortened(title, textLimits.annotationTitle),
    message: shortened(message, textLimits.annotationMessage),
  };
}

function batchesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
