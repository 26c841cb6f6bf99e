import type { Fields } from "./workflow-takes.ts";

/** What jobs of one run hand to each other. */
interface HandedFiles {
  /** Whether a later job of the run can have files of this one. */
  readonly leaves: boolean;
  /** Whether it takes files that another job of the run left. */
  readonly fetches: boolean;
}

/** What a job is called, and what it takes of a pull request. */
interface Taking {
  readonly name: string;
  readonly takes: readonly string[];
}

/** A job of a run, with what it leaves there and fetches. */
export interface InRun<Facts extends Taking> extends HandedFiles {
  readonly facts: Facts;
}

const leaving = /\/(upload-artifact|cache|cache\/save)@/;
const fetching = /\/(download-artifact|cache|cache\/restore)@/;

/** Whether these steps leave files for other jobs of the run, or fetch such. A cache does both. */
export function filesOf(steps: readonly Fields[]): HandedFiles {
  const uses = steps.flatMap((step) => (typeof step["uses"] === "string" ? [step["uses"]] : []));
  const scripts = steps.flatMap((step) => (typeof step["run"] === "string" ? [step["run"]] : []));
  return {
    leaves: uses.some((each) => leaving.test(each)),
    fetches: uses.some((each) => fetching.test(each)) || scripts.some((each) => /\bgh\s+run\s+download\b/.test(each)),
  };
}

/**
 * The jobs of a run, those that fetch files of a job that takes something of a pull request taking it too, through as many
 * jobs as it goes.
 */
export function withFilesOfOthers<Facts extends Taking>(run: readonly InRun<Facts>[]): readonly Facts[] {
  let jobs = run;
  for (let round = 0; round < run.length; round += 1) {
    const sources = jobs.filter(({ facts, leaves }) => leaves && facts.takes.length > 0);
    const next = jobs.map((each) => {
      const source = sources.find(({ facts }) => facts !== each.facts);
      if (!each.fetches || source === undefined || each.facts.takes.some((words) => words.startsWith(FILES)))
        return each;
      const takes = [
        ...each.facts.takes,
        `${FILES} the job ${source.facts.name} left, which ${source.facts.takes[0] ?? ""}`,
      ];
      return { ...each, facts: { ...each.facts, takes } };
    });
    if (next.every((each, at) => each === jobs[at])) break;
    jobs = next;
  }
  return jobs.map(({ facts }) => facts);
}

const FILES = "takes files that";
