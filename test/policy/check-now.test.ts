import { describe, expect, it } from "vitest";
import { checkNow } from "../../src/policy/check-now.ts";
import { readRepository } from "../../src/policy/repository.ts";
import type { SourceBytes } from "../../src/policy/sources.ts";

const asOf = Date.parse("2026-11-20T06:00:00Z") / 1000;

function rulesOf(csv: string, given: Omit<SourceBytes, "path"> | null, until = "2027-03-31"): readonly string[] {
  const text = {
    "seatwright.yaml": `version: 1
organization: {id: abcdefgh-1}
sources: {hr: {csv: "${csv}", key: {email: mail}, dates: {end: {column: last}}, minRows: 2, maxAge: 36h, maxShrink: 20%}}
`,
    "policies/main.yaml": `version: 1
policies:
  - {id: leavers, description: d, owner: o, for: person, purpose: duty, because: C-1, where: {in: hr, date: {hr.end: passed}}, then: [{suspend: {}}]}
`,
    "exemptions.yaml": `version: 1
exemptions: [{id: EX-1, person: a@example.com, reason: r, owner: o, until: ${until}}]
`,
  };
  const { repository, findings } = readRepository(
    Object.entries(text).map(([path, content]) => ({ path, bytes: Buffer.from(content), changedAt: null })),
  );
  if (repository === null) throw new Error(JSON.stringify(findings));
  const sources = new Map(given === null ? [] : [["hr", { path: "data/hr.csv", ...given }]]);
  return checkNow(repository, { asOf, sources, lastSourceRows: {} }).map(({ severity, rule }) => `${severity} ${rule}`);
}

const twoRows = Buffer.from("mail,last\na@example.com,2026-11-01\nb@example.com,\n");

describe("without the organisation, at a moment", () => {
  it("a source that is there, young and long enough is sound, whomever it names", () => {
    expect(rulesOf("data/hr.csv", { bytes: twoRows, changedAt: asOf - 3600 })).toEqual([]);
  });

  it("a source of the repository that is missing is an error", () => {
    expect(rulesOf("data/hr.csv", null)).toEqual(["error source-missing"]);
  });

  it("a source that is always given from outside may be absent", () => {
    expect(rulesOf("-", null)).toEqual([]);
  });

  it.each<[string, Omit<SourceBytes, "path">, string]>([
    ["too old", { bytes: twoRows, changedAt: asOf - 37 * 3600 }, "error source-age"],
    ["of unknown age", { bytes: twoRows, changedAt: null }, "error source-age"],
    ["too short", { bytes: Buffer.from("mail,last\na@example.com,\n"), changedAt: asOf }, "error source-short"],
    [
      "without a promised column",
      { bytes: Buffer.from("mail\na@example.com\nb@example.com\n"), changedAt: asOf },
      "error source-csv",
    ],
  ])("a source that is %s is an error", (_, given, rule) => {
    expect(rulesOf("data/hr.csv", given)).toContain(rule);
  });

  it("an exemption that has ended is told, and one for more than a year is an error", () => {
    const sound = { bytes: twoRows, changedAt: asOf };
    expect(rulesOf("data/hr.csv", sound, "2026-11-01")).toHaveLength(1);
    expect(rulesOf("data/hr.csv", sound, "2029-03-31").some((found) => found.startsWith("error"))).toBe(true);
  });
});
