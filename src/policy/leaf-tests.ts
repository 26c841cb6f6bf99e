import { productAdminRole } from "../model/apps.ts";
import { alwaysFalse, alwaysTrue, anyOf } from "../model/verdict.ts";
import { answerAt, eitherAnswer, FALSE, type Answer, type PeopleTest, TRUE, verdictTest } from "../people/answers.ts";
import type { Members } from "../people/members.ts";
import type { Population } from "../people/population.ts";
import { roleTest } from "../people/role-holders.ts";
import type { Seats } from "../people/seats.ts";
import {
  addedTest,
  claimTest,
  directoryTest,
  listedTest,
  managementTest,
  mfaTest,
  orgRoleTest,
  sharedTest,
  statusTest,
} from "./columns.ts";
import { globMatcher } from "./glob.ts";
import type { Inactivity } from "./inactivity.ts";
import { holdsVerdict } from "./roles.ts";
import { rowVerdict, sourceVerdict } from "./source-verdicts.ts";
import type { TextTests } from "./text-test.ts";
import type { Reach, SourceTable, Test } from "./types.ts";

/** What the tests of filters look at. */
export interface LeafContext {
  readonly population: Population;
  readonly seats: Seats;
  readonly members: Members;
  readonly inactivity: Inactivity;
  readonly texts: TextTests;
  readonly sources: ReadonlyMap<string, SourceTable>;
  /** Every instance with paid seats. */
  readonly all: readonly number[];
}

/** A key of a filter as a question about people; `instance` is the seat's, or null where the filter speaks of people. */
export function leafTest(context: LeafContext, test: Test, instance: number | null): PeopleTest {
  const { population, seats, members, inactivity, texts, sources, all } = context;
  const { size } = population;
  switch (test.key) {
    case "instance": {
      const answer = test.instances.includes(ownInstance(instance)) ? TRUE : FALSE;
      return { judge: () => answer, verdict: () => (answer === TRUE ? alwaysTrue(size) : alwaysFalse(size)) };
    }
    case "role":
      return roleTest(population, members, rolePlaces(test, instance), test.roles);
    case "unused":
    case "idle":
    case "neverActive":
      return test.reach.kind === "everywhere"
        ? inactivity.everywhere(test.key, test.before)
        : inactivity.test(test.key, test.before, reached(test.reach, instance, all));
    case "heldFor":
      return inactivity.heldTest(test.before, reached(test.reach, instance, all));
    case "holds":
      return holdsTest(seats, test.instances);
    case "inOrgFor":
      return addedTest(population, test.before);
    case "memberOf":
      return members.test(test.groups);
    case "status":
      return statusTest(population, test.statuses);
    case "account":
      return claimTest(population, test.claim);
    case "managementSource":
      return managementTest(population, test.source);
    case "emailDomain": {
      const domains = new Set(test.domains);
      return sharedTest(population, "emailDomain", (domain) => domains.has(domain));
    }
    case "email":
    case "name":
      return texts.test(test.key, test.globs);
    case "shared":
      return sharedTest(population, test.field, globMatcher(test.globs));
    case "orgRole":
      return orgRoleTest(population, test.roles);
    case "productAdmin":
      return roleTest(population, members, test.instances, [productAdminRole]);
    case "mfa":
      return mfaTest(population, test.on ? "on" : "off");
    case "directory":
      return directoryTest(population, test.directories);
    case "people":
      return listedTest(population, test.accountIds);
    case "in":
      return verdictTest(() =>
        anyOf(
          size,
          test.sources.map((name) => rowVerdict(population, sources.get(name))),
        ),
      );
    case "fact":
    case "date":
    case "during":
      return verdictTest(() => sourceVerdict(population, sources.get(test.source), test));
  }
}

/** Says what a key of a filter will look at, so that what is dear for each alone is done for all at once. */
export function expectTest(context: LeafContext, test: Test, instance: number | null): void {
  const { inactivity, texts, members, all } = context;
  if (test.key === "memberOf") members.expect(test.groups);
  if (test.key === "email" || test.key === "name") texts.expect(test.key, test.globs);
  if (test.key === "unused" || test.key === "idle" || test.key === "neverActive") {
    inactivity.expect(test.before, reached(test.reach, instance, all));
  }
}

function rolePlaces({ instances }: Test & { readonly key: "role" }, instance: number | null): readonly number[] {
  return instances === "own" ? [ownInstance(instance)] : instances;
}

function holdsTest(seats: Seats, instances: readonly number[]): PeopleTest {
  const holders = instances.flatMap((instance) => seats.holders[instance] ?? []);
  return {
    judge: (person) => holders.reduce<Answer>((held, verdict) => eitherAnswer(held, answerAt(verdict, person)), FALSE),
    verdict: () => holdsVerdict(seats, instances),
  };
}

/** The instances that a test of seats looks at. */
function reached(reach: Reach, instance: number | null, all: readonly number[]): readonly number[] {
  switch (reach.kind) {
    case "own":
      return [ownInstance(instance)];
    case "instances":
      return reach.instances;
    case "everywhere":
      return all;
  }
}

function ownInstance(instance: number | null): number {
  if (instance === null) throw new Error("A filter about seats was asked about people.");
  return instance;
}
