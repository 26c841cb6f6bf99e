import type { PoliciesRead } from "../commands/policies.ts";
import type { Plan } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import { type PlanCost, planCosts } from "../plan/plan-cost.ts";

/** What the seats of a plan cost before and after it, where the organisation file has prices. */
export function estimatesOf(policies: PoliciesRead, plan: Plan, population: Population): readonly PlanCost[] {
  return planCosts(plan, population, policies.repository.organization.value.prices);
}
