import { tool } from "../../version.ts";
import { permissionsYaml } from "./job-rights.ts";
import { type Layout, partsFor } from "./workflow-layout.ts";

/** Where the workflow of a new policy repository goes, from its root. Comments of Seatwright name it too. */
export const WORKFLOW_PATH = ".github/workflows/seatwright.yml";

/** Stands where the workflow names the action, as long as nobody has said which Seatwright is to run. */
export const ACTION_PLACEHOLDER = "OWNER/seatwright@COMMIT";

/** What the workflow depends on. */
export interface WorkflowAnswers {
  /** When the scheduled run looks. */
  readonly time: "daily" | "weekly" | "monthly" | "by-hand";
  /** The action by repository and commit, `acme/seatwright@<40 digits>`; null: not said yet. */
  readonly uses: string | null;
}

interface Rhythm {
  /** Off the hour, when GitHub has less to do. UTC. */
  readonly cron: string;
  /** A good run is too long ago after so many days. */
  readonly warnAfterDays: number;
}

const rhythms: Readonly<Record<WorkflowAnswers["time"], Rhythm | null>> = {
  daily: { cron: "17 5 * * *", warnAfterDays: 3 },
  weekly: { cron: "17 5 * * 1", warnAfterDays: 10 },
  monthly: { cron: "17 5 1 * *", warnAfterDays: 40 },
  "by-hand": null,
};

/** For runs by hand where there is no rhythm: about a month. */
const PATIENCE_DAYS = 40;

const runner = "runs-on: ubuntu-24.04";
const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const onDefaultBranch = "github.ref_name == github.event.repository.default_branch";

/**
 * The workflow that lints and plans pull requests, applies what was approved, and reconciles on a schedule: one job for
 * each, with the least permissions that its mode needs and the key only where the default branch decides what runs. What
 * can change an organisation is in an environment of its own. Several organisations have each job once.
 */
export function workflowFile({ time, uses, layout }: WorkflowAnswers & { readonly layout: Layout }): string {
  const rhythm = rhythms[time];
  const parts = partsFor(layout);
  const action = `- uses: ${uses ?? `${ACTION_PLACEHOLDER} # name the Seatwright that you reviewed, by its commit`}`;
  const key = "api-key: ${{ secrets.SEATWRIGHT_API_KEY }}";
  // One at a time for the organisation, and never cut off: what waits goes on from what the one before it left.
  const oneAtATime = (group: string): string => `concurrency:
      group: seatwright-${group}
      cancel-in-progress: false`;
  // The newest of a pull request is enough.
  const newestOf = (mode: string): string => `concurrency:
      group: seatwright-${mode}-${layout.kind === "root" ? "" : `${parts.group}-`}\${{ github.event.pull_request.number }}
      cancel-in-progress: true`;
  return `# Written by Seatwright ${tool.version}; its page docs/github.md explains what each part is for.
name: Seatwright

on:
  pull_request: # lint: no secret, forks too
  pull_request_target: # plan: this file as the default branch has it; the pull request is read as data
    types: [opened, synchronize, reopened, edited] # edited: its base may be another branch now
  push: # apply
    branches: [main] # your default branch
${rhythm === null ? "" : `  schedule: # reconcile, ${time}, UTC\n    - cron: "${rhythm.cron}"\n`}  workflow_dispatch:
    inputs:
${parts.choice}      mode:
        description: "reconcile: look and plan now, or take a run back. apply: once more, or past a limit"
        type: choice
        options: [reconcile, apply]
        default: reconcile
      undo:
        description: "reconcile: the run to take back, r-..."
      accept-counts:
        description: "reconcile: why counts that fell are right, and the measure of later ones"
      pull-request:
        description: "apply: the number of a merged pull request"
      override:
        description: "apply: a limit to let pass once, limit@sha256:..."
      reason:
        description: "apply: why that limit may pass"

permissions: {}

jobs:
  lint:
    if: github.event_name == 'pull_request'
    ${runner}
    timeout-minutes: 10
${parts.strategy}${permissionsYaml("lint", 4)}
    ${newestOf("lint")}
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
          fetch-depth: 0 # the age of a list is the age of the commit that last changed it
      ${action}
        with:
          mode: lint
${parts.lintInputs}
  plan:
    # Pull requests that Seatwright opened carry their plan already; other words or another title change no plan.
    if: >-
      github.event_name == 'pull_request_target'
      && github.event.pull_request.head.repo.full_name == github.repository
      && github.event.pull_request.base.ref == github.event.repository.default_branch
      && (github.event.action != 'edited' || github.event.changes.base != null)
      && (github.event.pull_request.user.login != 'github-actions[bot]' || !startsWith(github.head_ref, 'seatwright/'))
    ${runner}
    timeout-minutes: 120
${parts.strategy}    environment: ${parts.planEnvironment} # limit it to the default branch
${permissionsYaml("plan", 4)}
    ${newestOf("plan")}
    steps:
      ${action}
        with:
          mode: plan
          ${key}
${parts.inputs}
  apply:
    if: github.event_name == 'push' && ${onDefaultBranch}
    ${runner}
    timeout-minutes: 350
${parts.strategy}    environment: ${parts.applyEnvironment} # limit it to the default branch
${permissionsYaml("apply", 4)}
    ${oneAtATime(parts.group)}
    steps:
      ${action}
        with:
          mode: apply
          ${key}
${parts.inputs}          max-minutes: 300
${
  rhythm === null
    ? ""
    : `
  reconcile:
    if: github.event_name == 'schedule'
    ${runner}
    timeout-minutes: 350
${parts.strategy}    environment: ${parts.applyEnvironment} # it carries out standing policies, and goes on with what was cut off
${permissionsYaml("reconcile", 4)}
    ${oneAtATime(parts.group)}
    steps:
      ${action}
        with:
          mode: reconcile
          ${key}
${parts.inputs}          max-minutes: 300
          warn-after-days: ${rhythm.warnAfterDays}
`
}
  by-hand:
    if: github.event_name == 'workflow_dispatch' && ${onDefaultBranch}
    ${runner}
    timeout-minutes: 350
    environment: ${parts.applyEnvironmentByHand}
${permissionsYaml("apply", 4)}
    ${oneAtATime(parts.groupByHand)}
    steps:
      ${action}
        with:
          mode: \${{ inputs.mode }}
          ${key}
${parts.inputsByHand}          max-minutes: 300
          warn-after-days: ${rhythm?.warnAfterDays ?? PATIENCE_DAYS}
          undo: \${{ inputs.undo }}
          accept-counts: \${{ inputs.accept-counts }}
          pull-request: \${{ inputs.pull-request }}
          override: \${{ inputs.override }}
          reason: \${{ inputs.reason }}
`;
}
