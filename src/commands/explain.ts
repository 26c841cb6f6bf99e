import { readSnapshotFile, snapshotDigest } from "../disk/snapshot-file.ts";
import { OperatorError } from "../model/errors.ts";
import { explainPerson } from "../pipeline.ts";
import { peopleNamed } from "../people/find.ts";
import { renderExplanation } from "../report/explain-text.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { readPolicies, type SourceFlags } from "./policies.ts";
import { readOrganization } from "./sync.ts";

export interface ExplainFlags extends SourceFlags {
  readonly snapshot?: string;
}

/** `seatwright explain PERSON`: why each seat is held, what every policy thinks of the person, and what the plan does. */
export async function runExplain(kit: Kit, flags: ExplainFlags, person: string | undefined): Promise<number> {
  const policies = await readPolicies(kit, flags);
  const { organizationId } = policies;
  const taken =
    flags.snapshot === undefined
      ? { population: await readOrganization(kit, organizationId), digest: null }
      : await readSnapshotFile(flags.snapshot);
  const { population } = taken;
  const wanted = person ?? "";
  const [found, second, ...more] = peopleNamed(population, wanted);
  if (found === undefined) {
    throw new OperatorError(
      "usage",
      `Nobody in the snapshot is called ${wanted}.`,
      "Give an address, an account id or the exact name. Portal-only customers are never in it; a hidden address cannot be found.",
    );
  }
  if (second !== undefined) {
    const ids = [found, second, ...more].slice(0, 5).map((position) => population.text("id", position) ?? "");
    throw new OperatorError(
      "usage",
      `${more.length + 2} people are called ${wanted}.`,
      `Give an account id: ${ids.join(", ")}.`,
    );
  }
  const explanation = await explainPerson({
    policies,
    population,
    ledger: kit.ledger(organizationId),
    digestOf: (of) => taken.digest ?? snapshotDigest(of),
    tool,
    person: found,
  });
  const { colour, width } = kit.terminal;
  kit.terminal.out(kit.json ? `${JSON.stringify(explanation)}\n` : renderExplanation(explanation, { colour, width }));
  return 0;
}
