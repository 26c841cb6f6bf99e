import type { Ledger } from "../ports.ts";
import type { PolicyRepository, RepositoryFacts, ReviewHost } from "../review-ports.ts";
import type { Sealer } from "../review/seal.ts";
import type { Kit } from "../wiring.ts";
import type { RunEvent } from "./event.ts";
import type { Inputs } from "./inputs.ts";
import type { Runner } from "./runner.ts";

/** What a mode of the action is handed. */
export interface ActionKit {
  readonly inputs: Inputs;
  readonly event: RunEvent;
  readonly runner: Runner;
  /** Clock, terminal, connections to Atlassian. Its policy folder is empty: policies are read as Git objects. */
  readonly kit: Kit;
  readonly host: ReviewHost;
  readonly facts: RepositoryFacts;
  readonly repository: PolicyRepository;
  /** The ledger on its branch. */
  readonly ledger: (organizationId: string) => Ledger;
  /** Throws OperatorError("credentials") where there is no API key. */
  readonly sealer: () => Sealer;
}
