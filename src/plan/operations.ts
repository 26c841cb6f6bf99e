import type { Operation } from "../model/documents.generated.ts";

/** What makes two operations the same call: everything but labels. */
export function operationKey(operation: Operation): string {
  const { kind, directory, group, instance, role, message } = operation;
  return JSON.stringify([kind, directory ?? null, group ?? null, instance ?? null, role ?? null, message ?? null]);
}

/** Whether an operation gives something, so that what is taken after it must wait until the gift can be seen. */
export function gives(operation: Operation): boolean {
  return givingKinds.has(operation.kind);
}

const givingKinds: ReadonlySet<Operation["kind"]> = new Set(["joinGroup", "assignRole", "restore", "activate"]);

/** The operation as people say it: `leaving jira-users-acme`. */
export function inWords(operation: Operation): string {
  const group = operation.groupName ?? operation.group ?? "a group";
  const role = operation.role ?? "a role";
  switch (operation.kind) {
    case "leaveGroup":
      return `leaving ${group}`;
    case "joinGroup":
      return `joining ${group}`;
    case "assignRole":
      return `giving ${role} directly on ${operation.instance ?? "an instance"}`;
    case "revokeRole":
      return `taking ${role} directly on ${operation.instance ?? "an instance"}`;
    case "suspend":
      return `suspending access in directory ${operation.directory ?? ""}`.trimEnd();
    case "restore":
      return `restoring access in directory ${operation.directory ?? ""}`.trimEnd();
    case "removeFromDirectory":
      return `removing from directory ${operation.directory ?? ""}`.trimEnd();
    case "deactivate":
      return "deactivating the account";
    case "activate":
      return "activating the account";
  }
}

/** Several operations as people say them. */
export function allInWords(operations: readonly Operation[]): string {
  return operations.map(inWords).join(", ");
}
