import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { checkApproval } from "../../src/apply/check-approval.ts";
import { readPlan } from "../../src/commands/apply.ts";
import { readSnapshotFile, snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { canonicalJson, planDigest } from "../../src/plan/digest.ts";
import { approvalOf, testClock } from "../support/apply.ts";
import { must, type Sound, type Target, target, unlessRefused } from "./fuzz-rules.ts";
import { altered, edited, edits, steps } from "./mutate.ts";

/** Accepted is only what says exactly the same as the plan that was approved. */
async function holdPlan({ plan, now, organizationId, folder }: Sound, bytes: Uint8Array): Promise<void> {
  const path = join(folder, "mutated-plan.json");
  writeFileSync(path, bytes);
  const read = await unlessRefused(() => readPlan(path));
  if (read === null) return;
  const context = { organizationId, power: "act", policyDigest: plan.policyDigest, now } as const;
  const accepted = await unlessRefused(() => {
    checkApproval(read, approvalOf(plan), context);
    return true;
  });
  must(accepted === null || canonicalJson(read) === canonicalJson(plan), "a changed plan passes for the approved one");
}

/** As a disk or an editor would damage them. */
export function planFiles(sound: Sound): Target {
  return target("plan files, byte by byte: only the approved plan is accepted", edits, (how) =>
    holdPlan(sound, edited(sound.planBytes, how)),
  );
}

/** As somebody would who knows how digests are made. */
export function planValues(sound: Sound): Target {
  const input = fc.record({
    steps,
    by: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom<unknown>("take", "give", [], {}, null, 0, "act")),
    signs: fc.boolean(),
  });
  return target("plans with a part replaced, also under a digest of their own: refused", input, async (drawn) => {
    const changed = altered(sound.plan, drawn.steps, drawn.by) as Plan;
    const { digest: _, ...rest } = { ...changed };
    const signed = drawn.signs ? { ...rest, digest: planDigest(rest) } : changed;
    await holdPlan(sound, Buffer.from(JSON.stringify(signed)));
  });
}

/** Whatever becomes of a snapshot, it is a snapshot or refused. */
export function snapshotFiles({ folder, snapshotBytes }: Sound): Target {
  const path = join(folder, "mutated-snapshot.json");
  return target("snapshot files, byte by byte: read, or refused in words", edits, async (how) => {
    writeFileSync(path, edited(snapshotBytes, how));
    const read = await unlessRefused(() => readSnapshotFile(path));
    if (read !== null) snapshotDigest(read.population);
  });
}

/** Nobody may be lost from, or doubled in, a snapshot file without its being noticed. */
export function snapshotRows({ folder, snapshotBytes }: Sound): Target {
  const path = join(folder, "rows-snapshot.json");
  const [head = "", ...rest] = Buffer.from(snapshotBytes).toString("utf8").trimEnd().split("\n");
  const rows = rest.slice(0, -1).map((row) => row.replace(/,$/, ""));
  const input = fc.record({ at: fc.nat(rows.length - 1), twice: fc.boolean() });
  return target("snapshot files with a row lost or doubled: refused", input, async ({ at, twice }) => {
    const kept = twice ? rows.toSpliced(at, 0, rows[at] ?? "") : rows.toSpliced(at, 1);
    writeFileSync(path, `${head}\n${kept.join(",\n")}\n]}\n`);
    must((await unlessRefused(() => readSnapshotFile(path))) === null, "a row was lost or doubled, and nobody noticed");
  });
}

/** Whatever is done to a log, it is found, and not later than the line after the first change. */
export function auditFiles({ folder, audit }: Sound): Target {
  const path = join(folder, "mutated-audit.jsonl");
  const lines = Buffer.from(audit.bytes).toString("utf8").trimEnd().split("\n");
  const line = fc.nat(lines.length - 1);
  const input = fc.oneof(
    edits.map((how) => edited(audit.bytes, how)),
    line.map((at) => textOf(lines.toSpliced(at, 1))),
    fc.tuple(line, line).map(([at, to]) => textOf(lines.toSpliced(at, 1).toSpliced(to, 0, lines[at] ?? ""))),
    fc.tuple(line, line).map(([at, to]) => textOf(lines.toSpliced(to, 0, lines[at] ?? ""))),
    line.map((at) => textOf(lines.slice(0, at))),
  );
  const anchors = [{ hash: audit.head, from: "runs/r.json" }];
  return target("audit logs edited, cut, reordered or shortened: always found", input, async (bytes) => {
    writeFileSync(path, bytes);
    const { verdict } = await verifyAuditFile(path, anchors);
    if (Buffer.compare(Buffer.from(bytes), Buffer.from(audit.bytes)) === 0)
      return must(verdict.ok, "a sound log is refused");
    must(!verdict.ok && verdict.firstProblem !== null, "a changed log verifies");
    const changed = Buffer.from(bytes).toString("utf8").split("\n");
    const first = changed.findIndex((text, at) => text !== lines[at]) + 1;
    must(
      (verdict.firstProblem?.line ?? 0) <= Math.max(first, 1) + 1,
      `the first change is on line ${first}, found later`,
    );
  });
}

function textOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

/** Whatever becomes of a file of the ledger, reading it ends in words, and a plan that was used up never comes back. */
export function ledgerFiles({ folder, ledger, plan, organizationId, now }: Sound): Target {
  const names = readdirSync(ledger, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(ledger, name)).isFile())
    .sort();
  const input = fc.record({ name: fc.constantFrom(...names), how: edits });
  const place = join(folder, "mutated-ledger");
  return target("files of a ledger: read, or refused in words", input, async ({ name, how }) => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    cpSync(ledger, place, { recursive: true });
    const path = join(place, name);
    writeFileSync(path, edited(readFileSync(path), how));
    const opened = createDirectoryLedger({ directory: place, organizationId, clock: testClock(now + 60) });
    const view = await unlessRefused(() => opened.view());
    if (view !== null) await unlessRefused(() => view.seat(plan.changes[0]?.accountId ?? "", "x"));
    await unlessRefused(() => opened.unfinishedRun());
    await unlessRefused(() => opened.loadPlan(plan.digest));
    await unlessRefused(() => opened.stopRequested());
    const consumed = await unlessRefused(() => opened.consumedBy(plan.digest));
    must(consumed !== null || name.startsWith("consumed"), "a plan that was used up came back");
  });
}
