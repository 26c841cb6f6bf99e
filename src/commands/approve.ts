import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { requireWritable, writeWhole } from "../disk/write.ts";
import type { Approval, ApprovalSignature, Approver, Plan } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { SIGNERS_OF_A_REVIEW } from "../model/signers.ts";
import { momentOf } from "../model/time.ts";
import { planDigest } from "../plan/digest.ts";
import { keyMaterial } from "../policy/check-approvers.ts";
import { createNames } from "../report/people.ts";
import { renderPlanText } from "../report/plan-text.ts";
import type { Signatures } from "../review-ports.ts";
import { approverOf, type Statement, statementText, verifiedApproval } from "../review/signed-approval.ts";
import type { Kit } from "../wiring.ts";
import { readPlan } from "./apply.ts";
import { readApprovalFile } from "./approval-file.ts";
import { type PoliciesRead, readPolicies } from "./policies.ts";

export interface ApproveFlags {
  readonly plan: string;
  readonly reason: string;
  readonly out: string;
  readonly key: string;
  /** The signer's login, where the key's public half does not tell. */
  readonly as?: string;
  /** Limits that may pass: this person overrides, and approves nothing. */
  readonly override?: readonly string[];
  readonly snapshot?: string;
  readonly all?: true;
}

/**
 * `seatwright approve --plan FILE --key KEY --reason WHY --out FILE`: shows the plan and adds one person's signature to an
 * approval file. Needs neither the API key nor the ledger.
 */
export async function runApprove(kit: Kit, flags: ApproveFlags): Promise<number> {
  const plan = await readPlan(flags.plan);
  const policies = await readPolicies(kit, {});
  checkPlan(plan, policies);
  const reason = flags.reason.trim();
  if (reason === "") {
    throw new OperatorError("usage", "An approval needs a reason.", 'Add --reason "why"; it is signed and kept.');
  }
  await requireWritable(flags.out);
  const approvers = policies.repository.organization.value.approvers ?? [];
  const signatures = kit.signatures();
  const { login } = await signerOf(approvers, flags, await signatures.publicKeyOf(flags.key));
  const before = await readApprovalFile(flags.out);
  await showPlan(kit, plan, policies, flags);

  const limits = [...new Set(flags.override ?? [])].sort();
  const statement: Statement = {
    by: login,
    word: limits.length === 0 ? "approve" : "override",
    limits,
    reason,
    at: momentOf(kit.clock.now()),
  };
  const signature = await signatures.sign(statementText(plan, statement), flags.key);
  const mine: ApprovalSignature = { ...statement, key: "not looked at", signature };
  // What others signed stays, but for an earlier word of the same person.
  const others = (before?.signatures ?? []).filter(({ by }) => by.toLowerCase() !== login.toLowerCase());
  const file = await checkedFile(plan, [...others, mine], before, approvers, signatures);
  await writeWhole(flags.out, [`${JSON.stringify(file, null, 2)}\n`], "anyone");
  tell(kit, file, flags.out, statement);
  return exitCodes.done;
}

function checkPlan(plan: Plan, policies: PoliciesRead): void {
  const refuse = (message: string, remedy: string): never => {
    throw new OperatorError("notApproved", message, remedy);
  };
  if (planDigest(plan) !== plan.digest) {
    refuse("The plan was changed after it was made: it does not have the digest it names.", "Make a new plan.");
  }
  if (plan.organization.id !== policies.organizationId) {
    refuse(
      `The plan is for organisation ${plan.organization.id}; these policies are of ${policies.organizationId}.`,
      "Use the plan and the policies of one organisation.",
    );
  }
  if (plan.origin.kind !== "undo" && plan.policyDigest !== policies.repository.digest) {
    refuse(
      "The plan was made from other policies than the ones here.",
      "Update your copy of the default branch; where the plan is the older one, make a new plan.",
    );
  }
}

/** Whose key this is, as the approvers say. */
async function signerOf(
  approvers: readonly Approver[],
  { as, key }: ApproveFlags,
  publicKey: string | null,
): Promise<Approver> {
  const found =
    as !== undefined
      ? approverOf(approvers, as)
      : (approvers.find(({ keys }) => publicKey !== null && keys.map(keyMaterial).includes(keyMaterial(publicKey))) ??
        null);
  if (found !== null) return found;
  const listed = approvers.map(({ login }) => login).join(", ") || "nobody";
  throw new OperatorError(
    "notApproved",
    as === undefined
      ? `The \`approvers\` in seatwright.yaml do not tell whose key ${key} is. They list: ${listed}.`
      : `${as} is not one of the \`approvers\` in seatwright.yaml. They list: ${listed}.`,
    "Use the key that is listed for you, or name yourself with --as where its .pub file is not beside it. Who approves is changed in a reviewed commit.",
  );
}

/** The plan as the signed document has it, so that nobody signs what another rendering said. */
async function showPlan(kit: Kit, plan: Plan, { show }: PoliciesRead, flags: ApproveFlags): Promise<void> {
  if (kit.json) return;
  const { snapshot, all } = flags;
  const population = snapshot === undefined ? null : (await readSnapshotFile(snapshot)).population;
  const names = createNames(population, population === null ? "ids" : show);
  const { errColour: colour, width } = kit.terminal;
  const detail = all === true ? "full" : "short";
  kit.terminal.err(
    renderPlanText(plan, names, { colour, width, rows: all === true ? "all" : 12, detail, planPath: null }),
  );
}

/** The file with all signatures, as far as they hold. An override alone is kept until somebody approves. */
async function checkedFile(
  plan: Plan,
  all: readonly ApprovalSignature[],
  before: Approval | null,
  approvers: readonly Approver[],
  signatures: Pick<Signatures, "verify">,
): Promise<Approval> {
  const [first, ...rest] = all;
  if (first === undefined) throw new Error("an approval file without a signature");
  const draft: Approval = {
    kind: "approval",
    version: 1,
    organization: before?.organization ?? plan.organization.id,
    planDigest: before?.planDigest ?? plan.digest,
    made: "file",
    approvers: [first.by],
    reason: first.reason,
    at: first.at,
    overrides: [],
    signatures: [first, ...rest],
  };
  if (all.some(({ word }) => word === "approve")) return await verifiedApproval(draft, plan, approvers, signatures);
  throw new OperatorError(
    "notApproved",
    "Nobody has approved the plan in this file yet, so there is nothing whose limit could pass.",
    "Have it approved first, and override with the same --out then.",
  );
}

function tell({ terminal, json }: Kit, file: Approval, out: string, { by, word }: Statement): void {
  if (json) {
    terminal.out(`${JSON.stringify(file)}\n`);
    return;
  }
  const signed = word === "approve" ? "approves the plan" : "lets these limits pass";
  const missing = SIGNERS_OF_A_REVIEW - file.approvers.length;
  terminal.out(`Wrote ${out}: ${by} ${signed}.\n`);
  terminal.out(
    missing > 0
      ? "One person's approval is break-glass, with every limit read at half. Have a second approver run the same with the same --out.\n"
      : `Approved by ${file.approvers.join(" and ")}. Next: seatwright apply --plan FILE --approval ${out}\n`,
  );
}
