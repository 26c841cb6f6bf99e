import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersonRow, SnapshotHeader, Where } from "../../src/model/documents.generated.ts";
import type { SeatHistory } from "../../src/model/ledger-view.ts";
import type { Truth } from "../../src/model/verdict.ts";
import { truthAt } from "../../src/model/verdict.ts";
import type { Population } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { createEvaluator, type Evaluator } from "../../src/policy/evaluate.ts";
import type { Filter } from "../../src/policy/types.ts";
import { DAYS, now, populationFrom, snapshotOf } from "../support/people.ts";
import { and, not, or, truthOf, type World } from "./reference.ts";
import { flow, policyYaml, resolveOn, told, withSource } from "./support.ts";

/** How many organisations and filters each law is held against. */
const runs = process.env["SEATWRIGHT_LONG"] === "1" ? 3_000 : 250;

const { header: emptyHeader } = snapshotOf({
  directories: ["main", "second"],
  instances: {
    jira: { app: "jira-software" },
    beta: { app: "jira-software", site: "beta" },
    confluence: { app: "confluence" },
    mystery: { app: "mystery", known: false },
    sandbox: { app: "compass", sandbox: true },
  },
  groups: {
    "jira-users": { grants: ["jira"] },
    "beta-users": { grants: ["beta"], directory: "second" },
    both: { grants: ["jira", "confluence"] },
    "wiki-admins": { grants: ["confluence atlassian/admin"] },
    guests: { grants: ["jira atlassian/guest"] },
    "on-call": { grants: ["mystery", "sandbox"], directory: "second" },
  },
});

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const when = fc.constantFrom(1, 5, 13, 14, 30, 60, 90, 91, 180, 400).map((days) => now - days * DAYS);
const activity = fc.tuple(
  fc.nat(4),
  fc.oneof({ weight: 8, arbitrary: when }, fc.constantFrom(0xffffffff, now + 3 * DAYS)),
);
const addresses = ["ada@x.y", "ADA@x.y", "bob@x.y", "ci-bot@example.com"];

const person: fc.Arbitrary<PersonRow> = fc
  .record({
    id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    status: fc.constantFrom("active", "active", "active", "active", "suspended", "deactivated", "frozen"),
    directories: fc.uniqueArray(fc.nat(1), { maxLength: 2 }),
    claim: maybe(fc.constantFrom("managed", "unmanaged")),
    source: maybe(fc.constantFrom("invited", "synced", null)),
    mfa: maybe(fc.boolean()),
    email: maybe(fc.constantFrom(...addresses)),
    name: maybe(fc.constantFrom("Ada L", "Bob")),
    department: maybe(fc.constantFrom("IT", "IT Berlin", "Sales")),
    added: fc.oneof({ weight: 5, arbitrary: when }, fc.constant(undefined)),
    platformRoles: fc.oneof(
      { weight: 5, arbitrary: fc.subarray(["atlassian/org-admin", "atlassian/site-admin"]) },
      fc.constant(undefined),
    ),
    groups: fc.oneof({ weight: 6, arbitrary: fc.uniqueArray(fc.nat(5), { maxLength: 3 }) }, fc.constant(undefined)),
    active: fc.oneof({ weight: 6, arbitrary: fc.array(activity, { maxLength: 3 }) }, fc.constant(undefined)),
    direct: maybe(
      fc.array(fc.tuple(fc.nat(2), fc.constantFrom("atlassian/user", "atlassian/admin", "atlassian/guest")), {
        maxLength: 2,
      }),
    ),
  })
  .map(
    (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as PersonRow,
  );

const threshold = fc.constantFrom("3d", "20d", "90d", "180d");
const inactive = fc.oneof(
  threshold,
  threshold.map((everywhere) => ({ everywhere })),
);

/** One key, and for people what it needs beside it. */
function leaf(about: "seat" | "person"): fc.Arbitrary<Where> {
  const app = fc.constantFrom<Where>(
    { app: "confluence" },
    { app: "jira-software", site: "acme" },
    { app: "jira-software", site: ["acme", "beta"] },
    { app: ["confluence", "jira-software"], site: "acme" },
  );
  const scoped = fc.oneof(
    inactive.map((unused): Where => ({ unused })),
    inactive.map((idle): Where => ({ idle })),
    inactive.map((neverActive): Where => ({ neverActive })),
    threshold.map((heldFor): Where => ({ heldFor })),
    fc.subarray(["user", "admin", "guest"], { minLength: 1 }).map((role): Where => ({ role })),
  );
  const place = about === "seat" ? fc.oneof(app, fc.constant<Where>({ site: "beta" })) : app;
  const others = fc.constantFrom<Where>(
    { status: "active" },
    { status: ["suspended", "deactivated"] },
    { account: "managed" },
    { managementSource: "synced" },
    { mfa: true },
    { mfa: false },
    { email: ["*-bot@*", "ada@x.y"] },
    { emailDomain: "example.com" },
    { name: "a*" },
    { department: "IT*" },
    { orgRole: "org-admin" },
    { inOrgFor: "60d" },
    { people: ["a", "c"] },
    { directory: "second" },
    { memberOf: ["on-call", "*-users"] },
    { memberOf: "guests" },
    { holds: "jira-software" },
    { holds: { app: ["jira-software", "confluence"], site: "acme" } },
    { productAdmin: "confluence" },
    { in: "hr" },
    { fact: { "hr.cost_centre": "44*" } },
    { date: { "hr.end": "passed" } },
    { selector: ["quiet", "bots"] },
  );
  const withPlace =
    about === "seat" ? scoped : fc.tuple(app, scoped).map(([where, key]): Where => ({ ...where, ...key }));
  return fc.oneof(
    { weight: 4, arbitrary: withPlace },
    { weight: 1, arbitrary: place },
    { weight: 5, arbitrary: others },
  );
}

function filterOf(about: "seat" | "person", depth = 3): fc.Arbitrary<Where> {
  const single = leaf(about);
  if (depth === 0) return single;
  const inner = filterOf(about, depth - 1);
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: single },
    { weight: 1, arbitrary: fc.tuple(single, single).map(([a, b]): Where => ({ ...a, ...b })) },
    { weight: 1, arbitrary: several.map((all): Where => ({ all })) },
    { weight: 1, arbitrary: several.map((any): Where => ({ any })) },
    { weight: 1, arbitrary: inner.map((negated): Where => ({ not: negated })) },
    { weight: 1, arbitrary: fc.tuple(single, inner).map(([a, negated]): Where => ({ ...a, not: negated })) },
  );
}

const selectors = {
  quiet: { idle: { everywhere: "90d" } },
  bots: { any: [{ email: "*-bot@*" }, { not: { mfa: true } }] },
} satisfies Record<string, Where>;
const selectorsYaml = `version: 1
selectors: ${JSON.stringify(selectors)}
policies:
  - {id: z, description: x, owner: x, for: seat, where: {unused: 90d}, "then": [{revoke: {}}]}
`;

/** Groups count as many members as are seen, and some more. */
function headerOf(rows: readonly PersonRow[], offBy: readonly number[]): SnapshotHeader {
  const groups = emptyHeader.groups.map((group, position) => ({
    ...group,
    members: rows.filter((row) => row.groups?.includes(position)).length + (offBy[position] ?? 0),
  }));
  return { ...emptyHeader, peopleCount: rows.length, groups };
}

function holdersOf(population: Population): World["holds"] {
  const { holders } = seatsOf(population);
  return (accountId, instance) => {
    const verdict = holders[instance];
    return verdict === undefined ? "false" : truthAt(verdict, population.find(accountId));
  };
}

const world: fc.Arbitrary<World> = fc
  .record({
    rows: fc.uniqueArray(person, { selector: ({ id }) => id, minLength: 1, maxLength: 6 }),
    offBy: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 6, maxLength: 6 }),
    distrusted: fc.subarray([0, 1, 2]),
    history: fc.dictionary(
      fc.constantFrom("a 0", "b 1", "c 2", "d 0", "e 2"),
      fc.record({ firstSeen: fc.option(when), restored: fc.option(when) }),
    ),
    hr: fc.array(
      fc.tuple(
        fc.constantFrom(...addresses, "gone@x.y"),
        fc.constantFrom("", "2026-11-19", "2026-11-20"),
        fc.constantFrom("", "4410", "90"),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ rows, offBy, distrusted, history, hr }) => ({ header: headerOf(rows, offBy), rows, distrusted, history, hr }))
  .map(({ header, rows, distrusted, history, hr }) => ({
    rows,
    header,
    now,
    holds: holdersOf(populationFrom(header, rows)),
    distrusted: new Set(distrusted),
    history: (accountId, instance): SeatHistory | null => history[`${accountId} ${instance}`] ?? null,
    selectors,
    hr,
  }));

interface Prepared {
  readonly population: Population;
  readonly evaluator: Evaluator;
  readonly filter: Filter;
}

function prepare(
  { header, rows, hr, distrusted, history }: World,
  about: "seat" | "person",
  where: Where,
): Prepared | null {
  const population = populationFrom(header, rows);
  const csv = [
    "work_email,last_day,leave_from,leave_to,cost_centre",
    ...hr.map(([email, end, centre]) => `${email},${end},,,${centre}`),
  ];
  const bytes = new TextEncoder().encode(csv.join("\n"));
  const { set, findings } = resolveOn(
    population,
    {
      "seatwright.yaml": withSource,
      "policies/a.yaml": policyYaml({
        for: about,
        where: flow(where),
        ["then"]: about === "seat" ? "[{revoke: {}}]" : "[{restore: {}}]",
      }),
      "policies/z.yaml": selectorsYaml,
    },
    { sources: new Map([["hr", { path: "hr.csv", bytes, changedAt: now }]]) },
  );
  const errors = findings.filter(({ severity }) => severity === "error");
  // Filters that no seat can match, and people that are not there this time, are for other tests.
  if (errors.some(({ rule }) => rule === "matches-no-seat" || rule === "unknown-person")) return null;
  const policy = set?.policies.find(({ id }) => id === "unused-seats");
  if (set === null || policy === undefined) throw new Error(told(errors).join("\n"));
  const evaluator = createEvaluator(population, seatsOf(population), {
    asOf: now,
    sources: set.sources,
    seatHistory: (accountId, id) =>
      history(
        accountId,
        header.instances.findIndex((instance) => instance.id === id),
      ),
    signals: header.instances.map((_, position) => ({ trusted: !distrusted.has(position), reason: "" })),
  });
  return { population, evaluator, filter: policy.filter };
}

describe("evaluation", { timeout: 120_000 }, () => {
  it.each(["seat", "person"] as const)(
    "of a filter about a %s is what the plain reading of it is, for everybody",
    (about) => {
      let compared = 0;
      const seen = new Set<Truth>();
      fc.assert(
        fc.property(world, filterOf(about), (given, where) => {
          const prepared = prepare(given, about, where);
          if (prepared === null) return;
          const { population, evaluator, filter } = prepared;
          for (const own of about === "seat" ? [0, 1, 2] : [null]) {
            const verdict = evaluator.evaluate(filter, own);
            for (const row of given.rows) {
              const truth = truthAt(verdict, population.find(row.id));
              expect(truth, `${row.id} on ${own}`).toBe(truthOf(where, { world: given, row, own }));
              seen.add(truth);
              compared++;
            }
          }
        }),
        { numRuns: runs },
      );
      expect(compared).toBeGreaterThan(runs);
      expect([...seen].sort()).toEqual(["false", "true", "unknown"]);
    },
  );

  it("keeps Kleene's laws, whatever the filters", () => {
    fc.assert(
      fc.property(world, filterOf("person", 2), filterOf("person", 2), (given, a, b) => {
        const prepared = prepare(given, "person", { any: [a, b] });
        if (prepared === null || prepared.filter.kind !== "any" || prepared.filter.of.length !== 2) return;
        const { population, evaluator } = prepared;
        const [x, y] = prepared.filter.of as readonly [Filter, Filter];
        const negated = (of: Filter): Filter => ({ kind: "not", of });
        const all = (...of: readonly Filter[]): Filter => ({ kind: "all", of });
        const any = (...of: readonly Filter[]): Filter => ({ kind: "any", of });
        for (let one = 0; one < population.size; one++) {
          const truth = (filter: Filter): Truth => evaluator.truthOf(filter, null, one);
          expect(truth(all(x, y))).toBe(and([truth(x), truth(y)]));
          expect(truth(any(x, y))).toBe(or([truth(x), truth(y)]));
          expect(truth(negated(x))).toBe(not(truth(x)));
          expect(truth(negated(negated(x)))).toBe(truth(x));
          expect(truth(negated(all(x, y)))).toBe(truth(any(negated(x), negated(y))));
          expect(truth(all(x, y))).toBe(truth(all(y, x)));
          expect(truth(all(x, negated(x)))).not.toBe("true");
          expect(truth(any(x, negated(x)))).not.toBe("false");
        }
      }),
      { numRuns: runs },
    );
  });

  it("gives facts that decide: with their results alone, the filter comes out the same", () => {
    fc.assert(
      fc.property(world, filterOf("person"), (given, where) => {
        const prepared = prepare(given, "person", where);
        if (prepared === null) return;
        const { population, evaluator, filter } = prepared;
        for (let one = 0; one < population.size; one++) {
          const whole = evaluator.truthOf(filter, null, one);
          const facts = evaluator.factsAt(filter, null, one);
          expect(facts.length).toBeGreaterThan(0);
          for (const fact of facts) expect(fact.result).toBe(whole);
        }
      }),
      { numRuns: runs },
    );
  });
});
