import type { Documents, OpenApi, Operation, Response, Schema } from "./documents.ts";

/** A place where a document is known to be wrong. The contract is held against the mended document. */
export interface Deviation {
  readonly what: string;
  readonly source: string;
  /** Puts the place right in freshly read documents. */
  readonly mend: (documents: Documents) => void;
}

/** An endpoint that no document describes. */
export interface Undocumented {
  readonly method: string;
  readonly pattern: string;
  readonly source: string;
}

const v2 = "/v2/orgs/{orgId}";
const person = `${v2}/directories/{directoryId}/users`;

function operation(document: OpenApi, path: string, method: string): Operation {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
  return found;
}

function answer(document: OpenApi, path: string, { method, status }: { method: string; status: string }): Response {
  const listed = operation(document, path, method).responses[status];
  if (listed === undefined || "$ref" in listed) throw new Error(`${method} ${path} has no ${status} of its own`);
  return listed;
}

function either(...names: readonly string[]): Response {
  const anyOf = names.map((name) => ({ $ref: `#/components/schemas/${name}` }));
  return { content: { "application/json": { schema: { anyOf } } } };
}

/** An empty object as the body of these POST requests. */
function takeEmptyObject(document: OpenApi, paths: readonly string[]): void {
  const body = { type: "object", properties: {} };
  for (const path of paths)
    operation(document, path, "post").requestBody = { content: { "application/json": { schema: body } } };
}

export const deviations: readonly Deviation[] = [
  {
    what: "Account ids are opaque, and an organisation's id is not a strict UUID: the format of both is left out.",
    source:
      "The document's own description of account ids; a real organisation id is 8a130dbc-06bc-1a05-jjk7-9822046115j1.",
    mend({ organization }) {
      const paths = Object.entries(organization.paths).filter(([path]) => path.includes("/users/{userId}/role"));
      for (const parameter of paths.flatMap(([, item]) => Object.values(item)).flatMap((one) => one.parameters ?? [])) {
        if ("schema" in parameter) delete parameter.schema["format"];
      }
    },
  },
  {
    what: "The pattern of account ids ends with a line break and is not anchored.",
    source: "The description of account_id in the organisations document: [a-zA-Z0-9_|-:]{1,128}.",
    mend({ "user-management": document }) {
      const schema: Schema | undefined = document.components.schemas["AccountId"];
      if (schema !== undefined) schema["pattern"] = "^[a-zA-Z0-9_|:-]{1,128}$";
    },
  },
  {
    what: "The path of a user's details names {userId}, its parameter accountId.",
    source: "Both stand in the document for the same place of the path.",
    mend({ organization: { paths } }) {
      const item = paths[`${person}/{userId}`];
      if (item === undefined) return;
      delete paths[`${person}/{userId}`];
      paths[`${person}/{accountId}`] = { ...paths[`${person}/{accountId}`], ...item };
    },
  },
  {
    what: "userDirectoryStatus is null for platform roles: `nullable` stands beside `$ref`, where OpenAPI 3.0 ignores it.",
    source: "The document's own description of the field.",
    mend({ organization: { components } }) {
      const fields = components.schemas["MultiDirectoryUserRoleAssignment"]?.["properties"] as Record<string, Schema>;
      const { $ref } = fields["userDirectoryStatus"] ?? {};
      fields["userDirectoryStatus"] = { allOf: [{ $ref }], nullable: true };
    },
  },
  {
    what: "Suspend and restore want an empty JSON object; the document has no body for them.",
    source: "Measured: without a body they answer 415.",
    mend: ({ organization }) =>
      takeEmptyObject(
        organization,
        ["suspend", "restore"].map((verb) => `${person}/{accountId}/${verb}`),
      ),
  },
  {
    what: "An empty JSON object is sent along to the lifecycle endpoints that are documented without a body.",
    source: "The same rule, kept for every POST: no gateway of Atlassian's is known to refuse `{}`.",
    mend: ({ "user-management": document }) =>
      takeEmptyObject(
        document,
        ["enable", "delete", "cancel-delete"].map((verb) => `/users/{account_id}/manage/lifecycle/${verb}`),
      ),
  },
  {
    what: "The gateway answers 401 and 429 of the v2 endpoints as it does everywhere: `code` and `message`.",
    source: "ProxyError, which the document has for the endpoints behind the same gateway.",
    mend({ organization }) {
      for (const [path, item] of Object.entries(organization.paths)) {
        if (!path.startsWith("/v2/")) continue;
        for (const { responses } of Object.values(item)) {
          for (const status of ["401", "429"])
            if (status in responses) responses[status] = either("Errors", "ProxyError");
        }
      }
    },
  },
  {
    what: "Another organisation's id is answered by the routing layer, in an envelope of its own.",
    source: "Measured (TCS validation failed); the document has that envelope for 403 as NoPermsError.",
    mend({ organization: document }) {
      const routing = { timestamp: {}, path: {}, status: { type: "integer" }, error: {}, requestId: {}, message: {} };
      document.components.schemas["RoutingError"] = { type: "object", properties: routing, required: ["message"] };
      operation(document, "/v1/orgs/{orgId}", "get").responses["404"] = either(
        "Error.OrgNotFound.Model",
        "RoutingError",
      );
    },
  },
  {
    what: "A refused workspace search wraps its error in `errors`, like every other endpoint.",
    source: "Every other v2 endpoint of the document wraps its errors; nobody has measured this one.",
    mend({ organization }) {
      const refused = answer(organization, `${v2}/workspaces`, { method: "post", status: "400" });
      Object.assign(refused, either("Errors"));
    },
  },
  {
    what: "A forbidden account says more than its key: `errorKey` and `errorDetail`.",
    source: "Measured: Caller must be a verified org admin of targeted account.",
    mend({ "user-management": { components } }) {
      const properties = components.schemas["Response.Forbidden.Basic"]?.["properties"];
      Object.assign(properties ?? {}, { errorKey: { type: "string" }, errorDetail: { type: "string" } });
    },
  },
  {
    what: "The simulator adds `links` to a user's details, as rows of a search have it; the document has none there.",
    source: "None: no client of ours reads it. It goes when the simulator leaves it out.",
    mend({ organization: { components } }) {
      const details = components.schemas["MultiDirectoryUserDetailsData"];
      const fields = (details?.["properties"] ?? {}) as Record<string, Schema>;
      fields["links"] = { type: "object", properties: { self: { type: "string" } } };
      if (details !== undefined) details["properties"] = fields;
    },
  },
];

export const undocumented: readonly Undocumented[] = [
  {
    method: "GET",
    pattern: "/admin/api-access/v1/orgs/{orgId}/api-keys",
    source: "API access REST API, which has a document of its own: developer.atlassian.com/cloud/admin/api-access/rest",
  },
  {
    method: "POST",
    pattern: "/admin/v3/orgs/{orgId}/workspaces",
    source: "Measured: it answers 200 with an empty list. The simulator has it to catch a client that would use it.",
  },
];
