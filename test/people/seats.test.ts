import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { truthAt } from "../../src/model/verdict.ts";
import { noDifference, seatsAfter } from "../../src/people/counterfactual.ts";
import type { Population } from "../../src/people/population.ts";
import { grantingGroups, rolePaths, seatPaths, seatsOf } from "../../src/people/seats.ts";
import { at, organization, type OrganizationParts, type PersonParts, type GroupParts } from "../support/people.ts";

/** What is known of each person's seat on an instance. */
function holders(population: Population, instance: string): Readonly<Record<string, string>> {
  const verdict = seatsOf(population).holders[at.instance(population, instance)];
  if (verdict === undefined) throw new Error(`no answer for ${instance}`);
  return Object.fromEntries(
    Array.from({ length: population.size }, (_, person) => [population.text("id", person), truthAt(verdict, person)]),
  );
}

/** The paths of somebody's seat in words, and whether they are all there are. */
function paths(population: Population, person: string, instance: string): unknown {
  const found = seatPaths(population, at.person(population, person), at.instance(population, instance));
  return inWords(population, found);
}

function inWords(population: Population, { paths: found, certain }: ReturnType<typeof seatPaths>): unknown {
  return {
    certain,
    paths: found.map((path) =>
      path.via === "direct" ? `direct ${path.role}` : `${population.header.groups[path.group]?.name} ${path.role}`,
    ),
  };
}

const groups: Readonly<Record<string, GroupParts>> = {
  "jira-users": { grants: ["jira"] },
  "jira-admins": { grants: ["jira atlassian/admin"] },
  "jira-guests": { grants: ["jira atlassian/guest"] },
  everybody: { grants: ["jira", "confluence"] },
  "on-call": {},
};

describe("a seat", () => {
  it("is held by an active account with a billable role from any group", () => {
    const population = organization({
      groups,
      people: {
        user: { groups: ["jira-users"] },
        admin: { groups: ["jira-admins"] },
        both: { groups: ["everybody", "on-call"] },
        guest: { groups: ["jira-guests", "on-call"] },
        nobody: {},
      },
    });
    expect(holders(population, "jira")).toEqual({
      user: "true",
      admin: "true",
      both: "true",
      guest: "false",
      nobody: "false",
    });
    expect(holders(population, "confluence")).toEqual({
      user: "false",
      admin: "false",
      both: "true",
      guest: "false",
      nobody: "false",
    });
  });

  it("is held by an active account with a billable role given directly, and not with a free one", () => {
    const population = organization({
      people: {
        user: { direct: ["jira"] },
        guest: { direct: ["jira atlassian/guest"] },
        elsewhere: { direct: ["confluence"] },
      },
    });
    expect(holders(population, "jira")).toEqual({ user: "true", guest: "false", elsewhere: "false" });
  });

  it.each(["suspended", "deactivated", "not_invited", "for_deletion"])("is not held by a %s account", (status) => {
    const population = organization({ groups, people: { ada: { status, groups: ["jira-users"], direct: ["jira"] } } });
    expect(holders(population, "jira")).toEqual({ ada: "false" });
  });

  it("is unknown of an account with an unknown status that has a way to it, and of no other", () => {
    const population = organization({
      groups,
      people: {
        member: { status: "odd", groups: ["jira-users"] },
        direct: { status: "odd", direct: ["jira"] },
        none: { status: "odd" },
      },
    });
    expect(holders(population, "jira")).toEqual({ member: "unknown", direct: "unknown", none: "false" });
  });

  it("is unknown of somebody whose groups are unknown, unless it is held directly", () => {
    const population = organization({
      groups,
      people: { ada: { groups: null }, ben: { groups: null, direct: ["jira"] } },
    });
    expect(holders(population, "jira")).toEqual({ ada: "unknown", ben: "true" });
  });

  it("is unknown of everybody not seen in a granting group that has more members than were seen", () => {
    const population = organization({
      directories: ["main", "old"],
      groups: { ...groups, "jira-users": { grants: ["jira"], members: 2 } },
      people: {
        seen: { groups: ["jira-users"] },
        other: {},
        elsewhere: { in: ["old"] },
        gone: { status: "suspended" },
      },
    });
    expect(holders(population, "jira")).toEqual({ seen: "true", other: "unknown", elsewhere: "false", gone: "false" });
    expect(holders(population, "confluence")).toEqual({
      seen: "false",
      other: "false",
      elsewhere: "false",
      gone: "false",
    });
  });

  it("does not become doubtful by a group with a free role that cannot be proved", () => {
    const population = organization({
      groups: { ...groups, "jira-guests": { grants: ["jira atlassian/guest"], members: 7 } },
      people: { ada: {} },
    });
    expect(holders(population, "jira")).toEqual({ ada: "false" });
  });

  it.each([
    ["a sandbox", { app: "jira-software", sandbox: true }],
    ["an app that is not known", { app: "hipchat", known: false }],
  ])("is held by nobody on %s", (_, jira) => {
    const population = organization({
      instances: { jira },
      groups: { "jira-users": { grants: ["jira"] } },
      people: { ada: { groups: ["jira-users"], direct: ["jira"] } },
    });
    expect(holders(population, "jira")).toEqual({ ada: "false" });
  });

  it("is unknown of somebody in several directories until a call for that person tells which are open", () => {
    const parts = (detail?: PersonParts["detail"]): OrganizationParts => ({
      directories: ["main", "old"],
      groups,
      people: { ada: { in: ["main", "old"], groups: ["jira-users"], ...(detail === undefined ? {} : { detail }) } },
    });
    expect(holders(organization(parts()), "jira")).toEqual({ ada: "unknown" });
    const open = { membership: { main: "active", old: "suspended" }, roles: ["jira atlassian/user: group_direct"] };
    expect(holders(organization(parts(open)), "jira")).toEqual({ ada: "true" });
    const shut = { membership: { main: "suspended", old: "active" }, roles: [] };
    expect(holders(organization(parts(shut)), "jira")).toEqual({ ada: "false" });
  });

  it("is what a call for the person tells, where one was made", () => {
    const population = organization({
      groups: { ...groups, "jira-users": { grants: ["jira"], members: 9 } },
      people: {
        direct: { detail: { membership: { main: "active" }, roles: ["jira atlassian/user: direct"] } },
        inferred: { detail: { membership: { main: "active" }, roles: ["jira atlassian/user: inferred"] } },
        guest: { detail: { membership: { main: "active" }, roles: ["jira atlassian/guest: direct"] } },
        none: { detail: { membership: { main: "active" }, roles: ["confluence atlassian/user: direct"] } },
      },
    });
    expect(holders(population, "jira")).toEqual({ direct: "true", inferred: "false", guest: "false", none: "false" });
  });
});

describe("the paths to a seat", () => {
  it("are all groups that grant it and all direct roles", () => {
    const population = organization({
      groups,
      people: {
        ada: {
          groups: ["everybody", "jira-admins", "jira-guests", "on-call"],
          direct: ["jira", "confluence", "jira atlassian/guest"],
        },
      },
    });
    expect(paths(population, "ada", "jira")).toEqual({
      certain: true,
      paths: ["jira-admins atlassian/admin", "everybody atlassian/user", "direct atlassian/user"],
    });
    expect(inWords(population, rolePaths(population, 0, at.instance(population, "jira")))).toEqual({
      certain: true,
      paths: [
        "jira-admins atlassian/admin",
        "jira-guests atlassian/guest",
        "everybody atlassian/user",
        "direct atlassian/guest",
        "direct atlassian/user",
      ],
    });
  });

  it("are not certain of somebody whose groups are unknown", () => {
    const population = organization({ groups, people: { ada: { groups: null, direct: ["jira"] } } });
    expect(paths(population, "ada", "jira")).toEqual({ certain: false, paths: ["direct atlassian/user"] });
  });

  it("are not certain where the person may be an unseen member of another granting group of their directory", () => {
    const population = organization({
      directories: ["main", "old"],
      groups: { ...groups, everybody: { grants: ["confluence", "jira"], members: 5 } },
      people: { ada: { groups: ["jira-users"] }, elsewhere: { in: ["old"] }, seen: { groups: ["everybody"] } },
    });
    expect(paths(population, "ada", "jira")).toMatchObject({ certain: false });
    expect(paths(population, "elsewhere", "jira")).toEqual({ certain: true, paths: [] });
    expect(paths(population, "seen", "jira")).toMatchObject({ certain: true });
    expect(paths(population, "ada", "jsm")).toEqual({ certain: true, paths: [] });
  });

  it("take a direct role from a call for the person too, and name it once", () => {
    const population = organization({
      people: {
        ada: {
          direct: ["jira"],
          detail: { roles: ["jira atlassian/user: direct", "jira atlassian/admin: direct inferred"] },
        },
      },
    });
    expect(paths(population, "ada", "jira")).toEqual({
      certain: true,
      paths: ["direct atlassian/admin", "direct atlassian/user"],
    });
  });

  it("are not certain where a call for the person tells a role by a group that nobody knows", () => {
    const told = (roles: readonly string[], member: readonly string[]): unknown =>
      paths(organization({ groups, people: { ada: { groups: member, detail: { roles } } } }), "ada", "jira");
    expect(told(["jira atlassian/user: group_direct"], [])).toMatchObject({ certain: false });
    expect(told(["jira atlassian/user: group_direct"], ["jira-admins"])).toMatchObject({ certain: false });
    expect(told(["jira atlassian/user: group_direct"], ["jira-users"])).toMatchObject({ certain: true });
    expect(told(["jira atlassian/user: inferred"], [])).toMatchObject({ certain: true });
    expect(told(["confluence atlassian/user: group_direct"], [])).toMatchObject({ certain: true });
  });

  it("leave out groups of a directory in which the person is suspended", () => {
    const population = organization({
      directories: ["main", "old"],
      groups: { "jira-main": { grants: ["jira"] }, "jira-old": { directory: "old", grants: ["jira"] } },
      people: {
        ada: {
          in: ["main", "old"],
          groups: ["jira-main", "jira-old"],
          detail: { membership: { main: "active", old: "suspended" }, roles: ["jira atlassian/user: group_direct"] },
        },
        ben: { in: ["main", "old"], groups: ["jira-main", "jira-old"] },
      },
    });
    expect(paths(population, "ada", "jira")).toEqual({ certain: true, paths: ["jira-main atlassian/user"] });
    expect(paths(population, "ben", "jira")).toEqual({
      certain: false,
      paths: ["jira-main atlassian/user", "jira-old atlassian/user"],
    });
  });
});

describe("granting groups", () => {
  it("are those that grant a billable role on the instance, each once, in order of position", () => {
    const population = organization({
      groups: { ...groups, "jira-all": { grants: ["jira", "jira atlassian/admin"] } },
    });
    const names = grantingGroups(population, at.instance(population, "jira")).map(
      (group) => population.header.groups[group]?.name,
    );
    expect(names).toEqual(["jira-users", "jira-admins", "everybody", "jira-all"]);
  });
});

describe("who holds a seat, by which paths, and what is left after nothing happened", () => {
  const names = ["g0", "g1", "g2", "g3"];
  const roles = ["jira", "jira atlassian/guest", "confluence", "jira atlassian/admin"];
  const person = fc.record({
    status: fc.constantFrom("active", "suspended", "odd"),
    in: fc.subarray(["main", "old"], { minLength: 1 }),
    groups: fc.option(fc.subarray(names), { freq: 6, nil: null }),
    direct: fc.subarray(roles),
  });
  const group: fc.Arbitrary<GroupParts> = fc.record(
    {
      directory: fc.constantFrom("main", "old"),
      grants: fc.subarray(roles),
      members: fc.nat(4),
    },
    { requiredKeys: ["directory", "grants"] },
  );
  const anyOrganization = fc
    .tuple(fc.array(group, { minLength: 4, maxLength: 4 }), fc.array(person, { minLength: 1, maxLength: 4 }))
    .map(([given, people]) => {
      const made = Object.fromEntries(names.map((name, index) => [name, given[index] ?? {}]));
      const inside = people.map(
        (parts): PersonParts => ({
          ...parts,
          groups: parts.groups?.filter((name) => parts.in.includes(made[name]?.directory ?? "")) ?? null,
        }),
      );
      return organization({
        directories: ["main", "old"],
        groups: made,
        people: Object.fromEntries(inside.map((parts, index) => [`p${index}`, parts])),
      });
    });

  it("are one answer", () => {
    fc.assert(
      fc.property(anyOrganization, (population) => {
        const seats = seatsOf(population);
        for (let someone = 0; someone < population.size; someone++) {
          const left = seatsAfter(population, someone, noDifference);
          seats.holders.forEach((verdict, instance) => {
            const held = truthAt(verdict, someone);
            const { paths: found, certain } = seatPaths(population, someone, instance);
            if (held === "true") {
              expect(found.length).toBeGreaterThan(0);
              expect(left).toContain(instance);
            }
            if (held === "false") expect(left).not.toContain(instance);
            if (certain && population.status[someone] === 1) expect(held).toBe(found.length > 0 ? "true" : "false");
          });
        }
      }),
    );
  });
});
