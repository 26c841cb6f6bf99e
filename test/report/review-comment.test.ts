import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import type { Population } from "../../src/people/population.ts";
import { createNames, type Show } from "../../src/report/people.ts";
import { commentBytes } from "../../src/report/plan-markdown.ts";
import type { ReviewContext } from "../../src/report/review-body.ts";
import { renderReviewComment } from "../../src/report/review-comment.ts";
import {
  accounts,
  change,
  fakeDigest,
  held,
  limit,
  organizationId,
  planOf,
  populationOf,
  smallPopulation,
} from "../support/plan-parts.ts";
import { bigPlan, quarantinedPlan, smallPlan } from "../support/plans.ts";
import {
  basePlan,
  contextOf,
  estimate,
  fullContext,
  previousPlan,
  protectedDutyPlan,
  reviewedPlan,
} from "../support/reviews.ts";

const marker = "<!-- seatwright:plan -->";
const head = "a1b2c3d4".repeat(5);
const whole = { words: "the plan document", url: "https://github.com/acme/access/blob/ledger/plans/1.json" };

interface Given {
  readonly maxBytes?: number;
  readonly population?: Population;
  readonly show?: Show;
}

function render(plan: Plan, context: ReviewContext = contextOf(), given: Given = {}): string {
  const { maxBytes = commentBytes, population = smallPopulation(), show = "names" } = given;
  return renderReviewComment(plan, createNames(population, show), context, { marker, maxBytes, whole, head });
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Where each of these stands in the text; each has to be there. */
function places(text: string, parts: readonly string[]): readonly number[] {
  return parts.map((part) => {
    expect(text).toContain(part);
    return text.indexOf(part);
  });
}

/** The fewest bytes that a plan is promised to fit into. */
const fewest = 4000;

describe("the comment on a pull request", () => {
  it("reads like this", async () => {
    await expect(render(reviewedPlan(), fullContext())).toMatchFileSnapshot("golden/review-small.md");
  });

  it("reads like this where a limit was tripped", async () => {
    await expect(render(quarantinedPlan())).toMatchFileSnapshot("golden/review-quarantined.md");
  });

  it("tells what a reviewer must know in a fixed order, before any change", () => {
    const plan = { ...reviewedPlan(), quarantined: quarantinedPlan().quarantined, limits: [limit({ tripped: true })] };
    const order = places(render(plan, fullContext()), [
      marker,
      "### Owed: 1 duty",
      "**10 changes for 9 people:",
      "**Since the last push**",
      "| Seats | Before | After |",
      "**Estimated cost**",
      "**New since the last plan**",
      "**Hazard: leaves another group**",
      "Limit tripped: perRun.percent",
      "All 9 removals are quarantined",
      "**Blocked**: somebody else has to do it",
      "| Held back | People |",
      "### Because you changed the policy",
      "No longer proposed because of this change",
      "### Because the world changed",
      "### What your approval does",
      `Digest \`${plan.digest.slice(0, 15)}\`, in full \`${plan.digest}\``,
    ]);
    expect(order[0]).toBe(0);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("shows each change once, under its cause", () => {
    const text = render(reviewedPlan(), fullContext());
    const [policy, world, end] = places(text, ["### Because you", "### Because the world", "### Held back, and"]);
    const ada = `[Ada Okafor](https://admin.atlassian.com/o/${organizationId}/users/${accounts.ada}) **new**`;
    const causedByPolicy = text.slice(policy, world);
    const causedByWorld = text.slice(world, end);
    expect(causedByPolicy).toContain(`| ${ada}`);
    expect(causedByPolicy).toContain("| [Fatima Zahra El Amrani]");
    expect(causedByPolicy).not.toContain("| [Oskar Nowak]");
    expect(causedByWorld).toContain("| [Oskar Nowak]");
    expect(causedByWorld).not.toContain("| [Fatima Zahra El Amrani]");
    expect(causedByPolicy).toContain("2 changes for 2 people");
    expect(causedByWorld).toContain("8 changes for 8 people");
  });

  it("says what is no longer proposed because of the change, and what stands in its place", () => {
    const text = render(reviewedPlan(), contextOf({ base: basePlan() }));
    expect(text).toMatch(
      /\| \[Dana Lindqvist\]\([^)]*\) \| Revoke Jira on acme \| protected: administers the organisation/,
    );
    const without = planOf({ changes: [] });
    const gone = render(
      without,
      contextOf({ base: planOf({ changes: [change({ number: 1, accountId: accounts.ada })] }) }),
    );
    expect(gone).toMatch(/\| \[Ada Okafor\]\([^)]*\) \| Revoke Jira on acme \| no policy asks for it/);
  });

  it("says that a change of the policy causes nothing", () => {
    const text = render(reviewedPlan(), contextOf({ base: reviewedPlan() }));
    expect(text).toContain("### Because you changed the policy: nothing");
    expect(text).toContain("### Because the world changed: 10 changes for 9 people");
  });

  it("shows which policies select otherwise than on the base", () => {
    expect(render(reviewedPlan(), contextOf({ base: basePlan() }))).toContain(
      "| `unused-seats` | 21 → **22** | 4 | 9 |  |",
    );
  });

  it("shows everything together where there is no base to set it against", () => {
    const text = render(reviewedPlan());
    expect(text).not.toContain("Because");
    expect(text.split("\n").filter((line) => line.startsWith("| [Ada Okafor]"))).toHaveLength(2);
  });

  it("says how it differs from the plan of the push before, with the first few by name", () => {
    const text = render(reviewedPlan(), contextOf({ previous: previousPlan() }));
    expect(text).toContain("**Since the last push**: \\+1 change, −1, 1 different.");
    expect(text).toContain("an approval given to it does not count for this one");
    expect(text).toMatch(/- New: \[佐藤 陽翔\]\([^)]*\): Revoke Jira on acme\n- Gone: \[Kofi Mensah\]/);
    expect(text).toMatch(/- Different: \[Ben Whitfield\]/);
  });

  it("counts the rest where more differ than are named", () => {
    const big = bigPlan(50);
    const text = render(big, contextOf({ previous: { ...big, digest: fakeDigest(9), changes: [] } }));
    expect(text).toContain("**Since the last push**: \\+50 changes.");
    expect(text).toContain("; and 47 more");
  });

  it("says that the changes are the same, and what a limit holds by now", () => {
    const previous = { ...reviewedPlan(), digest: fakeDigest(9) };
    expect(render(reviewedPlan(), contextOf({ previous }))).toContain("**Since the last push**: the same changes.");
    expect(render(quarantinedPlan(), contextOf({ previous }))).toContain(
      "9 removals quarantined; 0 in the plan before.",
    );
  });

  it("says nothing of the last push where the plan is the one that was posted", () => {
    expect(render(reviewedPlan(), contextOf({ previous: reviewedPlan() }))).not.toContain("Since the last push");
  });

  it("tells by owner how much of what is blocked is new and since when the rest is open", () => {
    const row = render(reviewedPlan())
      .split("\n")
      .find((line) => line.startsWith("| @&#8203;acme/iam |"));
    expect(row).toBe("| @&#8203;acme/iam | 3 | 2 | 1 | 2026-11-08 | Deactivate the account, Revoke Jira on acme |");
  });

  it("tells what it saves by estimate, and from when", () => {
    const text = render(reviewedPlan(), contextOf({ estimates: [estimate] }));
    expect(text).toContain(
      "USD 10,896.20 a month before, USD 10,296.20 after: **USD 600.00 less**, from 2026-12-01 on",
    );
    const yen = { ...estimate, currency: "JPY", before: 100, after: 250, from: null };
    expect(render(reviewedPlan(), contextOf({ estimates: [yen] }))).toContain(
      "JPY 100 a month before, JPY 250 after: **JPY 150 more**.",
    );
    const same = { ...estimate, after: estimate.before };
    expect(render(reviewedPlan(), contextOf({ estimates: [same] })), "no money changes").not.toContain(
      "Estimated cost",
    );
  });

  it("shows duties on protected people, which an approval alone does not carry out", () => {
    const text = render(protectedDutyPlan());
    expect(text).toContain("### Owed: 1 duty");
    expect(text).toContain("on protected people, so an approval alone does not carry it out");
    expect(text).toContain("This plan changes nothing in the organisation by an approval alone.");
  });

  it("says whose approval does not count, and that a tripped limit is not let through by one", () => {
    const text = render(quarantinedPlan());
    expect(text).toContain(
      "by the author, by anybody who made the branch or pushed to it, by somebody who may only read",
    );
    expect(text).toContain("An approval does not let them through.");
    expect(text).toContain("override the limit `perRun.percent`");
  });

  it("does not promise that merging applies anything while the organisation file says observe", () => {
    const text = render({ ...reviewedPlan(), power: "observe" });
    expect(text).toContain("changes nothing in the organisation, because the organisation file says power: observe");
    expect(text).not.toContain("merging applies exactly this plan");
    expect(text).toContain("> [!NOTE]\n> The organisation file says power: observe, so apply refuses.");
  });

  it("leaves nothing out where it is not cut: every change, everybody held back, every note and conflict", () => {
    const plan = { ...reviewedPlan(), quarantined: bigPlan(30).changes };
    const text = render(plan, fullContext(), { show: "ids", maxBytes: 1_000_000 });
    for (const { accountId } of [...plan.changes, ...plan.quarantined]) expect(text).toContain(`| [\`${accountId}\`]`);
    for (const { accountId } of plan.heldBack) expect(text).toContain(accountId);
    for (const each of [...plan.heldBack, ...plan.conflicts]) expect(text).toContain(each.reason);
    expect(text).toContain("exemption EX-009 ended");
  });

  it("warns of a snapshot that is not complete right after the headline", () => {
    const certificate = { state: "suspect", concerns: ["Jira has 40% fewer seats"] } as const;
    const [headline, box, table] = places(render({ ...smallPlan(), certificate }), [
      "**10 changes for",
      "> [!CAUTION]\n> The snapshot is suspect. Jira has 40% fewer seats",
      "| Seats |",
    ]);
    expect([headline, box, table]).toEqual([headline, box, table].sort((a, b) => Number(a) - Number(b)));
  });

  it("says of a plan made against a simulator that it is one", () => {
    expect(render({ ...smallPlan(), rehearsal: true })).toContain("made against a simulator");
    expect(render(smallPlan())).not.toContain("simulator");
  });

  it("is short where there is nothing to do", () => {
    const text = render(planOf());
    expect(text).toContain("**Nothing to do: everything is as the policies say.**");
    expect(text).not.toContain("| Seats |");
    expect(bytes(text)).toBeLessThan(2500);
  });

  it("shows ids and no names where the repository is public", () => {
    const text = render(reviewedPlan(), fullContext(), { show: "ids" });
    expect(text).toContain(
      `[\`${accounts.ada}\`](https://admin.atlassian.com/o/${organizationId}/users/${accounts.ada})`,
    );
    expect(text).not.toMatch(/Okafor|Whitfield|Lindqvist|@example\.com/);
  });

  it("tells two people of one name apart, also where one of them is only in the base", () => {
    const twin = "712020:0dddd000-51cd-47f0-8f2e-000000000099";
    const row = { status: "active", directories: [0], name: "Kim Lee" };
    const population = populationOf([accounts.ada, twin].map((id) => ({ ...row, id })));
    const base = planOf({ changes: [change({ number: 2, accountId: twin })] });
    const plan = planOf({ changes: [change({ number: 1, accountId: accounts.ada })] });
    const text = render(plan, contextOf({ base }), { population });
    expect(text).toContain("`…000001`");
    expect(text).toContain("`…000099`");
  });

  it("is a bug to give it a marker that is not one hidden comment", () => {
    const names = createNames(null, "ids");
    for (const bad of ["", "seatwright", "<!-- a --> b -->", "<!-- a\n-->", "<!-- -- -->"]) {
      expect(() =>
        renderReviewComment(planOf(), names, contextOf(), { marker: bad, maxBytes: 9000, whole, head }),
      ).toThrow(/marker/);
    }
  });
});

describe("the comment's budget", () => {
  const big = bigPlan(700);
  const base = { ...big, changes: big.changes.slice(300) };
  const previous = { ...big, digest: fakeDigest(9), changes: big.changes.slice(0, 500) };
  const manyOwed = planOf({
    heldBack: big.changes.map(({ accountId }, at) =>
      held({ accountId, kind: "blocked", reason: `reason ${at}`, owner: `@acme/team-${at % 90}`, owed: true }),
    ),
  });
  const cases = [
    [big, contextOf({ base, previous, estimates: [estimate] })],
    [manyOwed, contextOf()],
    [reviewedPlan(), fullContext()],
    [quarantinedPlan(), contextOf()],
  ] as const;

  it("is kept to the byte, whatever the plan and the budget", () => {
    fc.assert(
      fc.property(fc.integer({ min: fewest, max: 90_000 }), fc.constantFrom(...cases), (maxBytes, [plan, context]) => {
        expect(bytes(render(plan, context, { maxBytes }))).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 40 },
    );
  });

  it("cuts nothing where there is room, and says so where the whole is one byte too large", () => {
    const text = render(reviewedPlan(), fullContext());
    const size = bytes(text);
    expect(text).not.toContain("left out to keep this short");
    const cut = render(reviewedPlan(), fullContext(), { maxBytes: size - 1 });
    expect(bytes(cut)).toBeLessThan(size);
    expect(cut).toMatch(/left out to keep this short; everything is in \[the plan document\]/);
  });

  it("uses what it has, says how many rows are left out, and shows the others", () => {
    const text = render(big, contextOf({ base }));
    expect(bytes(text)).toBeGreaterThan(commentBytes - 1000);
    const rows = text.split("\n").filter((line) => line.startsWith("| [") || line.startsWith("| `712020")).length;
    const left = [...text.matchAll(/_([\d,]+) more, left out to keep this short/g)];
    expect(rows + left.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(700);
  });

  it("shows of both causes, and gives the rest of its room to what the policy causes", () => {
    const text = render(big, contextOf({ base }));
    const [policy, world] = places(text, [
      "### Because you changed the policy: 300",
      "### Because the world changed: 400",
    ]);
    const count = (part: string): number => part.split("\n").filter((line) => line.startsWith("| [")).length;
    expect(count(text.slice(policy, world))).toBeGreaterThan(count(text.slice(world)));
    expect(count(text.slice(world))).toBeGreaterThanOrEqual(25);
  });

  it("never cuts marker, title, digest and what an approval does", () => {
    const text = render(big, cases[0][1], { maxBytes: fewest });
    expect(text.startsWith(`${marker}\n## Seatwright plan for acme\n`)).toBe(true);
    expect(text).toContain(big.digest);
    expect(text).toContain("merging applies exactly this plan");
    expect(text).toContain("**700 changes for 700 people: each takes something away.**");
  });

  it("closes every folded part, also where it is cut", () => {
    for (const maxBytes of [fewest, 6000, 9000, 20_000]) {
      const text = render(big, cases[0][1], { maxBytes });
      expect(text.split("<details").length).toBe(text.split("</details>").length);
    }
  });
});
