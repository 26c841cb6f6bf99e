import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasBit } from "../../src/model/bits.ts";
import type { PersonRow, SnapshotHeader } from "../../src/model/documents.generated.ts";
import { createPopulationBuilder, domainOf } from "../../src/people/builder.ts";
import { encodeSnapshot } from "../../src/people/encode.ts";
import {
  claims,
  entries,
  managementSources,
  mfaStates,
  NEVER,
  platformRoleBits,
  type Population,
  sharedText,
  statuses,
  UNKNOWN_TIME,
} from "../../src/people/population.ts";
import { at, populationFrom, snapshotOf } from "../support/people.ts";

const { header } = snapshotOf({
  directories: ["main", "old"],
  groups: { staff: { members: 2 }, writers: { members: 1 }, old: { directory: "old", members: 1 } },
});

function row(id: string, parts: Partial<PersonRow> = {}): PersonRow {
  return { id, status: "active", directories: [0], platformRoles: [], groups: [], active: [], ...parts };
}

function build(rows: readonly PersonRow[], given: SnapshotHeader = header): Population {
  return populationFrom(given, rows);
}

function bytesOf(population: Population): string {
  return [...encodeSnapshot(population)].join("");
}

/** A row that does not tell a field. */
function untold(field: "groups" | "active" | "platformRoles"): PersonRow {
  const { [field]: _, ...rest } = row("ada");
  return rest;
}

/** The only person of these rows. */
function united(...rows: readonly Partial<PersonRow>[]): Population {
  const population = build(rows.map((parts) => ("id" in parts ? (parts as PersonRow) : row("ada", parts))));
  expect(population.size).toBe(1);
  return population;
}

describe("a population", () => {
  it("is in order of account id, whatever order the rows came in", () => {
    const population = build([row("b", { name: "Ben" }), row("c", { name: "Cy" }), row("a", { name: "Ann" })]);
    expect([0, 1, 2].map((person) => population.text("id", person))).toEqual(["a", "b", "c"]);
    expect([0, 1, 2].map((person) => population.text("name", person))).toEqual(["Ann", "Ben", "Cy"]);
  });

  it("orders ids by code units, not by language", () => {
    const population = build(["a", "Z", "_", "712020:b", "557058:c"].map((id) => row(id)));
    expect([0, 1, 2, 3, 4].map((person) => population.text("id", person))).toEqual([
      "557058:c",
      "712020:b",
      "Z",
      "_",
      "a",
    ]);
  });

  it("finds everybody by account id, and nobody else", () => {
    const ids = ["a", "B", "712020:x", "0", "zz", "a:1"];
    const population = build(ids.map((id) => row(id)));
    for (const id of ids) expect(population.text("id", population.find(id))).toBe(id);
    for (const id of ["", "A", "zzz", "712020", "a:"]) expect(population.find(id)).toBe(-1);
  });

  it("of nobody is a population too", () => {
    const population = build([]);
    expect(population.size).toBe(0);
    expect(population.find("a")).toBe(-1);
    expect(population.groupProved).toEqual([false, false, false]);
    expect(population.lastActive.map((column) => column.length)).toEqual([0, 0, 0, 0]);
  });

  it("keeps what a row says of a person", () => {
    const population = build([
      row("ada", {
        directories: [1, 0],
        claim: "managed",
        source: "synced",
        nickname: "ada",
        email: "ada@example.com",
        mfa: true,
        added: 1_600_000_000,
        department: "R&D",
        jobTitle: "Engineer",
        location: "Bern",
        organization: "acme",
        groups: [1, 0],
        active: [[2, 1_700_000_000]],
        platformRoles: ["atlassian/site-admin", "atlassian/ai-access"],
      }),
    ]);
    expect(statuses[population.status[0] ?? 0]).toBe("active");
    expect(claims[population.claim[0] ?? 0]).toBe("managed");
    expect(managementSources[population.source[0] ?? 0]).toBe("synced");
    expect(mfaStates[population.mfa[0] ?? 0]).toBe("on");
    expect(population.added[0]).toBe(1_600_000_000);
    expect([...entries(population.directories, 0)]).toEqual([0, 1]);
    expect([...entries(population.groups, 0)]).toEqual([0, 1]);
    expect(population.lastActive.map((column) => column[0])).toEqual([NEVER, NEVER, 1_700_000_000, NEVER]);
    expect(population.platformRoles[0]).toBe(platformRoleBits.siteAdmin);
    expect(population.text("email", 0)).toBe("ada@example.com");
    expect(population.text("name", 0)).toBeNull();
    expect(sharedText(population, "department", 0)).toBe("R&D");
    expect(sharedText(population, "emailDomain", 0)).toBe("example.com");
  });

  it("takes what a row does not tell as unknown, never as no", () => {
    const population = build([{ id: "ada", status: "active", directories: [0] }]);
    expect(claims[population.claim[0] ?? 9]).toBe("unknown");
    expect(managementSources[population.source[0] ?? 9]).toBe("unknown");
    expect(mfaStates[population.mfa[0] ?? 9]).toBe("unknown");
    expect(population.added[0]).toBe(UNKNOWN_TIME);
    expect(population.platformRoles[0]).toBe(platformRoleBits.unknown);
    expect(hasBit(population.groupsUnknown, 0)).toBe(true);
    expect(population.lastActive.map((column) => column[0])).toEqual(Array.from({ length: 4 }, () => UNKNOWN_TIME));
    expect(sharedText(population, "department", 0)).toBeNull();
  });

  it.each(["ACTIVE", "invited", "", "__proto__"])("takes the status `%s` as unknown", (status) => {
    expect(build([row("ada", { status })]).status[0]).toBe(0);
  });

  it("takes a source of null, and a claim it does not know, as unknown", () => {
    const population = build([row("ada", { source: null, claim: "leased" })]);
    expect([population.source[0], population.claim[0]]).toEqual([0, 0]);
  });

  it("takes a platform role it does not know as an admin's", () => {
    expect(build([row("ada", { platformRoles: ["atlassian/galaxy-admin"] })]).platformRoles[0]).toBe(
      platformRoleBits.other,
    );
  });

  it("keeps every distinct text of a shared column apart, also an empty one", () => {
    const population = build([
      row("a", { department: "" }),
      row("b", { department: "R&D" }),
      row("c"),
      row("d", { department: "R&D" }),
      row("e", { department: "r&d" }),
    ]);
    const found = [0, 1, 2, 3, 4].map((person) => sharedText(population, "department", person));
    expect(found).toEqual(["", "R&D", null, "R&D", "r&d"]);
    const codes = [...population.shared.department.codes];
    expect(codes[1]).toBe(codes[3]);
  });

  it("replaces half a character by the sign for one that cannot be read", () => {
    const population = build([row("ada", { name: "Ad\ud83d", nickname: "\udc00x" })]);
    expect(population.text("name", 0)).toBe("Ad\ufffd");
    expect(population.text("nickname", 0)).toBe("\ufffdx");
  });

  it("grows with its people, without mixing up their texts", () => {
    const ids = Array.from({ length: 3000 }, (_, number) => `id-${String(number).padStart(5, "0")}`);
    const population = build(ids.map((id, number) => row(id, { name: `${"名前".repeat(number % 40)}${number}` })));
    ids.forEach((id, number) => {
      expect(population.text("id", number)).toBe(id);
      expect(population.text("name", number)).toBe(`${"名前".repeat(number % 40)}${number}`);
    });
  });
});

describe("two rows of one account", () => {
  it("add up directories, groups, activity and direct roles", () => {
    const population = united(
      { directories: [0], groups: [1, 0], active: [[0, 500]], direct: [[1, "atlassian/user"]] },
      {
        directories: [1],
        groups: [2, 0],
        active: [
          [1, 700],
          [0, 400],
        ],
        direct: [
          [0, "atlassian/user"],
          [1, "atlassian/user"],
        ],
      },
    );
    expect([...entries(population.directories, 0)]).toEqual([0, 1]);
    expect([...entries(population.groups, 0)]).toEqual([0, 1, 2]);
    expect(population.lastActive.map((column) => column[0])).toEqual([500, 700, NEVER, NEVER]);
    expect(population.direct.get(0)).toEqual([
      [0, "atlassian/user"],
      [1, "atlassian/user"],
    ]);
  });

  it("fill each other's gaps", () => {
    const population = united(
      { name: "Ada", mfa: true, source: null },
      { email: "ada@example.com", department: "R&D", claim: "managed", source: "synced" },
    );
    expect(population.text("name", 0)).toBe("Ada");
    expect(population.text("email", 0)).toBe("ada@example.com");
    expect(sharedText(population, "emailDomain", 0)).toBe("example.com");
    expect(sharedText(population, "department", 0)).toBe("R&D");
    expect([population.claim[0], population.source[0], population.mfa[0]]).toEqual([1, 2, 2]);
  });

  it("with two different statuses have an unknown status, whatever a third row says", () => {
    expect(united({ status: "active" }, { status: "suspended" }).status[0]).toBe(0);
    expect(united({ status: "active" }, { status: "suspended" }, { status: "active" }).status[0]).toBe(0);
    expect(united({ status: "active" }, { status: "vanished" }).status[0]).toBe(0);
    expect(united({ status: "suspended" }, { status: "suspended" }).status[0]).toBe(2);
  });

  it.each([
    ["claim", { claim: "managed" }, { claim: "unmanaged" }],
    ["source", { source: "synced" }, { source: "invited" }],
    ["mfa", { mfa: true }, { mfa: false }],
  ] as const)(
    "with two different values of %s have an unknown one, whatever a third row says",
    (column, one, other) => {
      expect(united(one, other)[column][0]).toBe(0);
      expect(united(one, other, one)[column][0]).toBe(0);
      expect(united(one, {}, one)[column][0]).not.toBe(0);
    },
  );

  it("with two different texts have an unknown one, and no domain of either", () => {
    const population = united({ name: "Ada", email: "ada@example.com" }, { name: "Ida", email: "ida@example.com" });
    expect([population.text("name", 0), population.text("email", 0)]).toEqual([null, null]);
    expect(sharedText(population, "emailDomain", 0)).toBeNull();
    expect(sharedText(united({ location: "Bern" }, { location: "Kyiv" }), "location", 0)).toBeNull();
  });

  it("with the same half character in a name have that name", () => {
    expect(united({ name: "Ad\ud83d" }, { name: "Ad\ud83d" }).text("name", 0)).toBe("Ad\ufffd");
  });

  it("of which one does not tell the groups leave memberships unknown", () => {
    const population = united({ groups: [0] }, untold("groups"));
    expect(hasBit(population.groupsUnknown, 0)).toBe(true);
    expect([...entries(population.groups, 0)]).toEqual([]);
  });

  it("of which one does not tell the activity leave activity unknown", () => {
    const population = united({ active: [[0, 500]] }, untold("active"));
    expect(population.lastActive.map((column) => column[0])).toEqual(Array.from({ length: 4 }, () => UNKNOWN_TIME));
  });

  it("of which one has an entry without a time leave that instance unknown, and no other", () => {
    const population = united(
      {
        active: [
          [0, 500],
          [1, 600],
        ],
      },
      { active: [[0, UNKNOWN_TIME]] },
    );
    expect(population.lastActive.map((column) => column[0])).toEqual([UNKNOWN_TIME, 600, NEVER, NEVER]);
  });

  it("of which one does not tell the admin roles leave them unknown", () => {
    const population = united({ platformRoles: ["atlassian/org-admin"] }, untold("platformRoles"));
    expect(population.platformRoles[0]).toBe(platformRoleBits.unknown);
  });

  it("add up admin roles and keep the earlier day of joining", () => {
    const population = united(
      { platformRoles: ["atlassian/org-admin"], added: 900 },
      { platformRoles: ["atlassian/user-access-admin"], added: 800 },
    );
    expect(population.platformRoles[0]).toBe(platformRoleBits.orgAdmin | platformRoleBits.userAccessAdmin);
    expect(population.added[0]).toBe(800);
  });
});

describe("a group's membership", () => {
  it("is proved where as many were seen in it as Atlassian counts", () => {
    const population = build([row("a", { groups: [0, 1] }), row("b", { groups: [0] }), row("c", { groups: [] })]);
    expect(population.groupProved).toEqual([true, true, false]);
  });

  it("is not proved by somebody who stands in it twice, nor where too many are seen", () => {
    expect(build([row("a", { groups: [0, 0] })]).groupProved[0]).toBe(false);
    expect(build([row("a", { groups: [1] }), row("b", { groups: [1] })]).groupProved[1]).toBe(false);
  });

  it("cannot be counted in a part of the people, whose own calls stand for it", () => {
    const builder = createPopulationBuilder();
    builder.add(row("a", { groups: [0] }));
    expect(builder.finish(header, "some").groupProved).toEqual([true, true, true]);
  });
});

describe("the domain of an address", () => {
  it.each([
    ["ada@example.com", "example.com"],
    ["Ada@Example.COM", "example.com"],
    [`"a@b"@example.com`, "example.com"],
    ["ada", null],
    ["@example.com", null],
    ["ada@", null],
    ["", null],
  ])("of `%s` is %s", (email, domain) => {
    expect(domainOf(email)).toBe(domain);
  });

  it("is unknown of a person whose address has none", () => {
    const population = build([row("ada", { email: "ada" })]);
    expect(population.text("email", 0)).toBe("ada");
    expect(sharedText(population, "emailDomain", 0)).toBeNull();
  });
});

describe("the order of rows", () => {
  const hostile = fc.constantFrom("", "Ada", "ada@example.com", "a\ud800b", "\u2028", '"],"people":[', "名");
  const anyRow: fc.Arbitrary<PersonRow> = fc.record(
    {
      id: fc.constantFrom("a", "b", "c", "d", "e"),
      status: fc.constantFrom("active", "suspended", "odd"),
      directories: fc.subarray([0, 1]),
      claim: fc.constantFrom("managed", "unmanaged"),
      source: fc.constantFrom("synced", "invited", null),
      name: hostile,
      email: hostile,
      mfa: fc.boolean(),
      added: fc.nat(),
      department: hostile,
      platformRoles: fc.subarray(["atlassian/org-admin", "atlassian/galaxy-admin"]),
      groups: fc.subarray([0, 1, 2]),
      active: fc.array(fc.tuple(fc.nat(3), fc.oneof(fc.nat(5), fc.constant(UNKNOWN_TIME)))),
      direct: fc.array(fc.tuple(fc.nat(3), fc.constantFrom("atlassian/user", "atlassian/admin"))),
    },
    { requiredKeys: ["id", "status", "directories"] },
  );

  it("never shows in the bytes of the snapshot", () => {
    fc.assert(
      fc.property(
        fc
          .array(anyRow, { maxLength: 12 })
          .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          const [one, other] = [build(rows), build(shuffled)];
          expect(bytesOf(other)).toBe(bytesOf(one));
          expect(other.groupProved).toEqual(one.groupProved);
        },
      ),
    );
  });

  it("of directories does not change who is found where", () => {
    const ascending = ["a", "b", "c", "d"].map((id) => row(id, { name: id.toUpperCase() }));
    const again = ["b", "d"].map((id) => row(id, { directories: [1], name: id.toUpperCase() }));
    const population = build([...ascending, ...again]);
    expect(population.size).toBe(4);
    expect([...entries(population.directories, at.person(population, "d"))]).toEqual([0, 1]);
    expect(population.text("name", at.person(population, "d"))).toBe("D");
  });
});
