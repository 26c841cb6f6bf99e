import path from "node:path";
import { readSnapshotFile, snapshotDigest } from "../disk/snapshot-file.ts";
import { requireWritable, writeWhole } from "../disk/write.ts";
import { ledgerOwner } from "../ledger/directory.ts";
import { type Evidence, evidenceOf } from "../ledger/evidence.ts";
import type { ExportedTable, ExportManifest } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import { type RowCell, rowSource, type RowTable } from "../people/rows.ts";
import { snapshotTables } from "../people/rows-tables.ts";
import { seatsOf } from "../people/seats.ts";
import { type AuditRecord, planRecord, runRecords } from "../report/audit-records.ts";
import { auditRows, auditTable } from "../report/export-audit.ts";
import { exportCsv, exportJsonLines, renderExport } from "../report/export-text.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { detailWherePoliciesSay } from "./detail.ts";
import { endOf, startOf } from "./moments.ts";
import { organizationOf } from "./organization.ts";
import type { SourceFlags } from "./policies.ts";
import { readOrganization } from "./sync.ts";

export interface ExportFlags extends SourceFlags {
  readonly out: string;
  readonly snapshot?: string;
  readonly format: ExportManifest["format"];
  /** With commas between. */
  readonly tables?: string;
  /** Of the audit table. */
  readonly from?: string;
  readonly to?: string;
}

/** What is exported: a table, and its rows, which can be asked for once. */
interface Filled {
  readonly table: RowTable;
  readonly rows: Iterable<readonly RowCell[]>;
}

interface Found {
  readonly tables: readonly Filled[];
  readonly organizationId: string;
  readonly head: Pick<ExportManifest, "asOf" | "certificate" | "snapshotDigest">;
  readonly notes: readonly string[];
  /** What of the ledger's logs cannot be relied on. */
  readonly broken: readonly string[];
}

const END_OF_TIME = "9999-12-31T00:00:00Z";
const allNames: readonly string[] = [...snapshotTables, auditTable].map(({ name }) => name);

/**
 * `seatwright export --out DIR`: tables of a snapshot and of the ledger's audit, as files of one format, with `export.json`
 * beside them that says what they are. The files can be read by their owner only. Exits 1 where a log of the audit is not
 * whole; the rest is written all the same.
 */
export async function runExport(kit: Kit, flags: ExportFlags): Promise<number> {
  const names = tablesIn(flags.tables);
  const period = { from: startOf("--from", flags.from ?? "1970-01-01"), to: endOf("--to", flags.to ?? END_OF_TIME) };
  if (period.from >= period.to) {
    throw new OperatorError("usage", "--from is after --to.", "Give the earlier day first.");
  }
  const { audit } = chosen(names);
  if (!audit && (flags.from !== undefined || flags.to !== undefined)) {
    throw new OperatorError(
      "usage",
      "--from and --to are about the audit, which is not among the tables.",
      "Leave them out, or add audit to --tables.",
    );
  }
  const manifestFile = path.join(flags.out, "export.json");
  await requireWritable(manifestFile);
  const found = await find(kit, flags, names, period);
  const tables: ExportedTable[] = [];
  for (const filled of found.tables) tables.push(await write(flags, filled));
  const manifest: ExportManifest = {
    kind: "export",
    version: 1,
    tool,
    organization: { id: found.organizationId },
    ...found.head,
    format: flags.format,
    tables,
    notes: [...found.notes, ...found.broken],
  };
  await writeWhole(manifestFile, [`${JSON.stringify(manifest, null, 2)}\n`], "private");
  const { terminal } = kit;
  const { colour, width } = terminal;
  terminal.out(kit.json ? `${JSON.stringify(manifest)}\n` : renderExport(manifest, flags.out, { colour, width }));
  for (const problem of found.broken) terminal.err(`${problem}.\n`);
  if (found.broken.length === 0) return exitCodes.done;
  terminal.err("Do not rely on the audit table. Compare the ledger with the copy in version control or a backup.\n");
  return exitCodes.internal;
}

/** Table names in their own order, each once; null: every one that can be filled. */
function tablesIn(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const asked = text.split(",").map((name) => name.trim());
  const wrong = asked.find((name) => !allNames.includes(name));
  if (wrong === undefined) return allNames.filter((name) => asked.includes(name));
  throw new OperatorError(
    "usage",
    wrong === "" ? "--tables has an empty place." : `There is no table called ${wrong}.`,
    `Choose among ${allNames.join(", ")}, with commas between.`,
  );
}

function chosen(names: readonly string[] | null): { readonly snapshot: boolean; readonly audit: boolean } {
  return {
    snapshot: names === null || names.some((name) => name !== auditTable.name),
    audit: names === null || names.includes(auditTable.name),
  };
}

/** The tables that were asked for, ready to be written one after the other. */
async function find(
  kit: Kit,
  flags: ExportFlags,
  names: readonly string[] | null,
  period: { readonly from: number; readonly to: number },
): Promise<Found> {
  const wanted = chosen(names);
  const read = wanted.snapshot ? await takeSnapshot(kit, flags) : null;
  const header = read?.population.header ?? null;
  const named = header?.organization.id ?? (await organizationOf(kit).catch(() => null));
  const evidence = wanted.audit ? await evidenceIn(kit, named, period) : null;
  if (evidence === null && (names?.includes(auditTable.name) ?? false)) {
    throw new OperatorError(
      "usage",
      `There is no ledger at ${kit.ledgerPlace}, so there is no audit to export.`,
      "Name the ledger with --ledger, or leave audit out of --tables.",
    );
  }
  const source = read === null ? null : rowSource(read.population, seatsOf(read.population));
  const ofSnapshot = snapshotTables.filter(({ name }) => names?.includes(name) ?? true);
  const certificate = header?.certificate ?? null;
  return {
    tables: [
      ...(source === null ? [] : ofSnapshot.map((table) => ({ table, rows: table.rows(source) }))),
      ...(evidence === null ? [] : [{ table: auditTable, rows: auditRows(recordsOf(evidence)) }]),
    ],
    organizationId: evidence?.owner ?? named ?? "",
    head: {
      asOf: header?.asOf ?? null,
      certificate: certificate?.state ?? null,
      snapshotDigest: read?.digest ?? null,
    },
    notes: [
      ...(certificate === null || certificate.state === "complete"
        ? []
        : [`The snapshot is ${certificate.state}: what is missing from it is missing here`]),
      ...(wanted.audit && evidence === null
        ? [`There is no ledger at ${kit.ledgerPlace}, so there is no audit table`]
        : []),
    ],
    broken: evidence === null ? [] : brokenIn(evidence),
  };
}

async function takeSnapshot(
  kit: Kit,
  { snapshot, ...flags }: ExportFlags,
): Promise<Awaited<ReturnType<typeof readSnapshotFile>>> {
  const read =
    snapshot === undefined
      ? await readNow(kit, flags).then((population) => ({ population, digest: snapshotDigest(population) }))
      : await readSnapshotFile(snapshot);
  const { id } = read.population.header.organization;
  if (kit.organizationId === null || kit.organizationId === id) return read;
  throw new OperatorError(
    "usage",
    `The snapshot is of organisation ${id}; the settings say ${kit.organizationId}.`,
    "Use the snapshot and the settings of one organisation (--org-id, SEATWRIGHT_ORG_ID).",
  );
}

/** The organisation as `sync` reads it, so that an export of a snapshot and one without have the same rows. */
async function readNow(kit: Kit, flags: SourceFlags): Promise<Population> {
  return readOrganization(kit, await organizationOf(kit), async (population, reader, report) => {
    const found = await detailWherePoliciesSay(kit, flags, "seats not known", { population, reader, report });
    return found.population;
  });
}

type OwnedEvidence = Evidence & { readonly owner: string };

/** What the ledger proves; null where there is none. Throws OperatorError where it is another organisation's. */
async function evidenceIn(
  kit: Kit,
  organizationId: string | null,
  period: { readonly from: number; readonly to: number },
): Promise<OwnedEvidence | null> {
  return await kit.readLedger(organizationId, async (folder) => {
    const owner = (await ledgerOwner(folder))?.owner ?? null;
    if (owner === null) return null;
    if (organizationId === null || organizationId === owner) return { ...(await evidenceOf(folder, period)), owner };
    throw new OperatorError(
      "usage",
      `The ledger at ${kit.ledgerPlace} is of organisation ${owner}, not of ${organizationId}.`,
      "Name this organisation's own ledger with --ledger, or choose --tables without audit.",
    );
  });
}

function* recordsOf({ plans, runs }: Evidence): Generator<AuditRecord> {
  for (const { plan, appliedBy } of plans) yield planRecord(plan, appliedBy);
  for (const run of runs) yield* runRecords(run, () => null);
}

function brokenIn({ problems, runs }: Evidence): readonly string[] {
  return [
    ...problems,
    ...runs.flatMap(({ run, problem }) => (problem === null ? [] : [`The log of ${run} is NOT whole: ${problem}`])),
  ];
}

/** Writes one table, a piece at a time, and counts its rows. */
async function write({ out, format }: ExportFlags, { table, rows }: Filled): Promise<ExportedTable> {
  let count = 0;
  function* counted(): Generator<readonly RowCell[]> {
    for (const row of rows) {
      count++;
      yield row;
    }
  }
  const file = `${table.name}.${format}`;
  await writeWhole(path.join(out, file), await piecesOf(format, table, counted()), "private");
  return { table: table.name, file, rows: count, key: table.key, columns: table.columns.map(({ name }) => name) };
}

async function piecesOf(
  format: ExportManifest["format"],
  table: RowTable,
  rows: Iterable<readonly RowCell[]>,
): Promise<Iterable<string | Uint8Array>> {
  if (format === "csv") return exportCsv(table, rows);
  if (format === "jsonl") return exportJsonLines(table, rows);
  // Only who asks for it pays for loading it.
  const { exportParquet } = await import("../report/export-parquet.ts");
  return exportParquet(table, rows, `${tool.name} ${tool.version}`);
}
