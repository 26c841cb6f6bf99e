import { OperatorError } from "../model/errors.ts";
import type { Asked, CreatorFacts, KeyFacts } from "../model/setup-facts.ts";
import type { KeyInspector } from "../review-ports.ts";
import { ORG_ADMIN } from "./admins.ts";
import {
  fieldsOf,
  optionalFields,
  optionalList,
  optionalMoment,
  optionalText,
  requiredAccountId,
  requiredText,
  textsOf,
  type Where,
} from "./decode.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import { readObject, readPages } from "./pages.ts";
import { decodeUser } from "./rows.ts";
import type { Source } from "./source.ts";

/** `pageSize` is the parameter's name here, and 10 is the size that is known to work. */
const KEYS_AT_ONCE = 10;

/**
 * Asks about the API key itself. Source: organisations REST API, GET orgs and users/search; API access REST API, GET
 * api-keys, which does not say which of the keys is asking.
 */
export function inspectKey(source: Source): KeyInspector {
  const { transport, orgId } = source;
  const inDirectories = { orgId, directoryId: EVERY_DIRECTORY };
  return {
    async opens() {
      const ids: string[] = [];
      await readPages(
        transport,
        { endpoint: endpoints.organizations, parameters: {}, cursor: "query", limit: 20 },
        (value, where) => ids.push(requiredText(fieldsOf(value, "the organisation", where), "id", where)),
      );
      return ids;
    },
    maySearch: () =>
      asked(async () => {
        const body = { limit: 1, expand: ["platformRoles"] };
        try {
          await readObject(transport, { endpoint: endpoints.searchUsers, parameters: inDirectories, body });
        } catch (error) {
          if (!(error instanceof OperatorError) || error.reason !== "credentials") throw error;
          return { why: error.message, remedy: error.remedy };
        }
        return null;
      }),
    keys: () =>
      asked(async () => {
        const keys: KeyFacts[] = [];
        await readPages(
          transport,
          {
            endpoint: endpoints.apiKeys,
            parameters: { orgId },
            query: { pageSize: KEYS_AT_ONCE },
            cursor: "query",
            limit: KEYS_AT_ONCE,
          },
          (value, where) => keys.push(keyIn(value, where)),
        );
        return keys;
      }),
    creator: (accountId) =>
      asked(async () => {
        let found: CreatorFacts | null = null;
        await readPages(
          transport,
          {
            endpoint: endpoints.searchUsers,
            parameters: inDirectories,
            body: { limit: 100, accountIds: [accountId], expand: ["platformRoles"] },
            cursor: "body",
            limit: 100,
          },
          (value, where) => {
            const row = decodeUser(value, where);
            // A filter that Atlassian ignored must not make somebody else the creator.
            if (row.accountId !== accountId) return;
            found = { status: row.status, orgAdmin: row.platformRoles.includes(ORG_ADMIN) };
          },
        );
        return found;
      }),
  };
}

function keyIn(value: unknown, where: Where): KeyFacts {
  const row = fieldsOf(value, "the API key", where);
  const creator = optionalFields(row, "createdBy", where);
  return {
    label: optionalText(row, "label", where) ?? "",
    expiresAt: optionalMoment(row, "expiresAt", where) ?? null,
    revoked: (row["revokedBy"] ?? null) !== null || (row["revocationDate"] ?? null) !== null,
    scopes: textsOf(optionalList(row, "scopes", where) ?? [], "scopes", where),
    createdBy: creator === undefined ? null : requiredAccountId(creator, "id", where),
  };
}

async function asked<Value>(ask: () => Promise<Value>): Promise<Asked<Value>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { known: false, why: error.message, remedy: error.remedy };
  }
}
