import { describe, expect, it } from "vitest";
import type { Counts } from "../../src/model/ledger-view.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { type Signal, signalsOf } from "../../src/people/signals.ts";
import { dayOf } from "../../src/model/time.ts";
import { countsWith } from "../support/policies.ts";
import { idOf, now, organization, type InstanceParts, type PersonParts } from "../support/people.ts";

interface Share {
  readonly holders: number;
  readonly withActivity: number;
  /** Holders whose activity is not known, or who were never active; the rest of the holders is the latter. */
  readonly unknown?: number;
  readonly app?: InstanceParts;
  readonly before?: readonly [withActivity: number, holders: number];
  /** Seconds since the reading before. */
  readonly age?: number;
}

/** The signal of an instance with so many holders, of whom so many have a date. */
function signal({
  holders,
  withActivity,
  unknown = 0,
  app = { app: "jira-software" },
  before,
  age = 86_400,
}: Share): Signal {
  const people: Record<string, PersonParts> = {
    outsider: { active: { app: 2 } },
    asleep: { status: "suspended", groups: ["users"], active: { app: 2 } },
  };
  for (let number = 0; number < holders; number++) {
    const active = number < withActivity ? { app: 3 } : number < withActivity + unknown ? { app: null } : {};
    people[`p${number}`] = { groups: ["users"], active };
  }
  const population = organization({ instances: { app }, groups: { users: { grants: ["app"] } }, people });
  const lastGood: Counts | null =
    before === undefined
      ? null
      : countsWith({
          believed: { [idOf.instance("app")]: { at: now - age, seats: before[1], withActivity: before[0] } },
        });
  const [found] = signalsOf(population, seatsOf(population), lastGood);
  if (found === undefined) throw new Error("no signal");
  return found;
}

describe("the activity of an instance", () => {
  it("is counted among those who hold a seat there", () => {
    expect(signal({ holders: 10, withActivity: 4 })).toMatchObject({ holders: 10, withActivity: 4, trusted: true });
  });

  it.each([
    [10, 3, true],
    [10, 2, false],
    [100, 30, true],
    [100, 29, false],
    [7, 2, false],
    [3, 1, true],
    [1, 0, false],
    [1, 1, true],
  ])("of %i holders, %i with a date, is believed: %s (30%% are needed)", (holders, withActivity, trusted) => {
    expect(signal({ holders, withActivity }).trusted).toBe(trusted);
  });

  it("does not count an entry without a time, nor somebody never active", () => {
    expect(signal({ holders: 10, withActivity: 2, unknown: 8 })).toMatchObject({ withActivity: 2, trusted: false });
  });

  it.each([
    ["20 points down", [50, 100], 30, true],
    ["21 points down", [51, 100], 30, false],
    ["two thirds to exactly 20 points less", [20, 30], 14, true],
    ["up", [10, 100], 90, true],
    ["from nobody", [0, 0], 40, true],
  ] as const)("is believed or not by its fall from the last good snapshot: %s", (_, before, withActivity, trusted) => {
    const holders = before[1] === 30 ? 30 : 100;
    expect(signal({ holders, withActivity, before }).trusted).toBe(trusted);
  });

  it("says how it fell where it is not believed for that", () => {
    expect(signal({ holders: 100, withActivity: 40, before: [90, 100] }).reason).toBe(
      `40 of 100 holders have an activity date; on ${dayOf(now - 86_400)} it was 90 of 100`,
    );
  });

  it("is believed again after three months of the same, since an organisation may really change", () => {
    const at = (days: number): boolean =>
      signal({ holders: 100, withActivity: 40, before: [90, 100], age: days * 86_400 }).trusted;
    expect([at(89), at(90), at(91)]).toEqual([false, false, true]);
  });

  it("is never believed of Bitbucket, where people work without opening a page", () => {
    const found = signal({ holders: 10, withActivity: 10, app: { app: "bitbucket" } });
    expect(found.trusted).toBe(false);
    expect(found.reason).toContain("Bitbucket");
  });

  it.each([
    ["a sandbox", { app: "jira-software", sandbox: true }],
    ["an unknown app", { app: "hipchat", known: false }],
  ])("is not believed of %s, which has no paid seats", (_, app) => {
    expect(signal({ holders: 5, withActivity: 5, app })).toMatchObject({ trusted: false, holders: 0 });
  });

  it("without holders is believed: there is nobody to harm", () => {
    expect(signal({ holders: 0, withActivity: 0 })).toMatchObject({ trusted: true, holders: 0 });
  });
});
