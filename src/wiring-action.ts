import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import type { RunEvent } from "./action/event.ts";
import type { Inputs } from "./action/inputs.ts";
import type { ActionKit } from "./action/kit.ts";
import type { Runner } from "./action/runner.ts";
import { createPolicyFolder } from "./disk/policy-folder.ts";
import { createPolicyRepository } from "./git/policy-repository.ts";
import { createReviewHost } from "./github/host.ts";
import { createGitLedger, type GitLedger } from "./ledger/git/ledger.ts";
import { OperatorError } from "./model/errors.ts";
import type { PolicySource } from "./ports.ts";
import { createSealer } from "./review/seal.ts";
import { tool } from "./version.ts";
import { createKit, type Kit } from "./wiring.ts";

/** What the action is started with. */
export interface ActionStart {
  readonly inputs: Inputs;
  readonly event: RunEvent;
  readonly runner: Runner;
}

/** For `lint`: the policy files of the checkout, and neither key nor token. */
export async function createLintKit({
  inputs,
  event,
  runner,
}: ActionStart): Promise<readonly [Pick<ActionKit, "kit" | "inputs" | "runner">, PolicySource]> {
  const folder = path.join(event.workspace, inputs.folder);
  return [{ kit: await kitFor({ inputs, event, runner }, "", folder), inputs, runner }, createPolicyFolder(folder)];
}

/**
 * For everything else: the composition root of the action. Policies come out of Git, the ledger is a branch, reviews are
 * asked of GitHub. Throws OperatorError where token or key are missing.
 */
export async function createActionKit(
  start: ActionStart & { readonly apiKey: string; readonly token: string },
): Promise<ActionKit & { close(): Promise<void> }> {
  const { inputs, event, runner, apiKey, token } = start;
  if (token === "") {
    throw new OperatorError(
      "credentials",
      "There is no token for GitHub.",
      "Give `github-token: ${{ github.token }}`, with the permissions that docs/github.md names for this mode.",
    );
  }
  const own = await mkdtemp(path.join(event.temporary, "seatwright-"));
  const kit = await kitFor(start, apiKey, path.join(own, "none"));
  const userAgent = `${tool.name}/${tool.version}`;
  const host = createReviewHost({
    repository: event.repository,
    token,
    apiUrl: inputs.apiUrl,
    clock: kit.clock,
    userAgent,
  });
  const remote = `${event.serverUrl}/${event.repository}`;
  const repository = createPolicyRepository({
    folder: path.join(own, "policies"),
    remote,
    token,
    repoPath: inputs.folder,
    clock: kit.clock,
  });
  const ledgers = new Map<string, GitLedger>();
  return {
    inputs,
    event,
    runner,
    kit,
    host,
    facts: await host.repositoryFacts(),
    repository,
    ledger(organizationId) {
      const known = ledgers.get(organizationId);
      if (known !== undefined) return known;
      const made = createGitLedger({
        folder: path.join(own, "ledger"),
        remote,
        organizationId,
        clock: kit.clock,
        ...(kit.api === "loopback" ? ({ rehearsal: true } as const) : {}),
        branch: inputs.ledgerBranch,
        token,
        run: `${event.runUrl}/attempts/${event.attempt}`,
        // A runner is gone when its run is over, or when its run is started again, which is this one; whoever holds the lock
        // on this machine is asked for as elsewhere.
        isGone: async ({ run }) => {
          const [, id, attempt] = /\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(run ?? "") ?? [];
          if (id === undefined) return false;
          if (id === event.runId) return Number(attempt) < event.attempt;
          return (await host.workflowRun(id))?.status === "over";
        },
      });
      ledgers.set(organizationId, made);
      return made;
    },
    sealer() {
      if (apiKey !== "") return createSealer(apiKey);
      throw new OperatorError(
        "credentials",
        "There is no API key of the Atlassian organisation.",
        "Give `api-key`, from a secret of an environment that only the default branch may use.",
      );
    },
    async close() {
      await repository.close();
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** The parts that the command line uses too, with the action's settings in place of flags. */
async function kitFor({ inputs }: ActionStart, apiKey: string, repo: string): Promise<Kit> {
  const { SEATWRIGHT_API_KEY: _, ...rest } = process.env;
  const env = { ...rest, CI: "true", NO_COLOR: "1", ...(apiKey === "" ? {} : { SEATWRIGHT_API_KEY: apiKey }) };
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  return createKit(
    { stdin: process.stdin, stdout: process.stderr, stderr: process.stderr, env },
    {
      repo,
      ...(inputs.organizationId === null ? {} : { orgId: inputs.organizationId }),
      ...(inputs.atlassianUrl === null ? {} : { apiUrl: inputs.atlassianUrl }),
    },
    repo,
    () => {
      process.once("SIGINT", onSignal);
      process.once("SIGTERM", onSignal);
      return stop.signal;
    },
  );
}
