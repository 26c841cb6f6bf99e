import type { JobFacts } from "./workflow-facts.ts";

/** Labels that every runner of some kind has, so that they keep nothing apart. */
const everywhere: ReadonlySet<string> = new Set([
  "self-hosted",
  "linux",
  "windows",
  "macos",
  "x64",
  "x86",
  "arm",
  "arm64",
]);

/** Labels of machines that GitHub keeps, and throws away after each job. */
const byGitHub = /^(ubuntu|windows|macos)-/i;

/**
 * Jobs with the key that may run on the machine where a pull request's jobs run, in sentences without their full stops.
 * `runners`: `own` where no machine is GitHub's.
 */
export function sharedRunners(
  beside: readonly JobFacts[],
  all: readonly JobFacts[],
  runners: "own" | undefined,
): readonly string[] {
  const isOwn = ({ runsOn }: JobFacts): boolean =>
    runsOn.length > 0 && (runners === "own" || !runsOn.some((label) => byGitHub.test(label)));
  const open = all.filter(
    (job) => !beside.includes(job) && (job.events.includes("pull_request") || job.takes.length > 0) && isOwn(job),
  );
  return beside.filter(isOwn).flatMap((job) => {
    const other = open.find((each) => mayMeet(job, each));
    if (other === undefined) return [];
    const where = job.runsOn.join(", ");
    return [
      `The job ${job.name} of ${job.file} has the key and runs on ${where}, and the job ${other.name} of ${other.file}, which runs what pull requests bring, can run there too`,
    ];
  });
}

/** Whether nothing that the other job asks for keeps it from the runners of this one. */
function mayMeet(job: JobFacts, other: JobFacts): boolean {
  const own = new Set(job.runsOn.map((label) => label.toLowerCase()));
  const hasGroup = job.runsOn.some((label) => label.startsWith("group:"));
  return other.runsOn
    .map((label) => label.toLowerCase())
    .every((label) => everywhere.has(label) || own.has(label) || (label.startsWith("group:") && !hasGroup));
}
