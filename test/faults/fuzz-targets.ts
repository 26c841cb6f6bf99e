import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checkApproval } from "../../src/apply/check-approval.ts";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { readPages } from "../../src/atlassian/pages.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { readPlan } from "../../src/commands/apply.ts";
import { readSnapshotFile, snapshotDigest, writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Population } from "../../src/people/population.ts";
import { canonicalJson, planDigest } from "../../src/plan/digest.ts";
import { readCsv } from "../../src/policy/csv.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { approvalOf, testClock } from "../support/apply.ts";
import { altered, edited, edits, steps } from "./mutate.ts";
import { files, openStage, runsIn } from "./story.ts";

/** Something that reads what others wrote, and what must hold whatever they wrote. */
export interface Target {
  readonly name: string;
  /** Throws where the rule is broken. `runs` inputs are tried, drawn by the seed. */
  try(runs: number, seed: number): Promise<void>;
}

export interface Targets {
  readonly targets: readonly Target[];
  remove(): void;
}

/** What the story leaves behind, as sound files to begin with. */
interface Sound {
  readonly folder: string;
  readonly plan: Plan;
  readonly planBytes: Uint8Array;
  readonly snapshotBytes: Uint8Array;
  readonly population: Population;
  readonly audit: { readonly bytes: Uint8Array; readonly head: string };
  readonly ledger: string;
  readonly now: number;
  readonly organizationId: string;
}

async function playSound(): Promise<Sound> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "seatwright-fuzz-"));
  const stage = await openStage();
  try {
    await stage.sync();
    stage.clock.pass(60);
    const plan = await stage.plan();
    const population = await stage.sync();
    await writeSnapshotFile(join(folder, "snapshot.json"), population);
    stage.meanwhile();
    const result = await stage.apply(plan);
    const ledger = join(folder, "ledger");
    cpSync(stage.ledgerFolder, ledger, { recursive: true });
    const [run = ""] = runsIn(ledger);
    return {
      folder,
      plan,
      planBytes: Buffer.from(JSON.stringify(plan)),
      snapshotBytes: readFileSync(join(folder, "snapshot.json")),
      population,
      audit: { bytes: readFileSync(join(ledger, "audit", `${run}.jsonl`)), head: result.auditHead },
      ledger,
      now: stage.clock.now(),
      organizationId: stage.simulator.orgId,
    };
  } finally {
    await stage.close();
  }
}

/** Every target, over one story. */
export async function openTargets(): Promise<Targets> {
  const sound = await playSound();
  return {
    targets: [
      policyFiles(sound),
      csvFiles(),
      planFiles(sound),
      planValues(sound),
      snapshotFiles(sound),
      snapshotRows(sound),
      auditFiles(sound),
      ledgerFiles(sound),
      cursors(),
    ],
    remove: () => rmSync(sound.folder, { recursive: true, force: true }),
  };
}

function target<Input>(name: string, inputs: fc.Arbitrary<Input>, rule: (input: Input) => Promise<void>): Target {
  return {
    name,
    try: (numRuns, seed) => fc.assert(fc.asyncProperty(inputs, rule), { numRuns, seed }),
  };
}

/** The result, or null where it was refused in words. Anything else that is thrown is a crash. */
async function unlessRefused<Result>(work: () => Promise<Result> | Result): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.message.length < 20 || error.remedy.length < 10)
      throw new Error(`too short: ${error.message}`, { cause: error });
    if (/undefined|\[object|NaN/.test(`${error.message}${error.remedy}`))
      throw new Error(`not in words: ${error.message}`, { cause: error });
    return null;
  }
}

function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule);
}

function areSound(findings: readonly Finding[], texts: ReadonlyMap<string, number>): void {
  for (const { place, message, remedy } of findings) {
    must(place.line > 0 && place.column > 0, `a finding lies nowhere: ${message}`);
    must(place.line <= (texts.get(place.file) ?? 0) + 1, `a finding lies behind the end of ${place.file}: ${message}`);
    must(!/undefined|\[object|NaN/.test(`${message}${remedy}`), message);
  }
}

const linesOf = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString("utf8")
    .split(/\r\n|\r|\n/).length;

function policyFiles({ population, now }: Sound): Target {
  const sources = new Map(Object.entries(files).map(([path, text]) => [path, new Uint8Array(Buffer.from(text))]));
  const input = fc.record({
    file: fc.constantFrom(...sources.keys()),
    how: edits,
    raw: fc.option(fc.uint8Array({ maxLength: 200 }), { freq: 20 }),
  });
  return target("policy files, byte by byte: read, or told what is wrong", input, async ({ file, how, raw }) => {
    const bytes = raw ?? edited(sources.get(file) ?? new Uint8Array(), how);
    const all = [...sources].map(([path, own]) => ({ path, bytes: path === file ? bytes : own }));
    const lines = new Map(all.map((each) => [each.path, linesOf(each.bytes)]));
    const { repository, findings } = readRepository(all);
    areSound(findings, lines);
    if (repository === null) {
      must(
        findings.some(({ severity }) => severity === "error"),
        "refused without a finding",
      );
      return;
    }
    const context = { asOf: now, coverage: "everybody", sources: new Map(), lastSourceRows: {}, earlier: [] } as const;
    const { set, findings: more } = resolve(repository, population, context);
    areSound(more, lines);
    if (set !== null) return;
    must(
      more.some(({ severity }) => severity === "error"),
      "nothing resolved, without a finding",
    );
  });
}

function csvFiles(): Target {
  const text = 'work_email,last_day,unit\r\nada@x.y,2026-01-01,a1\r\n"b, c"@x.y,2026-02-01,"a ""2"""\r\nd@x.y,,\r\n';
  const input = fc.oneof(
    edits.map((how) => edited(Buffer.from(text), how)),
    fc.uint8Array({ maxLength: 300 }),
  );
  const wanted = ["work_email", "last_day"];
  return target("lists of people: read whole, or told what is wrong", input, async (bytes) => {
    const { rows, findings } = readCsv({ path: "hr.csv", bytes }, wanted);
    // A carriage return and a line feed count as two where a file mixes line ends.
    areSound(findings, new Map([["hr.csv", Buffer.from(bytes).toString("utf8").split(/\r|\n/).length]]));
    if (rows === null) return must(findings.length > 0, "refused without a finding");
    const head =
      Buffer.from(bytes)
        .toString("utf8")
        .split(/\r|\n/)
        .find((line) => line.trim() !== "") ?? "";
    for (const column of wanted) must(head.includes(column), `rows without a column ${column}`);
    for (const row of rows) for (const column of wanted) must(typeof row.cell(column) === "string", "a cell is lost");
  });
}

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

function planFiles(sound: Sound): Target {
  return target("plan files, byte by byte: only the approved plan is accepted", edits, (how) =>
    holdPlan(sound, edited(sound.planBytes, how)),
  );
}

/** As somebody would who knows how digests are made. */
function planValues(sound: Sound): Target {
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

function snapshotFiles({ folder, snapshotBytes }: Sound): Target {
  const path = join(folder, "mutated-snapshot.json");
  return target("snapshot files, byte by byte: read, or refused in words", edits, async (how) => {
    writeFileSync(path, edited(snapshotBytes, how));
    const read = await unlessRefused(() => readSnapshotFile(path));
    if (read !== null) snapshotDigest(read.population);
  });
}

/** Nobody may be lost from, or doubled in, a snapshot file without its being noticed. */
function snapshotRows({ folder, snapshotBytes }: Sound): Target {
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

function auditFiles({ folder, audit }: Sound): Target {
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
function ledgerFiles({ folder, ledger, plan, organizationId, now }: Sound): Target {
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

/** A list whose pages lead on by whatever comes to mind: it ends, and never says that it ended where it did not. */
function cursors(): Target {
  const next = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>(
      "a",
      "b",
      "",
      null,
      undefined,
      0,
      "https://evil.example/x?cursor=c",
      "//evil.example?cursor=d",
      "/admin?cursor=e",
      "?cursor=f",
      "/admin",
      "https://",
      "\u0000",
      "x".repeat(5000),
    ),
  );
  const page = fc.record({
    rows: fc.integer({ min: 0, max: 3 }),
    links: fc.oneof(
      { weight: 6, arbitrary: next.map((to) => ({ next: to })) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
    ),
    style: fc.constantFrom("body" as const, "body-alone" as const, "query" as const),
  });
  const input = fc.array(page, { minLength: 1, maxLength: 6 });
  return target("cursors: followed to the documented end, or told", input, async (pages) => {
    let served = 0;
    const server = createServer((request, response) => {
      request.resume();
      const { rows, links } = pages[served % pages.length] ?? { rows: 0, links: {} };
      served++;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: Array.from({ length: rows }, (_, at) => at), links }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = createTransport({ apiKey: "ATCTT-fuzz", baseUrl, clock: testClock(), random: () => 0.5 });
    const style = pages[0]?.style ?? "body";
    let seen = 0;
    try {
      const read = await unlessRefused(() =>
        readPages(
          transport,
          {
            endpoint: style === "query" ? endpoints.directories : endpoints.searchUsers,
            parameters: { orgId: "org", directoryId: "-" },
            cursor: style,
            limit: 2,
          },
          () => seen++,
        ),
      );
      must(served <= 40, "the list did not end");
      if (read === null) return;
      const last = pages[(served - 1) % pages.length];
      const sent = JSON.parse(JSON.stringify({ links: last?.links })) as { readonly links?: unknown };
      const to =
        typeof sent.links === "object" && sent.links !== null ? (sent.links as { next?: unknown }).next : undefined;
      must(
        to === undefined || to === null || to === "",
        `the list ended although a page leads on: ${JSON.stringify(to)}`,
      );
      must(read.rows === seen && read.decoded === seen && read.pages === served, "rows were lost on the way");
    } finally {
      await transport.close();
      server.closeAllConnections();
      server.close();
    }
  });
}
