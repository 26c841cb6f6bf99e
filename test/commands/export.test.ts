import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ExportFlags, runExport } from "../../src/commands/export.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { exportManifest as isManifest } from "../support/written.generated.cjs";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { ExportManifest } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { planTime, planWith, testClock } from "../support/apply.ts";
import { commandKit } from "../support/commands.ts";
import { exported } from "../support/exports.ts";
import { temporaryDirectory } from "../support/ledger.ts";

const { id: organizationId } = exported.header.organization;
const run = "r-20261120T061000Z-0000000a";

interface Place {
  readonly folder: string;
  readonly snapshot: string;
  readonly out: string;
  readonly ledger: string;
}

async function place(ledger: "with a ledger" | "without a ledger" = "without a ledger"): Promise<Place> {
  const folder = temporaryDirectory();
  const found = {
    folder,
    snapshot: join(folder, "acme.json"),
    out: join(folder, "out"),
    ledger: join(folder, "ledger"),
  };
  await writeSnapshotFile(found.snapshot, exported);
  if (ledger === "with a ledger") {
    const kept = createDirectoryLedger({ directory: found.ledger, organizationId, clock: testClock() });
    await kept.storePlan(planWith([]));
    const log = await kept.openRun(run);
    await log.append(planTime, [{ type: "run.started" }, { type: "run.stopped", exit: 5, reason: "stopped" }]);
    await log.close();
  }
  return found;
}

interface Ended {
  readonly code: number;
  readonly manifest: ExportManifest;
  readonly err: string;
}

async function exportAt({ folder, ledger, out, snapshot }: Place, flags: Partial<ExportFlags> = {}): Promise<Ended> {
  const { kit, printed } = await commandKit({ ledger, json: true }, folder);
  const code = await runExport(kit, { out, snapshot, format: "csv", ...flags });
  const { out: text, err } = await printed();
  const manifest: unknown = JSON.parse(text);
  if (!isManifest(manifest)) throw new Error(JSON.stringify(isManifest.errors));
  expect(JSON.parse(readFileSync(join(out, "export.json"), "utf8"))).toEqual(manifest);
  return { code, manifest, err };
}

async function refusal(where: Place, flags: Partial<ExportFlags>): Promise<string> {
  const error: unknown = await exportAt(where, flags).catch((thrown: unknown) => thrown);
  if (!(error instanceof OperatorError)) throw error instanceof Error ? error : new Error("it was not refused");
  expect(error.exitCode).toBe(64);
  return `${error.message} ${error.remedy}`;
}

describe("export", () => {
  it("writes every table and what they are, readable by their owner only", async () => {
    const where = await place("with a ledger");
    for (const format of ["csv", "jsonl", "parquet"] as const) {
      const { code, manifest, err } = await exportAt(where, { format });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(manifest.tables.map(({ table }) => table)).toEqual([
        "people",
        "groups",
        "memberships",
        "seats",
        "activity",
        "instances",
        "grants",
        "audit",
      ]);
      for (const { file } of manifest.tables) expect(statSync(join(where.out, file)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(where.out, "export.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(where.out).filter((name) => name.includes(".tmp"))).toEqual([]);
  });

  it("counts the rows that are in the file", async () => {
    const where = await place("with a ledger");
    const { manifest } = await exportAt(where, { format: "jsonl" });
    for (const { file, rows } of manifest.tables) {
      const text = readFileSync(join(where.out, file), "utf8");
      expect(text.split("\n").length - 1, file).toBe(rows);
    }
    expect(manifest.tables.find(({ table }) => table === "people")?.rows).toBe(exported.size);
    expect(manifest.tables.find(({ table }) => table === "audit")?.rows).toBe(2);
  });

  it("writes the tables that were asked for, in their own order, and no others", async () => {
    const where = await place("with a ledger");
    const { manifest } = await exportAt(where, { tables: "seats, people" });
    expect(manifest.tables.map(({ file }) => file)).toEqual(["people.csv", "seats.csv"]);
    expect(readdirSync(where.out).sort()).toEqual(["export.json", "people.csv", "seats.csv"]);
  });

  it("needs no snapshot for the audit, and gives the runs and plans of the days that were asked for", async () => {
    const where = await place("with a ledger");
    const { kit, printed } = await commandKit({ ledger: where.ledger, json: true }, where.folder);
    const flags = { out: where.out, format: "jsonl", tables: "audit", from: "2026-11-20", to: "2026-11-20" } as const;
    expect(await runExport(kit, flags)).toBe(0);
    expect(JSON.parse((await printed()).out)).toMatchObject({
      asOf: null,
      snapshotDigest: null,
      organization: { id: organizationId },
    });
    const lines = readFileSync(join(where.out, "audit.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(["plan", "run"]);
    const later = await exportAt(where, { tables: "audit", from: "2027-01-01" });
    expect(later.manifest.tables).toMatchObject([{ rows: 0 }]);
  });

  it("says that there is no ledger where the audit was not asked for by name, and refuses where it was", async () => {
    const where = await place();
    const { manifest } = await exportAt(where);
    expect(manifest.tables.map(({ table }) => table)).not.toContain("audit");
    expect(manifest.notes.join()).toContain("There is no ledger at");
    expect(existsSync(where.ledger)).toBe(false);
    expect(await refusal(where, { tables: "audit" })).toContain("there is no audit to export");
  });

  it("names a log that is not whole, and ends with 1", async () => {
    const where = await place("with a ledger");
    appendFileSync(join(where.ledger, "audit", `${run}.jsonl`), "{}\n");
    const { code, manifest, err } = await exportAt(where);
    expect(code).toBe(1);
    expect(err).toContain(`The log of ${run} is NOT whole`);
    expect(manifest.notes.join()).toContain(run);
    expect(manifest.tables).toHaveLength(8);
  });

  it("says where the snapshot cannot be trusted", async () => {
    const where = await place();
    const header = { ...exported.header, certificate: { state: "incomplete" as const, checks: [] } };
    await writeSnapshotFile(where.snapshot, { ...exported, header });
    const { manifest } = await exportAt(where);
    expect(manifest).toMatchObject({ certificate: "incomplete" });
    expect(manifest.notes.join()).toContain("The snapshot is incomplete");
  });

  it("is refused in words where something is wrong", async () => {
    const where = await place("with a ledger");
    expect(await refusal(where, { tables: "people,pepole" })).toContain(
      "There is no table called pepole. Choose among people,",
    );
    expect(await refusal(where, { tables: "people,,seats" })).toContain("--tables has an empty place.");
    expect(await refusal(where, { tables: "people", from: "2026-01-01" })).toContain("not among the tables");
    expect(await refusal(where, { from: "2026-12-01", to: "2026-01-01" })).toContain("Give the earlier day first.");
    expect(await refusal(where, { snapshot: join(where.folder, "none.json") })).toContain(
      "none.json could not be read",
    );
    expect(await refusal(where, { out: where.snapshot })).toContain("a part of its path is a file");
    writeFileSync(
      join(where.ledger, "ledger.json"),
      JSON.stringify({ kind: "ledger", version: 1, organization: "another" }),
    );
    expect(await refusal(where, {})).toContain("is of organisation another, not of");
  });
});
