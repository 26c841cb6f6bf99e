import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersonRow } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { createSnapshotDecoder } from "../../src/people/decode.ts";
import { encodeSnapshot } from "../../src/people/encode.ts";
import { noRows } from "../../src/people/row-columns.ts";
import { createRowScanner } from "../../src/people/scan.ts";
import { organization, populationFrom, snapshotOf } from "../support/people.ts";

const { header } = snapshotOf({ directories: ["main", "old"], groups: { staff: {}, writers: {}, readers: {} } });

const word = fc.constantFrom(
  "",
  "Ada",
  "ada@Example.COM",
  "Ada Müller",
  "名前",
  "a\u007fb",
  'say "so"',
  "a\\b",
  "@",
  "x@",
);
const plainRow: fc.Arbitrary<PersonRow> = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9_|:-]{1,6}$/),
    status: fc.constantFrom("active", "suspended", "elsewhere"),
    directories: fc.subarray([0, 1]),
    claim: fc.constantFrom("managed", "unmanaged"),
    source: fc.constantFrom("synced", "invited", null),
    name: word,
    nickname: word,
    email: word,
    mfa: fc.boolean(),
    added: fc.nat(),
    jobTitle: word,
    department: word,
    platformRoles: fc.subarray(["atlassian/org-admin"]),
    groups: fc.subarray([0, 1, 2]),
    active: fc.array(fc.tuple(fc.nat(3), fc.oneof(fc.nat(), fc.constant(0xffffffff))), { maxLength: 3 }),
  },
  { requiredKeys: ["id", "status", "directories"] },
);
const rows = fc.uniqueArray(plainRow, { selector: ({ id }) => id, minLength: 1, maxLength: 5 });

/** What is read from a text, as the text it would be written in; null where it is refused. */
function readAgain(text: string): string | null {
  const decoder = createSnapshotDecoder("snapshot.json");
  try {
    decoder.pushBytes(Buffer.from(text));
    return [...encodeSnapshot(decoder.finish())].join("");
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}

/** The same text with other ends of lines: it is then read in one piece, as any JSON. */
function inOnePiece(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

describe("rows read from bytes", () => {
  it("are what JSON.parse makes of them, whatever a byte of them is changed to", () => {
    const bytes = fc.constantFrom(
      '"',
      ",",
      ":",
      "[",
      "]",
      "{",
      "}",
      "0",
      "7",
      "-",
      ".",
      "e",
      " ",
      "\\",
      "n",
      "é",
      "\u0000",
      "@",
      "Z",
    );
    fc.assert(
      fc.property(rows, fc.nat(), fc.option(bytes), fc.constantFrom(0, 1), (given, place, inserted, removed) => {
        const lines = [...encodeSnapshot(populationFrom(header, given))].join("").split("\n");
        const at = 1 + (place % given.length);
        const row = lines[at] ?? "";
        // Between the braces: what a line ends with is not the same in both layouts.
        const from = 1 + (place % Math.max(1, row.lastIndexOf("}") - 1));
        lines[at] =
          `${row.slice(0, from)}${inserted ?? ""}${row.slice(Math.min(from + removed, row.lastIndexOf("}")))}`;
        const text = lines.join("\n");
        expect(readAgain(text)).toBe(readAgain(inOnePiece(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("need no text or object where they are written plainly", () => {
    const given = organization({
      groups: { staff: {}, writers: {} },
      people: {
        ada: { name: "Ada Müller", email: "Ada@example.com", groups: ["staff", "writers"], active: { jira: 3 } },
        ben: { groups: null, active: null, platformRoles: null, mfa: false, department: "R&D" },
      },
    });
    const text = Buffer.from([...encodeSnapshot(given)].join(""));
    const found = noRows();
    const scanner = createRowScanner(found, given.header);
    scanner.makeRoomFor(text.length);
    const second = scanner.scan(text, text.indexOf("\n") + 1);
    const end = scanner.scan(text, second);
    expect(found.people).toBe(2);
    expect(text.toString("utf8", end)).toBe("]}\n");
  });

  it.each([
    ["an escape", '{"id":"a","status":"active","directories":[0],"name":"\\u0041"}\n'],
    ["another order of fields", '{"status":"active","id":"a","directories":[0]}\n'],
    ["a space", '{"id":"a", "status":"active","directories":[0]}\n'],
    ["a field twice", '{"id":"a","status":"active","directories":[0],"mfa":true,"mfa":true}\n'],
    ["positions out of order", '{"id":"a","status":"active","directories":[1,0]}\n'],
    ["a zero before a number", '{"id":"a","status":"active","directories":[0],"added":01}\n'],
    ["a zero before a position", '{"id":"a","status":"active","directories":[01]}\n'],
    ["a number beyond all times", '{"id":"a","status":"active","directories":[0],"added":4294967295}\n'],
    ["no account id", '{"id":"","status":"active","directories":[0]}\n'],
    ["an account id that is too long", `{"id":"${"a".repeat(129)}","status":"active","directories":[0]}\n`],
    ["an account id with a space", '{"id":"a b","status":"active","directories":[0]}\n'],
    ["a role of the organisation", '{"id":"a","status":"active","directories":[0],"platformRoles":["x"]}\n'],
  ])("are left to JSON.parse with %s, and nothing of them is kept", (_, text) => {
    const found = noRows();
    const scanner = createRowScanner(found, header);
    const bytes = Buffer.from(text);
    scanner.makeRoomFor(bytes.length);
    expect(scanner.scan(bytes, 0)).toBe(-1);
    expect([found.people, found.texts.id.bytes.length, found.directories.values.length]).toEqual([0, 0, 0]);
  });

  it("are no longer read so once an account came out of order", () => {
    const found = noRows();
    const scanner = createRowScanner(found, header);
    const bytes = Buffer.from(
      '{"id":"b","status":"active","directories":[0]},\n{"id":"a","status":"active","directories":[0]}\n',
    );
    scanner.makeRoomFor(bytes.length);
    const second = scanner.scan(bytes, 0);
    expect(second).toBeGreaterThan(0);
    expect(scanner.scan(bytes, second)).toBe(-1);
  });
});
