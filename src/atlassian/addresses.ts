import type { LockedName } from "../model/documents.generated.ts";
import { endpoints, EVERY_DIRECTORY } from "./endpoints.ts";
import { notAsDocumented } from "./failures.ts";
import type { Source } from "./source.ts";
import { readPages } from "./pages.ts";
import { decodeUser } from "./rows.ts";

/** The most addresses in one filter, and people in one page. Source: organisations REST API, users/search `emails`. */
const ADDRESSES_AT_ONCE = 100;

/** Who has these addresses now; an address that nobody has, or that its owner hides, is absent. In order of address. */
export async function findAddresses(
  { transport, orgId }: Source,
  addresses: readonly string[],
): Promise<readonly LockedName[]> {
  const asked = [...new Set(addresses.map((address) => address.toLowerCase()))].sort();
  const found: LockedName[] = [];
  for (let at = 0; at < asked.length; at += ADDRESSES_AT_ONCE) {
    const emails = asked.slice(at, at + ADDRESSES_AT_ONCE);
    await readPages(
      transport,
      {
        endpoint: endpoints.searchUsers,
        parameters: { orgId, directoryId: EVERY_DIRECTORY },
        body: { limit: ADDRESSES_AT_ONCE, emails, expand: ["platformRoles"] },
        cursor: "body",
        limit: ADDRESSES_AT_ONCE,
      },
      (value, where) => {
        const { email, accountId } = decodeUser(value, where);
        // Somebody who hides their address is found by it all the same; which of the addresses it was cannot be told.
        if (email === undefined) return;
        const address = email.toLowerCase();
        if (!emails.includes(address)) {
          throw notAsDocumented(
            where.label,
            "somebody came who has none of the addresses, so the filter emails has no effect",
          );
        }
        found.push({ kind: "person", name: address, id: accountId });
      },
    );
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
}
