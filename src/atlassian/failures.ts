import { OperatorError } from "../model/errors.ts";
import { type ApiAnswer, type Cause, causeOf } from "./answer.ts";
import { KEY_REMEDY } from "./credentials.ts";
import type { ApiProblem } from "./problem.ts";

const RUN_AGAIN = "Nothing was changed. Wait a little and run again.";
const REPORT =
  "Nothing was changed. Run again; if it stays, Atlassian answers differently from its documents: tell the Seatwright project, naming the endpoint and what is said here.";

type Failure = readonly [reason: "credentials" | "snapshotNotComplete", message: string, remedy: string];

/** A read that did not succeed, with the status it was answered with, or null where there was no answer. */
export class ReadFailure extends OperatorError {
  readonly status: number | null;

  constructor(failure: Failure, status: number | null) {
    super(...failure);
    this.name = "ReadFailure";
    this.status = status;
  }
}

/** The error for a read that did not succeed. `label` is the request's method and path. */
export function failureOf(label: string, answer: Exclude<ApiAnswer, { kind: "ok" }>): ReadFailure {
  switch (answer.kind) {
    case "refused":
      return new ReadFailure(refusal(label, answer.problem), answer.problem.status);
    case "unreadable":
      return new ReadFailure(
        ["snapshotNotComplete", `${label} was answered with ${answer.why}.`, RUN_AGAIN],
        answer.status,
      );
    case "unanswered":
      return new ReadFailure(
        [
          "snapshotNotComplete",
          `${label} got no answer: ${answer.why}.`,
          `Check the connection to Atlassian. ${RUN_AGAIN}`,
        ],
        null,
      );
  }
}

/** The error for an answer that is not what Atlassian's documents promise. `what` says where and how it differs. */
export function notAsDocumented(label: string, what: string): OperatorError {
  return new OperatorError("snapshotNotComplete", `${label}: ${what}.`, REPORT);
}

/** Status, code, Atlassian's own words and request id, for the end of a message. */
export function quoted({ status, code, words, requestId }: ApiProblem): string {
  const parts = [String(status), ...(code === null || code === String(status) ? [] : [code])].join(" ");
  const said = words === "" ? "" : `, “${words}”`;
  return `${parts}${said}${requestId === null ? "" : `, request ${requestId}`}`;
}

function refusal(label: string, problem: ApiProblem): Failure {
  const said = quoted(problem);
  const refused: Readonly<Record<Cause, Failure>> = {
    "key-rejected": [
      "credentials",
      `Atlassian does not accept the API key: it is wrong, expired or revoked (${label}: ${said}).`,
      KEY_REMEDY,
    ],
    "key-has-scopes": [
      "credentials",
      `The API key has scopes, and no scope covers ${label} (${said}). This needs an API key without scopes.`,
      KEY_REMEDY,
    ],
    forbidden: [
      "credentials",
      problem.envelope === "page"
        ? `Atlassian answered ${label} with a web page that denies access (403). The key is not allowed to do this, or something between here and Atlassian stopped it.`
        : `Atlassian does not allow this API key to do ${label} (${said}).`,
      `The key must have been made by an organisation admin, without scopes, and the organisation must allow this machine's address. ${KEY_REMEDY}`,
    ],
    "not-an-account-we-manage": [
      "credentials",
      `Atlassian does not allow this API key to do ${label} (${said}).`,
      "Only accounts of a domain that the organisation has verified can be managed, with a key made by an organisation admin.",
    ],
    "other-organization": [
      "credentials",
      `Atlassian does not find the organisation for this API key (${label}: ${said}). The organisation id belongs to another organisation, or has a typing error.`,
      "Compare the organisation id in seatwright.yaml or SEATWRIGHT_ORG_ID with the address of the organisation at admin.atlassian.com/o/<id>, and use a key of that organisation.",
    ],
    "old-user-management": [
      "snapshotNotComplete",
      `Atlassian says that this organisation is not with the new user management experience (${label}: ${said}).`,
      "Seatwright needs an organisation with Atlassian's centralised user management. Ask Atlassian's support when the organisation will be moved.",
    ],
    throttled: [
      "snapshotNotComplete",
      `Atlassian kept answering that there are too many requests (${label}: ${said}).`,
      "Nothing was changed. Run again later, when nothing else uses the organisation's API as much.",
    ],
    unavailable: ["snapshotNotComplete", `Atlassian could not answer ${label} (${said}).`, RUN_AGAIN],
    moved: [
      "snapshotNotComplete",
      `${label} was answered with a redirect (${said}). Seatwright does not follow it, because the API key would go along.`,
      "Check the base URL in SEATWRIGHT_API_URL, and whether a proxy stands in between.",
    ],
    "not-found": ["snapshotNotComplete", `Atlassian does not know what ${label} asks for (${said}).`, RUN_AGAIN],
    "already-so": ["snapshotNotComplete", `Atlassian refused ${label} (${said}).`, REPORT],
    "licence-limit": ["snapshotNotComplete", `Atlassian refused ${label} (${said}).`, REPORT],
    conflict: ["snapshotNotComplete", `Atlassian refused ${label} (${said}).`, REPORT],
    rejected: ["snapshotNotComplete", `Atlassian refused ${label} (${said}).`, REPORT],
  };
  return refused[causeOf(problem)];
}
