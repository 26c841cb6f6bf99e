/**
 * The apps Seatwright knows, by the name used in policies, with the other names Atlassian's APIs use for them: in ARIs,
 * in workspaces, in last-active data. An app that is not here is carried and reported, never billable, never matched.
 * Sources: organisations REST API (RoleAssociation owners, last-active-dates product keys).
 */
const names: Readonly<Record<string, readonly string[]>> = {
  "jira-software": ["jira"],
  "jira-service-management": ["jira-servicedesk", "jira-service-desk", "jsm"],
  "jira-product-discovery": ["jpd"],
  "jira-work-management": ["jira-core"],
  confluence: [],
  bitbucket: [],
  compass: [],
  loom: [],
  trello: [],
  opsgenie: ["jira-ops"],
  statuspage: [],
  analytics: ["avp"],
  guard: ["beacon"],
  focus: ["mercury"],
};

const byAlias = new Map<string, string>();
for (const [name, aliases] of Object.entries(names)) {
  byAlias.set(name, name);
  for (const alias of aliases) byAlias.set(alias, name);
}

/** Every app name a policy may use. */
export const appNames: readonly string[] = Object.keys(names);

/** Seatwright's name for an app by any of its names, or null for one we do not know. */
export function appNamed(key: string): string | null {
  return byAlias.get(key.toLowerCase()) ?? null;
}

/**
 * Apps whose last-active data is known not to cover how people use them (Git over SSH or HTTPS never views a page):
 * idleness there is unknown.
 */
export const appsWithoutSignal: ReadonlySet<string> = new Set(["bitbucket"]);

/** Roles that cost a seat. Source: organisations REST API, RoleId. */
export const billableRoles: readonly string[] = ["atlassian/user", "atlassian/admin"];

/** Roles that cost nothing. */
export const freeRoles: readonly string[] = [
  "atlassian/guest",
  "atlassian/contributor",
  "atlassian/customer",
  "atlassian/basic",
  "atlassian/stakeholder",
  "atlassian/viewer",
  "atlassian/user-access-admin",
];

export const productAdminRole = "atlassian/admin";

export function isBillable(role: string): boolean {
  return billableRoles.includes(role);
}

/** What Atlassian calls its apps on screen, by Seatwright's name. */
const appLabels: Readonly<Record<string, string>> = {
  "jira-software": "Jira",
  "jira-service-management": "Jira Service Management",
  "jira-product-discovery": "Jira Product Discovery",
  "jira-work-management": "Jira Work Management",
  confluence: "Confluence",
  bitbucket: "Bitbucket",
  compass: "Compass",
  loom: "Loom",
  trello: "Trello",
  opsgenie: "Opsgenie",
  statuspage: "Statuspage",
  analytics: "Analytics",
  guard: "Guard",
  focus: "Focus",
};

/** An app as people know it; one that has no such name, by the name it came with. */
export function appLabel(app: string): string {
  return appLabels[app] ?? app;
}

/** One app instance, for a person to read: `Jira on acme`. */
export function instanceLabel({ app, site }: { readonly app: string; readonly site: string }): string {
  return `${appLabel(app)} on ${site}`;
}
