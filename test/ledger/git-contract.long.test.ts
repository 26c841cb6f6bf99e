import { join } from "node:path";
import { afterAll } from "vitest";
import { createGitLedger } from "../../src/ledger/git/ledger.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import { describeLedger } from "./contract.ts";
import { describeOverHttp, startGitServer } from "../support/git-server.ts";
import { bareRepository } from "./git-stage.ts";

needs("git").describe("on a branch", () => {
  describeLedger("a Git ledger that each operation meets on another machine", (clock) => {
    const folder = temporaryDirectory();
    const remote = bareRepository();
    let machines = 0;
    return {
      clock,
      open: () => createGitLedger({ folder: join(folder, String(machines++)), remote, organizationId, clock }),
    };
  });
});

const server = await startGitServer();
afterAll(() => server.close());

describeOverHttp("on a server", () => {
  describeLedger("a Git ledger over HTTP", (clock) => {
    const folder = temporaryDirectory();
    const remote = server.url(bareRepository());
    return { clock, open: () => createGitLedger({ folder, remote, token: server.token, organizationId, clock }) };
  });
});
