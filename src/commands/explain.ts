import { readPersonPast } from "../apply/person-past.ts";
import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { ledgerOwner } from "../ledger/directory.ts";
import type { PersonPast } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import { peopleNamed } from "../people/find.ts";
import type { Population } from "../people/population.ts";
import { explainPerson } from "../looking.ts";
import { lost } from "../plan/explain-lost.ts";
import { lostWords, severalWords, type Told } from "../report/explain-lost.ts";
import { noNames, renderPersonPast } from "../report/explain-past.ts";
import { renderExplanation } from "../report/explain-text.ts";
import { createNames, type Show } from "../report/people.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { look, type LookFlags, tellWarnings } from "./look.ts";
import { organizationOf } from "./organization.ts";
import { createProgress, readingWords } from "./progress.ts";

export interface ExplainFlags extends LookFlags {
  /** A run: answered from the ledger alone. */
  readonly run?: string;
}

/**
 * `seatwright explain PERSON`: why each seat is held, what every policy makes of the person, what the plan does, and what
 * earlier runs did. With `--run`, what one run did, from the ledger alone. Changes nothing.
 */
export async function runExplain(kit: Kit, flags: ExplainFlags, person: string | undefined): Promise<number> {
  const wanted = person ?? "";
  return flags.run === undefined ? explainNow(kit, flags, wanted) : explainRun(kit, flags, wanted, flags.run);
}

async function explainNow(kit: Kit, flags: ExplainFlags, wanted: string): Promise<number> {
  const looked = await look(kit, flags);
  const { policies, repository, notes } = looked;
  const organizationId = looked.population.header.organization.id;
  const show = repository?.show ?? "names";
  const ledger = kit.ledger(organizationId);
  const found = onePerson(looked.population, wanted, show);
  if (found === null) {
    const past = accountIdPattern.test(wanted) ? await pastOf(kit, organizationId, wanted, null) : null;
    if (past !== null && past.changes.length > 0) return tellPast(kit, past, looked.population, show);
    throw refusal(lostWords(looked.population, wanted, lost(looked.population, wanted), show));
  }
  const population = flags.snapshot === undefined ? await withDetail(kit, looked.population, found) : looked.population;
  const accountId = population.text("id", found) ?? "";
  const told = await explainPerson({
    policies,
    population,
    ledger,
    // The plan behind an explanation is neither shown nor kept, so its snapshot needs no digest.
    digestOf: () => noDigest,
    tool,
    person: found,
  });
  const past = await pastOf(kit, organizationId, accountId, null);
  const explanation = { ...told, past: past.changes, notes: [...notes, ...past.problems] };
  tellWarnings(kit, repository, []);
  const { colour, width } = kit.terminal;
  kit.terminal.out(
    kit.json
      ? `${JSON.stringify(explanation)}\n`
      : renderExplanation({ ...explanation, notes }, population, { colour, width, show, problems: past.problems }),
  );
  return exitCodes.done;
}

const noDigest = `sha256:${"0".repeat(64)}`;

/** Source: organisations REST API, accountId. */
const accountIdPattern = /^[A-Za-z0-9_|:-]{1,128}$/;

/** The one person who is meant, or null. Throws OperatorError where it can be several. */
function onePerson(population: Population, wanted: string, show: Show): number | null {
  const [found, ...more] = peopleNamed(population, wanted);
  if (found !== undefined && more.length > 0) {
    throw refusal(severalWords(population, wanted, [found, ...more], show));
  }
  return found ?? null;
}

/** With what only a call for this one person tells. */
async function withDetail(kit: Kit, population: Population, person: number): Promise<Population> {
  const progress = createProgress(kit.terminal, () => Date.now());
  const connection = kit.connect(population.header.organization.id);
  try {
    return await connection.reader.addDetail(population, [population.text("id", person) ?? ""], (step) =>
      progress.show(readingWords(step)),
    );
  } finally {
    progress.end();
    await connection.close();
  }
}

/** One run, from the ledger alone: needs neither a key nor policies; a snapshot only where the person is given by name. */
async function explainRun(kit: Kit, flags: ExplainFlags, wanted: string, run: string): Promise<number> {
  const population = flags.snapshot === undefined ? null : (await readSnapshotFile(flags.snapshot)).population;
  const accountId = accountIn(population, wanted);
  const organizationId = await organizationOf(kit).catch(() => population?.header.organization.id ?? null);
  const past = await pastOf(kit, organizationId, accountId, run);
  if (population === null && !wholeAccountId.test(wanted) && !isKnown(past)) throw noAccountId(wanted);
  return tellPast(kit, past, population, "names");
}

/** What the ledger's runs did about an account; of one run, or of all. An absent ledger has none, but for one that is asked for. */
async function pastOf(
  kit: Kit,
  organizationId: string | null,
  accountId: string,
  run: string | null,
): Promise<PersonPast> {
  const owner = (await kit.readLedger(organizationId, ledgerOwner))?.owner ?? null;
  if (owner === null && run !== null) {
    throw new OperatorError(
      "usage",
      `There is no ledger at ${kit.ledgerPlace}.`,
      "Name the ledger of the run with --ledger, or the policy repository that it belongs to with --repo.",
    );
  }
  if (owner !== null && organizationId !== null && owner !== organizationId) {
    throw new OperatorError(
      "usage",
      `The ledger at ${kit.ledgerPlace} is of organisation ${owner}, not of ${organizationId}.`,
      "Use the ledger, the settings and the snapshot of one organisation (--ledger, --org-id, --snapshot).",
    );
  }
  return readPersonPast(kit.ledger(owner ?? organizationId ?? ""), accountId, run);
}

/** The account id of somebody whom a ledger is asked about. */
function accountIn(population: Population | null, wanted: string): string {
  const found = population === null ? null : onePerson(population, wanted, "names");
  if (population !== null && found !== null) return population.text("id", found) ?? wanted;
  if (accountIdPattern.test(wanted)) return wanted;
  if (population !== null) throw refusal(lostWords(population, wanted, lost(population, wanted), "names"));
  throw noAccountId(wanted);
}

/**
 * An account id as Atlassian writes them: `712020:` and a UUID, or 24 hexadecimal digits. A name of one word passes for
 * any other. Source: organisations REST API, accountId.
 */
const wholeAccountId = /^(\w+:[\w:|-]{8,}|[0-9a-f]{24})$/;

/** Whether the ledger speaks of the account anywhere, or could not be read whole. */
function isKnown({ changes, heldBack, conflicts, otherRuns, problems }: PersonPast): boolean {
  return [changes, heldBack, conflicts, otherRuns, problems].some(({ length }) => length > 0);
}

function noAccountId(wanted: string): OperatorError {
  return new OperatorError(
    "usage",
    `The ledger knows account ids only, and ${wanted} is none of its.`,
    "Give the account id, or add --snapshot FILE with a snapshot that still has the person.",
  );
}

function tellPast(kit: Kit, past: PersonPast, population: Population | null, show: Show): number {
  const { colour, width } = kit.terminal;
  const names = population === null ? noNames : createNames(population, show);
  kit.terminal.out(kit.json ? `${JSON.stringify(past)}\n` : renderPersonPast(past, names, { colour, width }));
  return past.run !== null && past.problems.length > 0 ? exitCodes.internal : exitCodes.done;
}

function refusal({ message, remedy }: Told): OperatorError {
  return new OperatorError("usage", `${message}.`, remedy);
}
