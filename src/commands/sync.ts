import { writeSnapshotFile } from "../disk/snapshot-file.ts";
import { requireWritable } from "../disk/write.ts";
import { exitCodes, OperatorError, PolicyError } from "../model/errors.ts";
import { formatPlace } from "../model/finding.ts";
import type { Acceptance, HistoryKept } from "../model/ledger-view.ts";
import { acceptableIn, acceptedBy } from "../people/baseline.ts";
import type { Population } from "../people/population.ts";
import { seatsOf } from "../people/seats.ts";
import { signalsOf } from "../people/signals.ts";
import { certified } from "../looking.ts";
import type { Policies } from "../policies-now.ts";
import { secondsOf } from "../model/time.ts";
import { shrinkLimit } from "../policy/settings.ts";
import type { GroupReader, Ledger, OrgReader, ReadProgress } from "../ports.ts";
import { renderSyncText } from "../report/sync-text.ts";
import type { Kit } from "../wiring.ts";
import { detailWherePoliciesSay } from "./detail.ts";
import { tellHistoryEnds } from "./history-ends.ts";
import { organizationOf } from "./organization.ts";
import type { SourceFlags } from "./policies.ts";
import { createProgress, readingWords } from "./progress.ts";
import { userName } from "./user.ts";

export interface SyncFlags extends SourceFlags {
  readonly out: string;
  /** Why counts that fell are right: they become the measure of later ones. */
  readonly acceptCounts?: string;
  /** Also read which groups are an app's default. */
  readonly defaultGroups?: true;
}

/**
 * `seatwright sync --out FILE`: reads the organisation into a snapshot and notes its counts in the ledger. Exits 7 where
 * the snapshot is not complete; it is written all the same, for a look at what is wrong.
 */
export async function runSync(kit: Kit, flags: SyncFlags): Promise<number> {
  const organizationId = await organizationOf(kit);
  const ledger = kit.ledger(organizationId);
  const { terminal } = kit;
  await requireWritable(flags.out);
  const given = acceptanceIn(kit, flags);
  let policies: Policies | null = null;
  let history: HistoryKept | undefined;
  const read = await readOrganization(kit, organizationId, async (bare, reader, report) => {
    const whole = flags.defaultGroups === true ? await reader.addDefaultRoles(bare, report) : bare;
    const found = await detailWherePoliciesSay(kit, flags, "everybody in a plan", {
      population: whole,
      reader,
      report,
    });
    policies = found.policies;
    history = found.policies?.history;
    if (found.problem !== null) {
      terminal.err(
        `Nobody was read in detail, because there are no sound policies here to say whom: ${whatIsWrong(found.problem)}\n`,
      );
    }
    return found.population;
  });
  const fell = given === null ? [] : await fellSince(read, ledger, policies);
  const acceptance = fell.length === 0 ? null : given;
  if (given !== null && acceptance === null) terminal.err(nothingFell);
  const population = acceptance === null ? await certified(read, ledger, policies) : acceptedBy(read, acceptance, fell);
  await writeSnapshotFile(flags.out, population);
  const { lastGood } = await ledger.view();
  await tellHistoryEnds(kit, population, history);
  await ledger.recordSnapshot(population, acceptance, history);
  const { certificate } = population.header;
  if (kit.json) terminal.out(`${JSON.stringify(population.header)}\n`);
  else {
    const seats = seatsOf(population);
    const { colour, width } = terminal;
    terminal.out(renderSyncText(population, seats, signalsOf(population, seats, lastGood), { colour, width }));
    terminal.out(`\nWrote ${flags.out}. It holds names and addresses: keep it out of Git.\n`);
    if (lastGood === null && certificate.state === "complete") terminal.out(firstCount);
  }
  return certificate.state === "complete" ? exitCodes.done : exitCodes.snapshotNotComplete;
}

const nothingFell =
  "Nothing fell against the last good counts, so --accept-counts had nothing to accept: it is not noted. Leave it out.\n";

/** What fell against the counts that the ledger had at that moment. */
async function fellSince(
  read: Population,
  ledger: Pick<Ledger, "view">,
  policies: Policies | null,
): Promise<readonly string[]> {
  const view = await ledger.view(secondsOf(read.header.asOf) ?? undefined);
  return acceptableIn(read, view, shrinkLimit(policies?.repository.organization.value.limits));
}

const firstCount =
  "First count of this organisation: it is the baseline. Plan from the organisation, or run sync once more before you " +
  "plan from a file.\n";

function acceptanceIn(kit: Kit, { acceptCounts }: SyncFlags): Acceptance | null {
  if (acceptCounts === undefined) return null;
  if (acceptCounts.trim() !== "") return { by: userName(kit), reason: acceptCounts };
  throw new OperatorError(
    "usage",
    "--accept-counts needs a reason.",
    'Write why the counts are right: --accept-counts "The branch in Lyon was sold". The ledger keeps it.',
  );
}

function whatIsWrong(error: OperatorError): string {
  const first = error instanceof PolicyError ? error.findings.find(({ severity }) => severity === "error") : undefined;
  return first === undefined ? error.message : `${formatPlace(first.place)} ${first.message} ${first.remedy}`;
}

/** More to read while the connection is open. */
type ReadMore = (
  population: Population,
  reader: OrgReader & GroupReader,
  report: (step: ReadProgress) => void,
) => Promise<Population>;

/** Reads everything, with progress on stderr. */
export async function readOrganization(
  kit: Kit,
  organizationId: string,
  more: ReadMore = (population) => Promise.resolve(population),
): Promise<Population> {
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection = kit.connect(organizationId);
  try {
    const report = (step: ReadProgress): void => progress.show(readingWords(step));
    return await more(await connection.reader.readOrganization(report), connection.reader, report);
  } finally {
    progress.end();
    await connection.close();
  }
}
