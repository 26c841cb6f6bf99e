/** The usual facts about the apps that Atlassian sells, as far as an administrator's API shows them. */
export interface AppFacts {
  readonly label: string;
  /** How the v1 endpoints call it, where that differs. */
  readonly legacyKey?: string;
  readonly roles: readonly string[];
}

const always = ["atlassian/user", "atlassian/admin", "atlassian/user-access-admin"] as const;

const apps: Readonly<Record<string, AppFacts>> = {
  "jira-software": { label: "Jira", roles: [...always, "atlassian/basic"] },
  "jira-servicedesk": {
    label: "Jira Service Management",
    legacyKey: "jira-service-desk",
    roles: [...always, "atlassian/customer", "atlassian/stakeholder"],
  },
  "jira-product-discovery": { label: "Jira Product Discovery", roles: [...always, "atlassian/contributor"] },
  confluence: { label: "Confluence", roles: [...always, "atlassian/guest", "atlassian/viewer"] },
  bitbucket: { label: "Bitbucket", roles: [...always] },
};

/** What is usual for an app; an app that nobody has heard of has a label and the usual roles as well. */
export function appFacts(app: string): AppFacts {
  return apps[app] ?? { label: app.replaceAll("-", " "), roles: always };
}

/** The roles that take a seat. */
export const billableRoles: readonly string[] = ["atlassian/user", "atlassian/admin"];

/** Roles over the organisation or a site, which `platformRoles` lists. */
export const platformRoleIds: readonly string[] = [
  "atlassian/org-admin",
  "atlassian/site-admin",
  "atlassian/user-access-admin",
  "atlassian/ai-access",
];

/** Every role that the search filters accept. */
export const searchableRoles: readonly string[] = [
  "atlassian/user",
  "atlassian/admin",
  "atlassian/guest",
  "atlassian/customer",
  "atlassian/user-access-admin",
  "atlassian/contributor",
  "atlassian/basic",
  "atlassian/stakeholder",
  "atlassian/org-admin",
  "atlassian/site-admin",
  "atlassian/ai-access",
];

/** Every role that the v1 role endpoints accept. */
export const assignableRoles: readonly string[] = searchableRoles.filter((role) => role !== "atlassian/ai-access");

/** The owner part of an ARI: `jira-software` of `ari:cloud:jira-software::site/…`. */
export function ownerOf(resourceId: string): string {
  return resourceId.split(":")[2] ?? "";
}

/** The last part of an ARI, the cloud id of a site. */
export function bareIdOf(resourceId: string): string {
  return resourceId.slice(resourceId.lastIndexOf("/") + 1);
}

/** The resource that organisation admins administer. */
export function organizationResource(organizationId: string): string {
  return `ari:cloud:platform::org/${organizationId}`;
}
