import { OperatorError } from "../model/errors.ts";
import type { GivenOverride } from "../review/approval.ts";
import { mayWrite } from "../review/approvers.ts";
import { isSameLogin } from "../review/pushers.ts";
import type { ActionKit } from "./kit.ts";

/**
 * The login of whoever started this run by hand, as GitHub tells it of the run, where they have write permission of their
 * own. Throws OperatorError("notApproved") where GitHub does not tell, they have none, or somebody else ran it again with
 * their inputs. `what` they wanted, for the message: `override a limit`.
 */
export async function whoStarted({ event, host }: Pick<ActionKit, "event" | "host">, what: string): Promise<string> {
  const run = await host.workflowRun(event.runId);
  const by = run?.triggeredBy ?? null;
  if (by === null) {
    throw new OperatorError(
      "notApproved",
      `GitHub does not tell who started run ${event.runId}, so nobody can ${what}.`,
      "Start the workflow again by hand.",
    );
  }
  const first = run?.startedBy ?? by;
  if (!isSameLogin(first, by)) {
    throw new OperatorError(
      "notApproved",
      `${first} started this run and ${by} ran it again, so whose word it is to ${what} cannot be told.`,
      "Whoever means it starts the workflow anew by hand.",
    );
  }
  if (mayWrite(await host.permission(by))) return by;
  throw new OperatorError(
    "notApproved",
    `${by} started this run and has no write permission of their own, so they cannot ${what}.`,
    "Somebody with write permission starts the workflow by hand. A workflow cannot.",
  );
}

/** Limits that whoever set this run off lets pass. Throws OperatorError where nobody who may did so by hand, with a reason. */
export async function overridesOf(
  action: Pick<ActionKit, "event" | "host" | "inputs">,
): Promise<readonly GivenOverride[]> {
  const { event, inputs } = action;
  if (inputs.overrides.length === 0) return [];
  if (event.name !== "workflow_dispatch") {
    throw new OperatorError(
      "usage",
      `A run set off by ${event.name} cannot override a limit.`,
      "Start the workflow by hand, with the inputs `pull-request`, `override` and `reason`.",
    );
  }
  const { reason } = inputs;
  if (reason === null) {
    throw new OperatorError(
      "usage",
      "An override needs a reason.",
      "Give it in the input `reason`; the audit log keeps it.",
    );
  }
  const by = await whoStarted(action, "override a limit");
  return inputs.overrides.map((text) => {
    const [, limit, planDigest] = /^([A-Za-z0-9.]+)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
    if (limit !== undefined && planDigest !== undefined) return { limit, planDigest, by, reason };
    throw new OperatorError(
      "usage",
      `The input \`override\` has ${text}, which does not name a limit and a plan.`,
      "Write perRun.percent@sha256:…, one to a line, with the limit as the plan names it and the plan's digest.",
    );
  });
}
