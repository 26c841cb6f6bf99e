import type { Plan } from "../../src/model/documents.generated.ts";
import { type Counts, emptyLedgerView, type LedgerView } from "../../src/model/ledger-view.ts";
import type { Population } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import type { CompileContext } from "../../src/plan/draft.ts";
import { type PlanRequest, propose } from "../../src/plan/propose.ts";
import type { ExemptionRule, Filter, Policy, PolicySet, Settings, SourceTable, Test } from "../../src/policy/types.ts";
import { at, DAYS, now } from "./people.ts";

/** Policies as they are after names are resolved, for tests of what follows from them. */

const place = { file: "policies/test.yaml", line: 1, column: 1 };

export function leaf(test: Test, words: string): Filter {
  return { kind: "leaf", test, words, place };
}

/** Filters by what they look at. */
export const where = {
  named: (...accountIds: readonly string[]): Filter => leaf({ key: "people", accountIds }, "people"),
  everybody: leaf({ key: "status", statuses: ["active", "suspended", "deactivated", "not_invited"] }, "status: any"),
  active: leaf({ key: "status", statuses: ["active"] }, "status: active"),
  unused: (days: number): Filter =>
    leaf({ key: "unused", before: now - days * DAYS, reach: { kind: "own" } }, `unused: ${days}d`),
  mfa: leaf({ key: "mfa", on: true }, "mfa: true"),
  memberOf: (population: Population, ...groups: readonly string[]): Filter =>
    leaf(
      { key: "memberOf", groups: groups.map((name) => at.group(population, name)) },
      `memberOf: ${groups.join(", ")}`,
    ),
  all: (...of: readonly Filter[]): Filter => ({ kind: "all", of }),
  not: (of: Filter): Filter => ({ kind: "not", of }),
};

/** A saving on seats that takes everybody's seat on the first instance, unless it is said otherwise. */
export function policy(id: string, parts: Partial<Policy> = {}): Policy {
  return {
    id,
    description: `what ${id} is for`,
    owner: "@acme/it",
    for: "seat",
    purpose: "saving",
    because: parts.purpose === "duty" ? "ITGC-07" : null,
    mode: "enforce",
    place,
    filter: where.everybody,
    instances: parts.for === "person" ? [] : [0],
    except: null,
    actions: [revoke],
    pace: null,
    approval: "review",
    schedule: null,
    limits: { percent: null, changes: null, growth: null },
    rule: { where: "a".repeat(16), except: "b".repeat(16) },
    unbuilt: [],
    holds: [],
    ...parts,
  };
}

/** A policy on people, with one action for everybody unless it is said otherwise. */
export function personPolicy(id: string, parts: Partial<Policy> & Pick<Policy, "actions">): Policy {
  return policy(id, { for: "person", ...parts });
}

type ActionOf<Kind extends Policy["actions"][number]["kind"]> = Extract<Policy["actions"][number], { kind: Kind }>;

export const revoke: ActionOf<"revoke"> = {
  kind: "revoke",
  instances: "own",
  ifBlocked: "report",
  leave: "access",
  keepOthers: "blocked",
};

export function revokeOn(...instances: readonly number[]): ActionOf<"revoke"> {
  return { ...revoke, instances };
}

export const suspend: ActionOf<"suspend" | "restore" | "removeFromOrg"> = { kind: "suspend", directory: null };
export const deactivate: ActionOf<"deactivate"> = { kind: "deactivate", message: null };

export function exemption(id: string, parts: Partial<ExemptionRule> & Pick<ExemptionRule, "filter">): ExemptionRule {
  return {
    id,
    place,
    rule: "c".repeat(16),
    from: ["saving"],
    reason: "on call",
    owner: "@acme/it",
    until: "2027-03-31",
    lapsed: false,
    ...parts,
  };
}

const none = { percent: null, changes: null };

export interface SettingsParts extends Partial<Omit<Settings, "accessGroups" | "protect" | "limits">> {
  /** Names; by default every group. */
  readonly accessGroups?: readonly string[];
  readonly protect?: { readonly people?: readonly string[]; readonly groups?: readonly string[] };
  /** By default there are none. */
  readonly limits?: Partial<Settings["limits"]>;
}

export function settingsFor(population: Population, parts: SettingsParts = {}): Settings {
  const { accessGroups, protect, limits, ...rest } = parts;
  return {
    organizationId: population.header.organization.id,
    organizationName: "acme",
    power: "act",
    identityProviders: [],
    planValidFor: 7 * DAYS,
    privacy: { show: "names", history: "counts" },
    irreversible: [],
    freeze: [],
    ...rest,
    accessGroups: population.header.groups.map(({ name }) => accessGroups === undefined || accessGroups.includes(name)),
    protect: {
      accountIds: new Set(protect?.people),
      groups: (protect?.groups ?? []).map((name) => at.group(population, name)),
      minOrgAdmins: 0,
      rule: "d".repeat(16),
    },
    limits: {
      perRun: none,
      perApp: none,
      perGroup: { percent: 100, floor: 0 },
      perDay: none,
      per30Days: none,
      duties: none,
      growth: 100,
      shrink: 10,
      reversals: 5,
      ...limits,
    },
  };
}

export interface Rules {
  readonly policies: readonly Policy[];
  readonly exemptions?: readonly ExemptionRule[];
  readonly settings?: SettingsParts;
  readonly sources?: readonly SourceTable[];
  readonly ledger?: Partial<LedgerView>;
}

/** The counts of a baseline that nothing has fallen against, unless it is said otherwise. */
export function countsWith(parts: Partial<Counts>): Counts {
  return {
    asOf: now - DAYS,
    people: 0,
    seats: {},
    withActivity: {},
    members: {},
    orgAdmins: 0,
    holders: {},
    keyCreators: null,
    believed: {},
    ...parts,
  };
}

export function policySet(population: Population, rules: Rules): PolicySet {
  return {
    digest: `sha256:${"b".repeat(64)}`,
    settings: settingsFor(population, rules.settings),
    policies: rules.policies,
    exemptions: rules.exemptions ?? [],
    sources: new Map((rules.sources ?? []).map((source) => [source.name, source])),
  };
}

/** Every seat is one of the baseline. */
const olderThanUs: LedgerView["seat"] = () => ({ firstSeen: null, restored: null });

export function requestOf(population: Population, rules: Rules): PlanRequest {
  return {
    population,
    snapshotDigest: `sha256:${"a".repeat(64)}`,
    policies: policySet(population, rules),
    ledger: { ...emptyLedgerView, lastGood: countsWith({}), seat: olderThanUs, ...rules.ledger },
    tool: { name: "seatwright", version: "0.1.0" },
  };
}

export function planFor(population: Population, rules: Rules): Plan {
  return propose(requestOf(population, rules));
}

/** What an action is compiled from, with settings as in `settingsFor`. */
export function compileContext(population: Population, settings: SettingsParts = {}): CompileContext {
  return { population, seats: seatsOf(population), settings: settingsFor(population, settings) };
}
