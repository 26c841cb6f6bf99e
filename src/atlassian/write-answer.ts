import type { Operation } from "../model/documents.generated.ts";
import type { WriteAnswer } from "../ports.ts";
import { type ApiAnswer, type Cause, causeOf } from "./answer.ts";
import { quoted } from "./failures.ts";
import type { ApiProblem } from "./problem.ts";

type Kind = Operation["kind"];

/** Taking away what is not there any more is done already. */
const endsInAbsence: ReadonlySet<Kind> = new Set(["leaveGroup", "revokeRole", "removeFromDirectory"]);
const ofTheAccount: ReadonlySet<Kind> = new Set(["deactivate", "activate"]);

/**
 * What became of an operation. `unknown` wherever it may or may not have been carried out: an answer that was lost, a
 * server error, a conflict that does not say which. Only reading back can tell then.
 */
export function writeAnswer(operation: Operation, answer: ApiAnswer): WriteAnswer {
  switch (answer.kind) {
    case "ok":
      return { result: "done", http: answer.status, code: null, requestId: answer.requestId, message: "Done." };
    case "unreadable": {
      const { status, requestId, why } = answer;
      const base = { http: status, code: null, requestId };
      // A success without a body says what there is to say; a page or a torn body may come from somewhere else.
      if (answer.empty) return { ...base, result: "done", message: "Done." };
      return {
        ...base,
        result: "unknown",
        message: `Atlassian was heard to answer with ${why}. It may have been done.`,
      };
    }
    case "unanswered": {
      const base = { http: null, code: null, requestId: null };
      return answer.sent === "no"
        ? { ...base, result: "failed", message: `It was not sent: ${answer.why}.` }
        : { ...base, result: "unknown", message: `The answer was lost: ${answer.why}. It may have been done.` };
    }
    case "refused": {
      const { problem } = answer;
      const [result, message] = refusal(operation.kind, problem);
      return { result, http: problem.status, code: problem.code, requestId: problem.requestId, message };
    }
  }
}

function refusal(kind: Kind, problem: ApiProblem): readonly [WriteAnswer["result"], string] {
  const said = quoted(problem);
  const cause: Cause = causeOf(problem);
  switch (cause) {
    case "not-found":
      if (endsInAbsence.has(kind)) return ["already-so", `There was nothing to take away (${said}).`];
      return ["refused", `${notThere[kind] ?? "Atlassian does not find it"} (${said}).`];
    case "already-so":
      return ["already-so", `It was so already (${said}).`];
    case "licence-limit":
      return ["refused", `All seats that the licence allows are taken (${said}).`];
    case "conflict":
      return ["unknown", `Atlassian says that it conflicts with how things are (${said}). It may be so already.`];
    case "unavailable":
      return ["unknown", `Atlassian failed on the way (${said}). It may have been done.`];
    case "throttled":
      return ["failed", `Atlassian kept answering that there are too many requests (${said}). It was not done.`];
    case "key-rejected":
      return ["refused", `Atlassian does not accept the API key any more (${said}).`];
    case "key-has-scopes":
      return ["refused", `The API key has scopes, and none of them covers this (${said}).`];
    case "not-an-account-we-manage":
      return ["refused", `The organisation does not manage this account, or the key may not change it (${said}).`];
    case "forbidden":
      return ["refused", `${forbidden(kind)} (${said}).`];
    case "other-organization":
      return ["refused", `Atlassian does not find the organisation for this key (${said}).`];
    case "moved":
      return ["failed", `The request was redirected, which Seatwright does not follow (${said}). It was not done.`];
    case "old-user-management":
    case "rejected":
      return ["refused", `Atlassian refused it (${said}).`];
  }
}

const notThere: Partial<Readonly<Record<Kind, string>>> = {
  joinGroup: "The person or the group is not in this directory",
  suspend: "The person is not in this directory",
  restore: "The person is not in this directory",
  assignRole: "Atlassian does not find the person or the app",
  deactivate: "Atlassian does not find the account",
  activate: "Atlassian does not find the account",
};

function forbidden(kind: Kind): string {
  if (ofTheAccount.has(kind)) return "Atlassian does not let this key change the account";
  if (kind === "leaveGroup" || kind === "joinGroup") {
    return "Atlassian does not let this key change the group; an identity provider may own it";
  }
  if (kind === "assignRole" || kind === "revokeRole") {
    return "Atlassian does not let this key change roles; in some organisations its support has to switch that on";
  }
  return "Atlassian does not let this key do that to this person; access on a second site can be why";
}
