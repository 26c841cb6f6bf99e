import path from "node:path";
import { requireWritable, writeWhole } from "../disk/write.ts";
import type { Plan } from "../model/documents.generated.ts";
import { exitCodes } from "../model/errors.ts";
import type { Ledger } from "../ports.ts";
import { type HandoffFile, renderHandoffs } from "../report/handoff-csv.ts";
import { jsonPieces } from "../report/json-pieces.ts";
import { createNames } from "../report/people.ts";
import { renderFindingsText } from "../report/findings-text.ts";
import { renderPlanHtml } from "../report/plan-html.ts";
import { commentBytes, renderPlanMarkdown } from "../report/plan-markdown.ts";
import { renderPlanText } from "../report/plan-text.ts";
import type { Kit } from "../wiring.ts";
import { type OneOffFlags, type OneOffPolicies, wantsOneOff, withOneOff } from "./one-off.ts";
import { readPolicies, textsOf } from "./policies.ts";
import { printDocument } from "./print.ts";
import { takePlan } from "./take.ts";

export interface PlanFlags extends OneOffFlags {
  readonly snapshot?: string;
  readonly out?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly all?: true;
  readonly handoff?: string;
  readonly detailedExitcode?: true;
}

/** `seatwright plan`: shows what the policies would change and why, and keeps the plan for its approval. Changes nothing. */
export async function runPlan(kit: Kit, flags: PlanFlags): Promise<number> {
  const oneOff = wantsOneOff(flags) ? await withOneOff(kit, flags) : null;
  const policies = oneOff?.policies ?? (await readPolicies(kit, flags));
  for (const file of [flags.out, flags.markdown, flags.html]) if (file !== undefined) await requireWritable(file);
  const { plan, population, findings, handoffs } = await takePlan(kit, policies, flags.snapshot, oneOff?.only ?? null);
  const { terminal } = kit;
  const warnings = [...policies.findings, ...findings];
  if (warnings.length > 0 && !kit.json) {
    const { errColour: colour, width } = terminal;
    terminal.err(renderFindingsText(warnings, textsOf(policies.files), { colour, width }));
  }

  if (oneOff !== null) await keepOneOff(kit, oneOff);
  const names = createNames(population, policies.show);
  const files = {
    planPath: flags.out ?? null,
    ...(flags.snapshot === undefined ? {} : { snapshotPath: flags.snapshot }),
  };
  if (flags.out !== undefined) await writeWhole(flags.out, jsonPieces(plan, "lines"), "anyone");
  if (flags.markdown !== undefined) {
    const whole = {
      words: flags.out === undefined ? "the plan document in the ledger" : "the plan document",
      url: null,
    };
    await writeWhole(
      flags.markdown,
      [renderPlanMarkdown(plan, names, { maxBytes: commentBytes, whole, ...files })],
      "private",
    );
  }
  if (flags.html !== undefined) await writeWhole(flags.html, renderPlanHtml(plan, names, files), "private");
  const providers = policies.repository.organization.value.identityProviders ?? [];
  if (flags.handoff !== undefined)
    await writeHandoffs(kit, flags.handoff, renderHandoffs(handoffs, providers, population, plan.asOf));
  await tellOfStop(kit, kit.ledger(policies.organizationId));

  if (kit.json) await printDocument(terminal, plan);
  else {
    const rows = flags.all === true ? "all" : 12;
    const { colour, width } = terminal;
    terminal.out(
      renderPlanText(plan, names, { colour, width, rows, detail: flags.all === true ? "full" : "short", ...files }),
    );
  }
  return exitOf(plan, flags.detailedExitcode === true ? "detailed" : "plain");
}

/** Writes the policy of a one-off, without which its plan cannot be applied, and says so. */
async function keepOneOff({ terminal }: Kit, { file, write }: OneOffPolicies): Promise<void> {
  const verb = (await write()) === "written" ? "Wrote" : "Used";
  terminal.err(
    `${verb} ${file}, the one-off of this plan: have it reviewed with the plan, and delete it when it is done.\n`,
  );
}

/** Writes one file for each identity provider, and one for admins; they hold names and addresses, so only their owner may read them. */
async function writeHandoffs({ terminal }: Kit, folder: string, files: readonly HandoffFile[]): Promise<void> {
  for (const { name, text, rows, owner } of files) {
    const file = path.join(folder, name);
    await writeWhole(file, [text], "private");
    const whose = owner === null ? "" : ` for ${owner}`;
    terminal.err(`Wrote ${file}: ${rows === 1 ? "1 hand-off" : `${rows} hand-offs`}${whose}.\n`);
  }
  if (files.length === 0) terminal.err("Nothing is to be handed over; no file was written.\n");
  else terminal.err(`The files in ${folder} hold names and addresses: keep them out of Git.\n`);
}

/** Says on stderr that a stop is in force. It is not part of a plan: a plan is the same with and without it. */
export async function tellOfStop({ terminal }: Kit, ledger: Pick<Ledger, "stopRequested">): Promise<void> {
  const stop = await ledger.stopRequested();
  if (stop === null) return;
  terminal.err(
    `A stop is in force, so apply carries nothing out: ${stop}. \`seatwright stop --withdraw\` lets runs go on.\n`,
  );
}

/** The first that applies, in the order of the codes: a tripped limit, a snapshot that is not complete, owed duties, changes. */
export function exitOf(plan: Plan, style: "plain" | "detailed"): number {
  if (plan.quarantined.length > 0) return exitCodes.limitTripped;
  if (plan.certificate.state !== "complete") return exitCodes.snapshotNotComplete;
  if (plan.heldBack.some(({ owed }) => owed)) return exitCodes.dutiesOwed;
  return style === "detailed" && plan.changes.length > 0 ? exitCodes.planHasChanges : exitCodes.done;
}
