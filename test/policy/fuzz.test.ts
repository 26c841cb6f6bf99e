import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Finding } from "../../src/model/finding.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { now, organization } from "../support/people.ts";
import { organizationId, usualContext } from "./support.ts";

const runs = process.env["SEATWRIGHT_LONG"] === "1" ? 5_000 : 150;

/** A repository that uses most of the language, as plain values by path. */
const sound: Readonly<Record<string, unknown>> = {
  "seatwright.yaml": {
    version: 1,
    organization: { id: organizationId, name: "acme" },
    accessGroups: ["jira-*"],
    identityProviders: [{ name: "Okta", owner: "x", groups: ["okta-*"] }],
    protect: { people: ["ada@x.y"], groups: ["on-call"], minOrgAdmins: 2 },
    limits: { perRun: { percent: 5 }, perGroup: { percent: 10, floor: 1 } },
    freeze: [{ from: "2026-12-18", to: "2027-01-04", zone: "Europe/Berlin", reason: "x" }],
    sources: {
      hr: {
        csv: "hr.csv",
        key: { email: "mail" },
        dates: { end: { column: "end", time: "18:00", zone: "Europe/Berlin" } },
        minRows: 1,
        maxAge: "36h",
        maxShrink: "20%",
      },
    },
    plan: { validFor: "P7D" },
    irreversible: ["removeFromOrg"],
    prices: { confluence: { currency: "EUR", perSeatMonth: 5.5 } },
  },
  "policies/a.yaml": {
    version: 1,
    selectors: { bots: { any: [{ email: "*-bot@x.y" }, { not: { status: "active" } }] } },
    policies: [
      {
        id: "seats",
        description: "x",
        owner: "x",
        for: "seat",
        where: { app: ["jira-software"], unused: "90d", not: { memberOf: ["on-call"], selector: "bots" } },
        except: { people: ["ada@x.y"], groups: ["on-*"], selectors: ["bots"] },
        ["then"]: [{ revoke: { ifBlocked: "handoff" } }],
        pace: { changes: 5 },
        limits: { percent: 5 },
      },
      {
        id: "leavers",
        description: "x",
        owner: "x",
        for: "person",
        purpose: "duty",
        because: "x",
        where: {
          in: "hr",
          date: { "hr.end": { past: "2d" } },
          fact: { "hr.unit": ["a*"] },
          idle: { everywhere: "P3M" },
        },
        ["then"]: [{ firstOf: [{ deactivate: {} }, { removeFromOrg: {} }] }],
      },
    ],
  },
  "exemptions.yaml": {
    version: 1,
    exemptions: [
      { id: "E-1", group: "on-call", from: ["saving", "leavers"], reason: "x", owner: "x", until: "2027-01-01" },
    ],
  },
  "seatwright.lock.yaml": {
    version: 1,
    organization: organizationId,
    names: [{ kind: "group", name: "on-call", id: "g-on-call", directory: "d-main" }],
  },
};

const population = organization({
  groups: { "on-call": {}, "jira-users": { grants: ["jira"] }, "okta-it": { synced: true } },
  people: { ada: { email: "ada@x.y", groups: ["on-call", "jira-users"] }, bob: {} },
});

type Texts = Readonly<Record<string, string>>;
const plain: Texts = Object.fromEntries(Object.entries(sound).map(([path, value]) => [path, stringify(value)]));

/** Reads and resolves; whatever comes, it may not throw, and every finding lies in a file and says something. */
function hold(texts: Texts, csv: string): readonly Finding[] {
  const files = Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  const { repository, findings } = readRepository(files);
  const sources = new Map([["hr", { path: "hr.csv", bytes: new TextEncoder().encode(csv), changedAt: now }]]);
  const resolution = repository === null ? null : resolve(repository, population, { ...usualContext, sources });
  const all = [...findings, ...(resolution?.findings ?? [])];
  if (repository === null) expect(findings.some(({ severity }) => severity === "error")).toBe(true);
  for (const { place, message, remedy } of all) {
    expect(place.line).toBeGreaterThan(0);
    expect(place.column).toBeGreaterThan(0);
    expect(place.line).toBeLessThanOrEqual((texts[place.file] ?? csv).split(/\r\n|\r|\n/).length + 1);
    expect(`${message}${remedy}`).not.toMatch(/undefined|\[object|NaN/);
  }
  return all;
}

/** The value with one part replaced: the part that `choose` walks to. */
function replaced(value: unknown, choose: () => number, by: unknown): unknown {
  if (typeof value !== "object" || value === null || choose() % 5 === 0) return by;
  const keys = Object.keys(value);
  const key = keys[choose() % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...value };
  const parts = copy as Record<string, unknown>;
  parts[key] = replaced(parts[key], choose, by);
  return copy;
}

const goodCsv = "mail,end,unit\nada@x.y,2026-01-01,a1\n";
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    "",
    "on-call",
    "90",
    "90d",
    "P1M",
    "hr.end",
    {},
    [],
    [[]],
    null,
    0,
    -1,
    "*",
    "?",
    "a@b",
    "2026-02-30",
  ),
);

describe("whatever somebody writes", { timeout: 120_000 }, () => {
  it("the repository of these tests is sound to begin with", () => {
    expect(hold(plain, goodCsv).filter(({ rule }) => rule !== "not-carried-out")).toEqual([]);
  });

  it("with any part replaced by anything, it is read or told what is wrong", () => {
    const path = fc.constantFrom(...Object.keys(sound));
    fc.assert(
      fc.property(path, fc.array(fc.nat(1_000), { minLength: 12, maxLength: 12 }), anything, (file, steps, by) => {
        let at = 0;
        const choose = (): number => steps[at++ % steps.length] ?? 0;
        hold({ ...plain, [file]: stringify(replaced(sound[file], choose, by)) }, goodCsv);
      }),
      { numRuns: runs },
    );
  });

  it("with text cut out of, or put into, a file, it is read or told what is wrong", () => {
    const path = fc.constantFrom(...Object.keys(sound));
    const noise = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        "&a ",
        "*a ",
        "!!x ",
        "---\n",
        "\t",
        "- ",
        ": ",
        "{",
        "]",
        "\u0000",
        "\ufeff",
        "|",
        "%YAML 1.1\n",
      ),
    );
    fc.assert(
      fc.property(path, fc.nat(2_000), fc.nat(20), noise, (file, from, length, put) => {
        const text = plain[file] ?? "";
        const start = from % text.length;
        hold({ ...plain, [file]: text.slice(0, start) + put + text.slice(start + length) }, goodCsv);
      }),
      { numRuns: runs },
    );
  });

  it("in a source, it is read or told what is wrong", () => {
    const cell = fc.constantFrom(
      "",
      "ada@x.y",
      "2026-01-01",
      "a",
      '"',
      '"a"',
      ",",
      "\n",
      "mail,end,unit",
      ";",
      "\r",
      "é",
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 12 }), fc.constantFrom("", "mail,end,unit\n"), (cells, header) => {
        hold(plain, header + cells.join(","));
      }),
      { numRuns: runs },
    );
  });
});
