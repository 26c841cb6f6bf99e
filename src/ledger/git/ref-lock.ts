import { randomUUID } from "node:crypto";
import { devNull } from "node:os";
import { OperatorError } from "../../model/errors.ts";
import type { Clock } from "../../ports.ts";
import { type Holder, holderHere, holderIn } from "../holder.ts";
import type { Clone } from "./clone.ts";
import { localTrouble, RemoteTrouble, remoteTrouble } from "../../git-program/trouble.ts";
import { ledgerUse } from "./git-use.ts";

/** Who holds the lock, as the commit that it points at says. */
export interface LockHolder extends Holder {
  /** The run of the CI that holds it: an id or an address that `isGone` can ask after; null for a person's machine. */
  readonly run: string | null;
}

/** The organisation's lock: one ref at the remote, which is there while somebody is at work. */
export interface RefLock {
  /** What will say that this process holds it: the id of a commit, not yet at the remote. */
  sign(organization: string, purpose: string): Promise<string>;
  /** Takes it with that, or throws OperatorError("lockHeld") that names the holder. Taking what one has is no error. */
  take(id: string): Promise<void>;
  /** Who holds it at the remote now; null: nobody. Throws OperatorError where it does not say. */
  current(): Promise<LockHolder | null>;
  /** Gives it back, if it is still ours. */
  release(id: string): Promise<void>;
}

/** Where a lock is seen taken anew at each look, others are coming and going. */
const LOOKS = 8;

export function createRefLock(options: {
  readonly clone: Clone;
  readonly remote: string;
  readonly lockRef: string;
  readonly clock: Clock;
  readonly run: string | null;
  /** Whether a holder is certain to be no more. */
  readonly isGone: (holder: LockHolder) => Promise<boolean>;
}): RefLock {
  const { clone, remote, lockRef, clock, run, isGone } = options;
  const { git, tree } = clone;
  const place = `The lock ${lockRef} at ${remote}`;
  const remedy = `If you are certain that no run is at work, delete it: git push ${remote} :${lockRef}`;

  async function sign(organization: string, purpose: string): Promise<string> {
    const holder: LockHolder = { ...holderHere(randomUUID(), organization, purpose, clock.now()), run };
    const empty = await git(["hash-object", "-t", "tree", "-w", devNull]);
    if (empty.code !== 0) throw localTrouble(empty, tree, ledgerUse);
    const made = await git(["commit-tree", empty.out.trim(), "-m", JSON.stringify(holder)], { at: clock.now() });
    if (made.code !== 0) throw localTrouble(made, tree, ledgerUse);
    return made.out.trim();
  }

  /**
   * Moves the ref from `before` to `after` (null: not there), in one step on the server. False: it is no longer at `before`.
   * Source: git-push(1), --force-with-lease.
   */
  async function move(before: string | null, after: string | null): Promise<boolean> {
    const lease = `--force-with-lease=${lockRef}:${before ?? ""}`;
    const answer = await git(["push", "--porcelain", "--no-verify", lease, "ledger", `${after ?? ""}:${lockRef}`]);
    if (answer.code === 0) return true;
    const trouble = remoteTrouble(answer, place, ledgerUse);
    if (trouble.kind === "raced") return false;
    throw trouble;
  }

  /** Who holds it now, and by which commit; null where nobody does any more. */
  async function holder(): Promise<{ readonly id: string; readonly holder: LockHolder | null } | null> {
    const kept = "refs/seatwright/lock-seen";
    const fetched = await git(["fetch", "--no-tags", "--no-write-fetch-head", "ledger", `+${lockRef}:${kept}`]);
    if (fetched.code !== 0) {
      if (/couldn't find remote ref/.test(fetched.err)) return null;
      throw remoteTrouble(fetched, place, ledgerUse);
    }
    const shown = await git(["log", "--max-count=1", "--format=%H%n%B", kept]);
    if (shown.code !== 0) throw localTrouble(shown, tree, ledgerUse);
    const end = shown.out.indexOf("\n");
    return { id: shown.out.slice(0, end), holder: lockHolderIn(shown.out.slice(end + 1)) };
  }

  async function take(mine: string): Promise<void> {
    for (let looks = 0; looks < LOOKS; looks++) {
      // Succeeds also where it is there already: an answer that was lost does no harm.
      if (await move(null, mine)) return;
      const current = await holder();
      if (current === null) continue;
      if (current.holder === null) {
        throw new OperatorError("lockHeld", `${place} is taken, and does not say by whom.`, remedy);
      }
      if (!(await isGone(current.holder))) throw heldBy(current.holder);
      if (await move(current.id, mine)) return;
    }
    throw new OperatorError("lockHeld", `${place} is being taken by others again and again.`, "Try again in a while.");
  }

  function heldBy({ purpose, pid, host, startedAt, run: theirs }: LockHolder): OperatorError {
    const where = theirs === null ? "" : ` (${theirs})`;
    return new OperatorError(
      "lockHeld",
      plain(`Another run holds the ledger: ${purpose}, process ${pid} on ${host}${where}, since ${startedAt}.`),
      `Wait until it has ended and try again. ${remedy}`,
    );
  }

  return {
    sign,
    take,
    async current() {
      const found = await holder();
      if (found === null || found.holder !== null) return found?.holder ?? null;
      throw new OperatorError("lockHeld", `${place} is taken, and does not say by whom.`, remedy);
    },
    async release(id) {
      try {
        await move(id, null);
      } catch (error) {
        if (!(error instanceof RemoteTrouble)) throw error;
        throw new RemoteTrouble(
          error.kind,
          new OperatorError(error.reason, `${error.message} The lock could not be given back.`, remedy),
        );
      }
    },
  };
}

function lockHolderIn(text: string): LockHolder | null {
  const holder: (Holder & { readonly run?: unknown }) | null = holderIn(text);
  return holder === null ? null : { ...holder, run: typeof holder.run === "string" ? holder.run : null };
}

/** Whoever can push can write into a lock what a terminal would obey. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
