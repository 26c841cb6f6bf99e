import { OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import { detailed, settled } from "../looking.ts";
import type { OrgReader, ReadProgress } from "../ports.ts";
import type { Kit } from "../wiring.ts";
import { type PoliciesRead, readPolicies, type SourceFlags } from "./policies.ts";

export interface Detailed {
  readonly population: Population;
  /** Null where there are no sound ones. */
  readonly policies: PoliciesRead | null;
  /** Why nobody was read in detail; null: whomever the policies name was. */
  readonly problem: OperatorError | null;
}

/**
 * The same population with detail for whomever the policies would otherwise match, or for those of them alone whose seats are
 * not known. A snapshot needs no policies; sound ones only say whom to ask about.
 */
export async function detailWherePoliciesSay(
  kit: Kit,
  flags: SourceFlags,
  whom: "everybody in a plan" | "seats not known",
  {
    population,
    reader,
    report,
  }: {
    readonly population: Population;
    readonly reader: OrgReader;
    readonly report: (progress: ReadProgress) => void;
  },
): Promise<Detailed> {
  let policies: PoliciesRead;
  try {
    policies = await readPolicies(kit, flags);
  } catch (error) {
    if (!(error instanceof OperatorError) || error.reason !== "policyInvalid") throw error;
    return { population, policies: null, problem: error };
  }
  const ledger = kit.ledger(population.header.organization.id);
  const ask = whom === "seats not known" ? settled : detailed;
  return { population: await ask({ policies, population, ledger, reader, report }), policies, problem: null };
}
