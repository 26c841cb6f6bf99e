import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { readPageFile } from "../disk/page-file.ts";
import { snapshotDigest } from "../disk/snapshot-file.ts";
import { requireWritable, writeWhole } from "../disk/write.ts";
import { type LedgerOverview, overviewOf } from "../ledger/overview.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { PagePlan } from "../model/page-data.ts";
import { activeLengths } from "../people/idle-buckets.ts";
import { comparePlan } from "../pipeline.ts";
import { pageFrame } from "../plan/page-frame.ts";
import { peopleForPage } from "../plan/page-people.ts";
import { verdictsForPage } from "../plan/page-verdicts.ts";
import { userList } from "../plan/user-list.ts";
import { embedPage } from "../report/page-embed.ts";
import { countsForPage, goneInstances, plansForPage, runsForPage } from "../report/page-ledger.ts";
import { packPage, type PageContent } from "../report/page-pack.ts";
import { planForPage } from "../report/page-plan.ts";
import { createNames } from "../report/people.ts";
import { outlinePlan } from "../report/plan-outline.ts";
import { momentWords, people } from "../report/words.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { look, type Look, type LookFlags } from "./look.ts";
import { answerSeats, thresholdsIn, usualThresholds } from "./seats-answer.ts";

export interface ReportFlags extends LookFlags {
  readonly out: string;
  /** Durations with commas between. */
  readonly idle?: string;
  /** Of these lengths: from when an unused seat is worth a look, and from when it is overdue. */
  readonly warning?: string;
  readonly overdue?: string;
}

const compress = promisify(gzip);

/**
 * `seatwright report`: one HTML file to look at the organisation with, from one snapshot and the ledger. It needs no server and
 * no network. Changes nothing.
 */
export async function runReport(kit: Kit, flags: ReportFlags): Promise<number> {
  const thresholds = thresholdsIn(flags.idle ?? usualThresholds);
  const marks = marksOf(thresholds, flags);
  await requireWritable(flags.out);
  const page = await readPageFile();
  const seen = await look(kit, flags, "default groups");
  const content = await contentOf(kit, seen, thresholds, marks);
  const { organization, asOf } = seen.population.header;
  const title = `${organization.name === "" ? organization.id : organization.name}, ${momentWords(asOf)}`;
  await writeWhole(flags.out, embedPage(page, title, await compress(packPage(content), { level: 9 })), "private");
  const { terminal } = kit;
  const shown = content.head.show === "ids" ? "account ids" : "names and account ids";
  if (kit.json) {
    terminal.out(`${JSON.stringify({ file: flags.out, people: content.head.size, show: content.head.show })}\n`);
  } else {
    terminal.err(
      `Wrote ${flags.out}, a report of ${people(content.head.size)}: open it in a browser. ` +
        `It holds ${shown} of everybody: only you can read it, keep it out of Git.\n`,
    );
  }
  return exitCodes.done;
}

interface Marks {
  readonly warning: string;
  readonly overdue: string;
}

/** When an unused seat is worth a look and when it is overdue: what flags say, else 60 and 90 days where they are asked about. */
function marksOf(thresholds: readonly string[], { warning, overdue }: ReportFlags): Marks {
  for (const [flag, word] of Object.entries({ warning, overdue })) {
    if (word === undefined || thresholds.includes(word)) continue;
    throw new OperatorError(
      "usage",
      `--${flag} ${word} is not one of the lengths of time that the report is made for: ${thresholds.join(", ")}.`,
      "Name one of these, or add it to --idle.",
    );
  }
  const usual = (word: string, at: number): string =>
    thresholds.includes(word) ? word : (thresholds[Math.min(at, thresholds.length - 1)] ?? "");
  return { warning: warning ?? usual("60d", 0), overdue: overdue ?? usual("90d", 1) };
}

async function contentOf(kit: Kit, seen: Look, thresholds: readonly string[], marks: Marks): Promise<PageContent> {
  const { population, policies, repository, view } = seen;
  const { report, set } = answerSeats(kit, seen, thresholds);
  const asked = report.thresholds;
  const show = repository?.show ?? policies.repository.organization.value.privacy?.show ?? "names";
  const list = userList({
    population,
    policies: { ...set, policies: [] },
    ledger: view,
    per: "person",
    file: null,
  });
  const everybody = peopleForPage(population, list, show);
  const verdicts = verdictsForPage({ population, policies: set, ledger: view }, asked);
  const ledger = await ledgerOf(kit, seen);
  return {
    head: {
      version: 1,
      tool,
      ...pageFrame(population, set.settings),
      show,
      thresholds: asked,
      ...marks,
      seats: report,
      plan: await planOf(kit, seen),
      history: countsForPage(ledger.counts),
      activeLengths,
      gone: goneInstances(ledger.names, population),
      runs: runsForPage(ledger.runs, population),
      plans: plansForPage(ledger.plans),
      notes: ledger.problems,
      people: { ...everybody.people, roles: verdicts.roles, roleInstances: verdicts.roleInstances },
    },
    columns: new Map([...everybody.columns, ...verdicts.columns]),
  };
}

/** The plan of this snapshot, kept nowhere. Null where there are no policies to plan by. */
async function planOf(kit: Kit, { population, policies, repository }: Look): Promise<PagePlan | null> {
  if (repository === null || policies.repository.policies.length === 0) return null;
  const ledger = kit.ledger(population.header.organization.id);
  const { plan } = await comparePlan({
    policies,
    population,
    reader: null,
    ledger,
    digestOf: snapshotDigest,
    tool,
    report: () => undefined,
  });
  return planForPage(outlinePlan(plan, createNames(population, repository.show)), population);
}

async function ledgerOf(kit: Kit, { population }: Look): Promise<LedgerOverview> {
  return kit.readLedger(population.header.organization.id, (folder) => overviewOf(folder, kit.clock.now()));
}
