import path from "node:path";
import { writeWhole } from "../disk/write.ts";
import { exitCodes } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { checkNow } from "../policy/check-now.ts";
import { readRepository } from "../policy/repository.ts";
import { renderFindingsText } from "../report/findings-text.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { Kit } from "../wiring.ts";
import type { FolderKit } from "../wiring-folder.ts";
import { workflowFindings } from "./init/workflow-check.ts";
import { sourcesOf, textsOf } from "./policies.ts";
import type { ValidateFlags } from "./validate-names.ts";

/**
 * `seatwright validate`: checks the policy repository. With a snapshot, or with --lock and a key, names are resolved too.
 * --lock writes down what every name means today. `whole` gives the kit with ways to the organisation and the ledger.
 */
export async function runValidate(kit: FolderKit, flags: ValidateFlags, whole: () => Promise<Kit>): Promise<number> {
  const files = await kit.policySource().readFiles();
  const wantsNames = flags.snapshot !== undefined || flags.lock === true;
  const { repository, findings: written } = readRepository(files);
  const findings: Finding[] = [...written];
  if (repository !== null && !wantsNames) {
    const sources = await sourcesOf(kit, flags, repository, files);
    findings.push(...checkNow(repository, { asOf: kit.clock.now(), sources, lastSourceRows: {} }));
  }
  let locked: string | null = null;
  if (wantsNames && isSound(findings)) {
    // Only who asks for names pays for loading what resolves them.
    const { checkNames } = await import("./validate-names.ts");
    const checked = await checkNames(await whole(), flags);
    findings.push(...checked.findings);
    if (flags.lock === true && isSound(findings)) {
      locked = path.join(kit.repo, "seatwright.lock.yaml");
      await writeWhole(locked, [checked.lock], "anyone");
    }
  }
  findings.push(...(await workflowFindings(kit.repo)));
  print(kit, findings, files, locked);
  return isSound(findings) ? exitCodes.done : exitCodes.policyInvalid;
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

function print(
  kit: FolderKit,
  findings: readonly Finding[],
  files: readonly PolicyFileBytes[],
  locked: string | null,
): void {
  const { terminal } = kit;
  if (kit.json) {
    terminal.out(`${JSON.stringify({ ok: isSound(findings), findings, lock: locked })}\n`);
    return;
  }
  const { colour, width } = terminal;
  terminal.out(renderFindingsText(findings, textsOf(files), { colour, width }));
  if (locked !== null) terminal.out(`Wrote ${locked}\n`);
}
