import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBits, hasBit } from "../../src/model/bits.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { propose } from "../../src/plan/propose.ts";
import { type Reclaim, reclaimBy, reclaimClasses } from "../../src/plan/reclaim.ts";
import type { Policy } from "../../src/policy/types.ts";
import { at, now, organization, type OrganizationParts } from "../support/people.ts";
import { exemption, personPolicy, policy, requestOf, type Rules, where } from "../support/policies.ts";
import { anyWorld } from "./worlds.ts";

/** What a seat policy on Jira would free in an organisation. */
function reclaimIn(parts: OrganizationParts, rules: Partial<Rules> = {}, days = 90): Reclaim {
  const population = organization(parts);
  const own = policy("question", { filter: where.unused(days) });
  const request = requestOf(population, { ...rules, policies: [own, ...(rules.policies ?? [])] });
  return reclaimBy(request, own);
}

const counted = (reclaim: Reclaim): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(reclaim.instances[0]?.classes ?? {}).filter(([, count]) => count > 0));

const old = { active: { jira: 200 }, added: now - 400 * 86_400 };
const busy = { active: { jira: 1 }, added: old.added };
const jira = { groups: { users: { grants: ["jira"] }, okta: { grants: ["jira"], synced: true } } };

/** Enough people in use that the signal is believed. */
const others = Object.fromEntries(
  Array.from({ length: 6 }, (_, position) => [`busy-${position}`, { ...busy, groups: ["users"] }]),
);

describe("what could be freed", () => {
  it("is told apart by what stands in the way, each seat once", () => {
    const reclaim = reclaimIn(
      {
        ...jira,
        groups: { ...jira.groups, team: { grants: ["jira"] } },
        people: {
          ...others,
          free: { ...old, groups: ["users"] },
          synced: { ...old, groups: ["users", "okta"] },
          team: { ...old, groups: ["team"] },
          exempt: { ...old, groups: ["users"] },
          boss: { ...old, groups: ["users"], platformRoles: ["atlassian/org-admin"] },
          young: { groups: ["users"], added: now - 3 * 86_400 },
          never: { groups: ["users"], added: old.added },
        },
      },
      {
        policies: [],
        exemptions: [exemption("EX-1", { filter: where.named("exempt") })],
        settings: { accessGroups: ["users"] },
      },
    );
    expect(counted(reclaim)).toEqual({ now: 2, identityProvider: 1, blocked: 1, exempt: 1, protected: 1, unknown: 1 });
    expect(reclaim.instances[0]).toMatchObject({ active: 6, idle: 5, neverActive: 1, unknown: 1 });
    expect(reclaim.obstacle).toBeNull();
    expect(countBits(reclaim.instances[0]?.freed.now ?? new Uint32Array())).toBe(2);
    expect(countBits(reclaim.instances[0]?.freed.withProvider ?? new Uint32Array())).toBe(3);
  });

  it("is held where another policy keeps it, or an exemption that has ended speaks of it", () => {
    const population = {
      ...jira,
      people: { ...others, kept: { ...old, groups: ["users"] }, lapsed: { ...old, groups: ["users"] } },
    };
    const keeper = personPolicy("keeper", {
      filter: where.named("kept"),
      actions: [{ kind: "addToGroup", group: 0 }],
    });
    const reclaim = reclaimIn(population, {
      policies: [keeper],
      exemptions: [exemption("EX-1", { filter: where.named("lapsed"), lapsed: true })],
    });
    expect(counted(reclaim)).toEqual({ held: 2 });
  });

  it("is not lessened by what stands in the way of everything, which is told once", () => {
    const parts = { ...jira, people: { ...others, free: { ...old, groups: ["users"] } } };
    const suspect = reclaimIn({ ...parts, certificate: "suspect" });
    expect(counted(suspect)).toEqual({ now: 1 });
    expect(suspect.obstacle).toMatchObject({ code: "snapshot-not-complete" });
    const noBaseline = reclaimIn(parts, { policies: [], ledger: { lastGood: null } });
    expect(counted(noBaseline)).toEqual({ now: 1 });
    expect(noBaseline.obstacle).toMatchObject({ code: "no-baseline" });
    expect(countBits(noBaseline.instances[0]?.freed.now ?? new Uint32Array())).toBe(1);
  });

  it("of an instance without a believed signal is unknown, all of it", () => {
    const reclaim = reclaimIn({
      ...jira,
      people: { a: { ...old, groups: ["users"], active: {} }, b: { groups: ["users"] } },
    });
    expect(counted(reclaim)).toEqual({ unknown: 2 });
    expect(reclaim.instances[0]).toMatchObject({ active: 0, idle: 0, neverActive: 0, unknown: 2 });
  });

  it("is counted of held seats; a seat of which it is not known whether it is held is in a number of its own", () => {
    const two = { in: ["main", "labs"], groups: ["users"], added: old.added };
    const reclaim = reclaimIn(
      {
        ...jira,
        directories: ["main", "labs"],
        people: {
          ...others,
          free: { ...old, groups: ["users"] },
          perhaps: { ...two, active: { jira: 200 } },
          shielded: { ...two, active: { jira: 300 } },
          working: { ...two, active: { jira: 1 } },
        },
      },
      { exemptions: [exemption("EX-1", { filter: where.named("shielded") })] },
    );
    // Whoever works there is not among the seats either: whether that seat is held is not known.
    expect(counted(reclaim)).toEqual({ now: 1 });
    expect(reclaim.instances[0]).toMatchObject({ active: 6, idle: 1, neverActive: 0, unknown: 0, seatUnknown: 2 });
  });

  it("never disagrees with the plan of the same policy, whatever the organisation", () => {
    const seen = new Set<string>();
    let perhaps = 0;
    fc.assert(
      fc.property(anyWorld({ paced: false, limited: false }), fc.constantFrom(30, 90, 250), (world, days) => {
        const population = organization(world.parts);
        const own: Policy = policy("question", { filter: where.unused(days), instances: [0, 1, 2] });
        const request = requestOf(population, { ...world.rules, policies: [own, ...world.rules.policies] });
        const plan = propose(request);
        const reclaim = reclaimBy(request, own);
        const seats = seatsOf(population);
        for (const { instance, classes, active, idle, neverActive, unknown, seatUnknown, freed } of reclaim.instances) {
          const id = population.header.instances[instance]?.id;
          const changes = plan.changes.filter(
            ({ seat, policies }) => seat?.instance === id && policies.some((reason) => reason.policy === own.id),
          );
          const holders = seats.holders[instance];
          const isHeld = (accountId: string): boolean =>
            holders !== undefined && hasBit(holders.yes, population.find(accountId));
          const held = plan.heldBack.filter(
            (entry) => entry.policy === own.id && entry.seat?.instance === id && isHeld(entry.accountId),
          );
          const of = (kind: string): number => held.filter((entry) => entry.kind === kind).length;
          // A change that rests on another which is not made is held back by the plan as a whole.
          const stranded = held.filter(({ reason }) => reason.endsWith("not all of that is to be taken")).length;
          for (const name of reclaimClasses) if (classes[name] > 0) seen.add(name);
          expect(classes.now).toBe(changes.length + stranded);
          expect(freed.now.reduce((sum, word) => sum + countBits(Uint32Array.of(word)), 0)).toBe(classes.now);
          expect([classes.exempt, classes.protected]).toEqual([of("exempt"), of("protected")]);
          expect(classes.identityProvider + classes.blocked).toBe(of("blocked") - stranded);
          const sum = reclaimClasses.reduce((total, name) => total + classes[name], 0);
          expect(sum).toBe(idle + neverActive + unknown);
          expect(active + idle + neverActive + unknown).toBe(countBits(holders?.yes ?? new Uint32Array()));
          expect(seatUnknown).toBeLessThanOrEqual(countBits(holders?.unknown ?? new Uint32Array()));
          perhaps += seatUnknown;
        }
        expect(
          reclaim.instances.map(({ instance }) =>
            at.instance(population, ["jira", "confluence", "jsm"][instance] ?? ""),
          ),
        ).toEqual([0, 1, 2]);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([...reclaimClasses].sort());
    expect(perhaps).toBeGreaterThan(0);
  });
});
