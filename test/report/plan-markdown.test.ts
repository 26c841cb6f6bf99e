import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { fitMarkdown, type MarkdownPart, wholePart } from "../../src/report/markdown-budget.ts";
import { createNames } from "../../src/report/people.ts";
import { commentBytes, renderPlanMarkdown } from "../../src/report/plan-markdown.ts";
import { accounts, held, organizationId, planOf, populationOf, smallPopulation } from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";

const whole = { words: "the plan document", url: "https://github.com/acme/access/blob/main/plans/1.json" };

function render(plan: Plan, maxBytes = commentBytes, population = smallPopulation()): string {
  return renderPlanMarkdown(plan, createNames(population, "names"), { maxBytes, whole, planPath: "plan.json" });
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** The fewest bytes that a plan is promised to fit into. */
const fewest = 4000;

/** Names that take many bytes for few characters. */
function wideNames(plan: Plan) {
  return populationOf(
    plan.changes.map(({ accountId }) => ({
      id: accountId,
      status: "active",
      directories: [0],
      name: `佐藤🇩🇪 @team |${accountId.slice(-3)}`,
    })),
  );
}

describe("a plan for a pull request", () => {
  it("reads like this", async () => {
    await expect(render(smallPlan())).toMatchFileSnapshot("golden/small-plan.md");
  });

  it("keeps to its budget to the byte, whatever the plan and the budget", () => {
    const big = bigPlan(700);
    const population = wideNames(big);
    fc.assert(
      fc.property(
        fc.integer({ min: fewest, max: 90_000 }),
        fc.constantFrom("small", "big", "quarantined"),
        (budget, which) => {
          const text =
            which === "big"
              ? render(big, budget, population)
              : render(which === "small" ? smallPlan() : quarantinedPlan(), budget);
          expect(bytes(text)).toBeLessThanOrEqual(budget);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("uses its budget: a large plan is cut close under it", () => {
    expect(bytes(render(bigPlan(700)))).toBeGreaterThan(commentBytes - 1000);
  });

  it("says how many rows are left out and where all are, and shows the rest", () => {
    const text = render(bigPlan(700));
    const rows = text.split("\n").filter((line) => line.startsWith("| [")).length;
    const left = Number(
      /_([\d,]+) more, left out to keep this short; everything is in \[the plan document\]/.exec(text)?.[1],
    );
    expect(rows + left).toBe(700);
  });

  it("never cuts the headline, the digest and the command", () => {
    const plan = bigPlan(700);
    const text = render(plan, fewest);
    expect(text).toContain("**700 changes for 700 people: each takes something away.**");
    expect(text).toContain(`Digest \`${plan.digest}\``);
    expect(text).toContain(`seatwright apply --plan plan.json --approve ${plan.digest}`);
  });

  it("closes every folded part, also where it is cut", () => {
    for (const budget of [fewest, 6000, 9000, 20_000]) {
      const text = render(bigPlan(700), budget);
      expect(text.split("<details").length).toBe(text.split("</details>").length);
    }
  });

  it("opens with owed duties, before seats", () => {
    const text = render(smallPlan());
    expect(text.indexOf("### Owed")).toBeGreaterThan(0);
    expect(text.indexOf("### Owed")).toBeLessThan(text.indexOf("| Seats |"));
  });

  it("links each account to its page in the administration", () => {
    expect(render(smallPlan())).toContain(
      `[Ada Okafor](https://admin.atlassian.com/o/${organizationId}/users/${accounts.ada})`,
    );
  });

  it("shows everybody held back, in each kind, with reason and owner", () => {
    const kinds = ["blocked", "unknown", "protected", "exempt", "held", "waiting", "quarantined"] as const;
    const heldBack = kinds.map((kind) =>
      held({ accountId: accounts.ada, kind, reason: `the reason for ${kind}`, owner: `@acme/${kind}` }),
    );
    const text = render(planOf({ heldBack }));
    for (const kind of kinds) {
      expect(text).toContain(`the reason for ${kind}`);
      expect(text).toContain(`@&#8203;acme/${kind}`);
    }
  });

  it("warns of a tripped limit and of a snapshot that is not complete at the top", () => {
    const certificate = { state: "incomplete", concerns: ["page 3 of people could not be read"] } as const;
    const text = render({ ...quarantinedPlan(), certificate });
    expect(text).toContain("> [!CAUTION]\n> The snapshot is incomplete. page 3 of people could not be read");
    expect(text).toContain("> [!CAUTION]\n> Limit tripped: perRun.percent: 61 removals of 881 (6.9%), 5% allowed.");
  });

  it("says in one line that there is nothing to do, and what was looked at", () => {
    expect(render(planOf())).toContain(
      "**Nothing to do: everything is as the policies say.** 1 policy looked at 18 people and 1,521 seats on 2 app instances.",
    );
  });
});

describe("fitMarkdown", () => {
  const rows = (count: number, row: string): MarkdownPart => ({
    start: "<",
    rows: { count, at: () => row },
    end: ">",
    more: (left) => `+${left}`,
  });
  const document = (parts: readonly MarkdownPart[]) => ({
    opening: "o",
    parts,
    closing: "c",
    dropped: (left: number) => `-${left}`,
  });

  it("gives every part its first rows before any part gets many", () => {
    const text = fitMarkdown(document([rows(100, "a"), rows(100, "b")]), 60);
    expect(text.match(/b/g)?.length).toBeGreaterThanOrEqual(5);
    expect(bytes(text)).toBeLessThanOrEqual(60);
  });

  it("drops parts from the last on where not even their frames fit, and says how many", () => {
    expect(fitMarkdown(document([wholePart("first"), wholePart("second"), wholePart("third")]), 10)).toBe("ofirst-2c");
  });

  it("cuts nothing where all fits to the byte", () => {
    expect(fitMarkdown(document([wholePart("é")]), 4)).toBe("oéc");
  });

  it("is a bug to give it less than what is never cut", () => {
    expect(() => fitMarkdown(document([]), 1)).toThrow(/2 bytes that cannot be left out/);
  });
});
