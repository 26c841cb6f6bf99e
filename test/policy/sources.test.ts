import { describe, expect, it } from "vitest";
import { secondsOf } from "../../src/model/time.ts";
import { bytesDigest } from "../../src/policy/digest.ts";
import type { Resolution, ResolveContext } from "../../src/policy/resolve.ts";
import { at, now, organization } from "../support/people.ts";
import { policyYaml, resolveOn, type Texts, told, withSource } from "./support.ts";

const population = organization({
  people: {
    ada: { email: "ada@example.com" },
    bob: { email: "Bob@Example.com" },
    eve1: { email: "eve@example.com" },
    eve2: { email: "EVE@example.com" },
  },
});
const header = "work_email,last_day,leave_from,leave_to,cost_centre";
const person = (key: string): Texts => ({
  "policies/a.yaml": policyYaml({ for: "person", where: key, ["then"]: "[{restore: {}}]" }),
});
const looking = "{in: hr, fact: {hr.cost_centre: '44*'}}";

interface Given {
  readonly bytes?: Uint8Array;
  readonly changedAt?: number | null;
  readonly source?: string;
  readonly where?: string;
  readonly context?: Partial<ResolveContext>;
}

/** Reads the hr source with this text, in a repository that looks at it. */
function reading(
  text: string,
  { bytes, changedAt = now - 3_600, source = withSource, where = looking, context = {} }: Given = {},
): Resolution {
  const file = { path: "data/hr.csv", bytes: bytes ?? new TextEncoder().encode(text), changedAt };
  const sources = new Map([["hr", file]]);
  return resolveOn(population, { "seatwright.yaml": source, ...person(where) }, { sources, ...context });
}

/** A column that says when somebody leaves, as it is read with these settings of the date. */
function endOf(cell: string, settings: string): number | null | undefined {
  const source = withSource.replace("end: {column: last_day}", `end: {column: last_day${settings}}`);
  const { set, findings } = reading(`${header}\nada@example.com,${cell},,,\n`, { source });
  if (set === null) throw new Error(told(findings).join("\n"));
  const row = set.sources.get("hr")?.byPerson.get(at.person(population, "ada"));
  if (row === undefined || row === "ambiguous") return undefined;
  const date = row.dates["end"];
  return date?.to ?? null;
}

const good = `${header}\nada@example.com,2026-11-30,,,4410\n`;

describe("a source", () => {
  it("is joined to people by address without regard to capitals, and counts its rows", () => {
    const { set, findings } = reading(`${good}BOB@example.com,,,,4420\ngone@example.com,2026-01-01,,,1\n`);
    expect(findings).toEqual([]);
    const table = set?.sources.get("hr");
    expect(table).toMatchObject({ name: "hr", key: "email", rows: 3, unmatched: 1 });
    expect([...(table?.byPerson.keys() ?? [])]).toEqual([at.person(population, "ada"), at.person(population, "bob")]);
    expect(table?.digest).toBe(
      bytesDigest(new TextEncoder().encode(`${good}BOB@example.com,,,,4420\ngone@example.com,2026-01-01,,,1\n`)),
    );
  });

  it("is joined to people by account id where that is its key", () => {
    const source = withSource.replace("email: work_email", "accountId: id");
    const { set } = reading("id,last_day,leave_from,leave_to,cost_centre\nada,,,,4410\nADA,,,,4410\n", { source });
    expect(set?.sources.get("hr")).toMatchObject({ key: "accountId", rows: 2, unmatched: 1 });
  });

  it("keeps only the columns that a filter looks at", () => {
    const row = reading(good).set?.sources.get("hr")?.byPerson.get(at.person(population, "ada"));
    expect(row).toMatchObject({ columns: { cost_centre: "4410" } });
    expect(JSON.stringify(row)).not.toContain("example.com");
  });

  it("may lead with a byte order mark, quote cells, end lines as Windows does and leave lines empty", () => {
    const { set, findings } = reading(`\ufeff${header}\r\n"ada@example.com" , 2026-11-30,,,"44,10 ""x"""\r\n\r\n`);
    expect(findings).toEqual([]);
    expect(set?.sources.get("hr")?.byPerson.get(at.person(population, "ada"))).toMatchObject({
      columns: { cost_centre: '44,10 "x"' },
    });
  });

  it("is not asked for where no filter looks at it", () => {
    const { set, findings } = resolveOn(population, { "seatwright.yaml": withSource });
    expect(findings).toEqual([]);
    expect(set?.sources.size).toBe(0);
  });

  it("says nothing of two rows for one person, nor of an address that two accounts have", () => {
    const { set, findings } = reading(`${good}ada@example.com,,,,\neve@example.com,,,,\nbob@example.com,,,,\n`);
    expect(told(findings)).toEqual(["data/hr.csv:3:1 warning source-ambiguous"]);
    expect(findings[0]?.message).toContain("lines 3, 4");
    const rows = set?.sources.get("hr")?.byPerson;
    const rowOf = (id: string): unknown => rows?.get(at.person(population, id));
    expect([rowOf("ada"), rowOf("eve1"), rowOf("eve2")]).toEqual(["ambiguous", "ambiguous", "ambiguous"]);
    expect(rowOf("bob")).not.toBe("ambiguous");
  });
});

describe("a source is not believed when", () => {
  const rows = (many: number): string =>
    `${header}\n${Array.from({ length: many }, (_, n) => `p${n}@example.com,,,,\n`).join("")}`;

  it.each<[string, () => Resolution, string, string]>([
    [
      "it is missing",
      () => reading(good, { context: { sources: new Map() } }),
      "seatwright.yaml:4:3 error source-missing",
      "--source hr=PATH",
    ],
    [
      "it is too old",
      () => reading(good, { changedAt: now - 37 * 3_600 }),
      "seatwright.yaml:4:3 error source-age",
      "older than 36h",
    ],
    [
      "its age cannot be told",
      () => reading(good, { changedAt: null }),
      "seatwright.yaml:4:3 error source-age",
      "how old",
    ],
    [
      "it is too short",
      () => reading(rows(4), { source: withSource.replace("minRows: 1", "minRows: 5") }),
      "seatwright.yaml:4:3 error source-short",
      "4 rows, fewer than 5",
    ],
    ["it has only its header", () => reading(`${header}\n`), "seatwright.yaml:4:3 error source-short", "0 rows"],
    [
      "it shrank",
      () => reading(rows(79), { context: { lastSourceRows: { hr: 100 } } }),
      "seatwright.yaml:4:3 error source-shrunk",
      "from 100 to 79",
    ],
    ["it is empty", () => reading(""), "data/hr.csv:1:1 error source-csv", "The file is empty"],
    [
      "a column is missing",
      () => reading(good.replace("work_email", "work_mail")),
      "data/hr.csv:1:1 error source-csv",
      "Did you mean `work_mail`?",
    ],
    [
      "a column of a date is missing",
      () => reading(good.replace("last_day", "final")),
      "data/hr.csv:1:1 error source-csv",
      "`last_day`",
    ],
    [
      "a column of a filter is missing",
      () => reading(good.replace("cost_centre", "unit")),
      "data/hr.csv:1:1 error source-csv",
      "`cost_centre`",
    ],
    [
      "a column is there twice",
      () => reading(good.replace("leave_from", "last_day")),
      "data/hr.csv:1:1 error source-csv",
      "Two columns are called `last_day`",
    ],
    [
      "its columns are separated otherwise",
      () => reading(good.replaceAll(",", ";")),
      "data/hr.csv:1:1 error source-csv",
      "not separated by commas",
    ],
    [
      "a row has too few cells",
      () => reading(`${good}bob@example.com,x\n`),
      "data/hr.csv:3:1 error source-csv",
      "more or fewer cells",
    ],
    [
      "a quote is not closed",
      () => reading(`${good}"bob@example.com,,,,\n`),
      "data/hr.csv:3:1 error source-csv",
      "Close every quote",
    ],
    [
      "it is not UTF-8",
      () => reading("", { bytes: Uint8Array.from([0x61, 0xff, 0x0a]) }),
      "data/hr.csv:1:1 error source-csv",
      "not UTF-8",
    ],
    [
      "it names people nobody knows, where that is an error",
      () => reading(`${good}gone@example.com,,,,\n,,,,\n`, { source: `${withSource}    unknownRows: error\n` }),
      "data/hr.csv:3:1 error source-unknown-rows",
      "lines 3, 4",
    ],
  ])("%s", (_, read, finding, words) => {
    const { set, findings } = read();
    expect(told(findings)).toEqual([finding]);
    expect(`${findings[0]?.message} ${findings[0]?.remedy}`).toContain(words);
    expect(set).toBeNull();
  });

  it("and it is at each of these bounds", () => {
    expect(reading(good, { changedAt: now - 36 * 3_600 }).findings).toEqual([]);
    expect(reading(rows(5), { source: withSource.replace("minRows: 1", "minRows: 5") }).findings).toEqual([]);
    expect(reading(rows(80), { context: { lastSourceRows: { hr: 100 } } }).findings).toEqual([]);
  });

  it("rows that name nobody are no error where only some people are looked at again", () => {
    const source = `${withSource}    unknownRows: error\n`;
    expect(reading(`${good}gone@example.com,,,,\n`, { source, context: { coverage: "some" } }).findings).toEqual([]);
  });

  it("its findings name lines and columns and never what stands there", () => {
    const { findings } = reading(
      `${good}secret@example.com,secret-day,,,secret\nada@example.com,secret-day,,,\neve@example.com,,,,\n`,
      {
        source: `${withSource}    unknownRows: error\n`,
      },
    );
    expect(findings.length).toBeGreaterThan(1);
    expect(JSON.stringify(findings)).not.toContain("secret");
    expect(JSON.stringify(findings)).not.toContain("@");
  });
});

describe("a date of a source", () => {
  const moment = (text: string): number => secondsOf(text) ?? Number.NaN;

  it.each<[cell: string, settings: string, end: string]>([
    ["2026-11-30", "", "2026-12-01T00:00:00Z"],
    ["2026-11-30", ", zone: Europe/Berlin", "2026-11-30T23:00:00Z"],
    ["2026-11-30", ", zone: America/Los_Angeles", "2026-12-01T08:00:00Z"],
    ["2026-11-30", ', time: "18:00"', "2026-11-30T18:00:00Z"],
    ["2026-11-30", ', time: "18:00", zone: Europe/Berlin', "2026-11-30T17:00:00Z"],
    ["2026-10-25", ', time: "02:30", zone: Europe/Berlin', "2026-10-25T01:30:00Z"],
    ["2026-03-29", ', time: "02:30", zone: Europe/Berlin', "2026-03-29T01:30:00Z"],
    ["2026-10-25", ", zone: Europe/Berlin", "2026-10-25T23:00:00Z"],
    ["2026-11-30T12:00:00+02:00", ', time: "18:00", zone: Europe/Berlin', "2026-11-30T10:00:00Z"],
  ])("%s%s ends at %s", (cell, settings, end) => {
    expect(endOf(cell, settings)).toBe(moment(end));
  });

  it.each(["30.11.2026", "11/30/2026", "2026-02-30", "2026-11", "20261130", "2026-11-30 18:00", "soon"])(
    "%s cannot be read: it is unknown, and the line is told",
    (cell) => {
      expect(endOf(cell, "")).toBeNull();
      const { findings } = reading(`${good}bob@example.com,${cell},,,\n`);
      expect(told(findings)).toEqual(["data/hr.csv:3:1 warning source-date"]);
      expect(findings[0]?.message).toContain("`last_day`");
    },
  );

  it("that is not there is none, and nothing is told", () => {
    const { set, findings } = reading(`${header}\nada@example.com,,,,\n`);
    expect(findings).toEqual([]);
    expect(set?.sources.get("hr")?.byPerson.get(at.person(population, "ada"))).toMatchObject({ dates: {} });
  });
});
