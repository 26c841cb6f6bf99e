import type { Operation } from "../model/documents.generated.ts";

/**
 * The operation that takes another one back, or null where there is none: somebody removed from a directory must be
 * invited again, which no operation does.
 */
export function inverseOf(operation: Operation): Operation | null {
  const kind = inverses[operation.kind];
  if (kind === null) return null;
  const { message: _, ...rest } = operation;
  return { ...rest, kind };
}

const inverses: Readonly<Record<Operation["kind"], Operation["kind"] | null>> = {
  leaveGroup: "joinGroup",
  joinGroup: "leaveGroup",
  assignRole: "revokeRole",
  revokeRole: "assignRole",
  suspend: "restore",
  restore: "suspend",
  removeFromDirectory: null,
  deactivate: "activate",
  activate: "deactivate",
};
