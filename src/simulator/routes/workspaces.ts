import type { WireWorkspace } from "../../atlassian/wire.ts";
import type { Answer } from "../answers.ts";
import { ok, refuse } from "../answers.ts";
import { appFacts, bareIdOf } from "../apps.ts";
import type { Call, Route } from "../call.ts";
import { decodeCursor, encodeCursor } from "../cursors.ts";
import type { InstanceFacts } from "../facts.ts";
import { bodyCursor, bodyLimit, objectBody } from "../filters.ts";
import { seatHolders } from "../roles.ts";

/** The app instances of the organisation, which this endpoint calls workspaces. */
export const workspaceRoutes: readonly Route[] = [
  {
    method: "POST",
    pattern: "/admin/v2/orgs/{orgId}/workspaces",
    scope: "read:workspaces:admin",
    handle: searchWorkspaces,
  },
];

interface Search {
  readonly limit: number;
  readonly query: unknown;
  readonly sort: unknown;
}

function searchWorkspaces(call: Call): Answer {
  const body = objectBody(call.body ?? {});
  const token = bodyCursor(body);
  const of = `${call.method} ${call.path}`;
  if (token !== undefined && Object.keys(body).length > 1) {
    throw refuse.badRequest("When a cursor is provided no other properties may be present");
  }
  const state = token === undefined ? undefined : decodeCursor(token);
  if (token !== undefined && state?.of !== of) throw refuse.badCursor();
  const search = (state?.query as Search | undefined) ?? {
    limit: bodyLimit(body, 20, 1000),
    query: body["query"],
    sort: body["sort"],
  };
  const start = state?.start ?? 0;
  const end = start + search.limit;
  const instances = [...call.reads.instances.values()].filter((instance) => matches(call, instance, search.query));
  const rows = sorted(call, instances, search.sort).map((instance) => workspaceRow(call, instance));
  const pageUrl = `${call.baseUrl}${call.path}`;
  const following = { of, query: search, start: end, before: start, page: (state?.page ?? 1) + 1 };
  const next = end < rows.length ? encodeCursor(following) : undefined;
  return ok({
    data: rows.slice(start, end),
    links: {
      self: pageUrl,
      ...(next === undefined ? {} : { next: call.quirks.nextIsUrl ? `${pageUrl}?cursor=${next}` : next }),
    },
    meta: {
      total: rows.length,
      pageSize: search.limit,
      startIndex: start,
      endIndex: Math.min(end, rows.length),
    },
  });
}

/** The query language: `field`, `and`, `nor`, `searchWorkspaces`; an operator without operands has no effect. */
function matches(call: Call, instance: InstanceFacts, query: unknown): boolean {
  if (query === undefined || query === null) return true;
  const { and, nor, field, searchWorkspaces: text, value } = objectBody(query);
  if (Array.isArray(and)) return and.every((nested) => matches(call, instance, nested));
  if (Array.isArray(nor)) return nor.length === 0 || !nor.some((nested) => matches(call, instance, nested));
  if (field !== undefined) {
    const { name, values } = objectBody(field);
    if (!Array.isArray(values) || values.length === 0) return true;
    return typeof name === "string" && values.includes(fieldOf(call, instance, name));
  }
  const wanted = typeof value === "string" ? value : text;
  if (typeof wanted !== "string") return true;
  return [instance.site, instance.hostUrl].some((shown) => shown?.toLowerCase().includes(wanted.toLowerCase()));
}

function fieldOf(call: Call, instance: InstanceFacts, path: string): unknown {
  const row = workspaceRow(call, instance);
  if (path === "id") return row.id;
  return (row.attributes as Readonly<Record<string, unknown>> | undefined)?.[path.replace(/^attributes\./, "")];
}

function sorted(call: Call, instances: readonly InstanceFacts[], sort: unknown): readonly InstanceFacts[] {
  if (!Array.isArray(sort) || sort.length === 0) return instances;
  const { field, order } = objectBody(sort[0]);
  const direction = order === "desc" ? -1 : 1;
  const key = (instance: InstanceFacts): string => JSON.stringify(fieldOf(call, instance, String(field))) ?? "";
  return instances.toSorted((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
}

function workspaceRow(call: Call, instance: InstanceFacts): WireWorkspace {
  const { app, site, plan = "Standard" } = instance;
  const isBitbucket = app === "bitbucket";
  const capacity = call.quirks.capacityAbsent ? undefined : instance.capacity;
  const entitlement = {
    id: `ari:cloud:commerce::entitlement/${bareIdOf(instance.id)}`,
    type: "entitlement",
    attributes: { key: `${app}.ondemand`, plan, planKey: plan.toUpperCase() },
  };
  return {
    id: workspaceId(call, instance),
    type: "workspace",
    attributes: {
      name: site,
      type: app,
      typeKey: app,
      owner: appFacts(app).label,
      status: instance.status ?? "online",
      ...(instance.hostUrl === undefined ? {} : { hostUrl: instance.hostUrl }),
      realm: "global",
      sandbox: { type: instance.sandbox === true ? "CHILD" : "NONE" },
      ...(capacity === undefined ? {} : { capacity }),
      ...(isBitbucket ? { usage: seatHolders(call.counts, instance.id).size } : {}),
      ...(instance.createdAt === undefined || isBitbucket ? {} : { createdAt: instance.createdAt }),
    },
    relationships: { entitlements: [entitlement] },
    links: { self: `${call.baseUrl}${call.path}/${bareIdOf(instance.id)}` },
  };
}

function workspaceId(call: Call, { id, app }: InstanceFacts): string {
  const shape = call.quirks.workspaceIds;
  if (shape === "bare") return bareIdOf(id);
  return shape === "jira" && app.startsWith("jira-") ? `ari:cloud:jira::site/${bareIdOf(id)}` : id;
}
