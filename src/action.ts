import { lint } from "./action/lint.ts";
import { applyMerged } from "./action/apply.ts";
import { readEvent } from "./action/event.ts";
import { readInputs } from "./action/inputs.ts";
import { tellExit } from "./action/outputs.ts";
import { planPullRequest } from "./action/plan.ts";
import { annotationsOf, findingsOf } from "./action/policies.ts";
import { reconcile } from "./action/reconcile.ts";
import { createRunner, type Runner } from "./action/runner.ts";
import { exitCodes, OperatorError } from "./model/errors.ts";
import { checkPower } from "./review/power.ts";
import { createActionKit, createLintKit } from "./wiring-action.ts";

/** Exit codes with which a step is no failure: what they tell is in the comment, the check run and the outputs. */
const fine: ReadonlySet<number> = new Set([
  exitCodes.done,
  exitCodes.planHasChanges,
  exitCodes.limitTripped,
  exitCodes.dutiesOwed,
]);

/** The GitHub Action: reads inputs and event, does what the mode says, and tells how it ended. */
async function main(): Promise<number> {
  const runner = createRunner();
  let folder = ".";
  try {
    const apiKey = runner.input("api-key");
    const token = runner.input("github-token");
    for (const secret of [apiKey, token]) if (secret !== "") runner.mask(secret);
    const inputs = readInputs((name) => runner.input(name));
    folder = inputs.folder;
    const event = await readEvent(process.env);
    if (inputs.mode === "lint") {
      // Asked first, and again with what GitHub says: lint needs no token to ask.
      checkPower("lint", {
        event: event.name,
        ref: event.ref,
        defaultBranch: "",
        headRepository: null,
        repository: event.repository,
      });
      return await lint(...(await createLintKit({ inputs, event, runner })));
    }
    const action = await createActionKit({ inputs, event, runner, apiKey, token });
    try {
      const work = { plan: planPullRequest, apply: applyMerged, reconcile }[inputs.mode];
      return await work(action);
    } finally {
      await action.close();
    }
  } catch (error) {
    return told(runner, error, folder);
  }
}

/** What went wrong, in words of the log, and its exit code. A bug keeps its stack. */
function told(runner: Runner, error: unknown, folder: string): number {
  if (error instanceof OperatorError) {
    for (const annotation of annotationsOf(findingsOf(error), folder)) runner.annotate(annotation);
    runner.fail(`Seatwright stopped: ${error.reason}`, `${error.message} ${error.remedy}`);
    tellExit({ runner }, error.exitCode);
    return error.exitCode;
  }
  runner.fail(
    "Seatwright has a bug",
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nPlease report it. Nothing more was changed than the audit log in the ledger says.`,
  );
  tellExit({ runner }, exitCodes.internal);
  return exitCodes.internal;
}

const code = await main();
process.exitCode = fine.has(code) ? 0 : code;
