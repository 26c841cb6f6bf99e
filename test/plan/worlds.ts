import fc from "fast-check";
import type { Change } from "../../src/model/documents.generated.ts";
import type { Action, Filter, Policy } from "../../src/policy/types.ts";
import { DAYS, type GroupParts, idOf, now, type OrganizationParts, type PersonParts } from "../support/people.ts";
import {
  deactivate,
  exemption,
  leaf,
  policy,
  revoke,
  revokeOn,
  type Rules,
  suspend,
  where,
} from "../support/policies.ts";

/** Small organisations with policies of every kind over them, for laws that hold of all. */

export interface World {
  readonly parts: OrganizationParts;
  readonly rules: Rules;
}

const people = ["ada", "ben", "cy", "dee", "eve"];
const groupNames = ["g0", "g1", "g2", "g3", "g4"];
const instanceNames = ["jira", "confluence", "jsm"];
const roles = ["jira", "confluence", "jsm", "jira atlassian/guest"];

const admins = ["confluence atlassian/admin"];

const group: fc.Arbitrary<GroupParts> = fc
  .record({
    grants: fc.oneof(
      { weight: 9, arbitrary: fc.subarray(roles, { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant(admins) },
    ),
    synced: seldom(false, true),
    extra: seldom(0, 1),
  })
  .map(({ extra, ...parts }) => ({ ...parts, ...(extra === 0 ? {} : { members: 9 }) }));

const person = fc
  .record({
    status: seldom("active", "suspended", "deactivated", "odd"),
    claim: seldom<string | null>("managed", "unmanaged", null),
    source: seldom("invited", "synced"),
    groups: fc.option(fc.subarray(groupNames, { maxLength: 3 }), { nil: null, freq: 15 }),
    direct: fc.subarray(roles, { maxLength: 1 }),
    active: fc.option(fc.record({ jira: seldom<number | null>(200, 5, null), confluence: fc.constantFrom(5, 200) }), {
      nil: null,
      freq: 15,
    }),
    mfa: seldom<boolean | null>(true, false, null),
    platformRoles: seldom<readonly string[]>([], ["atlassian/org-admin"]),
  })
  .map(
    ({ claim, mfa, ...parts }): PersonParts => ({
      ...parts,
      added: now - 400 * DAYS,
      ...(claim === null ? {} : { claim }),
      ...(mfa === null ? {} : { mfa }),
    }),
  );

const filter = fc.letrec<{ any: Filter }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    fc.constantFrom(where.active, where.active, where.everybody, where.mfa),
    fc.subarray(people, { minLength: 1 }).map((names) => where.named(...names)),
    fc
      .nat(groupNames.length - 1)
      .map((position) => leaf({ key: "memberOf", groups: [position] }, `memberOf: g${position}`)),
    fc
      .tuple(fc.constantFrom("all", "any"), fc.array(tie("any"), { minLength: 1, maxLength: 2 }))
      .map(([kind, of]) => ({ kind, of })),
    tie("any").map(where.not),
  ),
})).any;

/** Few people, or all of whom something is true. */
const some = fc.oneof(
  { weight: 4, arbitrary: fc.subarray(people, { minLength: 1, maxLength: 2 }).map((names) => where.named(...names)) },
  { weight: 1, arbitrary: filter },
);

const named = fc.subarray(people, { minLength: 1 }).map((names) => where.named(...names));

const takes: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>(suspend, deactivate, { kind: "firstOf", of: [deactivate, suspend] }),
  fc.nat(groupNames.length - 1).map((position) => ({ kind: "removeFromGroup", group: position }) as const),
  fc.nat(2).map((instance) => revokeOn(instance)),
);

const gives: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>({ kind: "restore", directory: null }, { kind: "activate" }),
  fc.nat(groupNames.length - 1).map((position) => ({ kind: "addToGroup", group: position }) as const),
  fc.nat(2).map((instance) => ({ kind: "grant", instance, role: "atlassian/user" }) as const),
);

const givingKinds: ReadonlySet<Action["kind"]> = new Set(["restore", "activate", "addToGroup", "grant"]);

type PolicyParts = Omit<Policy, "id">;

const extras = fc.record({
  purpose: fc.constantFrom<Policy["purpose"]>("saving", "saving", "duty"),
  mode: seldom<Policy["mode"]>("enforce", "report"),
  except: fc.option(some, { nil: null, freq: 1 }),
  pace: fc.option(fc.record({ changes: fc.constantFrom(1, 2, 3) }), { nil: null, freq: 1 }),
} as const);

const anyPolicy: fc.Arbitrary<PolicyParts> = fc
  .tuple(
    extras,
    fc.oneof(
      fc.tuple(filter, fc.subarray([0, 1, 2], { minLength: 1 }), fc.boolean(), fc.boolean()).map(
        ([where_, instances, looksAtUse, isSetRole]): Partial<PolicyParts> => ({
          for: "seat",
          filter: looksAtUse ? where.all(where_, where.unused(90)) : where_,
          instances,
          actions: [
            isSetRole
              ? ({ kind: "setRole", instances: "own", role: "atlassian/guest", leave: "access" } as const)
              : revoke,
          ],
        }),
      ),
      fc.tuple(filter, takes).map(
        ([where_, action]): Partial<PolicyParts> => ({
          for: "person",
          filter: where_,
          instances: [],
          actions: [action],
        }),
      ),
      fc.tuple(named, gives).map(
        ([where_, action]): Partial<PolicyParts> => ({
          for: "person",
          filter: where_,
          instances: [],
          actions: [action],
        }),
      ),
    ),
  )
  .map(([common, rest]): PolicyParts => ({ ...policy("x"), ...common, ...rest }));

export interface WorldOptions {
  /** Some policies have a pace. */
  readonly paced: boolean;
  /** The organisation may have a limit. */
  readonly limited: boolean;
  /**
   * Duties, policies that give, and what leaves people out of either, speak of people by name only: nothing that a change
   * does makes them true or false.
   */
  readonly steady?: boolean;
}

export function anyWorld({ paced, limited, steady = false }: WorldOptions): fc.Arbitrary<World> {
  return fc
    .record({
      people: fc.tuple(...people.map(() => person)),
      groups: fc.tuple(...groupNames.map(() => group)),
      policies: fc.array(anyPolicy, { minLength: 2, maxLength: 6 }),
      exemptions: fc.array(
        fc.record({
          filter: some,
          from: fc.subarray(["saving", "p0", "p1"], { minLength: 1 }),
          lapsed: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      steadyFilter: named,
      steadyExemption: named,
      access: seldom(groupNames, groupNames.slice(1)),
      protect: seldom([], ["ada"]),
      keyCreators: seldom([], ["ben"]),
      perRun: fc.option(fc.integer({ min: 1, max: 12 }), { nil: null }),
    })
    .map((given) => ({
      parts: {
        instances: Object.fromEntries(instanceNames.map((name) => [name, { app: `app-${name}` }])),
        groups: Object.fromEntries(groupNames.map((name, index) => [name, given.groups[index] ?? {}])),
        people: Object.fromEntries(people.map((name, index) => [name, given.people[index] ?? {}])),
        keyCreators: given.keyCreators,
      },
      rules: {
        policies: given.policies.map((each, index) => ({
          ...each,
          id: `p${index}`,
          pace: paced ? each.pace : null,
          ...(steady && insists(each)
            ? { filter: given.steadyFilter, except: each.except === null ? null : given.steadyExemption }
            : {}),
        })),
        exemptions: given.exemptions.map((each, index) => {
          const { from } = each;
          const covers = (of: PolicyParts, position: number): boolean =>
            insists(of) && (from.includes(of.purpose) || from.includes(`p${position}`));
          return exemption(
            `EX-${index}`,
            steady && given.policies.some(covers) ? { ...each, filter: given.steadyExemption } : each,
          );
        }),
        settings: {
          accessGroups: given.access,
          protect: { people: given.protect },
          limits: limited && given.perRun !== null ? { perRun: { percent: null, changes: given.perRun } } : {},
        },
      },
    }));
}

/** Whether what another policy takes is wanted again in the next plan. */
function insists({ purpose, actions }: PolicyParts): boolean {
  return purpose === "duty" || actions.some(({ kind }) => givingKinds.has(kind));
}

/** The first, nine times of ten. */
function seldom<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(usual, ...others) },
  );
}

/** The organisation after every operation of these changes. */
export function afterwards(parts: OrganizationParts, changes: readonly Change[]): OrganizationParts {
  const next: Record<string, PersonParts> = { ...parts.people };
  for (const change of changes) {
    for (const operation of change.operations) {
      const before = next[change.accountId] ?? {};
      const member = before.groups ?? [];
      const name = operation.group?.slice(idOf.group("").length) ?? "";
      const role = `${/ari:cloud:(.*)::/.exec(operation.instance ?? "")?.[1]} ${operation.role}`;
      const direct = (before.direct ?? []).map((text) => (text.includes(" ") ? text : `${text} atlassian/user`));
      const status = {
        suspend: "suspended",
        restore: "active",
        deactivate: "deactivated",
        activate: "active",
      } as const;
      switch (operation.kind) {
        case "leaveGroup":
          next[change.accountId] = { ...before, groups: member.filter((each) => each !== name) };
          break;
        case "joinGroup":
          next[change.accountId] = { ...before, groups: [...new Set([...member, name])] };
          break;
        case "assignRole":
          next[change.accountId] = { ...before, direct: [...new Set([...direct, role])] };
          break;
        case "revokeRole":
          next[change.accountId] = { ...before, direct: direct.filter((each) => each !== role) };
          break;
        case "removeFromDirectory":
          throw new Error("no policy of these worlds removes anybody");
        default:
          next[change.accountId] = { ...before, status: status[operation.kind] };
      }
    }
  }
  return { ...parts, people: next };
}
