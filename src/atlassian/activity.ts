import type { Seconds } from "../model/time.ts";
import { optionalFields, optionalMoment, requiredList, fieldsOf, optionalFlag, optionalText } from "./decode.ts";
import { endpoints, labelOf } from "./endpoints.ts";
import { failureOf, notAsDocumented, ReadFailure } from "./failures.ts";
import type { Source } from "./source.ts";
import type { InstanceFinder } from "./instances.ts";
import { readObject } from "./pages.ts";
import { decodeLastActive } from "./rows.ts";

/** Somebody's last activity, from the endpoint that is the authority for it. It may lag a day behind. */
export interface LastActive {
  readonly addedToOrg: Seconds | null;
  /** By position of the instance: when last active, or null where an entry came without a time. Absent: never active. */
  readonly byInstance: ReadonlyMap<number, Seconds | null>;
  /** Entries of no listed instance. */
  readonly unmatched: number;
}

/** Pages of one person's activity: far more than there are app instances. */
const MAX_PAGES = 100;

/**
 * Reads one person's activity, within the endpoint's own limit of 200 a minute. Null where Atlassian does not know the
 * person. Source: organisations REST API, last-active-dates.
 */
export async function readLastActive(
  { transport, orgId }: Source,
  finder: InstanceFinder,
  accountId: string,
): Promise<LastActive | null> {
  const parameters = { orgId, accountId };
  const where = { label: labelOf(endpoints.lastActive, parameters), row: null };
  const byInstance = new Map<number, Seconds | null>();
  let addedToOrg: Seconds | null = null;
  let unmatched = 0;
  let cursor: string | null = null;
  try {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query: { readonly cursor?: string } = cursor === null ? {} : { cursor };
      const answer = await readObject(transport, { endpoint: endpoints.lastActive, parameters, query });
      const data = fieldsOf(answer["data"], `"data"`, where);
      const added =
        optionalMoment(data, "added_to_org_timestamp", where) ?? optionalMoment(data, "added_to_org", where);
      addedToOrg = added ?? addedToOrg;
      for (const value of requiredList(data, "product_access", where)) {
        const { id, key, at } = decodeLastActive(value, where);
        const instance = finder.find(id, key);
        const before = byInstance.get(instance);
        if (instance < 0) unmatched++;
        else if (before === undefined || (at !== null && (before === null || at > before)))
          byInstance.set(instance, at);
      }
      const links = optionalFields(answer, "links", where) ?? {};
      const next = optionalText(links, "next", where) ?? null;
      if (next === null) return { addedToOrg, byInstance, unmatched };
      if (next === cursor) break;
      cursor = next;
    }
  } catch (error) {
    if (error instanceof ReadFailure && error.status === 404 && error.reason !== "credentials") return null;
    throw error;
  }
  throw notAsDocumented(where.label, "the list does not end");
}

/** Whether this key may deactivate and activate an account, and Atlassian's reason where it may not. */
export interface AccountRights {
  readonly mayChange: boolean;
  /** Such as `externalDirectory.scim`: an identity provider owns the account. */
  readonly reason: string | null;
}

/** Asks before an account is deactivated. Source: user management REST API, manage. */
export async function readAccountRights({ transport }: Source, accountId: string): Promise<AccountRights> {
  const parameters = { accountId };
  const where = { label: labelOf(endpoints.manage, parameters), row: null };
  const privilege = "lifecycle.enablement";
  const answer = await transport.request({ endpoint: endpoints.manage, parameters, query: { privileges: privilege } });
  const isNotOurs = answer.kind === "refused" && (answer.problem.status === 403 || answer.problem.status === 404);
  if (isNotOurs && answer.problem.envelope !== "page") return { mayChange: false, reason: answer.problem.code };
  if (answer.kind !== "ok") throw failureOf(where.label, answer);
  const right = optionalFields(fieldsOf(answer.body, "the answer", where), privilege, where);
  if (right === undefined) throw notAsDocumented(where.label, `"${privilege}" is missing`);
  const reason = optionalFields(right, "reason", where);
  return {
    mayChange: optionalFlag(right, "allowed", where) === true,
    reason: reason === undefined ? null : (optionalText(reason, "key", where) ?? null),
  };
}
