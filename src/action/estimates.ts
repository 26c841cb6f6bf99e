import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import type { MoneyEstimate } from "../report/review-money.ts";

/** What the seats of a plan cost before and after it, where the organisation file has prices. */
export function estimatesOf(_policies: PoliciesRead, _plan: Plan): readonly MoneyEstimate[] {
  return [];
}
