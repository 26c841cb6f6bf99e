import { createGitLedger } from "../../src/ledger/git/ledger.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import { describeLedger } from "./contract.ts";
import { bareRepository } from "./git-stage.ts";

needs("git").describe("on a branch", () => {
  describeLedger("a Git ledger", (clock) => {
    const folder = temporaryDirectory();
    const remote = bareRepository();
    return { clock, open: () => createGitLedger({ folder, remote, organizationId, clock }) };
  });
});
