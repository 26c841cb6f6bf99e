import { join } from "node:path";
import type { AuditEvent, Operation, RunResult } from "../../src/model/documents.generated.ts";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import type { Change as StoreChange } from "../../src/simulator/facts.ts";
import type { World } from "../../src/simulator/world.ts";
import { runsIn } from "./story.ts";

/** One thing that was given to somebody or taken from them, as the simulator's store or one of our operations tells it. */
export interface Deed {
  /** Whose, and what: equal for the taking and the giving of the same thing. */
  readonly what: string;
  readonly side: "take" | "give";
}

/** What a change of the store gave or took; null where it is neither. */
export function deedOf(change: StoreChange): Deed | null {
  switch (change.kind) {
    case "member.remove":
    case "member.add": {
      const side = change.kind === "member.add" ? "give" : "take";
      return { what: `${change.accountId} in group ${change.groupId}`, side };
    }
    case "role.remove":
    case "role.add": {
      const side = change.kind === "role.add" ? "give" : "take";
      return { what: `${change.accountId} with ${change.role} on ${change.resourceId}`, side };
    }
    case "membership.set": {
      const side = change.status === "active" ? "give" : "take";
      return { what: `${change.accountId} let into ${change.directoryId}`, side };
    }
    case "membership.remove":
      return { what: `${change.accountId} known to ${change.directoryId}`, side: "take" };
    case "account.update": {
      const side = change.set.accountStatus === "active" ? "give" : "take";
      return { what: `${change.accountId} open`, side };
    }
    default:
      return null;
  }
}

/** What an operation of ours gives or takes. */
export function deedOfOperation(accountId: string, operation: Operation): Deed {
  const { kind, group, instance, role, directory } = operation;
  switch (kind) {
    case "leaveGroup":
      return { what: `${accountId} in group ${group}`, side: "take" };
    case "joinGroup":
      return { what: `${accountId} in group ${group}`, side: "give" };
    case "revokeRole":
      return { what: `${accountId} with ${role} on ${instance}`, side: "take" };
    case "assignRole":
      return { what: `${accountId} with ${role} on ${instance}`, side: "give" };
    case "suspend":
      return { what: `${accountId} let into ${directory}`, side: "take" };
    case "restore":
      return { what: `${accountId} let into ${directory}`, side: "give" };
    case "removeFromDirectory":
      return { what: `${accountId} known to ${directory}`, side: "take" };
    case "deactivate":
      return { what: `${accountId} open`, side: "take" };
    case "activate":
      return { what: `${accountId} open`, side: "give" };
  }
}

/** A deed as one text. */
export const words = ({ what, side }: Deed): string => `${side} ${what}`;

const opposite = ({ what, side }: Deed): string => words({ what, side: side === "take" ? "give" : "take" });

/** What came in through the API since so many changes of the store, oldest first. */
export function deedsSince(world: World, from: number): readonly Deed[] {
  return world.changes.slice(from).flatMap(({ change, at }) => {
    const deed = at === undefined ? null : deedOf(change);
    return deed === null ? [] : [deed];
  });
}

/**
 * Whatever was done is one of the deeds that are right, or takes back one of this run's own; and nothing was done twice
 * but what was taken back in between.
 */
export function unlawful(deeds: readonly Deed[], right: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  const balance = new Map<string, number>();
  for (const deed of deeds) {
    const mine = words(deed);
    const owed = balance.get(opposite(deed)) ?? 0;
    if (owed > 0) balance.set(opposite(deed), owed - 1);
    else if (!right.has(mine)) problems.push(`did what was not right: ${mine}`);
    else if ((balance.get(mine) ?? 0) > 0) problems.push(`did twice: ${mine}`);
    else balance.set(mine, 1);
  }
  return problems;
}

/** What the audit logs of a ledger do not account for: deeds without an intent before, intents without an end after. */
export async function unrecorded(ledgerFolder: string, deeds: readonly Deed[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const intents = new Map<string, number>();
  for (const run of runsIn(ledgerFolder)) {
    const path = join(ledgerFolder, "audit", `${run}.jsonl`);
    const events: AuditEvent[] = [];
    const { verdict } = await verifyAuditFile(path, await anchorsOf(path), (event) => events.push(event));
    if (!verdict.ok) problems.push(`the audit log ${run} does not verify: ${verdict.firstProblem?.what}`);
    const open = new Map<string, string>();
    for (const { event } of events) {
      const key = `${event.change} ${event.operationIndex} ${event.inverse === true}`;
      if (event.type === "operation.intent" && event.operation !== undefined) {
        const deed = words(deedOfOperation(event.accountId ?? "", event.operation));
        intents.set(deed, (intents.get(deed) ?? 0) + 1);
        open.set(key, deed);
      }
      if (event.type === "operation.result" || event.type === "operation.readback") open.delete(key);
    }
    for (const deed of open.values()) problems.push(`intended, and nothing after it: ${deed}`);
  }
  for (const deed of deeds) {
    const left = (intents.get(words(deed)) ?? 0) - 1;
    if (left < 0) problems.push(`done without an intent in the audit log: ${words(deed)}`);
    intents.set(words(deed), left);
  }
  return problems;
}

/** Outcomes that say something else than the store shows. `operations` gives those of a change. */
export function untold(
  result: RunResult,
  deeds: readonly Deed[],
  operations: (change: string) => readonly Operation[],
): readonly string[] {
  const net = new Map<string, number>();
  for (const { what, side } of deeds) net.set(what, (net.get(what) ?? 0) + (side === "give" ? 1 : -1));
  const claimed = new Set(
    result.outcomes
      .filter(({ outcome }) => outcome === "done" || outcome === "done-not-yet-visible" || outcome === "partial")
      .flatMap(({ change, accountId }) => operations(change).map((each) => deedOfOperation(accountId, each).what)),
  );
  return result.outcomes.flatMap(({ change, accountId, outcome, reason }) =>
    operations(change).flatMap((operation) => {
      const { what, side } = deedOfOperation(accountId, operation);
      const came = (net.get(what) ?? 0) === (side === "give" ? 1 : -1);
      const says = `${outcome} (${reason})`;
      if (outcome === "done" && !came) return [`says ${says}, and the store does not show: ${side} ${what}`];
      const isDenied = outcome === "failed" || outcome === "failed-restored" || outcome === "not-reached";
      const denies = isDenied || outcome === "left-alone" || outcome === "withdrawn";
      return denies && came && !claimed.has(what) ? [`says ${says}, and the store shows: ${side} ${what}`] : [];
    }),
  );
}

/** Who is what and has what, as text that is equal for equal organisations. */
export function stateOf(world: World): string {
  return JSON.stringify([
    world.listing.map(({ accountId, accountStatus }) => [
      accountId,
      accountStatus,
      [...(world.memberships.get(accountId) ?? [])].map(([id, status]) => `${id} ${status}`).sort(),
      [...(world.groupsOf.get(accountId) ?? [])].sort(),
      (world.directRoles.get(accountId) ?? []).map(({ resourceId, role }) => `${resourceId} ${role}`).sort(),
    ]),
  ]);
}
