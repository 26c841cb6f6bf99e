import { instanceLabel } from "../model/apps.ts";
import { everyChange } from "../model/plan-changes.ts";
import type { Conflict, HeldBack, Operation, Plan, SeatRef } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";

/** The names behind the ids of a plan. An id that nothing names is shown as it is. */
export interface Labels {
  instance(id: string): string;
  group(id: string): string;
  directory(id: string): string;
}

/** Labels from what the plan itself says and, where there is one, from the snapshot's header. */
export function createLabels(plan: Plan, population: Population | null): Labels {
  const header = population?.header;
  const directories = new Map(header?.directories.map(({ id, name }) => [id, name]));
  const groups = new Map(header?.groups.map(({ id, name }) => [id, name]));
  for (const { operations } of everyChange(plan)) {
    for (const { group, groupName } of operations) {
      if (group !== undefined && groupName !== undefined) groups.set(group, groupName);
    }
  }
  const instances = instanceLabels([
    ...(header?.instances.map(({ id, app, site }) => ({ instance: id, app, site })) ?? []),
    ...plan.seats,
  ]);
  return {
    instance: (id) => instances.get(id) ?? id,
    group: (id) => groups.get(id) ?? id,
    directory: (id) => directories.get(id) ?? id,
  };
}

/** Two instances of one app on one site are told apart by the end of their ARIs. */
export function instanceLabels(refs: readonly SeatRef[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const byLabel = new Map<string, Set<string>>();
  for (const ref of refs) {
    const label = instanceLabel(ref);
    labels.set(ref.instance, label);
    byLabel.set(label, (byLabel.get(label) ?? new Set()).add(ref.instance));
  }
  for (const [label, ids] of byLabel) {
    if (ids.size > 1) for (const id of ids) labels.set(id, `${label} (${id.slice(-8)})`);
  }
  return labels;
}

/** A wish, a change or something held back: an action on a seat or a target. */
export type Asked = Pick<HeldBack, "action" | "seat" | "target"> | Conflict["kept"];

/** What an action does, in words: `Revoke Jira on acme`, `Remove from the group on-call`. */
export function actionWords({ action, seat, target }: Asked, labels: Labels): string {
  const on = seat === null ? "" : labels.instance(seat.instance);
  const where = target === null ? "" : ` in the directory ${labels.directory(target)}`;
  switch (action) {
    case "revoke":
      return `Revoke ${on === "" ? "a seat" : on}`;
    case "grant":
      return `Grant ${on === "" ? "a seat" : on}${target === null ? "" : ` as ${roleWords(target)}`}`;
    case "setRole":
      return `Set the role${on === "" ? "" : ` on ${on}`}${target === null ? "" : ` to ${roleWords(target)}`}`;
    case "addToGroup":
      return `Add to ${target === null ? "a group" : `the group ${labels.group(target)}`}`;
    case "removeFromGroup":
      return `Remove from ${target === null ? "a group" : `the group ${labels.group(target)}`}`;
    case "suspend":
      return `Suspend${where}`;
    case "restore":
      return `Restore${where}`;
    case "removeFromOrg":
      return `Remove from the organisation${where}`;
    case "deactivate":
      return "Deactivate the account";
    case "activate":
      return "Activate the account";
    default:
      return [action, on, target ?? ""].filter((part) => part !== "").join(" ");
  }
}

/** `atlassian/user` is `user` to a reader; a role of another make is shown whole. */
export function roleWords(role: string): string {
  return role.startsWith("atlassian/") ? role.slice("atlassian/".length) : role;
}

/** One API call, in words that follow a person's name: `leaves the group jira-users`. */
export function operationWords(operation: Operation, labels: Labels): string {
  const group = operation.groupName ?? (operation.group === undefined ? "?" : labels.group(operation.group));
  const on = operation.instance === undefined ? "" : ` on ${labels.instance(operation.instance)}`;
  const role = operation.role === undefined ? "a role" : `the role ${roleWords(operation.role)}`;
  const where = operation.directory === undefined ? "" : ` in the directory ${labels.directory(operation.directory)}`;
  switch (operation.kind) {
    case "leaveGroup":
      return `leaves the group ${group}`;
    case "joinGroup":
      return `joins the group ${group}`;
    case "assignRole":
      return `gets ${role}${on} directly`;
    case "revokeRole":
      return `loses ${role}${on} held directly`;
    case "suspend":
      return `is suspended${where}`;
    case "restore":
      return `is restored${where}`;
    case "removeFromDirectory":
      return `is removed${operation.directory === undefined ? "" : ` from the directory ${labels.directory(operation.directory)}`}`;
    case "deactivate":
      return "the account is deactivated";
    case "activate":
      return "the account is activated";
  }
}
