import type { Inactivity, PersonRow, SnapshotHeader, Where } from "../../src/model/documents.generated.ts";
import type { SeatHistory } from "../../src/model/ledger-view.ts";
import type { Truth } from "../../src/model/verdict.ts";

/**
 * What filters mean, said a second time and as plainly as possible: one person at a time, from the rows of a snapshot and
 * the filter as written, with nothing of src/policy. Slow, and only for tests. Durations are days, dates of sources days.
 */
export interface World {
  readonly header: SnapshotHeader;
  readonly rows: readonly PersonRow[];
  readonly now: number;
  readonly distrusted: ReadonlySet<number>;
  readonly history: (accountId: string, instance: number) => SeatHistory | null;
  /** Who holds a paid seat is told by src/people. */
  readonly holds: (accountId: string, instance: number) => Truth;
  readonly selectors: Readonly<Record<string, Where>>;
  /** Rows of the source hr: an address, an end and a cost centre; empty texts are missing. */
  readonly hr: readonly (readonly [email: string, end: string, costCentre: string])[];
}

interface Asked {
  readonly world: World;
  readonly row: PersonRow;
  /** The seat's instance; null: about the person. */
  readonly own: number | null;
}

interface Scope {
  readonly apps: readonly string[] | null;
  readonly sites: readonly string[] | null;
}

const DAY = 86_400;
const list = (texts: string | readonly string[] | undefined): readonly string[] =>
  texts === undefined ? [] : typeof texts === "string" ? [texts] : texts;

export const and = (all: readonly Truth[]): Truth =>
  all.includes("false") ? "false" : all.includes("unknown") ? "unknown" : "true";
export const or = (any: readonly Truth[]): Truth =>
  any.includes("true") ? "true" : any.includes("unknown") ? "unknown" : "false";
export const not = (truth: Truth): Truth => (truth === "true" ? "false" : truth === "false" ? "true" : "unknown");
const is = (answer: boolean): Truth => (answer ? "true" : "false");
const known = <Value>(value: Value | null | undefined, answer: (value: Value) => boolean): Truth =>
  value === null || value === undefined ? "unknown" : is(answer(value));

export function truthOf(where: Where, asked: Asked, around: Scope = { apps: null, sites: null }): Truth {
  const scope: Scope =
    where.app !== undefined
      ? { apps: list(where.app), sites: where.site === undefined ? null : list(where.site) }
      : { apps: around.apps, sites: where.site === undefined ? around.sites : list(where.site) };
  return and(Object.keys(where).map((key) => keyTruth(key as keyof Where, where, asked, scope)));
}

function keyTruth(key: keyof Where, where: Where, asked: Asked, scope: Scope): Truth {
  const { row, own, world } = asked;
  const { header } = world;
  const globbed = (value: string | undefined, globs: string | readonly string[] | undefined): Truth =>
    known(value, (text) => list(globs).some((glob) => matches(glob, text)));
  switch (key) {
    case "all":
      return and((where.all ?? []).map((inner) => truthOf(inner, asked, scope)));
    case "any":
      return or((where.any ?? []).map((inner) => truthOf(inner, asked, scope)));
    case "not":
      return where.not === undefined ? "true" : not(truthOf(where.not, asked, scope));
    case "selector":
      return or(list(where.selector).map((name) => truthOf(world.selectors[name] ?? {}, asked, scope)));
    case "app":
    case "site": {
      if (own !== null) {
        const { app, site } = header.instances[own]!;
        return is(key === "app" ? list(where.app).includes(app) : list(where.site).includes(site));
      }
      const speaks = [where.unused, where.idle, where.neverActive].some((test) => typeof test === "string");
      if (speaks || where.role !== undefined || where.heldFor !== undefined) return "true";
      return or(instancesIn(scope, header).map((instance) => holds(asked, instance)));
    }
    case "status": {
      const statuses = ["active", "suspended", "not_invited", "deactivated", "for_deletion"];
      return statuses.includes(row.status) ? is(list(where.status).includes(row.status)) : "unknown";
    }
    case "account":
      return known(row.claim, (claim) => claim === where.account);
    case "managementSource":
      return known(row.source, (source) => source === where.managementSource);
    case "mfa":
      return known(row.mfa, (on) => on === where.mfa);
    case "email":
      return globbed(row.email, where.email);
    case "name":
      return globbed(row.name, where.name);
    case "emailDomain":
      return known(row.email, (email) => list(where.emailDomain).includes(email.split("@")[1]!.toLowerCase()));
    case "department":
    case "jobTitle":
    case "location":
    case "organization":
      return globbed(row[key], where[key]);
    case "orgRole":
      return known(row.platformRoles, (roles) =>
        list(where.orgRole).some((role) => roles.includes(`atlassian/${role}`)),
      );
    case "inOrgFor":
      return known(row.added, (added) => added <= world.now - days(where.inOrgFor));
    case "people":
      return is(list(where.people).includes(row.id));
    case "directory":
      return is(
        list(where.directory).some((name) => row.directories.some((at) => header.directories[at]?.name === name)),
      );
    case "memberOf":
      return or(
        header.groups.map((group, position) =>
          list(where.memberOf).some((name) => matches(name, group.name)) ? member(asked, position) : "false",
        ),
      );
    case "holds": {
      const held =
        typeof where.holds === "object" && "app" in where.holds ? where.holds : { app: where.holds as string };
      const sites = "site" in held ? list(held.site) : null;
      return or(instancesIn({ apps: list(held.app), sites }, header).map((instance) => holds(asked, instance)));
    }
    case "role":
      return or(reach(asked, scope).map((instance) => hasRole(asked, instance, list(where.role))));
    case "productAdmin":
      return or(
        instancesIn({ apps: list(where.productAdmin), sites: null }, header).map((instance) =>
          hasRole(asked, instance, ["admin"]),
        ),
      );
    case "heldFor":
      return onEachHeld(asked, reach(asked, scope), (instance) =>
        known(anchor(asked, instance), (from) => from <= world.now - days(where.heldFor)),
      );
    case "unused":
    case "idle":
    case "neverActive":
      return inactivity(key, where[key]!, asked, scope);
    case "in":
      return rowOf(asked, () => "true");
    case "fact": {
      const globs = Object.values(where.fact ?? {})[0];
      return rowOf(asked, ([, , centre]) => (centre === "" ? "unknown" : globbed(centre, globs)));
    }
    case "date":
      return rowOf(asked, ([, end]) =>
        end === "" ? "unknown" : is(Date.parse(`${end}T00:00:00Z`) / 1_000 + DAY <= world.now),
      );
    case "during":
      throw new Error("not in the reference");
  }
}

function days(text: string | undefined): number {
  return Number(text?.replace("d", "")) * DAY;
}

function matches(glob: string, text: string): boolean {
  const pattern = glob
    .replaceAll(/[.+^$()|[\]\\{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "iu").test(text);
}

function instancesIn({ apps, sites }: Scope, header: SnapshotHeader): readonly number[] {
  return header.instances.flatMap(({ app, site, known, sandbox }, position) =>
    known && !sandbox && (apps === null || apps.includes(app)) && (sites === null || sites.includes(site))
      ? [position]
      : [],
  );
}

function reach(asked: Asked, scope: Scope): readonly number[] {
  return asked.own === null ? instancesIn(scope, asked.world.header) : [asked.own];
}

function member({ row, world }: Asked, group: number): Truth {
  if (row.groups === undefined) return "unknown";
  if (row.groups.includes(group)) return "true";
  const { members, directory } = world.header.groups[group]!;
  const seen = world.rows.filter((other) => other.groups?.includes(group)).length;
  return seen !== members && row.directories.includes(directory) ? "unknown" : "false";
}

function hasRole(asked: Asked, instance: number, words: readonly string[]): Truth {
  const { row, world } = asked;
  const roles = words.map((word) => `atlassian/${word}`);
  const byGroup = world.header.groups.map((group, position) =>
    group.grants.some((grant) => grant.instance === instance && roles.includes(grant.role))
      ? member(asked, position)
      : "false",
  );
  const direct = (row.direct ?? []).some(([at, role]) => at === instance && roles.includes(role));
  const counted = words.every((word) => word === "user" || word === "admin");
  const unseen: Truth = direct ? "true" : counted && row.status === "active" ? "false" : "unknown";
  const seen = or([...byGroup, unseen]);
  return seen === "true" && row.status === "active" && row.directories.length > 1 ? "unknown" : seen;
}

function holds({ row, world }: Asked, instance: number): Truth {
  return world.holds(row.id, instance);
}

function anchor({ row, world }: Asked, instance: number): number | null {
  const history = world.history(row.id, instance);
  const begun = [history?.firstSeen ?? row.added];
  if (begun[0] === undefined) return null;
  const later = [row.added, history?.restored].filter((at) => at !== undefined && at !== null);
  return Math.max(begun[0], ...later);
}

/** Seconds, "never", or null where it is not known. */
function lastActive({ row }: Asked, instance: number): number | "never" | null {
  if (row.active === undefined) return null;
  const times = row.active.flatMap(([at, time]) => (at === instance ? [time] : []));
  if (times.includes(0xffffffff)) return null;
  return times.length === 0 ? "never" : Math.max(...times);
}

function unusedOn(key: "unused" | "idle" | "neverActive", before: number, asked: Asked, instance: number): Truth {
  const { world } = asked;
  const active = lastActive(asked, instance);
  if (world.distrusted.has(instance) || active === null) return "unknown";
  if (active === "never" && key === "idle") return "false";
  if (active !== "never" && key === "neverActive") return "false";
  if (active !== "never" && active > before) return "false";
  const from = anchor(asked, instance);
  if (from === null || from > world.now - 14 * DAY) return "unknown";
  return is(from <= before);
}

/** There is a held instance for which it is true, and none held for which it is not. */
function onEachHeld(asked: Asked, instances: readonly number[], truth: (instance: number) => Truth): Truth {
  const held = instances.map((instance) => [holds(asked, instance), truth(instance)] as const);
  return and([or(held.map(([has, so]) => and([has, so]))), ...held.map(([has, so]) => or([not(has), so]))]);
}

function inactivity(key: "unused" | "idle" | "neverActive", test: Inactivity, asked: Asked, scope: Scope): Truth {
  const { world } = asked;
  const everywhere = typeof test === "object";
  const before = world.now - days(everywhere ? test.everywhere : test);
  const instances = everywhere ? instancesIn({ apps: null, sites: null }, world.header) : reach(asked, scope);
  const parts: Truth[] = [];
  if (key === "idle" && instances.length > 1) {
    parts.push(onEachHeld(asked, instances, (instance) => unusedOn("unused", before, asked, instance)));
    const date = instances.map((instance) => {
      const active = world.distrusted.has(instance) ? null : lastActive(asked, instance);
      return and([holds(asked, instance), known(active, (at) => at !== "never")]);
    });
    parts.push(or(date));
  } else {
    parts.push(onEachHeld(asked, instances, (instance) => unusedOn(key, before, asked, instance)));
  }
  if (everywhere) {
    const times = world.header.instances.map((_, instance) => lastActive(asked, instance));
    const recent = times.some((at) => typeof at === "number" && (key === "neverActive" || at > before));
    parts.push(is(!recent));
  }
  return and(parts);
}

function rowOf({ row, world }: Asked, answer: (row: World["hr"][number]) => Truth): Truth {
  const has = (email: string) => (other: PersonRow) => other.email?.toLowerCase() === email.toLowerCase();
  if (row.email === undefined) {
    return world.hr.some(([email]) => !world.rows.some(has(email))) ? "unknown" : "false";
  }
  const mine = world.hr.filter(([email]) => has(email)(row));
  const [first, second] = mine;
  if (first === undefined) return "false";
  if (second !== undefined || world.rows.filter(has(first[0])).length > 1) return "unknown";
  return answer(first);
}
