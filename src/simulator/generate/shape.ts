import { organizationResource } from "../apps.ts";
import type { DirectoryFacts, Grant, GroupFacts, InstanceFacts } from "../facts.ts";
import type { Random } from "../random.ts";

/** The sites, apps and groups that every generated organisation has. */

export interface Shape {
  readonly organizationId: string;
  readonly main: DirectoryFacts;
  /** The older directory of the second site. */
  readonly labs: DirectoryFacts;
  readonly directories: readonly DirectoryFacts[];
  /** By a short name such as `jira@acme`. */
  readonly instances: ReadonlyMap<string, InstanceFacts>;
  /** By name; members are added while people are made. */
  readonly groups: Map<string, DraftGroup>;
}

export interface DraftGroup extends Omit<GroupFacts, "members"> {
  readonly members: Set<string>;
}

const instancePlan: readonly (readonly [name: string, app: string, site: string, plan: string])[] = [
  ["jira@acme", "jira-software", "acme", "Premium"],
  ["confluence@acme", "confluence", "acme", "Standard"],
  ["jsm@acme", "jira-servicedesk", "acme", "Standard"],
  ["jpd@acme", "jira-product-discovery", "acme", "Standard"],
  ["lumen@acme", "lumen-canvas", "acme", "Standard"],
  ["jira@labs", "jira-software", "acme-labs", "Standard"],
  ["confluence@labs", "confluence", "acme-labs", "Standard"],
  ["jira@sandbox", "jira-software", "acme-sandbox", "Premium"],
  ["confluence@sandbox", "confluence", "acme-sandbox", "Premium"],
  ["bitbucket", "bitbucket", "acme-code", "Standard"],
];

type GrantPlan = readonly [instance: string, role: string, isDefault?: "default"];

interface GroupPlan {
  readonly grants?: readonly GrantPlan[];
  readonly labs?: true;
  readonly synced?: true;
  readonly team?: true;
  readonly description?: string;
}

const groupPlan: Readonly<Record<string, GroupPlan>> = {
  "jira-software-users-acme": {
    grants: [["jira@acme", "user", "default"]],
    description: "Grants access to Jira on acme",
  },
  "confluence-users-acme": {
    grants: [["confluence@acme", "user", "default"]],
    description: "Grants access to Confluence on acme",
  },
  "jira-servicemanagement-users-acme": { grants: [["jsm@acme", "user", "default"]] },
  "jira-product-discovery-users-acme": { grants: [["jpd@acme", "user"]] },
  "jira-product-discovery-contributors-acme": { grants: [["jpd@acme", "contributor", "default"]] },
  "bitbucket-users-acme-code": { grants: [["bitbucket", "user", "default"]] },
  "lumen-users-acme": { grants: [["lumen@acme", "user"]] },
  "acme-knowledge-workers": {
    grants: [
      ["jira@acme", "user"],
      ["confluence@acme", "user"],
    ],
    description: "Jira and Confluence together",
  },
  "jira-admins-acme": { grants: [["jira@acme", "admin"]] },
  "confluence-admins-acme": { grants: [["confluence@acme", "admin"]] },
  "user-access-admins-acme": {
    grants: [
      ["jira@acme", "user-access-admin"],
      ["confluence@acme", "user-access-admin"],
    ],
  },
  "org-admins": { grants: [["organization", "org-admin"]] },
  "confluence-guests-acme": { grants: [["confluence@acme", "guest"]] },
  "jira-servicemanagement-customers-acme": { grants: [["jsm@acme", "customer"]] },
  "jira-servicemanagement-stakeholders-acme": { grants: [["jsm@acme", "stakeholder"]] },
  "jira-software-users-acme-sandbox": {
    grants: [
      ["jira@sandbox", "user"],
      ["confluence@sandbox", "user"],
    ],
  },
  "okta-jira-platform": { synced: true, grants: [["jira@acme", "user"]] },
  "okta-bitbucket": { synced: true, grants: [["bitbucket", "user"]] },
  "okta-servicedesk-agents": { synced: true, grants: [["jsm@acme", "user"]] },
  "okta-all-employees": { synced: true, description: "Everybody on the payroll" },
  "team-payments": { team: true, grants: [["jira@acme", "user"]], description: "Payments" },
  "on-call": { description: "Who carries the pager" },
  leadership: {},
  contractors: { description: "External people; no access by itself" },
  "jira-software-users-acme-labs": { labs: true, grants: [["jira@labs", "user", "default"]] },
  "confluence-users-acme-labs": { labs: true, grants: [["confluence@labs", "user", "default"]] },
  "site-admins": { labs: true, grants: [["labs-site", "site-admin"]] },
  "labs-everyone": { labs: true },
};

/** Makes the shape: ids from the generator, no members yet. */
export function makeShape(random: Random): Shape {
  const tail = `${random.below(10)}${random.below(10)}${random.pick(["j", "k", "z"])}${random.below(10)}`;
  const organizationId = `${random.hex(8)}-${random.hex(4)}-1${random.hex(3)}-j${random.pick(["j", "k"])}k7-${random.hex(8)}${tail}`;
  const main = { id: random.uuid(), name: "Acme" };
  const labs = { id: random.uuid(), name: "Acme Labs" };
  const cloudIds = new Map(["acme", "acme-labs", "acme-sandbox", "acme-code"].map((site) => [site, random.uuid()]));
  const instances = new Map<string, InstanceFacts>();
  for (const [name, app, site, plan] of instancePlan) {
    const isBitbucket = app === "bitbucket";
    const cloudId = cloudIds.get(site) ?? "";
    instances.set(name, {
      id: `ari:cloud:${app}::${isBitbucket ? "workspace" : "site"}/${cloudId}`,
      app,
      site,
      hostUrl: isBitbucket
        ? `https://bitbucket.org/${site}`
        : `https://${site}.atlassian.net${app === "confluence" ? "/wiki" : ""}`,
      directoryId: site === "acme-labs" ? labs.id : main.id,
      plan,
      ...(site === "acme-sandbox" ? { sandbox: true } : {}),
      createdAt: `201${random.below(10)}-0${1 + random.below(9)}-1${random.below(10)}T08:00:00.000Z`,
    });
  }
  const resources = new Map([...instances].map(([name, { id }]) => [name, id]));
  resources.set("organization", organizationResource(organizationId));
  resources.set("labs-site", `ari:cloud:platform::site/${cloudIds.get("acme-labs") ?? ""}`);
  const groups = new Map<string, DraftGroup>();
  for (const [name, plan] of Object.entries(groupPlan)) {
    const grants: Grant[] = (plan.grants ?? []).map(([instance, role, isDefault]) => ({
      resourceId: resources.get(instance) ?? "",
      role: `atlassian/${role}`,
      ...(isDefault === undefined ? {} : { isDefault: true }),
    }));
    groups.set(name, {
      id: random.uuid(),
      name,
      directoryId: plan.labs === true ? labs.id : main.id,
      ...(plan.description === undefined ? {} : { description: plan.description }),
      type: plan.team === true ? "TEAM" : "GROUP",
      ...(plan.synced === true ? { synced: true } : {}),
      ...(plan.team === true ? { managedBy: random.pick(["open", "team-members"]) } : {}),
      grants,
      members: new Set(),
    });
  }
  return { organizationId, main, labs, directories: [main, labs], instances, groups };
}

/** The group of this name in the main directory, made without grants when there is none. */
export function groupNamed(shape: Shape, random: Random, name: string, kind: "team" | "okta"): DraftGroup {
  const known = shape.groups.get(name);
  if (known !== undefined) return known;
  const group: DraftGroup = {
    id: random.uuid(),
    name,
    directoryId: shape.main.id,
    type: kind === "team" ? "TEAM" : "GROUP",
    ...(kind === "team" ? { managedBy: "team-members" } : { synced: true }),
    grants: [],
    members: new Set(),
  };
  shape.groups.set(name, group);
  return group;
}
