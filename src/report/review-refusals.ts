import type { OperatorError } from "../model/errors.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import { terminalText } from "./escape.ts";
import { fitMarkdown } from "./markdown-budget.ts";
import { code, droppedParts, listPart } from "./markdown-parts.ts";
import { md } from "./markup.ts";
import { markerOf, type ReviewOptions } from "./review-body.ts";
import { clip } from "./width.ts";
import { many } from "./words.ts";

/** The longest message that is quoted whole. */
const longestMessage = 1500;

/** What is wrong with the policy files of a pull request, in place of a plan: a title, and text for comment and check. */
export function renderPolicyErrors(
  findings: readonly Finding[],
  options: ReviewOptions & { readonly head: string },
): { readonly title: string; readonly body: string } {
  const errors = findings.filter(({ severity }) => severity === "error");
  const title = `${many(errors.length, "error")} in the policy files: there is no plan`;
  const body = fitMarkdown(
    {
      opening: md`${markerOf(options)}
## ${title}

Commit ${code(options.head.slice(0, 7))} was not planned. Merged as they are, these files would end every run until they are put right.
`.source,
      parts: [
        listPart(
          md`\n`,
          errors.map(({ place, message, remedy }) => md`${code(formatPlace(place))}: ${message} ${remedy}`),
          options.whole,
        ),
      ],
      closing: "",
      dropped: droppedParts(options.whole),
    },
    options.maxBytes,
  );
  return { title, body };
}

/**
 * Why the head of a pull request has no plan, and what to do about it: a title, and the text for comment and check, which
 * stands in place of whatever plan was shown before.
 */
export function renderNotPlanned(
  { message, remedy }: Pick<OperatorError, "message" | "remedy">,
  options: ReviewOptions & { readonly head: string; readonly runUrl: string },
): { readonly title: string; readonly body: string } {
  const title = "This pull request could not be planned";
  const body = md`${markerOf(options)}
## ${title}

Commit ${code(options.head.slice(0, 7))} has no plan, so there is nothing to approve. A plan that was shown here before is not what merging this commit would do.

${clip(terminalText(message), longestMessage)}

**What to do:** ${clip(terminalText(remedy), longestMessage)} Then run the failed job again, and it is planned anew.

The run is ${options.runUrl}.
`.source;
  return { title, body };
}

/** Why nothing, or nothing more, was done, and what to do about it. */
export function renderRefusal(
  { message, remedy }: Pick<OperatorError, "message" | "remedy">,
  options: ReviewOptions & { readonly title: string; readonly runUrl: string },
): string {
  return md`${markerOf(options)}
## ${options.title}

${clip(terminalText(message), longestMessage)}

**What to do:** ${clip(terminalText(remedy), longestMessage)}

The run is ${options.runUrl}.
`.source;
}
