import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { OrganizationFile } from "../../model/documents.generated.ts";
import { OperatorError } from "../../model/errors.ts";
import { type Finding, formatPlace } from "../../model/finding.ts";
import { checkNow } from "../../policy/check-now.ts";
import { readRepository } from "../../policy/repository.ts";
import type { Kit } from "../../wiring.ts";
import { workflowFindings } from "../init/workflow-check.ts";
import { policiesIn, type SourceFlags } from "../policies.ts";

/** What the policy repository told, for the checks that come after. */
export interface PoliciesChecked {
  readonly checks: readonly Check[];
  /** Null where nothing tells. */
  readonly organizationId: string | null;
  /** The organisation file; null where it is not sound. */
  readonly organization: OrganizationFile | null;
}

/** Whether a plan could be made from the policy repository, as `validate` tells it without a key. */
export async function checkPolicies(kit: Kit, flags: SourceFlags): Promise<PoliciesChecked> {
  const { organizationId } = kit;
  try {
    const files = await kit.policySource().readFiles();
    const { repository, findings: written } = readRepository(files);
    if (repository === null) return { checks: [soundness(written)], organizationId, organization: null };
    const { sources } = await policiesIn(kit, flags, files);
    const findings = [
      ...written,
      ...checkNow(repository, { asOf: kit.clock.now(), sources, lastSourceRows: {} }),
      ...(await workflowFindings(kit.repo)),
    ];
    const organization = repository.organization.value;
    return {
      checks: [soundness(findings), powerCheck(organization)],
      organizationId: organization.organization.id,
      organization,
    };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const check = checkOf("policies.sound", "failed", error.message, error.remedy);
    return { checks: [check], organizationId, organization: null };
  }
}

function soundness(findings: readonly Finding[]): Check {
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors.length > 0 ? errors : findings;
  if (first === undefined) return passed("policies.sound", "The policy files have no mistakes.");
  const words = `${formatPlace(first.place)} ${first.message}`;
  const more = (all: number): string => (all === 1 ? "" : ` There are ${all - 1} more.`);
  const remedy = `${first.remedy} \`seatwright validate\` lists everything.`;
  return errors.length > 0
    ? checkOf("policies.sound", "failed", `Nothing can be planned: ${words}${more(errors.length)}`, remedy)
    : checkOf("policies.sound", "warning", `${words}${more(findings.length)}`, remedy);
}

function powerCheck({ power = "observe" }: OrganizationFile): Check {
  return passed(
    "policies.power",
    power === "act"
      ? "The organisation file says `power: act`: approved plans are applied."
      : "The organisation file says `power: observe`: plans are made, and apply refuses.",
  );
}
