import type { Approval, ApprovalSignature, Approver, Plan } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { compareText } from "../model/order.ts";
import { SIGNERS_OF_A_REVIEW } from "../model/signers.ts";
import { canonicalJson } from "../plan/digest.ts";
import type { Signatures } from "../review-ports.ts";

/** What somebody says of a plan, before it is signed. */
export type Statement = Pick<ApprovalSignature, "by" | "word" | "limits" | "reason" | "at">;

/** The text that is signed: everything that the signer says, and of which plan of which organisation. */
export function statementText(plan: Pick<Plan, "digest" | "organization">, statement: Statement): string {
  const { by, word, limits, reason, at } = statement;
  return canonicalJson({
    kind: "approval-statement",
    version: 1,
    organization: plan.organization.id,
    planDigest: plan.digest,
    by,
    word,
    limits,
    reason,
    at,
  });
}

/** The approver of this login, whatever its capitals; null where there is none. */
export function approverOf(approvers: readonly Approver[], login: string): Approver | null {
  return approvers.find((each) => each.login.toLowerCase() === login.toLowerCase()) ?? null;
}

/**
 * What an approval file is worth: the approval that follows from its signatures and nothing else in it. Throws
 * OperatorError("notApproved") where one of them is by nobody in `approvers`, does not fit what it signs, or is somebody's
 * second. The approval of one person is break-glass.
 */
export async function verifiedApproval(
  file: Approval,
  plan: Pick<Plan, "digest" | "organization">,
  approvers: readonly Approver[],
  signatures: Pick<Signatures, "verify">,
): Promise<Approval> {
  if (file.planDigest !== plan.digest || file.organization !== plan.organization.id) {
    refuse(
      `The approval file is of ${file.planDigest} in organisation ${file.organization}; the plan is ${plan.digest} of ${plan.organization.id}.`,
      "Have this plan signed with `seatwright approve`.",
    );
  }
  if (approvers.length === 0) {
    refuse(
      "seatwright.yaml lists nobody under `approvers`, so nobody's signature counts.",
      "List two people or more with their public SSH keys, in a reviewed commit, and make a new plan.",
    );
  }
  const given = file.made === "file" ? (file.signatures ?? []) : [];
  if (given.length === 0) {
    refuse(
      "The approval file holds no signature.",
      'Sign the plan: seatwright approve --plan FILE --key KEY --reason "why" --out FILE.',
    );
  }
  const proved: ApprovalSignature[] = [];
  for (const each of given) proved.push(await provedSignature(each, plan, approvers, signatures));
  proved.sort((a, b) => compareText(a.by, b.by));
  const names = proved.map(({ by }) => by);
  const twice = names.find((by, at) => names.indexOf(by) !== at);
  if (twice !== undefined) refuse(`${twice} signed the approval file twice.`, "Keep one of the two signatures.");
  const approving = proved.filter(({ word }) => word === "approve");
  if (approving.length === 0) {
    refuse(
      "The approval file lets limits pass, and nobody in it approves the plan.",
      "Have an approver sign it without --override.",
    );
  }
  return {
    kind: "approval",
    version: 1,
    organization: plan.organization.id,
    planDigest: plan.digest,
    made: "file",
    approvers: approving.map(({ by }) => by),
    ...(approving.length < SIGNERS_OF_A_REVIEW ? { breakGlass: true } : {}),
    reason: [...new Set(approving.map(({ reason }) => reason))].join("; "),
    at: proved.map(({ at }) => at).reduce((latest, at) => (at > latest ? at : latest)),
    overrides: proved
      .filter(({ word }) => word === "override")
      .flatMap(({ by, limits, reason }) => limits.map((limit) => ({ limit, planDigest: plan.digest, by, reason }))),
    signatures: proved,
  };
}

async function provedSignature(
  given: ApprovalSignature,
  plan: Pick<Plan, "digest" | "organization">,
  approvers: readonly Approver[],
  signatures: Pick<Signatures, "verify">,
): Promise<ApprovalSignature> {
  const approver = approverOf(approvers, given.by);
  if (approver === null) {
    refuse(
      `The approval file is signed by ${given.by}, who is not one of the \`approvers\` in seatwright.yaml.`,
      "Have it signed by somebody who is, or list this person in a reviewed commit and make a new plan.",
    );
  }
  const key = await signatures.verify(statementText(plan, given), given.signature, approver.keys);
  if (key === null) {
    refuse(
      `The signature of ${given.by} does not fit: it was made with another key, or for another plan, or what it signs was changed.`,
      `Have ${given.by} sign this plan anew with a key that seatwright.yaml lists.`,
    );
  }
  return { ...given, by: approver.login, key };
}

function refuse(message: string, remedy: string): never {
  throw new OperatorError("notApproved", message, remedy);
}
