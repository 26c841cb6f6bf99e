import { everyChange } from "../../../src/model/plan-changes.ts";
import type { Plan, RunResult } from "../../../src/model/documents.generated.ts";
import { seatHolders, personStatusOf } from "../../../src/simulator/roles.ts";
import type { Account, World } from "../../../src/simulator/world.ts";
import { shortRole, type WorldNames } from "./names.ts";
import { changeWords, compact } from "./plan-golden.ts";
import type { Applied } from "./stage.ts";

/** What came of the run, and the organisation afterwards as the simulator's own store tells it. */
export function afterGolden(applied: Applied | null, plan: Plan | null, world: World, names: WorldNames): unknown {
  return compact({
    run: applied === null || plan === null ? undefined : runGolden(applied, plan, names),
    people: Object.fromEntries(
      [...world.listing]
        .sort((a, b) => (names.person(a.accountId) < names.person(b.accountId) ? -1 : 1))
        .map((account) => [names.person(account.accountId), personLine(world, account, names)]),
    ),
    seats: Object.fromEntries(
      [...world.instances.keys()]
        .map((id) => [names.instance(id), [...seatHolders(world, id)].map(names.person).sort().join(", ") || "nobody"])
        .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    ),
  });
}

function runGolden(applied: Applied, plan: Plan, names: WorldNames): unknown {
  if (applied.kind === "refused") return { exit: applied.exit, message: names.text(applied.message) };
  const { exit, outcomes } = applied.result;
  return compact({
    exit: exit.code,
    reason: names.text(exit.reason),
    outcomes: outcomes.map((outcome) => outcomeLine(outcome, plan, names)),
  });
}

function outcomeLine(outcome: RunResult["outcomes"][number], plan: Plan, names: WorldNames): string {
  const change = everyChange(plan).find(({ id }) => id === outcome.change);
  const what = change === undefined ? outcome.change : changeWords(change, names);
  return `${what}: ${outcome.outcome} (${names.text(outcome.reason)})`;
}

/** `active in main, groups jira-users, direct user on jira-software@acme`. */
function personLine(world: World, account: Account, names: WorldNames): string {
  const { accountId } = account;
  const status = personStatusOf(world, account);
  const memberships = [...(world.memberships.get(accountId) ?? [])].map(([id, state]) =>
    state === "active" ? names.directory(id) : `${names.directory(id)} (${state})`,
  );
  const groups = [...(world.groupsOf.get(accountId) ?? [])].map(names.group).sort();
  const direct = (world.directRoles.get(accountId) ?? [])
    .map(({ role, resourceId }) => {
      const on = world.instances.has(resourceId) ? ` on ${names.instance(resourceId)}` : "";
      return `${shortRole(role)}${on}`;
    })
    .sort();
  return [
    memberships.length === 0 ? status : `${status} in ${memberships.join(" and ")}`,
    ...(groups.length === 0 ? [] : [`groups ${groups.join(" ")}`]),
    ...(direct.length === 0 ? [] : [`direct ${direct.join(" and ")}`]),
  ].join(", ");
}
