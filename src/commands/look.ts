import { access } from "node:fs/promises";
import path from "node:path";
import { readSnapshotFile } from "../disk/snapshot-file.ts";
import { OperatorError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { secondsOf } from "../model/time.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import type { Population } from "../people/population.ts";
import { certified, settled } from "../looking.ts";
import type { Policies } from "../policies-now.ts";
import { readRepository } from "../policy/repository.ts";
import { renderFindingsText } from "../report/findings-text.ts";
import type { Kit } from "../wiring.ts";
import type { GlobalFlags } from "../wiring-folder.ts";
import { proposeGroups } from "./init/proposals.ts";
import { organizationOf } from "./organization.ts";
import { type PoliciesRead, readPolicies, type SourceFlags, textsOf } from "./policies.ts";
import { readOrganization } from "./sync.ts";

export interface LookFlags extends SourceFlags, Pick<GlobalFlags, "repo"> {
  readonly snapshot?: string;
}

/** What of the organisation is read beside what every command needs. */
export type LookMore = "nothing" | "default groups";

/** An organisation as read, with what is said of it: for commands that only look. */
export interface Look {
  readonly population: Population;
  /** The policy repository, or what stands in where there is none. */
  readonly policies: Policies;
  /** The repository as read; null where there is none. */
  readonly repository: PoliciesRead | null;
  readonly view: LedgerView;
  /** What a reader should know of the above, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads a snapshot file, or the organisation, and the policy repository where there is one. Works without: then nothing is
 * known of exemptions, and groups that exist to give access are guessed as `init` does.
 */
export async function look(kit: Kit, flags: LookFlags, more: LookMore = "nothing"): Promise<Look> {
  const repository = (await hasRepository(kit, flags)) ? await readPolicies(kit, flags) : null;
  if (repository === null && (flags.source ?? []).length > 0) {
    throw new OperatorError(
      "usage",
      "--source names a source, and there is no policy repository here that declares it.",
      "Name the policy repository with --repo, or leave --source out.",
    );
  }
  const read = await populationFor(kit, flags, repository, more);
  const organizationId = read.header.organization.id;
  if (repository === null && kit.organizationId !== null && kit.organizationId !== organizationId) {
    throw new OperatorError(
      "usage",
      `The snapshot is of organisation ${organizationId}; the settings say ${kit.organizationId}.`,
      "Use the snapshot and the settings of one organisation (--org-id, SEATWRIGHT_ORG_ID).",
    );
  }
  const ledger = kit.ledger(organizationId);
  const population = await certified(read, ledger, repository);
  return {
    population,
    policies: repository ?? standIn(population),
    repository,
    view: await ledger.view(secondsOf(population.header.asOf) ?? undefined),
    notes: repository === null ? [withoutRepository] : [],
  };
}

const withoutRepository =
  "There is no policy repository here: no exemptions, no prices, nobody protected but admins and key creators, and as access groups those that `seatwright init` would propose";

async function hasRepository(kit: Kit, { repo }: LookFlags): Promise<boolean> {
  const found = await access(path.join(kit.repo, "seatwright.yaml")).then(
    () => true,
    () => false,
  );
  // A folder that was named must be one; reading it says what is wrong with it.
  return found || (repo !== undefined && repo !== ".");
}

async function populationFor(
  kit: Kit,
  flags: LookFlags,
  repository: PoliciesRead | null,
  more: LookMore,
): Promise<Population> {
  if (flags.snapshot !== undefined) return (await readSnapshotFile(flags.snapshot)).population;
  return readOrganization(
    kit,
    repository?.organizationId ?? (await organizationOf(kit)),
    async (found, reader, report) => {
      const population = more === "nothing" ? found : await reader.addDefaultRoles(found, report);
      if (repository === null) return population;
      // As many seats are known as in a snapshot that `sync` makes, so that both give one answer.
      const ledger = kit.ledger(population.header.organization.id);
      return settled({ policies: repository, population, ledger, reader, report });
    },
  );
}

/** Settings as `seatwright init` would propose them, so that a snapshot can be looked at before there are any. */
function standIn(population: Population): Policies {
  const { id, name } = population.header.organization;
  const proposed = new Set(proposeGroups(population).accessGroups);
  // By id: two directories may have a group of the same name.
  const accessGroups = population.header.groups.flatMap((group) => (proposed.has(group.name) ? [group.id] : []));
  const file = {
    version: 1,
    organization: { id, ...(name === "" ? {} : { name }) },
    ...(accessGroups.length === 0 ? {} : { accessGroups }),
  };
  const { repository, findings } = readRepository([
    { path: "seatwright.yaml", bytes: new TextEncoder().encode(JSON.stringify(file)) },
  ]);
  if (repository === null) {
    throw new OperatorError(
      "usage",
      `Nothing can be made of the snapshot without a policy repository: ${findings[0]?.message ?? ""}`,
      "Write one with `seatwright init`, and name it with --repo.",
    );
  }
  return { repository, sources: new Map() };
}

/** Shows warnings about the policy files on stderr, unless a program reads. */
export function tellWarnings(kit: Kit, repository: PoliciesRead | null, findings: readonly Finding[]): void {
  const all = [...(repository?.findings ?? []), ...findings];
  if (all.length === 0 || kit.json) return;
  const { errColour: colour, width, err } = kit.terminal;
  err(renderFindingsText(all, textsOf(repository?.files ?? []), { colour, width, consequence: "none" }));
}
