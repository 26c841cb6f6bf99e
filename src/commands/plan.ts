import { requireWritable, writeWhole } from "../disk/write.ts";
import type { Plan } from "../model/documents.generated.ts";
import { exitCodes } from "../model/errors.ts";
import { createNames } from "../report/people.ts";
import { renderFindingsText } from "../report/findings-text.ts";
import { renderPlanHtml } from "../report/plan-html.ts";
import { commentBytes, renderPlanMarkdown } from "../report/plan-markdown.ts";
import { renderPlanText } from "../report/plan-text.ts";
import type { Kit } from "../wiring.ts";
import { readPolicies, type SourceFlags, textsOf } from "./policies.ts";
import { takePlan } from "./take.ts";

export interface PlanFlags extends SourceFlags {
  readonly snapshot?: string;
  readonly out?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly all?: true;
  readonly detailedExitcode?: true;
}

/** `seatwright plan`: shows what the policies would change and why, and keeps the plan for its approval. Changes nothing. */
export async function runPlan(kit: Kit, flags: PlanFlags): Promise<number> {
  const policies = await readPolicies(kit, flags);
  for (const file of [flags.out, flags.markdown, flags.html]) if (file !== undefined) await requireWritable(file);
  const { plan, population, findings } = await takePlan(kit, policies, flags.snapshot);
  const { terminal } = kit;
  const warnings = [...policies.findings, ...findings];
  if (warnings.length > 0 && !kit.json) {
    const { errColour: colour, width } = terminal;
    terminal.err(renderFindingsText(warnings, textsOf(policies.files), { colour, width }));
  }

  const names = createNames(population, policies.show);
  const planPath = flags.out ?? null;
  if (flags.out !== undefined) await writeWhole(flags.out, [`${JSON.stringify(plan, null, 2)}\n`], "anyone");
  if (flags.markdown !== undefined) {
    const whole = {
      words: flags.out === undefined ? "the plan document in the ledger" : "the plan document",
      url: null,
    };
    await writeWhole(
      flags.markdown,
      [renderPlanMarkdown(plan, names, { maxBytes: commentBytes, whole, planPath })],
      "private",
    );
  }
  if (flags.html !== undefined) await writeWhole(flags.html, renderPlanHtml(plan, names, { planPath }), "private");

  if (kit.json) terminal.out(`${JSON.stringify(plan)}\n`);
  else {
    const rows = flags.all === true ? "all" : 12;
    const { colour, width } = terminal;
    terminal.out(
      renderPlanText(plan, names, { colour, width, rows, detail: flags.all === true ? "full" : "short", planPath }),
    );
  }
  return exitOf(plan, flags.detailedExitcode === true ? "detailed" : "plain");
}

/** The first that applies, in the order of the codes: a tripped limit, a snapshot that is not complete, owed duties, changes. */
export function exitOf(plan: Plan, style: "plain" | "detailed"): number {
  if (plan.quarantined.length > 0) return exitCodes.limitTripped;
  if (plan.certificate.state !== "complete") return exitCodes.snapshotNotComplete;
  if (plan.heldBack.some(({ owed }) => owed)) return exitCodes.dutiesOwed;
  return style === "detailed" && plan.changes.length > 0 ? exitCodes.planHasChanges : exitCodes.done;
}
