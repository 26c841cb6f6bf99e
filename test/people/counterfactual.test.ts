import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Difference,
  directoriesOf,
  noDifference,
  pathsAfter,
  roleKey,
  seatsAfter,
  statusAfter,
} from "../../src/people/counterfactual.ts";
import { directoriesAreCertain, openDirectories } from "../../src/people/directories.ts";
import type { Population } from "../../src/people/population.ts";
import { admin, at, guest, organization, user } from "../support/people.ts";

/** The seats that are left to somebody, by the instances' short names. */
function left(population: Population, person: string, difference: Partial<Difference>): readonly string[] {
  const seats = seatsAfter(population, at.person(population, person), { ...noDifference, ...difference });
  return seats.map((instance) => /ari:cloud:(.*)::/.exec(population.header.instances[instance]?.id ?? "")?.[1] ?? "");
}

function status(population: Population, person: string, difference: Partial<Difference>): string {
  return statusAfter(population, at.person(population, person), { ...noDifference, ...difference });
}

const one = organization({
  groups: {
    "jira-users": { grants: ["jira"] },
    "jira-more": { grants: ["jira", "jira atlassian/guest"] },
    everybody: { grants: ["confluence", "jsm"] },
    guests: { grants: ["jira atlassian/guest"] },
  },
  people: {
    single: { groups: ["jira-users"] },
    double: { groups: ["jira-users", "jira-more"] },
    mixed: { groups: ["jira-users", "everybody"], direct: ["jira", "jira atlassian/admin"] },
    sleeping: { status: "suspended", groups: ["jira-users"] },
    closed: { status: "deactivated", groups: ["jira-users"] },
  },
});

function groups(...names: readonly string[]): ReadonlySet<number> {
  return new Set(names.map((name) => at.group(one, name)));
}

const jira = at.instance(one, "jira");
const bothDirect = new Set([roleKey(jira, user), roleKey(jira, admin)]);

describe("leaving groups", () => {
  it("frees a seat that comes from one group", () => {
    expect(left(one, "single", {})).toEqual(["jira"]);
    expect(left(one, "single", { leave: groups("jira-users") })).toEqual([]);
  });

  it("frees nothing where another group grants the same seat", () => {
    expect(left(one, "double", { leave: groups("jira-users") })).toEqual(["jira"]);
    expect(left(one, "double", { leave: groups("jira-users", "jira-more") })).toEqual([]);
  });

  it("frees nothing where the seat is also held directly, until that is taken too", () => {
    expect(left(one, "mixed", { leave: groups("jira-users") })).toContain("jira");
    expect(left(one, "mixed", { leave: groups("jira-users"), revoke: new Set([roleKey(jira, user)]) })).toContain(
      "jira",
    );
    expect(left(one, "mixed", { leave: groups("jira-users"), revoke: bothDirect })).toEqual(["confluence", "jsm"]);
  });

  it("frees every seat that only this group grants", () => {
    expect(left(one, "mixed", { leave: groups("everybody") })).toEqual(["jira"]);
  });

  it("of which the person is no member changes nothing", () => {
    expect(left(one, "single", { leave: groups("everybody", "jira-more") })).toEqual(["jira"]);
  });
});

describe("joining and assigning", () => {
  it("gives the seats that a group grants", () => {
    expect(left(one, "single", { join: groups("everybody") })).toEqual(["jira", "confluence", "jsm"]);
    expect(left(one, "single", { join: groups("guests"), leave: groups("jira-users") })).toEqual([]);
  });

  it("gives a seat with a billable role, and none with a free one", () => {
    const confluence = at.instance(one, "confluence");
    expect(left(one, "single", { assign: new Set([roleKey(confluence, user)]) })).toEqual(["jira", "confluence"]);
    expect(left(one, "single", { assign: new Set([roleKey(confluence, guest)]) })).toEqual(["jira"]);
  });

  it("shows the paths that would be there", () => {
    const difference = { ...noDifference, leave: groups("jira-users"), assign: new Set([roleKey(jira, guest)]) };
    expect(pathsAfter(one, at.person(one, "double"), jira, difference)).toEqual([
      { via: "group", group: at.group(one, "jira-more"), role: user },
      { via: "group", group: at.group(one, "jira-more"), role: guest },
      { via: "direct", role: guest },
    ]);
  });

  it("on instance 1 does not speak of instance 11", () => {
    const names = Array.from({ length: 12 }, (_, number) => `app${number}`);
    const wide = organization({
      instances: Object.fromEntries(names.map((name) => [name, { app: "jira-software", site: name }])),
      people: { ada: { direct: ["app11", "app1"] } },
    });
    expect(left(wide, "ada", { revoke: new Set([roleKey(1, user)]) })).toEqual(["app11"]);
    expect(left(wide, "ada", { assign: new Set([roleKey(2, user)]) })).toEqual(["app1", "app2", "app11"]);
  });
});

describe("an account", () => {
  it("that is closed holds nothing, and one that is opened holds what its groups grant", () => {
    expect(left(one, "mixed", { account: "closed" })).toEqual([]);
    expect(status(one, "mixed", { account: "closed" })).toBe("deactivated");
    expect(left(one, "closed", {})).toEqual([]);
    expect(left(one, "closed", { account: "opened" })).toEqual(["jira"]);
    expect(status(one, "closed", { account: "opened" })).toBe("active");
  });

  it("that is suspended holds nothing, and holds its seats again when it is restored", () => {
    const main = new Set([0]);
    expect(left(one, "single", { closed: main })).toEqual([]);
    expect(status(one, "single", { closed: main })).toBe("suspended");
    expect(left(one, "sleeping", {})).toEqual([]);
    expect(left(one, "sleeping", { opened: main })).toEqual(["jira"]);
    expect(status(one, "sleeping", { opened: main })).toBe("active");
  });

  it("that is taken out of its only directory holds nothing and is not invited", () => {
    expect(left(one, "mixed", { removed: new Set([0]) })).toEqual([]);
    expect(status(one, "mixed", { removed: new Set([0]) })).toBe("not_invited");
    expect(status(one, "sleeping", { removed: new Set([0]) })).toBe("not_invited");
  });

  it("that is closed already stays closed, whatever happens to its directories", () => {
    expect(status(one, "closed", { removed: new Set([0]) })).toBe("deactivated");
    expect(status(one, "closed", { closed: new Set([0]) })).toBe("deactivated");
    expect(status(one, "closed", { opened: new Set([0]) })).toBe("deactivated");
  });
});

describe("somebody in two directories", () => {
  const two = organization({
    directories: ["main", "old"],
    instances: { jira: { app: "jira-software" }, wiki: { app: "confluence", site: "legacy" }, loom: { app: "loom" } },
    groups: {
      "jira-main": { grants: ["jira"] },
      "wiki-old": { directory: "old", grants: ["wiki"] },
    },
    people: {
      ada: { in: ["main", "old"], groups: ["jira-main", "wiki-old"], direct: ["wiki", "loom"] },
      halted: {
        in: ["main", "old"],
        groups: ["jira-main", "wiki-old"],
        direct: ["wiki"],
        detail: { membership: { main: "active", old: "suspended" } },
      },
      asleep: { in: ["main", "old"], status: "suspended", groups: ["jira-main", "wiki-old"] },
      newcomer: { in: ["main"], direct: ["wiki"] },
    },
  });
  const main = new Set([at.directory(two, "main")]);
  const old = new Set([at.directory(two, "old")]);
  const both = new Set([...main, ...old]);

  it("who is suspended in one loses the seats of that one, direct ones with it, and stays active", () => {
    expect(left(two, "ada", {})).toEqual(["jira", "wiki", "loom"]);
    expect(left(two, "ada", { closed: main })).toEqual(["wiki", "loom"]);
    expect(left(two, "ada", { closed: old })).toEqual(["jira", "loom"]);
    expect(status(two, "ada", { closed: old })).toBe("active");
  });

  it("who is suspended in both loses everything", () => {
    expect(left(two, "ada", { closed: both })).toEqual([]);
    expect(status(two, "ada", { closed: both })).toBe("suspended");
    expect(left(two, "halted", { closed: main })).toEqual([]);
    expect(status(two, "halted", { closed: main })).toBe("suspended");
  });

  it("who is taken out of one stays active in the other, unless they are suspended there", () => {
    expect(status(two, "ada", { removed: old })).toBe("active");
    expect(left(two, "ada", { removed: old })).toEqual(["jira", "loom"]);
    expect(status(two, "halted", { removed: main })).toBe("suspended");
    expect(status(two, "ada", { removed: both })).toBe("not_invited");
  });

  it("who is suspended in one of them already holds only the seats of the other", () => {
    expect(left(two, "halted", {})).toEqual(["jira"]);
    expect(left(two, "halted", { opened: old })).toEqual(["jira", "wiki"]);
  });

  it("who is restored in one of them gets the seats of that one back", () => {
    expect(left(two, "asleep", { opened: old })).toEqual(["wiki"]);
    expect(left(two, "asleep", { opened: both })).toEqual(["jira", "wiki"]);
  });

  it("is open in those that a call for them does not say are shut, and it is not known which without one", () => {
    const open = (id: string): readonly number[] => [...openDirectories(two, at.person(two, id))];
    expect([open("ada"), open("halted"), open("asleep"), open("newcomer")]).toEqual([[0, 1], [0], [], [0]]);
    const certain = (id: string): boolean => directoriesAreCertain(two, at.person(two, id));
    expect([certain("ada"), certain("halted"), certain("newcomer")]).toEqual([false, true, true]);
  });

  it("holds a direct role also where none of their directories is known to serve the app", () => {
    expect([...directoriesOf(two, at.instance(two, "wiki"))]).toEqual([...old]);
    expect(left(two, "newcomer", {})).toEqual(["wiki"]);
    expect(left(two, "newcomer", { closed: main })).toEqual([]);
  });
});

describe("the seats that are left", () => {
  const names = ["jira", "confluence", "jsm", "sandbox"];
  const roles = names.flatMap((name) => [name, `${name} atlassian/guest`]);
  const anyWorld = fc.record({
    groups: fc.array(fc.record({ directory: fc.constantFrom("main", "old"), grants: fc.subarray(roles) }), {
      minLength: 4,
      maxLength: 4,
    }),
    ada: fc.record({
      status: fc.constantFrom("active", "suspended", "deactivated"),
      in: fc.subarray(["main", "old"], { minLength: 1 }),
      groups: fc.subarray(["g0", "g1", "g2", "g3"]),
      direct: fc.subarray(roles),
    }),
    detail: fc.option(fc.subarray(["main", "old"]), { nil: null }),
    leave: fc.subarray([0, 1, 2, 3]),
    join: fc.subarray([0, 1, 2, 3]),
    revoke: fc.subarray([0, 1, 2, 3]),
    assign: fc.subarray([0, 1, 2, 3]),
    closed: fc.subarray([0, 1]),
    removed: fc.subarray([0, 1]),
    opened: fc.subarray([0, 1]),
    account: fc.constantFrom("as-is", "closed", "opened"),
  });

  it("are those with a billable path left, of an active account", () => {
    fc.assert(
      fc.property(anyWorld, ({ groups: given, ada, detail, ...what }) => {
        const population = organization({
          directories: ["main", "old"],
          instances: {
            jira: { app: "jira-software" },
            confluence: { app: "confluence" },
            jsm: { app: "loom" },
            sandbox: { app: "loom", sandbox: true },
          },
          groups: Object.fromEntries(given.map((parts, index) => [`g${index}`, parts])),
          people: {
            ada: {
              ...ada,
              ...(detail === null
                ? {}
                : { detail: { membership: Object.fromEntries(detail.map((name) => [name, "suspended"])) } }),
            },
          },
        });
        const difference: Difference = {
          leave: new Set(what.leave),
          join: new Set(what.join),
          revoke: new Set(what.revoke.map((instance) => roleKey(instance, user))),
          assign: new Set(what.assign.map((instance) => roleKey(instance, user))),
          closed: new Set(what.closed),
          removed: new Set(what.removed),
          opened: new Set(what.opened),
          account: what.account,
        };
        const isActive = statusAfter(population, 0, difference) === "active";
        const expected = [0, 1, 2].filter((instance) =>
          pathsAfter(population, 0, instance, difference).some(({ role }) => role === user),
        );
        expect(seatsAfter(population, 0, difference)).toEqual(isActive ? expected : []);
      }),
    );
  });
});

describe("a seat that is not paid for", () => {
  it("is never among those that are left", () => {
    const population = organization({
      instances: { sandbox: { app: "jira-software", sandbox: true }, odd: { app: "hipchat", known: false } },
      people: { ada: { direct: ["sandbox", "odd"] } },
    });
    expect(left(population, "ada", {})).toEqual([]);
  });
});
