import type { CertificateCheck } from "../model/documents.generated.ts";
import { withDirect, withHeader } from "../people/builder.ts";
import { certificateOf } from "../people/certificate.ts";
import { entries, type Population } from "../people/population.ts";
import type { ReadProgress } from "../ports.ts";
import {
  activityCheck,
  adminCheck,
  chainChecks,
  clockCheck,
  countCheck,
  grantCheck,
  holderChecks,
  instanceCheck,
  keyCheck,
  membershipCheck,
} from "./checks.ts";
import { countGroups, countUsers } from "./counts.ts";
import type { Frame } from "./frame.ts";
import type { Source } from "./source.ts";
import { countHolders, findDirect } from "./holders.ts";
import { readEverybody } from "./everybody.ts";
import { filterCheck, probeFilters } from "./probes.ts";
import { recount } from "./recount.ts";
import { headerOf, readSetting, type Terms } from "./setting.ts";

/**
 * Reads the whole organisation: the frame, everybody in it, and then every count that can be asked for a second way,
 * which is what the certificate rests on.
 */
export async function readWhole(
  source: Source,
  terms: Terms,
  report: (progress: ReadProgress) => void,
): Promise<Population> {
  const setting = await readSetting(source, terms, report);
  const { frame, admins, keys, asOf } = setting;
  const before = await countEverybody(source, frame);
  const { builder, read } = await readEverybody(source, frame, before.directories, (done) =>
    report({ step: "people", done, of: Math.max(done, before.rows) }),
  );
  report({ step: "counts", done: 0, of: null });
  const [after, groups, holders, probes] = await Promise.all([
    countEverybody(source, frame),
    countGroups(source, {}),
    countHolders(source, frame),
    probeFilters(source, frame, before.all),
  ]);
  const header = headerOf(source, terms, setting, { asOf, holders, checks: [], peopleCount: 0 });
  const population = await recount(source, builder.finish(header, "everybody"));
  const { readings, direct, chains } = await findDirect(source, population, holders);
  const checks: readonly CertificateCheck[] = [
    ...chainChecks([...frame.chains, ...read.chains, ...chains]),
    ...populationChecks(frame, before, after, population),
    countCheck({
      check: "groups",
      what: "groups",
      before: groups,
      after: groups,
      seen: frame.groups.length - frame.unlistedGroups,
    }),
    grantCheck(frame),
    membershipCheck(population, read),
    ...holderChecks(population.header, readings),
    filterCheck(probes, read),
    adminCheck(admins, population),
    keyCheck(keys),
    instanceCheck(frame),
    activityCheck(read),
    clockCheck(source.transport.serverClock()),
  ];
  return withHeader(withDirect(population, direct), {
    ...population.header,
    certificate: certificateOf(checks),
    peopleCount: population.size,
  });
}

interface EverybodyCounted {
  readonly all: number;
  /** By directory's position. */
  readonly directories: readonly number[];
  readonly none: number;
  /** Rows that the chains will bring: somebody in two directories comes twice. */
  readonly rows: number;
}

async function countEverybody(source: Source, frame: Frame): Promise<EverybodyCounted> {
  const [all, none, directories] = await Promise.all([
    countUsers(source, {}),
    countUsers(source, { membershipStatus: ["no_membership"] }),
    Promise.all(frame.directories.map(({ id }) => countUsers(source, { directoryIds: [id] }))),
  ]);
  return { all, none, directories, rows: directories.reduce((sum, each) => sum + each, none) };
}

/** Like compared with like: everybody, each directory, and who is in none. */
function populationChecks(
  frame: Frame,
  before: EverybodyCounted,
  after: EverybodyCounted,
  population: Population,
): readonly CertificateCheck[] {
  const members = frame.directories.map(() => 0);
  let none = 0;
  for (let person = 0; person < population.size; person++) {
    const mine = entries(population.directories, person);
    if (mine.length === 0) none++;
    for (const directory of mine) members[directory] = (members[directory] ?? 0) + 1;
  }
  return [
    countCheck({
      check: "population",
      what: "people in all",
      before: before.all,
      after: after.all,
      seen: population.size,
    }),
    ...frame.directories.map(({ id, name }, position) =>
      countCheck({
        check: `population/${id}`,
        what: `people in the directory ${name}`,
        before: before.directories[position] ?? 0,
        after: after.directories[position] ?? 0,
        seen: members[position] ?? 0,
      }),
    ),
    countCheck({
      check: "population/none",
      what: "managed accounts in no directory",
      before: before.none,
      after: after.none,
      seen: none,
    }),
  ];
}
