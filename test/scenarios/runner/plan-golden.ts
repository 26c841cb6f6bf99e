import type { Change, Conflict, HeldBack, Operation, Plan } from "../../../src/model/documents.generated.ts";
import { formatPlace } from "../../../src/model/finding.ts";
import { shortRole, type WorldNames } from "./names.ts";
import type { Planned } from "./stage.ts";

/** A plan in words that a reviewer reads line by line: no ids, no digests, nothing that is empty. */
export function planGolden(planned: Planned, names: WorldNames): unknown {
  const findings = planned.findings.map(
    ({ severity, rule, place, message, remedy }) =>
      `${severity} ${rule} at ${formatPlace(place)}: ${message} ${remedy}`,
  );
  if (planned.kind === "refused") {
    return compact({ exit: planned.exit, message: planned.message, findings });
  }
  const { plan } = planned;
  return compact({
    exit: planned.exit,
    asOf: plan.asOf,
    findings: findings.map(names.text),
    certificate: plan.certificate.state,
    concerns: plan.certificate.concerns.map(names.text),
    sources: plan.sources.map(({ name, rows, unmatched }) => `${name}: ${rows} rows, ${unmatched} of nobody here`),
    policies: plan.policies.map(policyLine),
    seats: plan.seats.map(
      ({ instance, before, after, unknown }) =>
        `${names.instance(instance)}: ${before} -> ${after}${unknown === 0 ? "" : `, ${unknown} unknown`}`,
    ),
    changes: plan.changes.map((change) => changeGolden(change, names)),
    quarantined: plan.quarantined.map((change) => changeWords(change, names)),
    protectedDuties: plan.protectedDuties.map((change) => changeWords(change, names)),
    tripped: plan.limits
      .filter(({ tripped }) => tripped)
      .map(({ limit, scope, observed, of, allowed, unit }) => {
        const what = scope === "" ? limit : `${limit} of ${names.text(scope)}`;
        return `${what}: ${observed}${unit === "percent" ? ` of ${of}, allowed ${allowed}%` : `, allowed ${allowed}`}`;
      }),
    reported: reportedBy(plan, names),
    heldBack: plan.heldBack
      .filter(({ code }) => code !== reportMode)
      .sort(byPerson(names))
      .map((held) => heldGolden(held, names)),
    conflicts: plan.conflicts.map((conflict) => conflictLine(conflict, names)),
    notes: plan.notes.map(names.text),
  });
}

/** `revoke ada@example.com jira-software@acme`. */
export function changeWords(
  { action, accountId, seat, target }: Wanted & { readonly accountId: string },
  names: WorldNames,
): string {
  return [action, names.person(accountId), ...wantedOf({ seat, target }, names)].join(" ");
}

type Wanted = Pick<Change, "seat" | "target"> & { readonly action: string };

function wantedOf({ seat, target }: Pick<Wanted, "seat" | "target">, names: WorldNames): readonly string[] {
  return [...(seat === null ? [] : [names.seat(seat)]), ...(target === null ? [] : [shortRole(names.text(target))])];
}

function policyLine({ id, matched, unknown, changes, holds }: Plan["policies"][number]): string {
  const held = holds.length === 0 ? "" : `; held: ${holds.join("; ")}`;
  return `${id}: ${matched} matched, ${unknown} unknown, ${changes} changed${held}`;
}

function changeGolden(change: Change, names: WorldNames): unknown {
  const { purpose, policies, operations, hazards, undo, before, after, lastActive, fresh } = change;
  const seatsOf = (seats: readonly string[]): string => seats.map(names.instance).sort().join(", ") || "none";
  const pathsOf = (paths: readonly string[]): string => paths.map(shortRole).join(", ") || "none";
  return compact({
    change: changeWords(change, names),
    purpose: purpose === "duty" ? "duty" : undefined,
    why: Object.fromEntries(
      policies.map(({ policy, facts }) => [
        policy,
        facts.map(
          ({ filter, result, value }) => `${filter}: ${result}${value === null ? "" : ` (${names.text(value)})`}`,
        ),
      ]),
    ),
    lastActive,
    operations: operations.map((operation) => operationWords(operation, names)),
    hazards,
    undo: undo.possible,
    status: before.status === after.status ? undefined : `${before.status} -> ${after.status}`,
    seats: `${seatsOf(before.seats)} -> ${seatsOf(after.seats)}`,
    paths: change.seat === null ? undefined : `${pathsOf(before.paths)} -> ${pathsOf(after.paths)}`,
    fresh: fresh ? "not in the plan before" : undefined,
  });
}

/** An operation in words: `leave jira-users`. */
export function operationWords(operation: Operation, names: WorldNames): string {
  const group = names.group(operation.group ?? "");
  const role = `${shortRole(operation.role ?? "")} on ${names.instance(operation.instance ?? "")}`;
  const directory = names.directory(operation.directory ?? "");
  switch (operation.kind) {
    case "leaveGroup":
      return `leave ${group}`;
    case "joinGroup":
      return `join ${group}`;
    case "assignRole":
      return `give ${role}`;
    case "revokeRole":
      return `take ${role}`;
    case "suspend":
      return `suspend in ${directory}`;
    case "restore":
      return `restore in ${directory}`;
    case "removeFromDirectory":
      return `remove from ${directory}`;
    case "deactivate":
      return operation.message === undefined ? "deactivate" : `deactivate, saying "${operation.message}"`;
    case "activate":
      return "activate";
  }
}

function heldGolden(held: HeldBack, names: WorldNames): unknown {
  const { policy, kind, code, reason, owner, owed, handoff } = held;
  return compact({
    held: `${changeWords(held, names)} (${policy})`,
    kind: `${kind}, ${code}`,
    reason: names.text(reason),
    owner: owner ?? undefined,
    owed: owed ? "yes" : undefined,
    handoff: handoff ? "yes" : undefined,
  });
}

const reportMode = "report-mode";

/** What policies in report mode found, by policy. */
function reportedBy(plan: Plan, names: WorldNames): Readonly<Record<string, readonly string[]>> | undefined {
  const found = plan.heldBack.filter(({ code }) => code === reportMode);
  if (found.length === 0) return undefined;
  const byPolicy = Map.groupBy(found, ({ policy }) => policy);
  return Object.fromEntries(
    [...byPolicy]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([policy, held]) => [policy, held.map((one) => changeWords(one, names)).sort()]),
  );
}

function byPerson(names: WorldNames): (a: HeldBack, b: HeldBack) => number {
  const key = (held: HeldBack): string => `${names.person(held.accountId)} ${held.policy} ${changeWords(held, names)}`;
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

function conflictLine({ accountId, kept, gaveWay, reason }: Conflict, names: WorldNames): string {
  const wish = (one: Conflict["kept"]): string => [one.policy, one.action, ...wantedOf(one, names)].join(" ");
  return `${names.person(accountId)}: ${wish(kept)} before ${wish(gaveWay)}: ${reason}`;
}

/** Without what is absent or empty. */
export function compact(fields: Readonly<Record<string, unknown>>): unknown {
  const isThere = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isThere(value)));
}
