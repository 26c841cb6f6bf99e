import type { WireApiKey } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { gatewayError, ok } from "../answers.ts";
import type { Call, Route } from "../call.ts";
import { decodeCursor, encodeCursor } from "../cursors.ts";

/** The API access API: which keys there are. */
export const keyRoutes: readonly Route[] = [
  { method: "GET", pattern: "/admin/api-access/v1/orgs/{orgId}/api-keys", scope: "read:keys:admin", handle: listKeys },
];

const knownParameters = ["pageSize", "cursor", "q", "keyType", "sort"];

/** A parameter it doesn't know, such as `limit`, answers 500. */
function listKeys(call: Call): Answer {
  const pageSize = Number(call.query.get("pageSize") ?? 50);
  const isOdd = [...call.query.keys()].some((name) => !knownParameters.includes(name));
  if (isOdd || !Number.isInteger(pageSize) || pageSize < 1) return gatewayError(500, "Internal Server Error");
  const of = `${call.method} ${call.path}`;
  const token = call.query.get("cursor");
  const state = token === null ? undefined : decodeCursor(token);
  if (token !== null && state?.of !== of) return gatewayError(500, "Internal Server Error");
  const start = state?.start ?? 0;
  const end = start + pageSize;
  const term = call.query.get("q")?.toLowerCase() ?? "";
  const keys = call.world.keys.filter(({ label }) => label.toLowerCase().includes(term));
  const data: WireApiKey[] = keys.slice(start, end).map((key) => {
    const creator = call.world.accounts.get(key.createdBy);
    return {
      id: key.id,
      label: key.label,
      createdAt: key.createdAt,
      expiresAt: key.expiresAt,
      ...(key.lastActiveAt === undefined ? {} : { lastActiveAt: key.lastActiveAt }),
      createdBy: {
        id: key.createdBy,
        ...(creator === undefined ? {} : { name: creator.name }),
        ...(creator?.email === undefined ? {} : { email: creator.email }),
      },
      scopes: key.scopes ?? [],
      revokedBy: key.revokedBy === undefined ? null : { id: key.revokedBy },
      revocationDate: key.revocationDate ?? null,
    };
  });
  const next = encodeCursor({ of, query: null, start: end, before: start, page: 1 });
  return ok({ data, links: { self: token ?? "", ...(end < keys.length ? { next } : {}) } });
}
