import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StringDecoder } from "node:string_decoder";
import { allBits } from "../../src/model/bits.ts";
import type { PersonRow } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { createSnapshotDecoder } from "../../src/people/decode.ts";
import { encodeSnapshot } from "../../src/people/encode.ts";
import { entries, type Population, sharedText, UNKNOWN_TIME } from "../../src/people/population.ts";
import { organization, populationFrom, snapshotOf } from "../support/people.ts";

const { header } = snapshotOf({
  directories: ["main", "old"],
  groups: { staff: { grants: ["jira"] }, 'a "quoted" one': {}, "\u2028line": { directory: "old" } },
});

function encode(population: Population): string {
  return [...encodeSnapshot(population)].join("");
}

/** Reads chunks of a text. */
function decode(...chunks: readonly string[]): Population {
  const decoder = createSnapshotDecoder("snapshot.json");
  for (const chunk of chunks) decoder.push(chunk);
  return decoder.finish();
}

/** Everything a population says, as plain data. */
function contents(population: Population): unknown {
  return {
    header: { ...population.header, peopleCount: population.size },
    groupProved: population.groupProved,
    people: Array.from({ length: population.size }, (_, person) => ({
      texts: (["id", "name", "nickname", "email"] as const).map((field) => population.text(field, person)),
      shared: (["department", "jobTitle", "location", "organization", "emailDomain"] as const).map((field) =>
        sharedText(population, field, person),
      ),
      codes: [population.status, population.claim, population.source, population.mfa, population.platformRoles].map(
        (column) => column[person],
      ),
      added: population.added[person],
      directories: [...entries(population.directories, person)],
      groups: [...entries(population.groups, person)],
      active: population.lastActive.map((column) => column[person]),
      direct: population.direct.get(person) ?? [],
      detail: population.detail.get(person) ?? null,
    })),
    groupsUnknown: [...population.groupsUnknown],
  };
}

const hostileText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    '",\n"people":[',
    "]}",
    "\n]}\n",
    "a\r\nb",
    "\u2028\u2029",
    "\u0000\u001f\u007f",
    "\ud800",
    "x\udfff",
    "👩‍👩‍👧",
    "‮evil",
    "__proto__",
    "</script>",
  ),
);

const accountId = fc.stringMatching(/^[A-Za-z0-9_|:-]{1,12}$/);
const time = fc.integer({ min: 0, max: UNKNOWN_TIME - 1 });
const role = fc.constantFrom("atlassian/user", "atlassian/admin", "somebody/else", "");

const row: fc.Arbitrary<PersonRow> = fc.record(
  {
    id: accountId,
    status: fc.oneof(fc.constantFrom("active", "suspended", "not_invited", "deactivated", "for_deletion"), hostileText),
    directories: fc.array(fc.nat(1), { maxLength: 3 }),
    claim: fc.oneof(fc.constantFrom("managed", "unmanaged"), hostileText),
    source: fc.oneof(fc.constantFrom("invited", "synced", null), hostileText),
    name: hostileText,
    nickname: hostileText,
    email: hostileText,
    mfa: fc.boolean(),
    added: time,
    jobTitle: hostileText,
    department: hostileText,
    organization: hostileText,
    location: hostileText,
    platformRoles: fc.array(fc.oneof(fc.constantFrom("atlassian/org-admin", "atlassian/site-admin"), hostileText)),
    groups: fc.array(fc.nat(2), { maxLength: 4 }),
    active: fc.array(fc.tuple(fc.nat(3), fc.oneof(time, fc.constant(UNKNOWN_TIME))), { maxLength: 5 }),
    direct: fc.array(fc.tuple(fc.nat(3), role), { maxLength: 4 }),
    detail: fc.record({
      membership: fc.array(fc.tuple(fc.nat(1), fc.constantFrom("active", "suspended")), { maxLength: 2 }),
      roles: fc.array(fc.tuple(fc.nat(3), role, fc.constantFrom("direct", "group_direct inferred")), { maxLength: 3 }),
    }),
  },
  { requiredKeys: ["id", "status", "directories"] },
);

const population = fc
  .uniqueArray(row, { selector: ({ id }) => id, maxLength: 8 })
  .map((rows) => populationFrom(header, rows));

describe("a snapshot file", () => {
  it("read again is the same population, whatever people call themselves", () => {
    fc.assert(
      fc.property(population, (given) => {
        const read = decode(encode(given));
        expect(contents(read)).toEqual(contents(given));
        expect(encode(read)).toBe(encode(given));
      }),
    );
  });

  it("is read the same wherever its text is cut into pieces", () => {
    fc.assert(
      fc.property(population, fc.array(fc.nat()), (given, cuts) => {
        const text = encode(given);
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(contents(decode(...chunks))).toEqual(contents(given));
      }),
    );
  });

  it("is read the same wherever its bytes are cut, also inside a character", () => {
    const given = organization({ people: { ada: { name: "Åda 名前 👩‍👩‍👧" }, ben: { department: "Zürich" } } });
    const bytes = Buffer.from(encode(given));
    for (const size of [1, 2, 3, 5, 7, 64]) {
      const utf8 = new StringDecoder("utf8");
      const decoder = createSnapshotDecoder("snapshot.json");
      for (let start = 0; start < bytes.length; start += size) {
        decoder.push(utf8.write(bytes.subarray(start, start + size)));
      }
      decoder.push(utf8.end());
      expect(contents(decoder.finish())).toEqual(contents(given));
    }
  });

  it("is one JSON document with one person to a line", () => {
    fc.assert(
      fc.property(population, (given) => {
        const text = encode(given);
        const document = JSON.parse(text) as {
          readonly people: readonly { readonly id: string }[];
          readonly peopleCount: number;
        };
        expect(document.people.map(({ id }) => id)).toEqual(
          Array.from({ length: given.size }, (_, person) => given.text("id", person)),
        );
        expect(document.peopleCount).toBe(given.size);
        expect(text.split("\n")).toHaveLength(given.size + 3);
      }),
    );
  });

  it.each([
    ["pretty-printed", (text: string) => JSON.stringify(JSON.parse(text), null, 2)],
    ["on one line", (text: string) => JSON.stringify(JSON.parse(text))],
    ["on one line with an end of line", (text: string) => `${JSON.stringify(JSON.parse(text))}\n`],
    ["with the line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    [
      "with its fields in another order",
      (text: string) =>
        JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()), null, 1),
    ],
    ["without its last end of line", (text: string) => text.trimEnd()],
  ])("is also read %s", (_, layout) => {
    const given = organization({
      groups: { staff: {} },
      people: { ada: { groups: ["staff"], active: { jira: 3 } }, ben: {} },
    });
    const text = layout(encode(given));
    expect(contents(decode(text))).toEqual(contents(given));
    expect(contents(decode(...text.split("")))).toEqual(contents(given));
  });

  it("of nobody is read as nobody", () => {
    expect(decode(encode(organization({}))).size).toBe(0);
  });

  it("tells one unknown instance apart from never active there", () => {
    const given = organization({ people: { ada: { active: { jira: null, confluence: 4 } } } });
    expect(decode(encode(given)).lastActive.map((column) => column[0])).toEqual([
      UNKNOWN_TIME,
      given.lastActive[1]?.[0],
      0,
      0,
    ]);
  });

  it("proves memberships as the first reading did", () => {
    const given = organization({
      groups: { staff: { members: 2 } },
      people: { ada: { groups: ["staff"] }, ben: { groups: null } },
    });
    const read = decode(encode(given));
    expect(read.groupProved).toEqual([false]);
    expect([...read.groupsUnknown]).toEqual([allBits(2)[0]! & 2]);
  });

  it("has a group's name cut in the middle of a character mended, so that plans can name it", () => {
    const { header: broken } = snapshotOf({ groups: { "team \ud83d": {} } });
    const text = encode(populationFrom(broken, []));
    expect(decode(text).header.groups[0]?.name).toBe("team \ufffd");
  });
});

describe("a file that is not a whole snapshot", () => {
  const whole = encode(organization({ people: { ada: {}, ben: {}, cy: {} } }));
  const lines = whole.split("\n");

  function refusal(...chunks: readonly string[]): OperatorError {
    try {
      decode(...chunks);
    } catch (error) {
      if (error instanceof OperatorError) return error;
      throw error;
    }
    throw new Error("the file was read");
  }

  it("is refused wherever it was cut short", () => {
    for (let end = 0; end < whole.length - 1; end++) {
      const error = refusal(whole.slice(0, end));
      expect(error.exitCode).toBe(64);
      expect(error.message).toContain("snapshot.json is not a snapshot Seatwright can read");
    }
  });

  it("is refused where it is empty, not JSON, or something else", () => {
    for (const text of [
      "",
      "\n",
      "null",
      "[]",
      "42",
      '"people"',
      "{}",
      '{"people":{}}',
      "kind: snapshot",
      "\ufeff{}",
    ]) {
      expect(refusal(text).reason).toBe("usage");
    }
  });

  it("is refused where a line is missing, with both numbers", () => {
    expect(refusal([...lines.slice(0, 2), ...lines.slice(3)].join("\n")).message).toContain(
      "its header announces 3 people and it holds 2",
    );
  });

  it("is refused where its header announces another number", () => {
    expect(refusal(whole.replace('"peopleCount":3', '"peopleCount":4')).message).toContain(
      "announces 4 people and it holds 3",
    );
  });

  it("is refused where an account stands in it twice", () => {
    const twice = whole.replace('"id":"ben"', '"id":"ada"');
    expect(refusal(twice).message).toContain("an account stands in it twice");
  });

  it("is refused where there is something after its end", () => {
    expect(refusal(`${whole}{}\n`).message).toContain("text after the end");
  });

  it("is refused where its first bad row is, by line", () => {
    const broken = [lines[0], lines[1], '{"id":"ben","status":"active","directories":[9]},', ...lines.slice(3)].join(
      "\n",
    );
    expect(refusal(broken).message).toContain("line 3: `directories` must be positions of directories");
  });

  it("names the row where the file was laid out in another way", () => {
    const document = JSON.parse(whole) as { people: Record<string, unknown>[] };
    document.people[1] = { ...document.people[1], salary: 1 };
    expect(refusal(JSON.stringify(document, null, 2)).message).toContain(
      "people[1]: `salary` is not a field of a person",
    );
  });

  it("never shows what a row holds", () => {
    const error = refusal(whole.replace('"id":"ben"', '"id":"ben","email":7,"name":"Secret Name"'));
    expect(`${error.message} ${error.remedy}`).not.toContain("Secret");
  });

  const changes: readonly (readonly [string, (document: Record<string, never>) => unknown])[] = [
    ["a header field that is missing", ({ asOf: _, ...rest }) => rest],
    ["a header field nobody knows", (document) => ({ ...document, extra: 1 })],
    ["another kind", (document) => ({ ...document, kind: "plan" })],
    ["another version", (document) => ({ ...document, version: 2 })],
    ["a moment no calendar has", (document) => ({ ...document, asOf: "2026-02-30T00:00:00Z" })],
    ["a group in a directory that is not there", (document) => withGroup(document, { directory: 7 })],
    [
      "a grant on an instance that is not there",
      (document) => withGroup(document, { grants: [{ instance: 4, role: "r" }] }),
    ],
    [
      "a count on an instance that is not there",
      (document) => ({ ...document, holders: [{ instance: 4, role: "r", count: 1 }] }),
    ],
    ["two groups with one id", (document) => ({ ...document, groups: [groupLike({}), groupLike({})] })],
    [
      "two directories with one id",
      (document) => ({
        ...document,
        directories: [
          { id: "d", name: "a" },
          { id: "d", name: "b" },
        ],
      }),
    ],
  ];

  it.each(changes)("is refused with %s", (_, change) => {
    const document = JSON.parse(whole) as Record<string, never>;
    expect(refusal(JSON.stringify(change(document))).exitCode).toBe(64);
  });

  function groupLike(parts: object): object {
    return {
      id: "g",
      name: "g",
      directory: 0,
      synced: false,
      modifiable: true,
      managedBy: "admins",
      members: 0,
      grants: [],
      ...parts,
    };
  }

  function withGroup(document: object, parts: object): object {
    return { ...document, groups: [groupLike(parts)] };
  }

  it.each([
    ["nothing but a number", "7"],
    ["a list for an object", "[]"],
    ["no id", '{"status":"active","directories":[]}'],
    ["an id with a space", '{"id":"a b","status":"active","directories":[]}'],
    ["an id that is too long", `{"id":"${"a".repeat(129)}","status":"active","directories":[]}`],
    ["no status", '{"id":"ben","directories":[]}'],
    ["no directories", '{"id":"ben","status":"active"}'],
    ["a directory before the first", '{"id":"ben","status":"active","directories":[-1]}'],
    ["half a directory", '{"id":"ben","status":"active","directories":[0.5]}'],
    ["a group beyond the last", '{"id":"ben","status":"active","directories":[],"groups":[0]}'],
    ["a group by name", '{"id":"ben","status":"active","directories":[],"groups":["staff"]}'],
    ["no list of groups", '{"id":"ben","status":"active","directories":[],"groups":null}'],
    ["an instance beyond the last", '{"id":"ben","status":"active","directories":[],"active":[[4,1]]}'],
    ["a time in milliseconds", '{"id":"ben","status":"active","directories":[],"active":[[0,1795154400000]]}'],
    ["a time before 1970", '{"id":"ben","status":"active","directories":[],"active":[[0,-1]]}'],
    ["a time as text", '{"id":"ben","status":"active","directories":[],"active":[[0,"2026-01-01"]]}'],
    ["a pair of three", '{"id":"ben","status":"active","directories":[],"active":[[0,1,2]]}'],
    ["an unknown day of joining", '{"id":"ben","status":"active","directories":[],"added":4294967295}'],
    ["a direct role without a text", '{"id":"ben","status":"active","directories":[],"direct":[[0,7]]}'],
    ["a direct role beyond the last instance", '{"id":"ben","status":"active","directories":[],"direct":[[4,"r"]]}'],
    ["half a detail", '{"id":"ben","status":"active","directories":[],"detail":{"roles":[]}}'],
    [
      "a detail of a directory beyond the last",
      '{"id":"ben","status":"active","directories":[],"detail":{"membership":[[1,"active"]],"roles":[]}}',
    ],
    ["a detail of nothing", '{"id":"ben","status":"active","directories":[],"detail":null}'],
    ["mfa as text", '{"id":"ben","status":"active","directories":[],"mfa":"yes"}'],
    ["a name of null", '{"id":"ben","status":"active","directories":[],"name":null}'],
    ["admin roles as text", '{"id":"ben","status":"active","directories":[],"platformRoles":"org-admin"}'],
    ["a field nobody knows", '{"id":"ben","status":"active","directories":[],"isAdmin":false}'],
    ["a field called __proto__", '{"id":"ben","status":"active","directories":[],"__proto__":{"status":"active"}}'],
  ])("is refused for a row with %s", (_, text) => {
    const error = refusal([lines[0], lines[1], `${text},`, ...lines.slice(3)].join("\n"));
    expect(error.message).toContain("line 3");
  });
});
