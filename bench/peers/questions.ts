import { createPopulationBuilder } from "../../src/people/builder.ts";
import type { Population } from "../../src/people/population.ts";
import { covers } from "../../src/plan/left-alone.ts";
import { scopesOf } from "../../src/plan/wishes.ts";
import type { Filter } from "../../src/policy/types.ts";
import { type Organisation } from "../organisation.ts";
import { questionOf } from "../selection.ts";
import { compiled } from "./compiled.ts";

/** One policy on one app, or about people, with everything that exempts from it. */
export interface Asked {
  readonly name: string;
  readonly app: number | null;
  readonly filter: Filter;
  readonly exempt: readonly Filter[];
}

/**
 * The policies of the bench with names as ids and durations as moments, for peers whose queries are made from them. Only
 * the people that policies name are looked at.
 */
export async function questionsFor(organisation: Organisation, folder: string): Promise<readonly Asked[]> {
  const set = await compiled(folder, named(organisation));
  return set.policies.flatMap((policy) =>
    scopesOf(policy).map((app): Asked => {
      const exemptions = set.exemptions.filter((exemption) => covers(exemption, policy)).map(({ filter }) => filter);
      return {
        name: questionOf(policy.id, app),
        app,
        filter: policy.filter,
        exempt: policy.except === null ? exemptions : [...exemptions, policy.except],
      };
    }),
  );
}

/** The organisation's frame with only those of its people whom the policies name. */
function named(organisation: Organisation): Population {
  const builder = createPopulationBuilder();
  let first = 0;
  for (const row of organisation.rows()) {
    if (row.email?.startsWith("break-glass@") === true || first++ === 0) builder.add(row);
    if (first > 2) break;
  }
  return builder.finish(organisation.frame.header, "some");
}

/** Groups of which not everybody was seen, by position. */
export function unprovedGroups({ frame }: Organisation): ReadonlySet<number> {
  return new Set([frame.at["labs-residents"]]);
}
