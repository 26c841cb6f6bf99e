/** What the simulator answers, before it becomes bytes. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a route that won't do what it was asked; the server sends its answer. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`answers ${answer.status}`);
    this.answer = answer;
  }
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export const noContent: Answer = { status: 204 };

/** The most common envelope: one error with a code such as `ADMIN-404-8` or `ADMIN-UAM-409-3`. */
export function applicationError(status: number, code: string, title: string, detail: string): Answer {
  return {
    status,
    body: { errors: [{ id: `sim-${code.toLowerCase()}`, status: String(status), code, title, detail }] },
  };
}

/** The gateway's envelope: wrong key, too many requests. */
export function gatewayError(status: number, message: string): Answer {
  return { status, body: { code: status, message } };
}

/** The envelope of the routing layer: another organisation, a path that nothing serves. */
export function routingError(status: number, error: string, message: string, path: string, at: Date): Answer {
  const requestId = "sim00000-0000-4000-8000-000000000000";
  return { status, body: { timestamp: at.toISOString(), path, status, error, requestId, message } };
}

/** The user management API's envelope. */
export function accountError(status: number, key: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, body: { key, ...more } };
}

/** The user management API's 409: the account isn't eligible. */
export function lifecycleConflict(accountId: string, code: string, message: string): Answer {
  const link = "https://confluence.atlassian.com/x/pTgoPQ";
  const context = { message, accountId, errorCodes: [{ code, message, link }] };
  return accountError(409, "conflict.lifecycleErrors", { context });
}

/** A page for people where a client expects JSON; measured on some 403 answers. */
export function htmlError(status: number): Answer {
  return {
    status,
    html: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>Forbidden</h1><p>You don't have access.</p></body></html>`,
  };
}

export const refuse = {
  badRequest: (detail: string): Refusal =>
    new Refusal(applicationError(400, "ADMIN-400-24", "Invalid request body", detail)),
  badCursor: (): Refusal =>
    new Refusal(
      applicationError(400, "ADMIN-400-1", "Invalid page cursor", "The cursor is not valid for this request"),
    ),
  badRoleRequest: (detail: string): Refusal =>
    new Refusal(applicationError(400, "ADMIN-UAM-400-1", "Bad Request", detail)),
  wrongRole: (): Refusal =>
    new Refusal(
      applicationError(400, "ADMIN-UAM-400-3", "Invalid Role for Resource", "The role is not valid for the resource"),
    ),
  forbidden: (detail: string): Refusal => new Refusal(applicationError(403, "ADMIN-UAM-403-1", "Forbidden", detail)),
  noDirectory: (): Refusal =>
    new Refusal(applicationError(404, "ADMIN-UAM-404-1", "Unknown Resource", "Directory not found")),
  notInDirectory: (): Refusal =>
    new Refusal(
      applicationError(404, "ADMIN-UAM-404-1", "Unknown Resource", "One or more user not found in the directory"),
    ),
  noGroup: (): Refusal =>
    new Refusal(applicationError(404, "ADMIN-UAM-404-3", "Group Not Found", "The group was not found")),
  noResource: (detail: string): Refusal =>
    new Refusal(applicationError(404, "ADMIN-UAM-404-3", "Unknown Resource", detail)),
  noUser: (): Refusal => new Refusal(applicationError(404, "ADMIN-404-8", "User not found", "The user was not found")),
  alreadySo: (detail: string): Refusal =>
    new Refusal(applicationError(409, "ADMIN-UAM-409-2", "Resource Conflicts", detail)),
  noSeatsLeft: (): Refusal =>
    new Refusal(
      applicationError(
        409,
        "ADMIN-UAM-409-3",
        "Product License Limit Exceeded",
        "You have exceeded the user limit of an app",
      ),
    ),
  mediaType: (): Refusal =>
    new Refusal(
      applicationError(415, "ADMIN-UAM-415-1", "Unsupported Media Type", "Content-Type must be application/json"),
    ),
} as const;
