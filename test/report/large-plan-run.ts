/**
 * The process of one measurement: writes a plan of so many changes in one form, and says what that took of memory. The
 * entries share their parts, so that the plan takes little room beside what is written.
 */
import { statSync } from "node:fs";
import { writeWhole } from "../../src/disk/write.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { canonicalPieces } from "../../src/model/canonical.ts";
import { planDigest } from "../../src/plan/digest.ts";
import { jsonPieces } from "../../src/report/json-pieces.ts";
import { createNames } from "../../src/report/people.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { commentBytes, renderPlanMarkdown } from "../../src/report/plan-markdown.ts";
import { smallPlan } from "../support/plans.ts";

const [form = "", count = "0", file = ""] = process.argv.slice(2);
const plan = planOf(Number(count));
const names = createNames(null, "ids");
const whole = { words: "the plan document", url: null };

const forms: Readonly<Record<string, () => Iterable<string>>> = {
  json: () => jsonPieces(plan, "lines"),
  canonical: () => canonicalPieces({ ...plan, digest: planDigest(plan) }),
  html: () => renderPlanHtml(plan, names, { planPath: null }),

  markdown: () => [renderPlanMarkdown(plan, names, { maxBytes: commentBytes, whole, planPath: null })],
};
const write = forms[form];
if (write === undefined) throw new Error(`there is no form called ${form}`);
await writeWhole(file, write(), "private");
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, bytes: statSync(file).size }));

function planOf(changes: number): Plan {
  const small = smallPlan();
  return {
    ...small,
    changes: Array.from({ length: changes }, (_, at) => {
      const change = small.changes[at % small.changes.length];
      if (change === undefined) throw new Error("the small plan has no changes");
      return {
        ...change,
        id: `c-${at.toString(16).padStart(16, "0")}`,
        accountId: `5b${at.toString().padStart(22, "0")}`,
      };
    }),
  };
}
