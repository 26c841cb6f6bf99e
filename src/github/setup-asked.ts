import { OperatorError } from "../model/errors.ts";
import type { Asked } from "../model/setup-facts.ts";
import { GitHubFailure } from "./failures.ts";

/** The answer, or why there is none: a right that is missing, a plan of GitHub without it, a server that is too old. */
export async function asked<Value>(ask: () => Promise<Value>): Promise<Asked<Value>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { known: false, why: error.message, remedy: remedyOf(error) };
  }
}

/** What helps somebody who looks at a set-up, which is not what helps a job. */
function remedyOf(error: OperatorError): string {
  if (!(error instanceof GitHubFailure)) return error.remedy;
  if (/upgrade to github|make this repository public/i.test(error.words)) {
    return "This plan of GitHub does not have it for private repositories: docs/github.md says what that means for the key.";
  }
  if (error.kind !== "forbidden" && error.kind !== "absent") return error.remedy;
  return "Ask with the token of an administrator of the repository, or look at the repository's settings yourself. An older Enterprise Server may not have it at all.";
}
