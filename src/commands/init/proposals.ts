import { isBillable } from "../../model/apps.ts";
import type { Population } from "../../people/population.ts";
import { isPaidInstance } from "../../people/seats.ts";

/** What the organisation's own groups suggest for the organisation file. */
export interface GroupProposals {
  readonly accessGroups: readonly string[];
  readonly identityProviders: readonly { readonly name: string; readonly groups: readonly string[] }[];
}

/** Providers whose groups are usually named after them. */
const providerNames: Readonly<Record<string, string>> = {
  okta: "Okta",
  entra: "Microsoft Entra ID",
  azure: "Microsoft Entra ID",
  aad: "Microsoft Entra ID",
  google: "Google Workspace",
  onelogin: "OneLogin",
  ping: "PingOne",
  jumpcloud: "JumpCloud",
};

/**
 * Access groups: local groups that admins manage and that grant a paid seat and nothing administrative. Identity
 * providers: synced groups, put together by the first word of their names.
 */
export function proposeGroups(population: Population): GroupProposals {
  const { groups } = population.header;
  const accessGroups = groups
    .filter(
      (group) =>
        !group.synced &&
        group.modifiable &&
        group.managedBy !== "team-members" &&
        group.grants.some(({ instance, role }) => isPaidInstance(population, instance) && isBillable(role)) &&
        !group.grants.some(({ role }) => role === "atlassian/admin"),
    )
    .map(({ name }) => name);
  const byPrefix = new Map<string, string[]>();
  for (const { name, synced } of groups) {
    if (!synced) continue;
    const prefix = /^([A-Za-z0-9]+)[-_. ]/.exec(name)?.[1] ?? "";
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), name]);
  }
  return {
    accessGroups: [...new Set(accessGroups)].sort(),
    identityProviders: [...byPrefix]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([prefix, names]) => ({
        name: providerNames[prefix.toLowerCase()] ?? (prefix === "" ? "Identity provider" : prefix),
        groups: prefix !== "" && names.length > 1 ? [`${prefix}-*`] : [...names].sort(),
      })),
  };
}
