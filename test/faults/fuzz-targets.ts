import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { readPages } from "../../src/atlassian/pages.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { readCsv } from "../../src/policy/csv.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { testClock } from "../support/apply.ts";
import { files } from "./acme.ts";
import { auditFiles, ledgerFiles, planFiles, planValues, snapshotFiles, snapshotRows } from "./fuzz-documents.ts";
import { areSound, linesOf, must, playSound, type Sound, type Target, target, unlessRefused } from "./fuzz-rules.ts";
import { edited, edits } from "./mutate.ts";

export interface Targets {
  readonly targets: readonly Target[];
  remove(): void;
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
  const plain = Array.from({ length: 9 }, (_, at) => `p${at}@x.y,2026-01-0${at},a${at}\n`).join("");
  const input = fc.oneof(
    edits.map((how) => edited(Buffer.from(text), how)),
    edits.map((how) => edited(Buffer.from(`work_email,last_day,unit\n${plain}`), how)),
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
    const plain = plainLines(Buffer.from(bytes).toString("utf8"));
    if (plain !== null) must(rows.length === plain - 1, `${plain - 1} rows are in the file, ${rows.length} were read`);
  });
}

/** How many lines a text has that are not empty; null where a line may be less or more than a row. */
function plainLines(text: string): number | null {
  const [unix, windows] = [text.replaceAll("\r\n", ""), text.replaceAll(/\r\n/g, "\n")];
  const isMixed = unix !== text && unix.includes("\n");
  if (isMixed || windows.includes("\r") || text.includes('"')) return null;
  return windows.split("\n").filter((line) => line.trim() !== "").length;
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
