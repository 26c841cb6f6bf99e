import type { LockFacts } from "../../model/setup-facts.ts";
import type { Clock, Ledger, Lock } from "../../ports.ts";
import { OperatorError } from "../../model/errors.ts";
import { createDirectoryLedger } from "../directory.ts";
import { isProvablyGone } from "../holder.ts";
import { lockFacts } from "../lock.ts";
import { checkNoDebugOutput, checkRemote, credentialsOf } from "../../git-program/address.ts";
import { createRunGit } from "../../git-program/run-git.ts";
import { checkBranch } from "./branch-name.ts";
import { createClone, type RemoteState } from "./clone.ts";
import { createRefLock, type LockHolder } from "./ref-lock.ts";
import { createRunArea } from "./run-area.ts";
import { ledgerSettings } from "./git-use.ts";
import { createLogOpener } from "./secured-log.ts";
import { createTransactions } from "./transactions.ts";
import { createTurns } from "./turns.ts";
import { readAllSeats } from "./view.ts";

/** A ledger on a branch, of which there is a copy on this machine. */
export interface GitLedger extends Ledger {
  /**
   * Runs `work` over a folder that holds the ledger as it is now, for what reads its files: exports and verifying. Nothing
   * may be written there.
   */
  inFolder<Result>(work: (directory: string) => Promise<Result>): Promise<Result>;
  /** Who holds the organisation's lock at the remote; null: nobody. */
  lockHolder(): Promise<LockFacts | null>;
}

export interface GitLedgerOptions {
  /** A folder of the ledger's own, for its copy of the branch. Made when it is missing; never a checkout of something else. */
  readonly folder: string;
  /** Address or absolute path of the repository. */
  readonly remote: string;
  readonly organizationId: string;
  readonly clock: Clock;
  /** For runs against a simulator, which write to no other ledger. */
  readonly rehearsal?: true;
  /** By default `seatwright-ledger`. Made, without a parent, when it is missing. */
  readonly branch?: string;
  /** By default `refs/seatwright/lock`, and one for each branch that has another name. */
  readonly lockRef?: string;
  /** Goes with each request to a remote over HTTP, as the password of `user`. */
  readonly token?: string;
  /** By default `x-access-token`, which is what GitHub wants. */
  readonly user?: string;
  /** Id or address of the CI's run, for whoever meets the lock. */
  readonly run?: string;
  /** Whether the holder of a lock is certain to be no more. By default: it ran on this machine, and its process has ended. */
  readonly isGone?: (holder: LockHolder) => Promise<boolean>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** 0 to 1, to spread waits. */
  readonly random?: () => number;
}

const BRANCH = "seatwright-ledger";

/**
 * A ledger on an orphan branch of a Git repository, for machines that do not outlive a run. Each operation sees the branch
 * as it is at the remote, and each that writes is one commit on top of it; `docs/ledger.md` describes both. Throws
 * OperatorError where address, branch or surroundings cannot be used.
 */
export function createGitLedger(options: GitLedgerOptions): GitLedger {
  const { folder, remote, organizationId, clock, branch = BRANCH, token, user = "x-access-token" } = options;
  const { environment = process.env, random = Math.random, run = null } = options;
  const lockRef = options.lockRef ?? (branch === BRANCH ? "refs/seatwright/lock" : `refs/seatwright/locks/${branch}`);
  const { authorization, secrets } = credentialsOf(token, user);
  checkRemote("the ledger's repository", remote, authorization === null ? "without token" : "with token");
  checkBranch(branch);
  if (authorization !== null) checkNoDebugOutput(process.env["DEBUG"]);

  const runGitIn = (place: string): ReturnType<typeof createRunGit> =>
    createRunGit({
      folder: place,
      remote,
      settings: ledgerSettings(remote, branch),
      authorization,
      secrets,
      environment,
    });
  const clone = createClone({ folder, remote, branch, lockRef, organizationId, runGitIn });
  const area = createRunArea(folder);
  const whose = { organizationId, clock, ...(options.rehearsal === true ? { rehearsal: options.rehearsal } : {}) };
  const tree = createDirectoryLedger({ directory: clone.tree, ...whose });
  const local = createDirectoryLedger({ directory: area.directory, ...whose });
  const turns = createTurns(folder, organizationId, clock);
  const transactions = createTransactions({ clone, area, tree, clock, random, turns });
  const { isGone = async (holder) => isProvablyGone(holder) } = options;
  const refLock = createRefLock({ clone, remote, lockRef, clock, run, isGone });
  const openRun = createLogOpener({ folder, clone, area, local, clock, organizationId, transactions, checkLock });

  /** The commit by which this process holds the lock. */
  let held: string | null = null;

  function checkLock({ lock: found }: RemoteState): void {
    if (held === null || found === held) return;
    throw new OperatorError(
      "lockHeld",
      `The lock ${lockRef} at ${remote} was taken away while the run was at work. The run has stopped; its log is kept.`,
      "Find out who deleted the lock, make sure that no other run is at work, and run the same command again.",
    );
  }

  async function lock(organization: string, purpose: string): Promise<Lock> {
    if (organization !== organizationId) throw new Error(`the ledger of ${organizationId} cannot lock ${organization}`);
    let signed: string | null = null;
    const id = await transactions.alone(async () => {
      signed ??= await refLock.sign(organization, purpose);
      await refLock.take(signed);
      return signed;
    });
    held = id;
    return {
      async release() {
        if (held === id) held = null;
        await transactions.inTurn(async () => await refLock.release(id));
      },
    };
  }

  return {
    view: async (...given) =>
      await transactions.read("remote", async () => await readAllSeats(await tree.view(...given), clone.tree)),
    async recordSnapshot(...given) {
      const message = `Keep the counts and seats of ${given[0].header.asOf}`;
      await transactions.write(message, "remote", () => tree.recordSnapshot(...given));
    },
    async storePlan(...given) {
      await transactions.write(`Keep plan ${given[0].digest}`, "remote", () => tree.storePlan(...given));
    },
    loadPlan: async (...given) => await transactions.read("remote", () => tree.loadPlan(...given)),
    lock,
    unfinishedRun: async () => await transactions.read("remote and machine", () => tree.unfinishedRun()),
    runIds: async () => await transactions.read("remote and machine", () => tree.runIds()),
    readRun: async (...given) => await transactions.read("remote and machine", () => tree.readRun(...given)),
    openRun,
    consumedBy: async (...given) => await transactions.read("remote", () => tree.consumedBy(...given)),
    async storeResult(...given) {
      await transactions.write(`Keep the result of ${given[0].run}`, "remote and machine", () =>
        tree.storeResult(...given),
      );
    },
    async requestStop(...given) {
      await transactions.write("Ask runs to stop", "remote", () => tree.requestStop(...given));
      transactions.forgetStop();
    },
    async withdrawStop() {
      await transactions.write("Withdraw the stop", "remote", () => tree.withdrawStop());
      transactions.forgetStop();
    },
    stopRequested: () => transactions.stopRequested(),
    async lockHolder() {
      const found = await transactions.read("remote", () => refLock.current());
      return found === null ? null : lockFacts(found, found.run);
    },
    inFolder: async (work) => await transactions.read("remote and machine", () => work(clone.tree)),
  };
}
