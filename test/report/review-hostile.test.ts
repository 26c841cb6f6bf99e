import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Population } from "../../src/people/population.ts";
import { createNames, type Names, type Show } from "../../src/report/people.ts";
import { renderResultComment } from "../../src/report/result-comment.ts";
import { renderLeftToDo } from "../../src/report/result-issue.ts";
import type { ReviewContext } from "../../src/report/review-body.ts";
import { renderCheck, renderStepSummary } from "../../src/report/review-check.ts";
import { renderReviewComment } from "../../src/report/review-comment.ts";
import { renderPlanPullRequest } from "../../src/report/review-pull-request.ts";
import { hostileText, markdownSigns } from "../support/hostile.ts";
import { smallPopulation } from "../support/plan-parts.ts";
import { quarantinedPlan, smallRun } from "../support/plans.ts";
import { approvalOf, basePlan, estimate, previousPlan, reviewedPlan } from "../support/reviews.ts";

/** Fields that people write, or that Atlassian and GitHub give as people wrote them. */
const written: ReadonlySet<string> = new Set(
  "reason owner description because note filter value at by words groupName message site name limit".split(" "),
);
const writtenLists: ReadonlySet<string> = new Set("notes concerns holds paths approvers".split(" "));

/** The document with `suffix` at the end of every text that somebody wrote. What was equal stays equal. */
function spoilt<Document>(document: Document, suffix: string): Document {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (typeof value === "string" && written.has(key)) return value + suffix;
    if (Array.isArray(value) && writtenLists.has(key)) return value.map((text) => `${String(text)}${suffix}`);
    return value;
  }) as Document;
}

function namesWith(suffix: string, show: Show): Names {
  const population = smallPopulation();
  const spoiltPeople: Population = {
    ...population,
    header: spoilt(population.header, suffix),
    text: (field, person) => {
      const text = population.text(field, person);
      return text === null || field === "id" ? text : `${text}${suffix}`;
    },
  };
  return createNames(spoiltPeople, show);
}

/** What Markdown makes of a text, line by line: HTML lines by their tags, a code span or plain text as the same. */
function shape(source: string): readonly string[] {
  return source.split("\n").map((line) => {
    const plain = line.replaceAll("<span>$</span>", "");
    if (!line.startsWith("<")) return markdownSigns(line).replaceAll("C", "");
    return (plain.match(/<[^>]*>/g) ?? []).join("") + (plain.match(/[@#](?!&#8203;|\d+;)/g) ?? []).join("");
  });
}

const marker = "<!-- seatwright:plan -->";
const size = { maxBytes: 1_000_000 };

/** Everything that is posted on GitHub, with `suffix` in every text that somebody wrote. */
function posts(suffix: string, show: Show): Readonly<Record<string, string>> {
  const s = <Document>(document: Document): Document => spoilt(document, suffix);
  const names = namesWith(suffix, show);
  const whole = s({ words: "the plan", url: "https://github.com/acme/access/actions/runs/1" });
  const context: ReviewContext = { base: s(basePlan()), previous: s(previousPlan()), estimates: [estimate] };
  const plan = s(reviewedPlan());
  const approval = s(
    approvalOf(reviewedPlan(), {
      overrides: [{ limit: "perRun.percent", planDigest: plan.digest, by: "chidi", reason: "checked" }],
    }),
  );
  const options = { ...size, marker, whole };
  const pullRequest = {
    previous: null,
    estimates: [],
    asked: s([{ owner: "@acme/identity", policies: ["leavers"] }]),
    notAsked: [`@acme/ghosts${suffix}`],
  };
  const place = { approval, issue: whole, auditPath: `audit${suffix}`, undoCommand: `undo${suffix}` };
  const issue = renderLeftToDo(s(smallRun()), plan, names, options);
  const none = renderLeftToDo(null, { ...plan, heldBack: [] }, names, options);
  return {
    comment: renderReviewComment(plan, names, context, { ...options, head: "a1b2c3d4" }),
    quarantined: renderReviewComment(s(quarantinedPlan()), names, context, { ...options, head: "a1b2c3d4" }),
    pullRequest: renderPlanPullRequest(plan, names, pullRequest, options).body,
    check: renderCheck(plan, names, { ...context, rows: whole }, { ...size, whole }).summary,
    summary: renderStepSummary(plan, names, context, { ...size, whole }),
    result: renderResultComment(s(smallRun()), plan, names, place, options),
    issue: issue.state === "open" ? issue.body : "",
    closing: none.state === "done" ? none.words : "",
  };
}

/** A mark before the hostile part keeps what a renderer looks for in a text the same. */
const suffixes = hostileText.map((text) => `†${text}`);

describe("hostile text in what is posted on GitHub", () => {
  it.each<Show>(["names", "names-and-emails", "ids"])("changes no structure of any post (%s)", (show) => {
    const expected = Object.entries(posts("†tame", show)).map(([name, text]) => [name, shape(text)]);
    fc.assert(
      fc.property(suffixes, (suffix) => {
        expect(Object.entries(posts(suffix, show)).map(([name, text]) => [name, shape(text)])).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it("makes no mention, reference or markup in titles, which GitHub takes as they are", () => {
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const names = namesWith(suffix, "names");
        const whole = { words: "x", url: null };
        const plan = spoilt(reviewedPlan(), suffix);
        const context = { previous: null, estimates: [], asked: [], notAsked: [] };
        const left = renderLeftToDo(null, plan, names, { ...size, marker, whole });
        const titles = [
          renderPlanPullRequest(plan, names, context, { ...size, marker, whole }).title,
          renderCheck(plan, names, { base: null, ...context, rows: null }, { ...size, whole }).title,
          left.state === "open" ? left.title : "",
        ];
        for (const title of titles)
          expect(title).not.toMatch(/[@#<>`*_[\]|\\$]|gh-\d|:\w+:|[\p{Cc}\p{Zl}\p{Zp}\u202E]/iu);
      }),
      { numRuns: 60 },
    );
  });
});

describe("privacy.show in what is posted on GitHub", () => {
  const everything = (show: Show): string => Object.values(posts("", show)).join("");

  it("ids: no post holds a name or an address", () => {
    expect(everything("ids")).not.toMatch(/Okafor|Whitfield|Müller|Lindqvist|@example\.com/);
  });

  it("names: no post holds an address", () => {
    expect(everything("names")).toMatch(/Ada Okafor/);
    expect(everything("names")).not.toMatch(/@example\.com/);
  });
});
