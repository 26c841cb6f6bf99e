import path from "node:path";
import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { writeWhole } from "../disk/write.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { checkAgainst } from "../pipeline.ts";
import { checkNow } from "../policy/check-now.ts";
import { lockFileText } from "../policy/lock.ts";
import { readRepository } from "../policy/repository.ts";
import { renderFindingsText } from "../report/findings-text.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { Kit } from "../wiring.ts";
import { workflowFindings } from "./init/workflow-check.ts";
import { readPolicies, type SourceFlags, sourcesOf, textsOf } from "./policies.ts";
import { readOrganization } from "./sync.ts";

export interface ValidateFlags extends SourceFlags {
  readonly snapshot?: string;
  readonly lock?: true;
}

/**
 * `seatwright validate`: checks the policy repository. With a snapshot, or with --lock and a key, names are resolved too.
 * --lock writes down what every name means today.
 */
export async function runValidate(kit: Kit, flags: ValidateFlags): Promise<number> {
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
    const policies = await readPolicies(kit, flags);
    const population = await populationFor(kit, flags, policies.organizationId);
    const checked = checkAgainst(policies, population, await kit.ledger(policies.organizationId).view());
    findings.push(...checked.findings);
    if (flags.lock === true && isSound(findings)) {
      locked = path.join(kit.repo, "seatwright.lock.yaml");
      await writeWhole(locked, [lockFileText(policies.organizationId, checked.names)], "anyone");
    }
  }
  findings.push(...(await workflowFindings(kit.repo)));
  print(kit, findings, files, locked);
  return isSound(findings) ? exitCodes.done : exitCodes.policyInvalid;
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

async function populationFor(
  kit: Kit,
  flags: ValidateFlags,
  organizationId: string,
): ReturnType<typeof readOrganization> {
  if (flags.snapshot !== undefined) return (await readSnapshotFile(flags.snapshot)).population;
  if (kit.hasKey) return readOrganization(kit, organizationId);
  throw new OperatorError(
    "credentials",
    "Names can only be locked against the organisation, and there is no API key.",
    "Give a snapshot with --snapshot, or put a key into SEATWRIGHT_API_KEY.",
  );
}

function print(kit: Kit, findings: readonly Finding[], files: readonly PolicyFileBytes[], locked: string | null): void {
  const { terminal } = kit;
  if (kit.json) {
    terminal.out(`${JSON.stringify({ ok: isSound(findings), findings, lock: locked })}\n`);
    return;
  }
  const { colour, width } = terminal;
  terminal.out(renderFindingsText(findings, textsOf(files), { colour, width }));
  if (locked !== null) terminal.out(`Wrote ${locked}\n`);
}
