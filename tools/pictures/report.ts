import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { runReport } from "../../src/commands/report.ts";
import { runSync } from "../../src/commands/sync.ts";
import { hrList, setStage } from "../../src/commands/demo/stage.ts";
import { readSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { createKit, type Kit } from "../../src/wiring.ts";
import { type GlobalFlags, systemClock } from "../../src/wiring-folder.ts";
import { buildPage } from "../page.ts";
import { repositoryRoot } from "../root.ts";

/** Prices of every kind: by the month and by the year, flat and by tiers, one licence over several sites. */
const prices = `
prices:
  jira-software:
    currency: USD
    counts: people
    renews: 28
    tiers: [{upTo: 100, perSeatMonth: 9.05}, {upTo: 2000, perSeatMonth: 7.65}, {perSeatMonth: 6.1}]
  confluence: {currency: USD, perSeatMonth: 5.42, renews: 28}
  bitbucket: {currency: USD, perSeatMonth: 3.3}
  jira-service-management:
    currency: EUR
    billing: annual
    bought: 500
    renews: "2027-03-01"
    tiers: [{upTo: 300, perYear: 41000}, {upTo: 500, perYear: 61000}]
`;

/** Days before the snapshot on which the ledger counted the organisation. */
const countedBefore = [300, 240, 180, 120, 60, 30, 7];

/**
 * Writes the report of a make-believe organisation, made of the example policies with the real commands and shown by the page
 * as its sources give it now. The same number of people gives the same organisation, of today.
 */
export async function makeReport(people: number, out: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "seatwright-pictures-"));
  const now = systemClock.now();
  const world = generateWorld({ people, seed: 1, now: new Date(now * 1000) });
  const simulator = await startSimulator({ world, clock: () => new Date(), rememberRequests: 0 });
  try {
    const stage = await setStage(join(folder, "stage"), world.organization.id, now);
    await writeFile(stage.hr, hrList(world, now));
    await appendFile(join(stage.repo, "seatwright.yaml"), prices);
    const flags = { repo: stage.repo, ledger: stage.ledger, apiUrl: simulator.url, source: [`hr=${stage.hr}`] };
    const said: string[] = [];
    const env = { SEATWRIGHT_API_KEY: simulator.apiKey };
    // Read before the days that the ledger is to have counted, which have to come in order of time.
    const kit = await quietKit(flags, folder, env, said);
    const finish = (code: number): void => {
      if (code !== 0) throw new Error(`The organisation could not be shown (exit code ${code}): ${said.join("")}`);
    };
    const elsewhere = await quietKit({ ...flags, ledger: join(folder, "other") }, folder, env, said);
    finish(await runSync(elsewhere, { ...flags, out: stage.snapshot, defaultGroups: true }));
    const { population } = await readSnapshotFile(stage.snapshot);
    const { header } = population;
    const ledger = kit.ledger(header.organization.id);
    for (const days of countedBefore) {
      await ledger.recordSnapshot({ ...population, header: { ...header, asOf: momentOf(now - days * DAY) } });
    }
    finish(await runReport(kit, { ...flags, snapshot: stage.snapshot, out: stage.file("report.html") }));
    await mkdir(join(out, ".."), { recursive: true });
    await writeFile(out, asBuilt(await readFile(stage.file("report.html"), "utf8"), await pageText()), { mode: 0o600 });
  } finally {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data of a report in another build of its page. */
function asBuilt(report: string, page: string): string {
  const data = /(?<=id="data">)[^<]*/;
  const [carried = ""] = data.exec(report) ?? [];
  const title = /(?<=<title>)[^<]*/;
  return page.replace(data, () => carried).replace(title, () => title.exec(report)?.[0] ?? "");
}

async function pageText(): Promise<string> {
  const built = await buildPage(repositoryRoot);
  if (built === null) throw new Error("There is no page here to build.");
  return built.text;
}

function quietKit(
  flags: GlobalFlags,
  cwd: string,
  env: Readonly<Record<string, string>>,
  said: string[],
): Promise<Kit> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdout, stderr]) stream.on("data", (text: Buffer) => said.push(text.toString()));
  return createKit({ stdin, stdout, stderr, env }, flags, cwd, () => new AbortController().signal);
}
