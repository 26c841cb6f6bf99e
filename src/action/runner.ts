import * as core from "@actions/core";
import type { Annotation } from "../review-ports.ts";

/** The runner that started the action: inputs, outputs, the summary, and words in its log. */
export interface Runner {
  input(name: string): string;
  /** Keeps a secret out of the log, whatever prints it. */
  mask(secret: string): void;
  output(name: string, value: string | number): void;
  annotate(annotation: Annotation): void;
  /** Adds Markdown to the summary of the step. */
  summary(markdown: string): Promise<void>;
  group<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  say(line: string): void;
  warn(title: string, message: string): void;
  fail(title: string, message: string): void;
}

/** GitHub allows 1,024 KiB for the summary of a step. Source: GitHub Docs, "Workflow commands", job summaries. */
const SUMMARY_BYTES = 1000 * 1024;

/** The runner as GitHub's own toolkit speaks to it. */
export function createRunner(): Runner {
  return {
    input: (name) => core.getInput(name),
    mask: (secret) => core.setSecret(secret),
    output: (name, value) => core.setOutput(name, value),
    annotate({ file, line, level, title, message }) {
      const place = { file, startLine: line, title };
      if (level === "failure") core.error(message, place);
      else if (level === "warning") core.warning(message, place);
      else core.notice(message, place);
    },
    async summary(markdown) {
      const fits = Buffer.byteLength(markdown) <= SUMMARY_BYTES;
      await core.summary
        .addRaw(fits ? markdown : "The summary would be too long for GitHub; the plan document has everything.\n")
        .write();
    },
    group: (title, work) => core.group(title, work),
    say: (line) => core.info(line),
    warn: (title, message) => core.warning(message, { title }),
    fail: (title, message) => core.error(message, { title }),
  };
}
