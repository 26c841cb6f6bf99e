import type { PoliciesRead } from "../commands/policies.ts";
import { barWords, createProgress } from "../commands/progress.ts";
import type { Pauses } from "../apply/pauses.ts";
import { pausesIn } from "../commands/pauses.ts";
import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { applyApproved } from "../pipeline.ts";
import { readRepository } from "../policy/repository.ts";
import type { Names } from "../report/people.ts";
import { tool } from "../version.ts";
import type { ActionKit } from "./kit.ts";
import { rememberNames } from "./names-seen.ts";
import { showOf } from "./policies.ts";

/** What became of a plan, and what the people in it are called as far as this repository may show it. */
export interface CarriedOut {
  readonly result: RunResult;
  readonly names: Names;
}

/** Applies an approved plan with the policies of the default branch, in a group of the log. */
export async function carryOut(
  action: ActionKit,
  policies: PoliciesRead,
  plan: Plan,
  approval: Approval,
): Promise<CarriedOut> {
  const { kit, runner, inputs } = action;
  if (plan.rehearsal === true && kit.api === "real") {
    throw new OperatorError(
      "notApproved",
      "The plan was made in a rehearsal, against a simulator; this is the real organisation.",
      "Have a plan of the organisation itself reviewed.",
    );
  }
  return runner.group("Apply the plan", async () => {
    const progress = createProgress(kit.terminal, () => Date.now());
    const connection = kit.connect(policies.organizationId);
    const seen = rememberNames(connection.reader, showOf(policies.show, action.facts));
    try {
      const result = await applyApproved({
        policies,
        plan,
        // The ledger keeps it, and may be all there is when the run has to be gone on with.
        approval: action.sealer().sealApproval(approval),
        reader: seen.reader,
        writer: connection.writer(),
        ledger: action.ledger(policies.organizationId),
        clock: kit.clock,
        tool,
        randomHex: kit.randomHex(),
        ...(plan.origin.kind === "undo" ? {} : { pauses: pauseWatch(action) }),
        options: {
          signal: kit.stopSignal(),
          ...(inputs.maxMinutes === null ? {} : { maxMinutes: inputs.maxMinutes }),
          onProgress: ({ settled, of }) => progress.show(barWords(settled, of, "changes")),
        },
      });
      if (ended.has(result.exit.code)) await seen.lookUp(toldOf(result, plan));
      return { result, names: seen.names() };
    } finally {
      progress.end();
      await connection.close();
    }
  });
}

/** Exit codes of runs that came to their end with a working connection. */
const ended: ReadonlySet<number> = new Set([
  exitCodes.done,
  exitCodes.appliedPartially,
  exitCodes.limitTripped,
  exitCodes.dutiesOwed,
]);

/** Whom the result and what is left speak of. */
function* toldOf({ outcomes }: RunResult, plan: Plan): Iterable<string> {
  for (const { accountId } of outcomes) yield accountId;
  for (const { accountId } of plan.heldBack.filter(({ owed }) => owed)) yield accountId;
  for (const { accountId } of plan.quarantined) yield accountId;
}

/** What the default branch says is believed for this long: about as long as a look at it takes. */
const LOOK_EVERY_SECONDS = 2;

/** What the default branch says by now about pausing. Files that cannot be read or understood pause everything. */
function pauseWatch({ repository, facts, kit }: ActionKit): () => Promise<Pauses> {
  let known: { readonly commit: string; readonly pauses: Pauses } | null = null;
  let next = 0;
  return async () => {
    const now = kit.clock.now();
    if (known !== null && now < next) return known.pauses;
    next = now + LOOK_EVERY_SECONDS;
    try {
      const commit = await repository.commitOf(`refs/heads/${facts.defaultBranch}`);
      if (known?.commit !== commit) known = { commit, pauses: await pausesAt(repository, commit) };
      return known.pauses;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      known = null;
      return everything(`the default branch cannot be read (${error.message})`);
    }
  };
}

async function pausesAt(repository: ActionKit["repository"], commit: string): Promise<Pauses> {
  const { repository: parsed } = readRepository(await repository.filesOf(commit));
  return parsed === null ? everything("the policy files of the default branch have mistakes by now") : pausesIn(parsed);
}

function everything(why: string): Pauses {
  return { everything: `whether something is paused cannot be told: ${why}`, policies: new Map() };
}
