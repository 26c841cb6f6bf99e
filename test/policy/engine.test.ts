import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBits } from "../../src/model/bits.ts";
import type { PersonRow } from "../../src/model/documents.generated.ts";
import { truthAt } from "../../src/model/verdict.ts";
import type { Population } from "../../src/people/population.ts";
import { roleTest } from "../../src/people/role-holders.ts";
import { membersIn } from "../../src/people/members.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { createEvaluator, type Evaluator } from "../../src/policy/evaluate.ts";
import { globMatcher } from "../../src/policy/glob.ts";
import { roleVerdict } from "../../src/policy/roles.ts";
import { createTextTests } from "../../src/policy/text-test.ts";
import type { Filter, Reach, Test } from "../../src/policy/types.ts";
import { DAYS, now, populationFrom, snapshotOf } from "../support/people.ts";

/** Enough people for what is few and what is many to be different things. */
const PEOPLE = 700;

const { header: frame } = snapshotOf({
  directories: ["main", "second"],
  instances: { jira: { app: "jira-software" }, wiki: { app: "confluence" } },
  groups: {
    users: { grants: ["jira"] },
    writers: { grants: ["wiki"] },
    admins: { grants: ["jira atlassian/admin"] },
    rare: {},
    unproved: { directory: "second" },
  },
});

const row = fc.record({
  status: fc.constantFrom("active", "active", "active", "suspended", "odd"),
  directories: fc.constantFrom([0], [0], [0], [1], [0, 1]),
  claim: fc.option(fc.constantFrom("managed", "unmanaged"), { nil: undefined, freq: 9 }),
  email: fc.option(fc.constantFrom("ada@x.y", "ci-bot@x.y", "Ext-B@Q.Z", "mül@x.y"), { nil: undefined, freq: 9 }),
  added: fc.option(fc.integer({ min: now - 400 * DAYS, max: now }), { nil: undefined, freq: 9 }),
  groups: fc.option(fc.subarray([0, 1, 2, 4]), { nil: undefined, freq: 20 }),
  days: fc.option(fc.tuple(fc.nat(200), fc.option(fc.nat(200))), { nil: undefined, freq: 9 }),
});

const population = fc.array(row, { minLength: 40, maxLength: 40 }).map((kinds): Population => {
  const rows = Array.from({ length: PEOPLE }, (_, person): PersonRow => {
    const { days, ...kind } = kinds[(person * 7) % kinds.length] ?? kinds[0]!;
    const known = Object.entries(kind).filter(([, value]) => value !== undefined);
    const active = days === undefined ? {} : { active: activity(days) };
    const rare = person % 97 === 0 && kind.groups !== undefined ? { groups: [...kind.groups, 3] } : {};
    return {
      id: `p${String(person).padStart(4, "0")}`,
      ...Object.fromEntries(known),
      ...active,
      ...rare,
    } as unknown as PersonRow;
  });
  const groups = frame.groups.map((group, position) => ({
    ...group,
    members: rows.filter((one) => one.groups?.includes(position)).length + (group.name === "unproved" ? 1 : 0),
  }));
  return populationFrom({ ...frame, groups, peopleCount: PEOPLE }, rows);
});

function activity([jira, wiki]: readonly [number, number | null]): readonly (readonly [number, number])[] {
  return [[0, now - jira * DAYS], ...(wiki === null ? [] : [[1, now - wiki * DAYS] as const])];
}

const before = fc.constantFrom(20, 60, 120).map((days) => now - days * DAYS);
const test: fc.Arbitrary<Test> = fc.oneof(
  fc.constantFrom<Test>(
    { key: "status", statuses: ["active"] },
    { key: "status", statuses: ["suspended"] },
    { key: "account", claim: "managed" },
    { key: "email", globs: ["*-bot@x.y", "EXT-*@*"] },
    { key: "email", globs: ["*a*"] },
    { key: "memberOf", groups: [3] },
    { key: "memberOf", groups: [0, 2] },
    { key: "memberOf", groups: [4] },
    { key: "directory", directories: [1] },
    { key: "role", roles: ["atlassian/admin"], instances: "own" },
    { key: "productAdmin", instances: [0] },
    { key: "holds", instances: [0, 1] },
    { key: "people", accountIds: ["p0003", "p0500"] },
    { key: "instance", instances: [0] },
  ),
  before.map((at): Test => ({ key: "inOrgFor", before: at })),
  fc
    .tuple(
      fc.constantFrom("unused" as const, "idle" as const, "neverActive" as const),
      before,
      fc.constantFrom<Reach>({ kind: "own" }, { kind: "everywhere" }, { kind: "instances", instances: [0, 1] }),
    )
    .map(([key, at, reach]): Test => ({ key, before: at, reach })),
  before.map((at): Test => ({ key: "heldFor", before: at, reach: { kind: "own" } })),
);

const place = { file: "a.yaml", line: 1, column: 1 };
function filterOf(depth: number): fc.Arbitrary<Filter> {
  const leaf = test.map((one): Filter => ({ kind: "leaf", test: one, words: "", place }));
  if (depth === 0) return leaf;
  const inner = filterOf(depth - 1);
  const several = fc.array(inner, { minLength: 1, maxLength: 4 });
  return fc.oneof(
    leaf,
    inner.map((of): Filter => ({ kind: "not", of })),
    several.map((of): Filter => ({ kind: "all", of })),
    several.map((of): Filter => ({ kind: "any", of })),
  );
}

function evaluatorOf(given: Population): Evaluator {
  return createEvaluator(given, seatsOf(given), {
    asOf: now,
    sources: new Map(),
    seatHistory: () => null,
    signals: [
      { trusted: true, reason: "" },
      { trusted: given.size % 2 === 0, reason: "" },
    ],
  });
}

describe("an evaluator", { timeout: 120_000 }, () => {
  it("answers for everybody at once as it answers one by one, whatever was asked before or is expected", () => {
    fc.assert(
      fc.property(
        population,
        fc.array(filterOf(3), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (given, filters, told) => {
          // Each way of asking has an evaluator of its own, so that neither rests on what the other has found.
          const [atOnce, oneByOne] = [evaluatorOf({ ...given }), evaluatorOf({ ...given })];
          if (told) atOnce.expect(filters.map((filter) => ({ filter, scopes: [0, 1] })));
          for (const filter of filters) {
            for (const instance of [0, 1]) {
              const verdict = atOnce.evaluate(filter, instance);
              const judge = oneByOne.judge(filter, instance);
              let overlap = 0;
              for (let person = 0; person < given.size; person++) {
                expect(truthAt(verdict, person), `person ${person} on ${instance}`).toBe(judge(person));
              }
              verdict.yes.forEach((word, at) => {
                overlap |= word & (verdict.unknown[at] ?? 0);
              });
              expect(overlap).toBe(0);
              expect(countBits(verdict.yes) + countBits(verdict.unknown)).toBeLessThanOrEqual(given.size);
            }
          }
        },
      ),
      { numRuns: process.env["SEATWRIGHT_LONG"] === "1" ? 400 : 60 },
    );
  });

  it("tells who holds a role as a look at one person after another does", () => {
    fc.assert(
      fc.property(population, fc.subarray(["atlassian/user", "atlassian/admin", "atlassian/guest"]), (given, roles) => {
        const wanted = roleVerdict(given, [0, 1], roles);
        const found = roleTest(given, membersIn(given), [0, 1], roles);
        expect(found.verdict()).toEqual(wanted);
        for (let person = 0; person < given.size; person++) {
          expect(["false", "true", "unknown"][found.judge(person)]).toBe(truthAt(wanted, person));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("texts against globs", () => {
  it("match as the glob says, for everybody at once and one by one, whatever the letters", () => {
    const letters = fc.constantFrom("a", "B", "-", "@", "é", "e\u0301", "\u212a", "İ", "ß", "*");
    const few = ["abbaab-@a", "abbeab-@a", "kabk", "abba"];
    const text = fc.option(
      fc.oneof(
        fc.array(letters, { maxLength: 6 }).map((all) => all.join("")),
        // Of some length and much alike, with one letter that is another.
        fc
          .tuple(fc.constantFrom(...few), fc.constantFrom(0, 3, 7), letters)
          .map(([word, at, letter]) => word.slice(0, at) + letter + word.slice(at + 1)),
      ),
      { nil: undefined },
    );
    const glob = fc.oneof(
      fc
        .array(fc.constantFrom("a", "b", "-", "@", "é", "k", "*", "?", "*"), { minLength: 1, maxLength: 5 })
        .map((all) => all.join("")),
      fc
        .tuple(
          fc.constantFrom(...few),
          fc.constantFrom(0, 3, 7),
          fc.nat(3),
          fc.constantFrom("*", "?", "e\u0301", "é", "*é", "**", "*?"),
        )
        .map(([word, at, length, instead]) => word.slice(0, at) + instead + word.slice(at + length)),
    );
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 50 }),
        fc.array(glob, { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(glob, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
        (all, globs, besides) => {
          const rows = all.map(
            (email, at): PersonRow => ({
              id: `p${String(at).padStart(3, "0")}`,
              status: "active",
              directories: [0],
              ...(email === undefined ? {} : { email }),
            }),
          );
          const given = populationFrom({ ...frame, peopleCount: rows.length }, rows);
          const tests = createTextTests(given);
          for (const others of besides) tests.expect("email", others);
          const found = tests.test("email", globs);
          const verdict = found.verdict();
          const matches = globMatcher(globs);
          all.forEach((email, person) => {
            const wanted = email === undefined ? "unknown" : matches(email) ? "true" : "false";
            expect(truthAt(verdict, person), `${email} ${globs.join(" ")}`).toBe(wanted);
            expect(["false", "true", "unknown"][found.judge(person)], `${email} ${globs.join(" ")}`).toBe(wanted);
          });
        },
      ),
      { numRuns: 1500 },
    );
  });
});
