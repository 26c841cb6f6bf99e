import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change, Plan } from "../../src/model/documents.generated.ts";
import { truthAt } from "../../src/model/verdict.ts";
import { type Population, statuses } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { signalsOf } from "../../src/people/signals.ts";
import { deliberate } from "../../src/plan/deliberate.ts";
import { protectionOf } from "../../src/plan/protection.ts";
import { covers } from "../../src/plan/left-alone.ts";
import { at, organization, type OrganizationParts, populationFrom, snapshotOf } from "../support/people.ts";
import { planFor, requestOf, type Rules } from "../support/policies.ts";
import { afterwards, anyWorld } from "./worlds.ts";

const runs = { numRuns: 200 };

function removals(plan: Plan): readonly Change[] {
  return [...plan.changes, ...plan.quarantined].filter(({ direction }) => direction === "take");
}

/** Removals of a plan that the other plan did not show in any way: not as a change, not held back, not in a conflict. */
function notShownIn(before: Plan, after: Plan): readonly string[] {
  const ids = new Set(removals(before).map(({ id }) => id));
  const keyOf = (accountId: string, policy: string): string => `${accountId} ${policy}`;
  const shown = new Set([
    ...before.heldBack.map(({ accountId, policy }) => keyOf(accountId, policy)),
    ...before.conflicts.map(({ accountId, gaveWay }) => keyOf(accountId, gaveWay.policy)),
  ]);
  return removals(after)
    .filter(
      ({ id, accountId, policies }) =>
        !ids.has(id) && !policies.some(({ policy }) => shown.has(keyOf(accountId, policy))),
    )
    .map(({ accountId, action }) => `${accountId} ${action}`);
}

describe("the same plan, byte for byte,", () => {
  it("comes of the same people, policies and exemptions in any order", () => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: true }), fc.nat(), (world, seed) => {
        const { header, rows } = snapshotOf(world.parts);
        const population = populationFrom(header, rows);
        const rules = world.rules;
        const turn = <Item>(items: readonly Item[]): readonly Item[] => {
          const start = seed % Math.max(1, items.length);
          return [...items.slice(start), ...items.slice(0, start)].reverse();
        };
        const turned = populationFrom(header, turn(rows));
        const again = planFor(turned, {
          ...rules,
          policies: turn(rules.policies),
          exemptions: turn(rules.exemptions ?? []),
        });
        expect(again).toEqual(planFor(population, rules));
      }),
      runs,
    );
  });
});

describe("nobody who is protected or exempt", () => {
  it("is in a change that takes something", () => {
    fc.assert(
      fc.property(anyWorld({ paced: false, limited: true }), (world) => {
        const population = organization(world.parts);
        const request = requestOf(population, world.rules);
        const { evaluator } = deliberate(request);
        const plan = planFor(population, world.rules);
        for (const change of removals(plan)) {
          const person = at.person(population, change.accountId);
          expect(protectionOf(population, request.policies.settings, person)).toBeNull();
          for (const { policy: id } of change.policies) {
            const policy = request.policies.policies.find((each) => each.id === id);
            if (policy === undefined) throw new Error(`there is no policy ${id}`);
            const scope =
              policy.for === "seat"
                ? population.header.instances.findIndex((each) => each.id === change.seat?.instance)
                : null;
            const shields = [
              ...(policy.except === null ? [] : [policy.except]),
              ...request.policies.exemptions.filter((rule) => covers(rule, policy)).map((rule) => rule.filter),
            ];
            for (const shield of shields) expect(evaluator.truthOf(shield, scope, person)).toBe("false");
          }
        }
      }),
      runs,
    );
  });
});

describe("what is unknown", () => {
  it("never acts: each change follows from filters that are true, for people whose status and seat are known", () => {
    fc.assert(
      fc.property(anyWorld({ paced: false, limited: true }), (world) => {
        const population = organization(world.parts);
        const rules = world.rules;
        const { evaluator, seats } = deliberate(requestOf(population, rules));
        const plan = planFor(population, rules);
        for (const change of [...plan.changes, ...plan.quarantined]) {
          const person = at.person(population, change.accountId);
          expect(statuses[population.status[person] ?? 0]).not.toBe("unknown");
          const instance = population.header.instances.findIndex((each) => each.id === change.seat?.instance);
          if (change.direction === "take" && instance !== -1) {
            const held = seats.holders[instance];
            expect(held === undefined ? "none" : truthAt(held, person)).toBe("true");
          }
          for (const { policy: id, facts } of change.policies) {
            const policy = rules.policies.find((each) => each.id === id);
            if (policy === undefined) throw new Error(`there is no policy ${id}`);
            expect(evaluator.truthOf(policy.filter, policy.for === "seat" ? instance : null, person)).toBe("true");
            expect(facts.map(({ result }) => result)).not.toContain("unknown");
          }
        }
      }),
      runs,
    );
  });

  it("never adds a removal: with less known about somebody, nothing is taken that was not shown before", () => {
    const blind = fc.constantFrom<(parts: OrganizationParts, name: string) => OrganizationParts>(
      (parts, name) => withPerson(parts, name, { groups: null }),
      (parts, name) => withPerson(parts, name, { active: null }),
      (parts, name) => withPerson(parts, name, { platformRoles: null }),
      (parts, name) => withPerson(parts, name, { status: "odd" }),
      (parts, name) => withPerson(parts, name, { claim: "untold" }),
      (parts) => ({ ...parts, groups: { ...parts.groups, g1: { ...parts.groups?.["g1"], members: 99 } } }),
    );
    fc.assert(
      fc.property(
        anyWorld({ paced: false, limited: false }),
        blind,
        fc.constantFrom("ada", "ben", "cy"),
        (world, hide, name) => {
          const before = organization(world.parts);
          const after = organization(hide(world.parts, name));
          // Whether an instance's activity can be believed is judged by shares, which one person less can tip.
          fc.pre(believed(before) === believed(after));
          expect(notShownIn(planFor(before, world.rules), planFor(after, world.rules))).toEqual([]);
        },
      ),
      runs,
    );
  });

  function believed(population: Population): string {
    return signalsOf(population, seatsOf(population), null)
      .map(({ trusted }) => trusted)
      .join();
  }

  function withPerson(parts: OrganizationParts, name: string, less: object): OrganizationParts {
    return { ...parts, people: { ...parts.people, [name]: { ...parts.people?.[name], ...less } } };
  }
});

describe("taking away", () => {
  const deleted = (change: (rules: Rules, which: number) => Rules): void => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: true }), fc.nat(), (world, which) => {
        const population = organization(world.parts);
        const rules = world.rules;
        const before = planFor(population, rules);
        expect(notShownIn(before, planFor(population, change(rules, which)))).toEqual([]);
      }),
      runs,
    );
  };

  it("a policy never adds a removal that the plan before did not show", () => {
    deleted((rules, which) => ({ ...rules, policies: without(rules.policies, which) }));
  });

  it("an exemption never adds a removal that the plan before did not show", () => {
    deleted((rules, which) => ({ ...rules, exemptions: without(rules.exemptions ?? [], which) }));
  });

  it("every policy leaves nothing to do", () => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: true }), (world) => {
        const population = organization(world.parts);
        const plan = planFor(population, { ...world.rules, policies: [] });
        expect([plan.changes, plan.quarantined, plan.heldBack, plan.conflicts]).toEqual([[], [], [], []]);
      }),
      { numRuns: 30 },
    );
  });

  function without<Item>(items: readonly Item[], which: number): readonly Item[] {
    return items.filter((_, index) => index !== which % Math.max(1, items.length));
  }
});

describe("plan after plan", () => {
  it("comes to an end where neither duties nor what gives look at what changes bring about", () => {
    fc.assert(
      fc.property(anyWorld({ paced: false, limited: false, steady: true }), (world) => {
        let { parts } = world;
        for (let round = 0; round < 8; round++) {
          const population = organization(parts);
          const { changes } = planFor(population, world.rules);
          if (changes.length === 0) return;
          parts = afterwards(parts, changes);
        }
        throw new Error("the eighth plan still has changes");
      }),
      runs,
    );
  });

  it("frees the seats that a plan says it frees, and no others", () => {
    fc.assert(
      fc.property(anyWorld({ paced: true, limited: false }), (world) => {
        const population = organization(world.parts);
        const plan = planFor(population, world.rules);
        const after = organization(afterwards(world.parts, plan.changes));
        const again = planFor(after, { policies: [] });
        const counts = (of: Plan, side: "before" | "after"): readonly number[] => of.seats.map((seat) => seat[side]);
        const unsure = plan.seats.some(({ unknown }) => unknown > 0);
        if (!unsure) expect(counts(again, "before")).toEqual(counts(plan, "after"));
      }),
      runs,
    );
  });
});
