import { createPolicyFolder } from "../../src/disk/policy-folder.ts";
import { secondsOf } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { resolve } from "../../src/policy/resolve.ts";
import type { PolicySet } from "../../src/policy/types.ts";

/** The policies of a folder as they speak of a snapshot. Throws with the findings where they are not sound. */
export async function compiled(folder: string, population: Population): Promise<PolicySet> {
  const { repository, findings } = readRepository(await createPolicyFolder(folder).readFiles());
  if (repository === null) throw new Error(JSON.stringify(findings));
  const { set, findings: unresolved } = resolve(repository, population, {
    asOf: secondsOf(population.header.asOf) ?? 0,
    sources: new Map(),
    lastSourceRows: {},
    coverage: "everybody",
    earlier: [],
  });
  if (set === null) throw new Error(JSON.stringify(unresolved));
  return set;
}
