import { OperatorError } from "../model/errors.ts";
import type { Seconds } from "../model/time.ts";
import { countRole } from "./counts.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { ReadFailure } from "./failures.ts";
import type { Source } from "./source.ts";
import { readPages } from "./pages.ts";
import { decodeKey, decodeUser } from "./rows.ts";

export const ORG_ADMIN = "atlassian/org-admin";

/** Who administers the organisation, as a search and the organisation's own numbers tell it. */
export interface AdminsRead {
  /** Account ids of those whose row carries the role, sorted. */
  readonly ids: readonly string[];
  /** Of those, who can sign in. */
  readonly active: number;
  /** Rows that came without carrying the role: the filter does not filter. */
  readonly misfits: number;
  /** As `users/stats` counts them; null where it does not say. */
  readonly counted: number | null;
}

export async function readAdmins(source: Source): Promise<AdminsRead> {
  const ids: string[] = [];
  let active = 0;
  let misfits = 0;
  const search = readPages(
    source.transport,
    {
      endpoint: endpoints.searchUsers,
      parameters: { orgId: source.orgId, directoryId: EVERY_DIRECTORY },
      body: { limit: 100, roleIds: [ORG_ADMIN], expand: ["platformRoles"] },
      cursor: "body",
      limit: 100,
    },
    (value, where) => {
      const row = decodeUser(value, where);
      if (!row.platformRoles.includes(ORG_ADMIN)) misfits++;
      else {
        ids.push(row.accountId);
        if (row.status === "active") active++;
      }
    },
  );
  const [counted] = await Promise.all([countRole(source, ORG_ADMIN), search]);
  return { ids: [...new Set(ids)].sort(), active, misfits, counted };
}

/** Who made the organisation's live API keys. `creators` is null where that could not be read; `why` says why. */
export interface KeysRead {
  readonly creators: readonly string[] | null;
  readonly why: string;
  /** False where the key may simply not look, which is nothing to worry about. */
  readonly failed: boolean;
}

/** `pageSize` is the parameter's name here, and 10 is the size that is known to work. */
const KEYS_AT_ONCE = 10;

/**
 * Reads the organisation's API keys. Reading them is a right of its own, so being refused is no reason to stop; a key
 * that Atlassian does not accept at all is. A list without a key in use cannot be whole, as the one that asks is in use:
 * it is asked for again, and where it stays so, nobody is known to have made a key.
 */
export async function readKeyCreators(source: Source, asOf: Seconds): Promise<KeysRead> {
  try {
    const creators = (await readLiveCreators(source, asOf)) ?? (await readLiveCreators(source, asOf));
    if (creators !== null) return { creators, why: "", failed: false };
    const label = labelOf(endpoints.apiKeys, { orgId: source.orgId });
    return { creators: null, why: `${label} shows no key that is in use, though this one is`, failed: false };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const mayNotLook = error instanceof ReadFailure && (error.status === 403 || error.status === 404);
    if (!mayNotLook && error.reason === "credentials") throw error;
    return { creators: null, why: error.message, failed: !mayNotLook };
  }
}

/** Who made the keys that are in use, sorted; null where the list shows no such key. */
async function readLiveCreators({ transport, orgId }: Source, asOf: Seconds): Promise<readonly string[] | null> {
  const creators = new Set<string>();
  let live = 0;
  await readPages(
    transport,
    {
      endpoint: endpoints.apiKeys,
      parameters: { orgId },
      query: { pageSize: KEYS_AT_ONCE },
      cursor: "query",
      limit: KEYS_AT_ONCE,
    },
    (value, where) => {
      const { createdBy, expiresAt, revoked } = decodeKey(value, where);
      if (revoked || (expiresAt !== undefined && expiresAt <= asOf)) return;
      live++;
      if (createdBy !== undefined) creators.add(createdBy);
    },
  );
  return live === 0 ? null : [...creators].sort();
}
