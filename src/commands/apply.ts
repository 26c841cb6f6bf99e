import { readFile } from "node:fs/promises";
import { plan as isPlan } from "../documents/validators.generated.cjs";
import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { diskError } from "../disk/write.ts";
import type { Approval, Plan, RunResult } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { momentOf } from "../model/time.ts";
import { applyApproved } from "../pipeline.ts";
import type { Rows } from "../report/palette.ts";
import { createNames, type Names } from "../report/people.ts";
import { renderRunText } from "../report/run-text.ts";
import { tool } from "../version.ts";
import { verifiedApproval } from "../review/signed-approval.ts";
import type { Kit } from "../wiring.ts";
import { readApprovalFile } from "./approval-file.ts";
import { wholeNumber } from "./numbers.ts";
import { createPauseWatch } from "./pauses.ts";
import { type PoliciesRead, readPolicies, type SourceFlags } from "./policies.ts";
import { barWords, createProgress } from "./progress.ts";
import { userName } from "./user.ts";

export interface ApplyFlags extends SourceFlags {
  readonly plan: string;
  readonly approve?: string;
  /** An approval file, in place of --approve, --reason and --override. */
  readonly approval?: string;
  readonly reason?: string;
  readonly maxMinutes?: string;
  /** `<limit>@<digest>`, as often as there are limits to override. */
  readonly override?: readonly string[];
  /** Where names come from; the run itself never looks at it. */
  readonly snapshot?: string;
  readonly all?: true;
}

/**
 * `seatwright apply --plan FILE --approval FILE`, or `--approve DIGEST --reason WHY`: carries out what was approved and is
 * still true. Ctrl-C lets the operation in flight finish, records it, and exits 5; the same command goes on from there.
 */
export async function runApply(kit: Kit, flags: ApplyFlags): Promise<number> {
  const plan = await readPlan(flags.plan);
  if (plan.rehearsal === true && kit.api === "real") {
    throw new OperatorError(
      "notApproved",
      `${flags.plan} was made in a rehearsal, against a simulator; this is the real organisation.`,
      "Make a plan of the organisation itself, have it reviewed, and approve its digest.",
    );
  }
  const policies = await readPolicies(kit, flags);
  const approval = await approvalFor(kit, flags, plan, policies);
  if (approval.breakGlass === true) {
    kit.terminal.err(
      "One person alone has approved this plan: this is a break-glass apply. Its limits are read at half, and the audit log says so.\n",
    );
  }
  const maxMinutes =
    flags.maxMinutes === undefined ? {} : { maxMinutes: wholeNumber("--max-minutes", flags.maxMinutes, 1, 10_000) };
  const { organizationId, show } = policies;
  const names = createNames(
    flags.snapshot === undefined ? null : (await readSnapshotFile(flags.snapshot)).population,
    flags.snapshot === undefined ? "ids" : show,
  );
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection = kit.connect(organizationId);
  try {
    const result = await applyApproved({
      policies,
      plan,
      approval,
      reader: connection.reader,
      writer: connection.writer(),
      ledger: kit.ledger(organizationId),
      clock: kit.clock,
      tool,
      randomHex: kit.randomHex(),
      // Taking back what a policy did is no work of that policy, so a pause does not end it.
      ...(plan.origin.kind === "undo" ? {} : { pauses: createPauseWatch(kit.repo, kit.policySource(), kit.clock) }),
      options: {
        signal: kit.stopSignal(),
        ...maxMinutes,
        onProgress: ({ settled, of }) => progress.show(barWords(settled, of, "changes")),
      },
    });
    progress.end();
    print(
      kit,
      { plan, names, result, rows: flags.all === true ? "all" : 20 },
      `${kit.ledgerPlace}/audit/${result.run}.jsonl`,
    );
    return result.exit.code;
  } finally {
    progress.end();
    await connection.close();
  }
}

function print(
  { terminal, json }: Kit,
  {
    plan,
    names,
    result,
    rows,
  }: {
    readonly plan: Plan;
    readonly names: Names;
    readonly result: RunResult;
    readonly rows: Rows;
  },
  auditPath: string,
): void {
  if (json) {
    terminal.out(`${JSON.stringify(result)}\n`);
    return;
  }
  const { colour, width } = terminal;
  const undoCommand = changedSomething(result) ? `seatwright undo ${result.run} --out undo.json` : null;
  terminal.out(renderRunText(result, plan, names, { colour, width, rows, auditPath, undoCommand }));
  if (result.outcomes.some(({ outcome }) => outcome === "not-reached")) {
    terminal.out("\nThe run is not through its plan. The same command goes on from where it stopped.\n");
  }
}

/** Reads a plan document. Throws OperatorError("notApproved") where it is not one; its digest is checked at apply. */
export async function readPlan(file: string): Promise<Plan> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw diskError(file, "read", cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notAPlan(file, "it is not JSON", cause);
  }
  if (isPlan(value)) return value;
  const [first] = isPlan.errors ?? [];
  const where = first?.instancePath ? `at ${first.instancePath} ` : "";
  throw notAPlan(file, `${where}it ${first?.message ?? "does not keep to the schema"}`, undefined);
}

function notAPlan(file: string, what: string, cause: unknown): OperatorError {
  return new OperatorError(
    "notApproved",
    `${file} is not a plan that Seatwright made: ${what}.`,
    "Make a fresh one with `seatwright plan --out FILE`, have it reviewed, and approve its digest.",
    { cause },
  );
}

/** From a file that others signed, or the word of whoever is at the keyboard. */
async function approvalFor(kit: Kit, flags: ApplyFlags, plan: Plan, policies: PoliciesRead): Promise<Approval> {
  const { approval: file, approve, reason, override } = flags;
  if (file === undefined) return commandLineApproval(kit, flags, plan);
  if (approve !== undefined || reason !== undefined || override !== undefined) {
    throw new OperatorError(
      "usage",
      "--approval takes everything from the file: approvers, reasons and overrides.",
      "Leave out --approve, --reason and --override; who wants a limit to pass signs that with `seatwright approve`.",
    );
  }
  const found = await readApprovalFile(file);
  if (found === null) {
    throw new OperatorError(
      "notApproved",
      `There is no approval file ${file}.`,
      "Have the plan signed with `seatwright approve`, or name the file that was.",
    );
  }
  const approvers = policies.repository.organization.value.approvers ?? [];
  const approval = await verifiedApproval(found, plan, approvers, kit.signatures());
  return { ...approval, evidence: { "applied by": userName(kit), policies: policies.repository.digest } };
}

function commandLineApproval(kit: Kit, { approve, reason, override = [] }: ApplyFlags, plan: Plan): Approval {
  if (approve === undefined) {
    throw new OperatorError(
      "notApproved",
      "The plan is not approved.",
      `Read it; if you agree, add --approve ${plan.digest} --reason "why".`,
    );
  }
  if (reason === undefined || reason.trim() === "") {
    throw new OperatorError(
      "notApproved",
      "An approval on the command line needs a reason.",
      'Add --reason "why"; it is kept in the audit log.',
    );
  }
  const by = userName(kit);
  return {
    kind: "approval",
    version: 1,
    organization: plan.organization.id,
    planDigest: approve,
    made: "command-line",
    approvers: [by],
    ...(kit.api === "real" ? { breakGlass: true } : {}),
    reason,
    at: momentOf(kit.clock.now()),
    overrides: override.map((text) => overrideOf(text, by, reason)),
  };
}

function overrideOf(text: string, by: string, reason: string): Approval["overrides"][number] {
  const [, limit, planDigest] = /^([A-Za-z0-9.]+)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (limit === undefined || planDigest === undefined) {
    throw new OperatorError(
      "usage",
      `--override ${text} does not name a limit and a plan.`,
      "Write it as --override perRun.percent@sha256:…, with the limit as the plan names it and the plan's digest.",
    );
  }
  return { limit, planDigest, by, reason };
}

/** Whether there is anything to take back. */
function changedSomething({ outcomes }: RunResult): boolean {
  return outcomes.some(({ outcome }) => ["done", "done-not-yet-visible", "partial"].includes(outcome));
}
