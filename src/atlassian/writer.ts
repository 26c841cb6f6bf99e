import type { Operation } from "../model/documents.generated.ts";
import type { OrgWriter } from "../ports.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import type { ApiRequest, Transport } from "./transport.ts";
import { writeAnswer } from "./write-answer.ts";

export interface WriterOptions {
  readonly organizationId: string;
}

type Address = Pick<ApiRequest, "endpoint" | "parameters" | "body">;

/**
 * A writer to one organisation. One operation is one call, and it is sent once: again only where Atlassian turned it
 * away as one too many, or where it never left this machine. Throws only for an operation that is not whole, which is a
 * bug in whatever made the plan.
 */
export function createWriter(transport: Transport, { organizationId: orgId }: WriterOptions): OrgWriter {
  return {
    async carryOut(accountId, operation) {
      return writeAnswer(operation, await transport.request(addressOf(orgId, accountId, operation)));
    },
  };
}

/** Sources: organisations REST API, user management REST API (lifecycle). */
function addressOf(orgId: string, accountId: string, operation: Operation): Address {
  const inDirectory = (): { orgId: string; directoryId: string; accountId: string } => {
    const directoryId = whole(operation, "directory");
    if (directoryId === EVERY_DIRECTORY) throw new Error(`${operation.kind} needs one directory, not all of them`);
    return { orgId, directoryId, accountId };
  };
  const role = (): object => ({ role: whole(operation, "role"), resource: whole(operation, "instance") });
  switch (operation.kind) {
    case "leaveGroup":
      return { endpoint: endpoints.leaveGroup, parameters: { ...inDirectory(), groupId: whole(operation, "group") } };
    case "joinGroup":
      return {
        endpoint: endpoints.joinGroup,
        parameters: { ...inDirectory(), groupId: whole(operation, "group") },
        body: { accountId },
      };
    case "assignRole":
      return { endpoint: endpoints.assignRole, parameters: { orgId, accountId }, body: role() };
    case "revokeRole":
      return { endpoint: endpoints.revokeRole, parameters: { orgId, accountId }, body: role() };
    case "suspend":
      return { endpoint: endpoints.suspend, parameters: inDirectory() };
    case "restore":
      return { endpoint: endpoints.restore, parameters: inDirectory() };
    case "removeFromDirectory":
      return { endpoint: endpoints.removeFromDirectory, parameters: inDirectory() };
    case "deactivate": {
      const { message } = operation;
      return {
        endpoint: endpoints.deactivate,
        parameters: { accountId },
        ...(message === undefined ? {} : { body: { message } }),
      };
    }
    case "activate":
      return { endpoint: endpoints.activate, parameters: { accountId } };
  }
}

function whole(operation: Operation, field: "directory" | "group" | "instance" | "role"): string {
  const value = operation[field];
  if (value === undefined || value === "") throw new Error(`${operation.kind} has no ${field}`);
  return value;
}
