import type { Approval, Certificate } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";

/** What one look at the organisation tells before a plan is carried out. */
export interface FirstLook {
  /** Of the frame and the counts beside the last good ones. */
  readonly certificate: Certificate;
  /** Groups that shield people and have lost too many of them, in words. */
  readonly shieldsLost: readonly string[];
}

/**
 * Throws OperatorError where the organisation, as it looks now, is none to take anything from: then nothing is done and the
 * plan is not used up. That the shields have lost people may be overridden like the plan's own limit of that name.
 */
export function checkFirstLook(look: FirstLook | undefined, approval: Approval): void {
  if (look === undefined) return;
  const { certificate, shieldsLost } = look;
  if (certificate.state !== "complete") {
    const concerns = certificate.checks.filter(({ state }) => state !== "passed").map(({ message }) => message);
    throw new OperatorError(
      "snapshotNotComplete",
      `A look at the organisation before the first change is ${certificate.state}: ${concerns.join(" ")}`,
      "Nothing was changed and the plan is not used up. Find out what happened to the organisation; then apply the plan again, or make a new one.",
    );
  }
  const isOverridden = approval.overrides.some(({ limit }) => limit === "exemptions.percent");
  if (shieldsLost.length > 0 && !isOverridden) {
    throw new OperatorError(
      "limitTripped",
      `Groups that exempt or protect people have lost members since the plan was made: ${shieldsLost.join("; ")}.`,
      "Nothing was changed and the plan is not used up. Find out why; if it is right, make a new plan and have it reviewed.",
    );
  }
}
