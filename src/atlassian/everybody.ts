import { OperatorError } from "../model/errors.ts";
import { createPopulationBuilder, type PopulationBuilder } from "../people/builder.ts";
import { readTwoWays } from "./both-ends.ts";
import { countUsers, type UserFilter } from "./counts.ts";
import { ReadFailure } from "./failures.ts";
import type { Frame } from "./frame.ts";
import { type Chain, type ChainRead, readPages } from "./pages.ts";
import { addRow, emptyTally, peopleChain, type PeopleRead, type Tally } from "./people.ts";
import { decodeUser, type UserRow } from "./rows.ts";
import type { Source } from "./source.ts";

/** A directory of fewer people is one list: parts of it would cost more requests than they save time. */
const WORTH_PARTS = 1000;
const claimStatuses = ["managed", "unmanaged"] as const;

/** Everybody who was added, and how they were read. */
export interface EverybodyRead {
  readonly builder: PopulationBuilder;
  readonly read: PeopleRead;
}

/** People of one directory with one claim status, and how many there are. */
interface Part {
  readonly directory: number;
  readonly filter: UserFilter & { readonly claimStatus: "managed" | "unmanaged" };
  readonly count: number;
}

/**
 * Reads everybody: the lists of the directories and of managed accounts in none, all at once. A long list is cut by claim
 * status, and its parts are read from both ends until they meet, where counts prove that nobody was left out or came twice:
 * the parts add up to the whole before, each brought as many as it counts, and it counts as many after. Where a count
 * differs, or Atlassian does not accept such a question, one chain for each list decides, from its beginning to its end.
 * `counted` is how many people each directory has; `report` is told how many rows came so far.
 */
export async function readEverybody(
  source: Source,
  frame: Frame,
  counted: readonly number[],
  report: (rows: number) => void,
): Promise<EverybodyRead> {
  const parts = await partsOf(source, frame, counted);
  if (parts.length > 0) {
    const everybody = await readInParts(source, frame, parts, report);
    if (everybody !== null) return everybody;
  }
  return readInChains(source, frame, report);
}

/** One chain for each list. */
async function readInChains(source: Source, frame: Frame, report: (rows: number) => void): Promise<EverybodyRead> {
  const adding = startAdding(frame, report);
  const lists = [...frame.directories.keys(), null];
  const chains = await Promise.all(lists.map((directory) => readList(source, frame, directory, adding)));
  return { builder: adding.builder, read: { chains, ...adding.tally } };
}

/** The parts of every directory that is worth it and whose counts add up. */
async function partsOf(source: Source, frame: Frame, counted: readonly number[]): Promise<readonly Part[]> {
  const parts = await Promise.all(
    counted.map(async (all, directory): Promise<readonly Part[]> => {
      if (all < WORTH_PARTS) return [];
      const byClaim = await Promise.all(
        claimStatuses.map(async (claimStatus) => {
          const filter = { directoryIds: [frame.directories[directory]?.id ?? ""], claimStatus };
          return { directory, filter, count: await countUsers(source, filter) };
        }),
      );
      const sum = byClaim.reduce((total, { count }) => total + count, 0);
      return sum === all ? byClaim.filter(({ count }) => count > 0) : [];
    }),
  );
  return parts.flat();
}

/** Everybody, some directories in parts; null where that did not prove to be everybody, each of them once. */
async function readInParts(
  source: Source,
  frame: Frame,
  parts: readonly Part[],
  report: (rows: number) => void,
): Promise<EverybodyRead | null> {
  const adding = startAdding(frame, report);
  const seen = frame.directories.map(() => new Set<string>());
  let isProved = true;
  const isWanted = (): boolean => isProved;

  async function readPart(part: Part): Promise<readonly ChainRead[]> {
    try {
      const { proved, chain } = await readTwoWays(
        source.transport,
        { ...waysOf(source, frame, part), count: part.count, isWanted },
        {
          decode(value, where) {
            const row = decodeUser(value, where);
            return { id: row.accountId, row };
          },
          onNew(row) {
            const ids = seen[part.directory];
            const isAnotherPart = row.claimStatus !== undefined && row.claimStatus !== part.filter.claimStatus;
            if (isAnotherPart || ids?.has(row.accountId) === true) isProved = false;
            ids?.add(row.accountId);
            adding.add(part.directory, row);
          },
          onPage: adding.onPage,
        },
      );
      const isAsCounted = proved && (await countUsers(source, part.filter)) === part.count;
      // Never the other way round: another part may have failed while this one was counted.
      if (!isAsCounted) isProved = false;
      return [chain];
    } catch (error) {
      if (!isAboutTheQuestion(error)) throw error;
      isProved = false;
      return [];
    }
  }

  const lists = [...frame.directories.keys(), null].filter((at) => !parts.some(({ directory }) => directory === at));
  const chains = await Promise.all([
    ...lists.map(async (directory) => [await readList(source, frame, directory, adding)]),
    ...parts.map(readPart),
  ]);
  return isProved ? { builder: adding.builder, read: { chains: chains.flat(), ...adding.tally } } : null;
}

/** Answered, but not with what was asked for: the same without filter and order may do better. */
function isAboutTheQuestion(error: unknown): boolean {
  return error instanceof ReadFailure ? error.status === 400 : error instanceof OperatorError;
}

function waysOf(source: Source, frame: Frame, part: Part): { readonly forwards: Chain; readonly backwards: Chain } {
  const sorted = (direction: "asc" | "desc"): Chain =>
    peopleChain(source, frame, part.directory, {
      claimStatus: part.filter.claimStatus,
      sortBy: [{ field: "nick_name", direction }],
    });
  return { forwards: sorted("asc"), backwards: sorted("desc") };
}

/** A population that grows, and what is noticed meanwhile. */
interface Adding {
  readonly builder: PopulationBuilder;
  readonly tally: Tally;
  readonly add: (directory: number | null, row: UserRow) => void;
  readonly onPage: () => void;
}

function startAdding(frame: Frame, report: (rows: number) => void): Adding {
  const builder = createPopulationBuilder();
  const tally = emptyTally();
  let rows = 0;
  return {
    builder,
    tally,
    add(directory, row) {
      addRow(frame, builder, tally, directory, row);
      rows++;
    },
    onPage: () => report(rows),
  };
}

function readList(source: Source, frame: Frame, directory: number | null, adding: Adding): Promise<ChainRead> {
  return readPages(
    source.transport,
    peopleChain(source, frame, directory, {}),
    (value, where) => adding.add(directory, decodeUser(value, where)),
    adding.onPage,
  );
}
