import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { requireWritable, writeWhole } from "../disk/write.ts";
import { evidenceOf } from "../ledger/evidence.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import {
  type AuditRecord,
  type NameOf,
  planRecord,
  renderAuditCsv,
  renderAuditLines,
  runRecords,
} from "../report/audit-records.ts";
import { many } from "../report/words.ts";
import type { Kit } from "../wiring.ts";
import { endOf, startOf } from "./moments.ts";
import { organizationOf } from "./organization.ts";

export interface AuditExportFlags {
  readonly from: string;
  readonly to: string;
  readonly format: "jsonl" | "csv";
  readonly snapshot?: string;
  readonly out?: string;
}

/**
 * `seatwright audit export --from DAY --to DAY`: every run and every plan of a period, offline. Each run's log is verified
 * first; exits 1 and names it where one is not whole. Account ids only, unless a snapshot gives the names.
 */
export async function runAuditExport(kit: Kit, flags: AuditExportFlags): Promise<number> {
  const period = { from: startOf("--from", flags.from), to: endOf("--to", flags.to) };
  if (period.from >= period.to) {
    throw new OperatorError("usage", `--from ${flags.from} is after --to ${flags.to}.`, "Give the earlier day first.");
  }
  if (flags.out !== undefined) await requireWritable(flags.out);
  const organizationId = await organizationOf(kit).catch(() => null);
  const { runs, plans, problems } = await kit.readLedger(organizationId, (folder) => evidenceOf(folder, period));
  const population = flags.snapshot === undefined ? null : (await readSnapshotFile(flags.snapshot)).population;
  const nameOf = namesFrom(population);
  const records: readonly AuditRecord[] = [
    ...plans.map(({ plan, appliedBy }) => planRecord(plan, appliedBy)),
    ...runs.flatMap((run) => runRecords(run, nameOf)),
  ];
  const text = flags.format === "csv" ? renderAuditCsv(records) : renderAuditLines(records);
  const { terminal } = kit;
  if (flags.out === undefined) terminal.out(text);
  else await writeWhole(flags.out, [text], "private");
  const broken = [
    ...problems,
    ...runs.flatMap(({ run, problem }) => (problem === null ? [] : [`The log of ${run} is NOT whole: ${problem}.`])),
  ];
  for (const problem of broken) terminal.err(`${problem}\n`);
  if (broken.length > 0) terminal.err("Do not rely on it. Compare it with the copy in version control or a backup.\n");
  else
    terminal.err(
      `${many(runs.length, "run")}${runs.length === 1 ? "" : ", each"} verified, and ${many(plans.length, "plan")}.\n`,
    );
  return broken.length > 0 ? exitCodes.internal : exitCodes.done;
}

function namesFrom(population: Population | null): NameOf {
  if (population === null) return () => null;
  return (accountId) => {
    const person = population.find(accountId);
    return person === -1 ? null : population.text("name", person);
  };
}
