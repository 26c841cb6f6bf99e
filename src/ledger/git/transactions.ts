import { OperatorError } from "../../model/errors.ts";
import type { Clock, Ledger } from "../../ports.ts";
import { readHead } from "../head.ts";
import type { Clone, RemoteState } from "./clone.ts";
import { layOver, type LocalRun, type RunArea, standingOf } from "./run-area.ts";
import { persistently } from "./turns.ts";

/**
 * Whether somebody asked to stop is believed for this long, in seconds: about as long as a look at the remote takes, so that
 * asking before each change does not double how long a run takes.
 */
const STOP_LASTS = 2;

/** The log that is open in this process. Events are counted from when it was opened. */
export interface OpenRun {
  readonly run: string;
  appended: number;
  /** How many of them the remote has. */
  secured: number;
}

/** What of this machine's run an operation takes into account, besides what the remote holds. */
export type Share = "remote" | "remote and machine";

/** Operations on the work tree, each on what the remote holds when it begins. */
export interface Transactions {
  /** The log that is open here, while one is. */
  open: OpenRun | null;
  read<Result>(share: Share, work: () => Promise<Result>): Promise<Result>;
  /**
   * Does the work on the tree and pushes what came of it as one commit; begins anew where somebody else pushed meanwhile.
   * Gives what the work gave, and the remote as it was found.
   */
  write<Result>(
    message: string,
    share: Share,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly found: RemoteState }>;
  /** Does something with the clone, alone, whatever its tree holds. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Does something with the clone, alone, on a fresh tree. */
  alone<Result>(work: (found: RemoteState) => Promise<Result>): Promise<Result>;
  /** One commit of what the tree holds, with the head of the audit chain in its message. */
  publish(message: string, when: "where something changed" | "always"): Promise<void>;
  /** What this machine's run holds that the remote does not, and whether it can go there. */
  leftover(): Promise<{ readonly run: LocalRun; readonly state: "ahead" | "forked" } | null>;
  stopRequested(): Promise<string | null>;
  /** Makes the next `stopRequested` look. */
  forgetStop(): void;
}

export function createTransactions(parts: {
  readonly clone: Clone;
  readonly area: RunArea;
  /** The directory ledger over the clone's work tree. */
  readonly tree: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly turns: <Result>(work: () => Promise<Result>) => Promise<Result>;
}): Transactions {
  const { clone, area, tree, clock, random, turns } = parts;
  let stop: { readonly at: number; readonly why: string | null } | null = null;

  async function refreshed(): Promise<RemoteState> {
    const found = await clone.refresh();
    stop = { at: clock.now(), why: await tree.stopRequested() };
    return found;
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return await turns(() => persistently(clock, random, work));
  }

  async function alone<Result>(work: (found: RemoteState) => Promise<Result>): Promise<Result> {
    return await inTurn(async () => await work(await refreshed()));
  }

  async function leftover(): Promise<{ readonly run: LocalRun; readonly state: "ahead" | "forked" } | null> {
    const run = await area.read();
    if (run === null || run.log.length === 0) return null;
    const state = await standingOf(run, clone.tree);
    return state === "ahead" || state === "forked" ? { run, state } : null;
  }

  /** Puts into the tree what this machine's run holds beyond it. A log that is open here always comes along. */
  async function takeAlong(share: Share): Promise<void> {
    const run = transactions.open === null ? await unsent(share) : await own(transactions.open.run);
    if (run === null) return;
    await clone.spoil();
    await layOver(run, clone.tree);
  }

  async function unsent(share: Share): Promise<LocalRun | null> {
    const left = share === "remote" ? null : await leftover();
    return left?.state === "ahead" ? left.run : null;
  }

  async function own(run: string): Promise<LocalRun | null> {
    const kept = await area.read();
    const standing = kept?.run === run ? await standingOf(kept, clone.tree) : "forked";
    if (standing === "forked" || standing === "behind") throw goneOn(run);
    return standing === "ahead" ? kept : null;
  }

  function goneOn(run: string): OperatorError {
    return new OperatorError(
      "usage",
      `${clone.place} holds a log of ${run} that is not the one written here: somebody else has gone on with this run.`,
      `Find out which runs are at work and stop all but one. What was written here is kept in ${area.directory}.`,
    );
  }

  async function publish(message: string, when: "where something changed" | "always"): Promise<void> {
    const head = await readHead(clone.tree);
    const anchor =
      head === null || head.head === null
        ? ""
        : `\n\nAudit-Run: ${head.run}\nAudit-Events: ${head.events}\nAudit-Head: ${head.head}`;
    await clone.publish(`${message}${anchor}\n`, clock.now(), when);
  }

  const transactions: Transactions = {
    open: null,
    inTurn,
    alone,
    leftover,
    publish,
    async read(share, work) {
      return await alone(async () => {
        if (share === "remote and machine") await takeAlong(share);
        return await work();
      });
    },
    async write(message, share, work) {
      return await alone(async (found) => {
        await clone.spoil();
        const { open } = transactions;
        const taken = open?.appended ?? 0;
        await takeAlong(share);
        const result = await work();
        await publish(message, "where something changed");
        if (open !== null) open.secured = Math.max(open.secured, taken);
        return { result, found };
      });
    },
    async stopRequested() {
      if (stop !== null && clock.now() - stop.at < STOP_LASTS) return stop.why;
      return await alone(async () => stop?.why ?? null);
    },
    forgetStop() {
      stop = null;
    },
  };
  return transactions;
}
