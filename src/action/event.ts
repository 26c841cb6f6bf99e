import { readFile } from "node:fs/promises";
import { OperatorError } from "../model/errors.ts";

/** What GitHub says of the run. What decides anything is looked up again: this only says where to look. */
export interface RunEvent {
  readonly name: string;
  /** The ref the workflow was taken from. */
  readonly ref: string;
  readonly commit: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  readonly runUrl: string;
  /** From 1; a run is started again only when all of its earlier attempts are over. */
  readonly attempt: number;
  readonly pullRequest: number | null;
  /** Where somebody edited a pull request: whether its base is another one by that, or only its words; null: nobody did. */
  readonly edited: "base" | "words" | null;
  /** The head before a push to a pull request's branch. */
  readonly before: string | null;
  readonly serverUrl: string;
  readonly workspace: string;
  /** A folder of the run's own, emptied after it. */
  readonly temporary: string;
}

/** The event of this run. Throws OperatorError("usage") where this is no GitHub runner. */
export async function readEvent(env: Readonly<Record<string, string | undefined>>): Promise<RunEvent> {
  const required = (name: string): string => {
    const value = env[name];
    if (value !== undefined && value !== "") return value;
    throw new OperatorError(
      "usage",
      `The environment has no ${name}, so this is no run of GitHub Actions.`,
      "Use the command line outside of GitHub: `seatwright --help`.",
    );
  };
  const file = required("GITHUB_EVENT_PATH");
  let payload: Payload;
  try {
    payload = JSON.parse(await readFile(file, "utf8")) as Payload;
  } catch (cause) {
    throw new OperatorError("usage", `The event of this run, ${file}, cannot be read.`, "Run the workflow again.", {
      cause,
    });
  }
  const repository = required("GITHUB_REPOSITORY");
  const serverUrl = required("GITHUB_SERVER_URL");
  const runId = required("GITHUB_RUN_ID");
  const number = payload.pull_request?.number;
  return {
    name: required("GITHUB_EVENT_NAME"),
    ref: required("GITHUB_REF"),
    commit: required("GITHUB_SHA"),
    repository,
    runId,
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
    attempt: Number(env["GITHUB_RUN_ATTEMPT"] ?? 1),
    pullRequest: typeof number === "number" && Number.isInteger(number) ? number : null,
    edited: editedIn(payload),
    before:
      typeof payload.before === "string" && /^(?!0+$)[0-9a-f]{40,64}$/.test(payload.before) ? payload.before : null,
    serverUrl,
    workspace: required("GITHUB_WORKSPACE"),
    temporary: env.RUNNER_TEMP ?? required("GITHUB_WORKSPACE"),
  };
}

interface Payload {
  readonly action?: unknown;
  /** What an edit changed. Source: https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request, `edited`. */
  readonly changes?: { readonly base?: unknown };
  readonly pull_request?: { readonly number?: unknown };
  readonly before?: unknown;
}

function editedIn({ action, changes, pull_request }: Payload): RunEvent["edited"] {
  if (pull_request === undefined || action !== "edited") return null;
  return typeof changes?.base === "object" && changes.base !== null ? "base" : "words";
}
