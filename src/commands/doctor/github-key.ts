import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { Asked, EnvironmentFacts } from "../../model/setup-facts.ts";
import type { JobFacts } from "./workflow-facts.ts";
import { sharedRunners } from "./workflow-runners.ts";

/** What is known of where the key lies. */
export interface KeyPlaces {
  readonly secret: string;
  readonly defaultBranch: string;
  readonly own: Asked<readonly string[]>;
  readonly shared: Asked<readonly string[]>;
  readonly environments: Asked<readonly EnvironmentFacts[]>;
  /** Jobs of the default branch's workflows. */
  readonly jobs: Asked<readonly JobFacts[]>;
  /** Where every runner is somebody's own machine, whatever its label: on an Enterprise Server. */
  readonly runners?: "own";
}

/** Whether anything but the default branch's own workflow can get at the key. */
export function keyChecks(places: KeyPlaces): readonly Check[] {
  return [sharedCheck(places), environmentCheck(places), reachCheck(places)];
}

/** A secret of the repository or the organisation is read by every branch's workflow. */
function sharedCheck({ secret, own, shared }: KeyPlaces): Check {
  const id = "github.secret";
  const remedy = `Delete the secret ${secret} there, keep it in environments that only the default branch may use, and make a new key: the old one may have been read.`;
  for (const [names, whose] of [
    [own, "repository"],
    [shared, "organisation"],
  ] as const) {
    if (names.known && has(names.value, secret)) {
      return checkOf(
        id,
        "failed",
        `${secret} is a secret of the ${whose}: a workflow that somebody edits in a pull request can read it.`,
        remedy,
      );
    }
  }
  const unknown = [own, shared].find((each) => !each.known);
  if (unknown !== undefined && !unknown.known) {
    return checkOf(
      id,
      "not known",
      `Whether ${secret} is a secret that every branch can read cannot be told. ${unknown.why}`,
      unknown.remedy,
    );
  }
  return passed(id, `${secret} is no secret of the repository, and none that the organisation shares with it.`);
}

function environmentCheck({ secret, environments, jobs }: KeyPlaces): Check {
  const id = "github.environments";
  if (!environments.known) return checkOf(id, "not known", environments.why, environments.remedy);
  const holding = environments.value.filter(({ secrets }) => secrets.known && has(secrets.value, secret));
  const missing = jobs.known
    ? jobs.value.flatMap((job) =>
        job.usesKey
          ? job.environments.filter(
              (each) => !isWorkedOut(each) && !environments.value.some(({ name }) => isSame(name, each)),
            )
          : [],
      )
    : [];
  if (missing.length > 0) {
    return checkOf(
      id,
      "failed",
      `Jobs ask for environments that are not there: ${[...new Set(missing)].join(", ")}. GitHub makes such an environment when a job starts, open to every branch.`,
      "Make them under Settings > Environments, limited to the default branch.",
    );
  }
  if (holding.length > 0) return passed(id, `The key is in ${holding.map(({ name }) => name).join(" and ")}.`);
  const unknown = environments.value.map(({ secrets }) => secrets).find((secrets) => !secrets.known);
  if (unknown !== undefined && !unknown.known) return checkOf(id, "not known", unknown.why, unknown.remedy);
  return checkOf(
    id,
    "warning",
    `No environment has a secret ${secret}, so no job has a key.`,
    `gh secret set ${secret} -e seatwright, and -e seatwright-apply. Another name is given with --secret.`,
  );
}

/**
 * Whether a pull request can reach an environment with the key: through a branch that may deploy to it, or through a job
 * of the default branch that runs what a pull request brings.
 */
function reachCheck({ secret, environments, jobs, defaultBranch, runners }: KeyPlaces): Check {
  const id = "github.key-reach";
  const remedy = `Under Settings > Environments choose “Selected branches and tags” and add ${defaultBranch}, and nothing else.`;
  if (!environments.known) return checkOf(id, "not known", environments.why, environments.remedy);
  const named = jobs.known ? jobs.value.flatMap((job) => (job.usesKey ? job.environments : [])) : [];
  const holds = ({ name, secrets }: EnvironmentFacts): "yes" | "no" | "perhaps" =>
    secrets.known ? (has(secrets.value, secret) ? "yes" : "no") : has(named, name) ? "yes" : "perhaps";
  const holding = environments.value.filter((each) => holds(each) === "yes").map(({ name }) => name);
  const problems: string[] = [];
  const open: string[] = [];
  for (const environment of environments.value) {
    const held = holds(environment);
    if (held === "no") continue;
    const { name, deploys } = environment;
    if (typeof deploys !== "string" && !deploys.known) {
      open.push(deploys.why);
      continue;
    }
    const way = wayInto(deploys, defaultBranch);
    if (way === null) {
      continue;
    }
    if (held === "yes") problems.push(`${name} can be used by ${way}`);
    else open.push(`${name} can be used by ${way}, and whether it has the key is not shown.`);
  }
  // A job in an environment with the key is beside it, whether or not it asks for it.
  const beside = jobs.known
    ? jobs.value.filter(({ usesKey, environments: its }) => usesKey || its.some((each) => has(holding, each)))
    : [];
  const running = beside.filter(({ takes }) => takes.length > 0);
  for (const { file, name, takes } of running) {
    problems.push(`the job ${name} of ${file} has the key and ${takes.join(", ")}`);
  }
  for (const { file, name, doubts } of beside) {
    if (doubts.length > 0) open.push(`The job ${name} of ${file} has the key and ${doubts.join(", ")}.`);
  }
  if (problems.length > 0) {
    const more = running.length === 0 ? "" : " A job with the key must not run anything of a pull request.";
    return checkOf(
      id,
      "failed",
      `The key can be reached from a pull request: ${problems.join("; ")}.`,
      `${remedy}${more}`,
    );
  }
  if (running.length === 0 && environments.value.every((each) => holds(each) === "no")) {
    return checkOf(
      id,
      "not known",
      "No environment has the key, so there is nothing to look at.",
      "Put the key where it belongs, and look again.",
    );
  }
  if (open.length > 0) {
    const more = beside.some(({ doubts }) => doubts.length > 0)
      ? " Make sure that no job with the key can be made to run what a pull request brings."
      : "";
    return checkOf(id, "not known", open.join(" "), `${remedy}${more}`);
  }
  if (!jobs.known)
    return checkOf(
      id,
      "not known",
      `The environments are limited to ${defaultBranch}, but what its jobs run is not known. ${jobs.why}`,
      jobs.remedy,
    );
  const shared = sharedRunners(beside, jobs.value, runners);
  if (shared.length > 0) {
    return checkOf(
      id,
      "warning",
      `${shared.join("; ")}. Where that is a machine of your own which stays after a job, what a pull request runs there can wait for the key.`,
      "Give jobs with the key runners that are thrown away after each job, or a runner group that only this workflow on the default branch may use. A label alone keeps nobody out: a branch's workflow can ask for any.",
    );
  }
  return passed(
    id,
    `Environments with the key can be used by ${defaultBranch} only, and no job with it runs what a pull request brings.`,
  );
}

/** By what besides the default branch an environment can be used; null: by nothing. */
function wayInto(
  deploys:
    | "everything"
    | "protected"
    | { readonly known: true; readonly value: readonly { pattern: string; kind: string }[] },
  defaultBranch: string,
): string | null {
  if (deploys === "everything") return "every branch";
  if (deploys === "protected") return "every protected branch, and by all branches where none is protected";
  const others = deploys.value.filter(({ pattern, kind }) => kind !== "branch" || pattern !== defaultBranch);
  return others.length === 0 ? null : others.map(({ pattern, kind }) => `${kind} ${pattern}`).join(", ");
}

/** Which environment an expression names is known when the job starts. */
function isWorkedOut(environment: string): boolean {
  return environment.includes("${{");
}

/** Names of secrets and of environments have no case. */
function has(names: readonly string[], name: string): boolean {
  return names.some((each) => isSame(each, name));
}

function isSame(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
