import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import type { Population } from "../../src/people/population.ts";
import { renderErrorText } from "../../src/report/error-text.ts";
import { renderFindingsText } from "../../src/report/findings-text.ts";
import { createNames, type Names, type Show } from "../../src/report/people.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { renderPlanMarkdown } from "../../src/report/plan-markdown.ts";
import { renderPlanText } from "../../src/report/plan-text.ts";
import { renderRunMarkdown } from "../../src/report/run-markdown.ts";
import { renderRunText } from "../../src/report/run-text.ts";
import { renderSyncText } from "../../src/report/sync-text.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { signalsOf } from "../../src/people/signals.ts";
import { hostileText, markdownSigns } from "../support/hostile.ts";
import { smallPopulation } from "../support/plan-parts.ts";
import { quarantinedPlan, smallPlan, smallRun } from "../support/plans.ts";

/** Fields that people write, or that Atlassian gives as people wrote them. */
const written: ReadonlySet<string> = new Set([
  "reason",
  "owner",
  "description",
  "because",
  "note",
  "filter",
  "value",
  "at",
  "groupName",
  "message",
  "site",
  "name",
  "limit",
]);
const writtenLists: ReadonlySet<string> = new Set(["notes", "concerns", "holds", "paths"]);

/** The document with `suffix` at the end of every text that somebody wrote. What was equal stays equal. */
function spoilt<Document>(document: Document, suffix: string): Document {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (typeof value === "string" && written.has(key)) return value + suffix;
    if (Array.isArray(value) && writtenLists.has(key)) return value.map((text) => `${String(text)}${suffix}`);
    return value;
  }) as Document;
}

/** The population with `suffix` at the end of names and addresses. */
function spoiltPeople(population: Population, suffix: string): Population {
  return {
    ...population,
    header: spoilt(population.header, suffix),
    text: (field, person) => {
      const text = population.text(field, person);
      return text === null || field === "id" ? text : `${text}${suffix}`;
    },
  };
}

/** A mark before the hostile part keeps what a renderer looks for in a text the same. */
const suffixes = hostileText.map((text) => `†${text}`);
const tame = "†tame";
const plans: readonly (readonly [string, () => Plan])[] = [
  ["a plan", smallPlan],
  ["a quarantined plan", quarantinedPlan],
];
const shows: readonly Show[] = ["names", "names-and-emails", "ids"];

const whole = { words: "plan.json", url: "https://github.com/acme/access/actions/runs/1" };

function namesWith(suffix: string, show: Show): Names {
  return createNames(spoiltPeople(smallPopulation(), suffix), show);
}

function htmlTags(source: string): readonly string[] {
  return source.match(/<[^>]*>/g) ?? [];
}

/** What Markdown makes of a document, line by line; HTML lines by their tags. A dollar sign in a span of its own is text. */
function markdownShape(source: string): readonly string[] {
  return source.split("\n").map((line) => {
    const plain = line.replaceAll("<span>$</span>", "");
    return line.startsWith("<") ? htmlTags(plain).join("") + mentions(plain) : markdownSigns(line);
  });
}

function mentions(line: string): string {
  return (line.match(/[@#](?!&#8203;|\d+;)/g) ?? []).join("");
}

const runs = { numRuns: 40 };

describe.each(plans)("hostile text in %s", (_, plan) => {
  it.each(shows)("adds no tag to the HTML page (%s)", (show) => {
    const page = (suffix: string): string =>
      [...renderPlanHtml(spoilt(plan(), suffix), namesWith(suffix, show), { planPath: "plan.json" })].join("");
    const expected = htmlTags(page(tame));
    fc.assert(
      fc.property(suffixes, (suffix) => {
        expect(htmlTags(page(suffix))).toEqual(expected);
      }),
      runs,
    );
  });

  it.each(shows)("changes no structure of the Markdown (%s)", (show) => {
    const comment = (suffix: string): string =>
      renderPlanMarkdown(spoilt(plan(), suffix), namesWith(suffix, show), {
        maxBytes: 1_000_000,
        whole,
        planPath: "plan.json",
      });
    const expected = markdownShape(comment(tame)).map(withoutCode);
    fc.assert(
      fc.property(suffixes, (suffix) => {
        expect(markdownShape(comment(suffix)).map(withoutCode)).toEqual(expected);
      }),
      runs,
    );
  });

  it("gives the terminal nothing to obey", () => {
    fc.assert(
      fc.property(suffixes, fc.integer({ min: 40, max: 140 }), (suffix, width) => {
        const options = { colour: "off", width, rows: "all", detail: "full", planPath: "plan.json" } as const;
        const text = renderPlanText(spoilt(plan(), suffix), namesWith(suffix, "names-and-emails"), options);
        expect(text).not.toMatch(commands);
      }),
      runs,
    );
  });
});

/** A text that cannot be a code span is shown as plain text: both are harmless. */
function withoutCode(signs: string): string {
  return signs.replaceAll("C", "");
}

const commands = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe("hostile text in a run", () => {
  const run = (suffix: string): RunResult => spoilt(smallRun(), suffix);

  it("changes no structure of the Markdown", () => {
    const place = { auditPath: "audit/r.jsonl", undoCommand: "seatwright undo r" };
    const comment = (suffix: string): string =>
      renderRunMarkdown(run(suffix), spoilt(smallPlan(), suffix), namesWith(suffix, "names-and-emails"), {
        maxBytes: 1_000_000,
        whole,
        ...place,
      });
    const expected = markdownShape(comment(tame)).map(withoutCode);
    fc.assert(
      fc.property(suffixes, (suffix) => {
        expect(markdownShape(comment(suffix)).map(withoutCode)).toEqual(expected);
      }),
      runs,
    );
  });

  it("gives the terminal nothing to obey", () => {
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const options = { colour: "off", width: 80, rows: "all", auditPath: `a${suffix}`, undoCommand: null } as const;
        expect(
          renderRunText(run(suffix), spoilt(smallPlan(), suffix), namesWith(suffix, "names"), options),
        ).not.toMatch(commands);
      }),
      runs,
    );
  });
});

describe("hostile text elsewhere", () => {
  it("gives the terminal nothing to obey: findings and their excerpts, errors, a sync", () => {
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const options = { colour: "off", width: 80 } as const;
        const place = { file: "policies/a.yaml", line: 1, column: 5 };
        const finding = { severity: "error", rule: "x", place, message: suffix, remedy: suffix } as const;
        const population = spoiltPeople(smallPopulation(), suffix);
        const seats = seatsOf(population);
        const texts = [
          renderFindingsText([finding], new Map([["policies/a.yaml", suffix]]), options),
          renderErrorText({ message: suffix, remedy: suffix }, options),
          renderSyncText(population, seats, signalsOf(population, seats, null), options),
        ];
        for (const text of texts) expect(text).not.toMatch(commands);
      }),
      runs,
    );
  });
});

describe("privacy.show", () => {
  const everything = (show: Show): string => {
    const names = createNames(smallPopulation(), show);
    const options = { colour: "off", width: 100, rows: "all", detail: "full", planPath: null } as const;
    return [
      renderPlanText(smallPlan(), names, options),
      renderPlanMarkdown(smallPlan(), names, { maxBytes: 1_000_000, whole, planPath: null }),
      ...renderPlanHtml(smallPlan(), names, { planPath: null }),
      renderRunText(smallRun(), smallPlan(), names, { ...options, auditPath: null, undoCommand: null }),
    ].join("");
  };

  it("ids: no report holds a name or an address", () => {
    expect(everything("ids")).not.toMatch(/Okafor|Whitfield|Müller|@example\.com/);
  });

  it("names: no report holds an address", () => {
    expect(everything("names")).toMatch(/Ada Okafor/);
    expect(everything("names")).not.toMatch(/@example\.com/);
  });

  it("names-and-emails: addresses are there", () => {
    expect(everything("names-and-emails")).toMatch(/ada@example\.com/);
  });
});
