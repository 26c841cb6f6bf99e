import { everyChange } from "../model/plan-changes.ts";
import type { ExplainedPath, ExplainedPolicy, ExplainedSeat, Explanation } from "../model/documents.generated.ts";
import { instanceLabel, isBillable } from "../model/apps.ts";
import { hasBit } from "../model/bits.ts";
import { compareText } from "../model/order.ts";
import { momentOf } from "../model/time.ts";
import { truthAt } from "../model/verdict.ts";
import { noDifference, pathsAfter, roleKey } from "../people/counterfactual.ts";
import {
  claims,
  entries,
  managementSources,
  platformRoleBits,
  type Population,
  statuses,
  UNKNOWN_TIME,
} from "../people/population.ts";
import { type SeatPath, seatPaths } from "../people/seats.ts";
import type { Policy, PolicySet } from "../policy/types.ts";
import { deliberate, type Deliberation, type Matter } from "./deliberate.ts";
import { groupName, latestActivity, seatRef } from "./draft.ts";
import { providerOfGroup } from "./owners.ts";
import { protectionOf } from "./protection.ts";
import { lostSeats } from "./revoke.ts";
import { covers, matchesOf, scopesOf } from "./wishes.ts";
import { propose, type PlanRequest } from "./propose.ts";

/** All that is known and decided about one person, from the same verdicts as the plan. */
export function explain(request: PlanRequest, person: number): Explanation {
  const { population, policies, ledger } = request;
  const matter: Matter = { population, policies, ledger };
  const deliberation = deliberate(matter);
  const plan = propose(request, deliberation);
  const accountId = population.text("id", person) ?? "";
  const protection = protectionOf(population, policies.settings, person);
  const own = <Entry extends { readonly accountId: string }>(list: readonly Entry[]): readonly Entry[] =>
    list.filter((entry) => entry.accountId === accountId);
  return {
    kind: "explanation",
    version: 1,
    asOf: population.header.asOf,
    person: personOf(population, person),
    protection: protection === null ? null : protection.reason,
    seats: seatsOfPerson(matter, deliberation, person),
    policies: [...policies.policies]
      .sort((a, b) => compareText(a.id, b.id))
      .flatMap((policy) => policyAnswers(deliberation, population, policies, policy, person)),
    changes: own(everyChange(plan)),
    heldBack: own(plan.heldBack),
    conflicts: own(plan.conflicts),
  };
}

function personOf(population: Population, person: number): Explanation["person"] {
  const { header } = population;
  const added = population.added[person] ?? UNKNOWN_TIME;
  const code = population.platformRoles[person] ?? platformRoleBits.unknown;
  const has = (bit: number, name: string): readonly string[] => ((code & bit) === 0 ? [] : [name]);
  return {
    accountId: population.text("id", person) ?? "",
    name: population.text("name", person),
    email: population.text("email", person),
    status: statuses[population.status[person] ?? 0] ?? "unknown",
    claim: claims[population.claim[person] ?? 0] ?? "unknown",
    source: managementSources[population.source[person] ?? 0] ?? "unknown",
    added: added === UNKNOWN_TIME ? null : momentOf(added),
    directories: [...entries(population.directories, person)].map((at) => header.directories[at]?.name ?? ""),
    groups: hasBit(population.groupsUnknown, person)
      ? null
      : [...entries(population.groups, person)].map((at) => groupName(population, at)).sort(),
    adminRoles:
      (code & platformRoleBits.unknown) !== 0
        ? null
        : [
            ...has(platformRoleBits.orgAdmin, "org-admin"),
            ...has(platformRoleBits.siteAdmin, "site-admin"),
            ...has(platformRoleBits.userAccessAdmin, "user-access-admin"),
            ...has(platformRoleBits.other, "other"),
          ],
  };
}

function seatsOfPerson(matter: Matter, { seats, signals }: Deliberation, person: number): readonly ExplainedSeat[] {
  const { population, ledger } = matter;
  const held = seats.holders.flatMap((holders, instance): readonly ExplainedSeat[] => {
    const truth = truthAt(holders, person);
    if (truth === "false") return [];
    const seat = seatRef(population, instance);
    const history = ledger.seat(population.text("id", person) ?? "", seat.instance);
    return [
      {
        seat,
        held: truth,
        paths: seatPaths(population, person, instance).paths.map((path) => pathOf(matter, person, instance, path)),
        lastActive: latestActivity(population, person, [instance]),
        signal: signals[instance]?.reason ?? "",
        firstSeen: history?.firstSeen == null ? null : momentOf(history.firstSeen),
      },
    ];
  });
  return held.sort(
    ({ seat: a }, { seat: b }) =>
      compareText(a.app, b.app) || compareText(a.site, b.site) || compareText(a.instance, b.instance),
  );
}

function pathOf({ population, policies }: Matter, person: number, instance: number, path: SeatPath): ExplainedPath {
  const difference =
    path.via === "direct"
      ? { ...noDifference, revoke: new Set([roleKey(instance, path.role)]) }
      : { ...noDifference, leave: new Set([path.group]) };
  const left = pathsAfter(population, person, instance, difference).some(({ role }) => isBillable(role));
  const provider = path.via === "group" ? providerOfGroup(policies.settings, population, path.group) : null;
  return {
    via: path.via === "direct" ? "direct" : groupName(population, path.group),
    role: path.role,
    owner: provider === null ? null : `${provider.name} (${provider.owner})`,
    frees: !left,
    alsoLoses: lostSeats(population, person, instance, difference)
      .map((at) => seatRef(population, at))
      .map(instanceLabel),
  };
}

function policyAnswers(
  { seats, evaluator }: Deliberation,
  population: Population,
  set: PolicySet,
  policy: Policy,
  person: number,
): readonly ExplainedPolicy[] {
  return scopesOf(policy).flatMap((scope): readonly ExplainedPolicy[] => {
    const holders = scope === null ? undefined : seats.holders[scope];
    if (holders !== undefined && truthAt(holders, person) === "false") return [];
    const exemption = set.exemptions.find(
      (rule) => covers(rule, policy) && truthAt(evaluator.evaluate(rule.filter, scope), person) !== "false",
    );
    const excepted = policy.except !== null && truthAt(evaluator.evaluate(policy.except, scope), person) !== "false";
    return [
      {
        policy: policy.id,
        description: policy.description,
        seat: scope === null ? null : seatRef(population, scope),
        result: truthAt(matchesOf({ population, seats, evaluator }, policy, scope), person),
        facts: [...evaluator.factsAt(policy.filter, scope, person, "every")],
        exempt: excepted
          ? "named in the policy's own `except`"
          : exemption === undefined
            ? null
            : `${exemption.id}: ${exemption.reason}`,
      },
    ];
  });
}
