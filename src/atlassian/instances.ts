import { appNamed } from "../model/apps.ts";
import type { Instance } from "../model/documents.generated.ts";
import { fieldsOf, optionalCount, optionalFields, optionalText, requiredText, type Where } from "./decode.ts";

/** One workspace, before it is known by which id the other endpoints call it. */
export interface WorkspaceRow {
  readonly instance: Instance;
  /** The last part of the id: a site's cloud id. */
  readonly bareId: string;
  /** False for an id under which other endpoints do not know the instance. */
  readonly isNamed: boolean;
}

/**
 * A row of `workspaces`. The app is told by the ARI's owner, or where that is `jira`, which several apps share, by the
 * row's type. An app that is not known is carried under Atlassian's key.
 */
export function decodeWorkspace(value: unknown, where: Where): WorkspaceRow {
  const row = fieldsOf(value, "the app instance", where);
  const id = requiredText(row, "id", where);
  const attributes = optionalFields(row, "attributes", where) ?? {};
  const owner = resourceOwnerOf(id);
  const typeKey = optionalText(attributes, "typeKey", where);
  const type = optionalText(attributes, "type", where) ?? optionalText(row, "type", where);
  const key = (owner === null || owner === "jira" ? (typeKey ?? type ?? owner) : owner) ?? "unknown";
  const app = appNamed(key);
  const name = optionalText(attributes, "name", where);
  const url = optionalText(attributes, "hostUrl", where);
  const sandbox = optionalFields(attributes, "sandbox", where);
  // A negative number is how Atlassian's licences write "no limit".
  const isLimited = !(typeof attributes["capacity"] === "number" && attributes["capacity"] < 0);
  const capacity = isLimited ? optionalCount(attributes, "capacity", where) : undefined;
  const plan = planOf(row, where);
  const site = siteOf(app ?? key, name, url) ?? bareIdOf(id);
  return {
    instance: {
      id,
      app: app ?? key,
      site,
      name: name ?? site,
      known: app !== null,
      sandbox: sandbox !== undefined && optionalText(sandbox, "type", where) === "CHILD",
      status: optionalText(attributes, "status", where) ?? "unknown",
      ...(url === undefined ? {} : { url }),
      ...(plan === undefined ? {} : { plan }),
      ...(capacity === undefined ? {} : { capacity }),
    },
    bareId: bareIdOf(id),
    isNamed: owner !== null && owner !== "jira",
  };
}

/** `jira-software` of `ari:cloud:jira-software::site/…`, or null where the id is no ARI. */
export function resourceOwnerOf(id: string): string | null {
  return /^ari:cloud:([^:]+):/.exec(id)?.[1] ?? null;
}

/** The last part of an ARI: of a site, its cloud id. An id that is no ARI is its own last part. */
export function bareIdOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** In the snapshot's order: by app, site, id. */
export function inOrder(instances: readonly Instance[]): readonly Instance[] {
  const key = ({ app, site, id }: Instance): string => [app, site, id].join("\n");
  return instances.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** `acme` of acme.atlassian.net, another host whole. A Bitbucket workspace goes by its own name. */
function siteOf(app: string, name: string | undefined, url: string | undefined): string | undefined {
  if (app === "bitbucket" && name !== undefined) return name;
  const host = url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname;
  if (host === undefined || host === "") return name;
  return host.endsWith(".atlassian.net") ? host.slice(0, -".atlassian.net".length) : host;
}

/** The plan's name stands in one of the related entitlements; which relation it is has no documented name. */
function planOf(row: Readonly<Record<string, unknown>>, where: Where): string | undefined {
  const relationships = optionalFields(row, "relationships", where) ?? {};
  for (const name of Object.keys(relationships).sort()) {
    const related = relationships[name];
    for (const entry of Array.isArray(related) ? (related as unknown[]) : []) {
      const attributes = optionalFields(fieldsOf(entry, `an entry of "relationships"`, where), "attributes", where);
      const plan = attributes?.["plan"] ?? attributes?.["planKey"];
      if (typeof plan === "string" && plan !== "") return plan;
    }
  }
  return undefined;
}

/** Finds the instance that an id and a key from another endpoint speak of. */
export interface InstanceFinder {
  /** Its position, or -1. The id decides; where it is another spelling, app and site do. */
  find(id: string, key: string): number;
}

/**
 * A finder over a snapshot's instances. Atlassian spells one instance differently in different endpoints
 * (`jira-service-desk`, `jira-servicedesk`, a bare cloud id), so app and cloud id stand in for the ARI; what fits two
 * instances fits none.
 */
export function createInstanceFinder(instances: readonly Instance[]): InstanceFinder {
  const byId = new Map<string, number>();
  const byAppAndSite = new Map<string, number>();
  instances.forEach((instance, position) => {
    byId.set(instance.id, position);
    const spelling = `${instance.app} ${bareIdOf(instance.id)}`;
    byAppAndSite.set(spelling, byAppAndSite.has(spelling) ? -1 : position);
  });
  const known = new Map<string, number>();
  return {
    find(id, key) {
      const spelled = `${id} ${key}`;
      const before = known.get(spelled);
      if (before !== undefined) return before;
      const owner = resourceOwnerOf(id);
      const app = owner === null || owner === "jira" ? key : owner;
      const found = byId.get(id) ?? byAppAndSite.get(`${appNamed(app) ?? app} ${bareIdOf(id)}`) ?? -1;
      known.set(spelled, found);
      return found;
    },
  };
}
