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
  options: ReviewOptions,
): { readonly title: string; readonly body: string } {
  const errors = findings.filter(({ severity }) => severity === "error");
  const title = `${many(errors.length, "error")} in the policy files: there is no plan`;
  const body = fitMarkdown(
    {
      opening: md`${markerOf(options)}
## ${title}

Nothing was planned. Merged as they are, these files would end every run until they are put right.
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
