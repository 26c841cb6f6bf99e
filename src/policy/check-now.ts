import type { SnapshotHeader } from "../model/documents.generated.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { createPopulationBuilder } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import { checkMoment } from "./check-exemptions.ts";
import type { ParsedRepository } from "./parts.ts";
import { readSources, type SourceBytes } from "./sources.ts";

/** What can be checked of a repository at a moment without the organisation. */
export interface NowContext {
  readonly asOf: Seconds;
  /** Declared sources as read, by name. */
  readonly sources: ReadonlyMap<string, SourceBytes>;
  readonly lastSourceRows: Readonly<Record<string, number>>;
}

/**
 * What is wrong with a sound repository at this moment: exemptions that have ended or run too long, and sources that are
 * missing, too old, too short or not in the promised columns. A source that is always given from outside (`csv: "-"`) may
 * be absent.
 */
export function checkNow(repository: ParsedRepository, context: NowContext): readonly Finding[] {
  const { organization } = repository;
  const outside = new Set(
    Object.entries(organization.value.sources ?? {}).flatMap(([name, { csv }]) =>
      csv === "-" ? [formatPlace(organization.at(["sources", name], "key"))] : [],
    ),
  );
  const { findings } = readSources(repository, nobody(context.asOf), { ...context, coverage: "some" });
  return [
    ...checkMoment(repository, context.asOf),
    ...findings.filter(({ rule, place }) => rule !== "source-missing" || !outside.has(formatPlace(place))),
  ];
}

function nobody(asOf: Seconds): Population {
  const header: SnapshotHeader = {
    kind: "snapshot",
    version: 1,
    tool: { name: "seatwright", version: "" },
    organization: { id: "", name: "" },
    asOf: momentOf(asOf),
    certificate: { state: "incomplete", checks: [] },
    directories: [],
    instances: [],
    groups: [],
    holders: [],
    keyCreators: null,
    peopleCount: 0,
  };
  return createPopulationBuilder().finish(header, "some");
}
