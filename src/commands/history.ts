import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { ledgerOwner } from "../ledger/directory.ts";
import { readKept, readPeriods } from "../ledger/history.ts";
import { readCounted, readFirstCounted } from "../ledger/history-counts.ts";
import { readDeedsOf } from "../ledger/history-deeds.ts";
import { readInstanceNames } from "../ledger/history-names.ts";
import type { AccountHistory, ActiveWithin, History, SeatRef } from "../model/documents.generated.ts";
import { exitCodes, OperatorError } from "../model/errors.ts";
import type { Counts } from "../model/ledger-view.ts";
import { dayOf } from "../model/time.ts";
import { peopleNamed } from "../people/find.ts";
import { accountHistory } from "../people/history-account.ts";
import { countHistory } from "../people/history-counts.ts";
import { activeLengths } from "../people/idle-buckets.ts";
import type { Population } from "../people/population.ts";
import { renderAccountHistory } from "../report/history-account.ts";
import { renderHistory } from "../report/history-counts.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { endOf, startOf } from "./moments.ts";
import { organizationOf } from "./organization.ts";

export interface HistoryFlags {
  readonly from?: string;
  readonly to?: string;
  readonly compare?: true;
  /** How recent the last activity is that counts as active. */
  readonly active?: string;
  readonly snapshot?: string;
  readonly all?: true;
}

/** After every moment that a ledger can hold. */
const END_OF_TIME = 253_402_300_799;

/**
 * `seatwright history [PERSON]`: what the ledger counted over time, or when one account held which seat. Reads the ledger
 * and, where one is given, a snapshot file for names; needs neither a key nor a policy repository.
 */
export async function runHistory(kit: Kit, flags: HistoryFlags, person: string | undefined): Promise<number> {
  const period = {
    from: flags.from === undefined ? 0 : startOf("--from", flags.from),
    to: flags.to === undefined ? END_OF_TIME : endOf("--to", flags.to),
  };
  if (period.from >= period.to) {
    throw new OperatorError(
      "usage",
      `--from ${flags.from ?? ""} is after --to ${flags.to ?? ""}.`,
      "Give the earlier day first.",
    );
  }
  const active = activeLength(flags.active ?? "90d");
  if (person !== undefined && [flags.from, flags.to, flags.compare, flags.active].some((flag) => flag !== undefined)) {
    throw new OperatorError(
      "usage",
      "--from, --to, --compare and --active are about counts; the history of one account is always told whole.",
      "Leave them out, or leave the account out.",
    );
  }
  const population = flags.snapshot === undefined ? null : (await readSnapshotFile(flags.snapshot)).population;
  const accountId = person === undefined ? null : accountOf(person, population);
  const asked = await organizationOf(kit).catch(() => population?.header.organization.id ?? null);
  const found = await kit.readLedger(asked, async (folder): Promise<History | AccountHistory> => {
    const owner = await ownerOf(kit, folder, population);
    const instances = namesIn(await readInstanceNames(folder), population);
    if (accountId !== null) {
      return accountHistory({
        organizationId: owner,
        accountId,
        keeping: await readKept(folder),
        ledgerSince: await readFirstCounted(folder),
        seats: await readPeriods(folder, accountId),
        deeds: await readDeedsOf(folder, accountId),
        names: instances,
        tool,
      });
    }
    const all = await readCounted(folder, flags.compare === true ? 0 : period.from, period.to);
    return countHistory({
      organizationId: owner,
      counts: flags.compare === true ? twoOf(all, flags) : all,
      names: { instances, groups: new Map(population?.header.groups.map(({ id, name }) => [id, name])) },
      view: flags.compare === true ? "compare" : "all",
      active,
      tool,
    });
  });
  const { colour, width } = kit.terminal;
  const text =
    found.kind === "history"
      ? renderHistory(found, { colour, width, rows: flags.all === true ? "all" : "some" })
      : renderAccountHistory(found, { colour, width });
  kit.terminal.out(kit.json ? `${JSON.stringify(found)}\n` : text);
  return exitCodes.done;
}

/** One of the lengths of time by which the ledger counts last activity. */
function activeLength(word: string): ActiveWithin {
  const found = activeLengths.find((length) => length === word);
  if (found !== undefined) return found;
  throw new OperatorError(
    "usage",
    `--active ${word} is not a length of time by which the ledger counts last activity.`,
    `Give one of ${activeLengths.join(", ")}.`,
  );
}

/** The account that a person means. An id needs no snapshot, and may be of somebody who is gone. */
function accountOf(person: string, population: Population | null): string {
  const looksLikeId = /^[A-Za-z0-9_|:-]{1,128}$/.test(person);
  if (population === null) {
    if (looksLikeId) return person;
    throw new OperatorError(
      "usage",
      `The ledger holds account ids only, and ${person === "" ? "an empty text" : person} is not one.`,
      "Give an account id, or add --snapshot FILE to find an address or a name in it.",
    );
  }
  const [found, second, ...more] = peopleNamed(population, person);
  if (second !== undefined) {
    const ids = [found ?? 0, second, ...more].slice(0, 5).map((position) => population.text("id", position) ?? "");
    throw new OperatorError(
      "usage",
      `${more.length + 2} people are called ${person}.`,
      `Give an account id: ${ids.join(", ")}.`,
    );
  }
  if (found !== undefined) return population.text("id", found) ?? person;
  if (looksLikeId) return person;
  throw new OperatorError(
    "usage",
    `Nobody in the snapshot is called ${person}.`,
    "Give an account id, an address or the exact name. Of somebody who is gone, or whose address is hidden, only the account id leads further.",
  );
}

/** Whose ledger it is. Throws OperatorError where it is none, or another organisation's than what was named or given. */
async function ownerOf(kit: Kit, folder: string, population: Population | null): Promise<string> {
  const owner = (await ledgerOwner(folder))?.owner ?? null;
  if (owner === null) {
    throw new OperatorError(
      "usage",
      `There is no ledger at ${kit.ledgerPlace}, so there is no history.`,
      "Name the ledger with --ledger. `sync` and `plan` begin one when they read the organisation.",
    );
  }
  for (const other of [kit.organizationId, population?.header.organization.id ?? null]) {
    if (other === null || other === owner) continue;
    throw new OperatorError(
      "usage",
      `The ledger at ${kit.ledgerPlace} is of organisation ${owner}, not of ${other}.`,
      "Use the ledger, the settings and the snapshot of one organisation (--ledger, --org-id, --snapshot).",
    );
  }
  return owner;
}

/** The ledger's names, and those of the snapshot before them. */
function namesIn(known: readonly SeatRef[], population: Population | null): readonly SeatRef[] {
  const given = (population?.header.instances ?? []).map(({ id, app, site }) => ({ instance: id, app, site }));
  return [...new Map([...known, ...given].map((name) => [name.instance, name])).values()];
}

/** The counts that held at the end of the first day, and those at the end of the last. */
function twoOf(all: readonly Counts[], { from }: HistoryFlags): readonly Counts[] {
  const first = all.at(0);
  const last = all.at(-1);
  if (first === undefined || last === undefined) return [];
  if (from === undefined) return [first, last];
  const bound = endOf("--from", from);
  const before = all.findLast(({ asOf }) => asOf < bound);
  if (before !== undefined) return [before, last];
  throw new OperatorError(
    "usage",
    `Nothing was counted on ${from} or before it: the first complete snapshot is of ${dayOf(first.asOf)}.`,
    "Compare from that day on, or later.",
  );
}
