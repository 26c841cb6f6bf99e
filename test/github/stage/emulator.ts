import { createSign, generateKeyPairSync } from "node:crypto";
import { createEmulator } from "emulate";
import { textAt } from "./json.ts";

export interface EmulatorAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON where the answer is JSON, otherwise its text; null where it is empty. */
  readonly body: unknown;
}

export interface EmulatorRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly token: string;
  readonly body?: unknown;
  readonly accept?: string;
}

export interface Emulator {
  readonly url: string;
  request(request: EmulatorRequest): Promise<EmulatorAnswer>;
  /** A token of an organisation's admin, for what the stage itself does. */
  adminToken(): string;
  /** A token of github-actions[bot] with these permissions, as a job is given. */
  jobToken(permissions: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

export interface EmulatorSeed {
  readonly owner: string;
  readonly repo: string;
  readonly visibility: "private" | "public";
  /** Logins with their tokens. */
  readonly people: Readonly<Record<string, string>>;
}

/** The app that GITHUB_TOKEN belongs to, with the id it has on github.com. */
export const actionsApp = { id: 15368, slug: "github-actions", name: "GitHub Actions" } as const;

const installation = 1;

/** Everything the emulator knows rights for; a job is given a part of it. */
const grantable = { contents: "write", issues: "write", pull_requests: "write", checks: "write", metadata: "read" };

/** The emulator counts 5,000 requests an hour for each token, and the bridge makes many. */
const adminTokens = Array.from({ length: 20 }, (_, index) => `stage-admin-${index}`);

let key: string | null = null;

/** Starts Vercel Labs' GitHub emulator in this process, on a port of its own. */
export async function startEmulator({ owner, repo, visibility, people }: EmulatorSeed): Promise<Emulator> {
  key ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
  const privateKey = key;
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: {
        ...Object.fromEntries(adminTokens.map((token) => [token, { login: "admin", scopes: ["repo"] }])),
        ...Object.fromEntries(Object.entries(people).map(([login, token]) => [token, { login, scopes: ["repo"] }])),
      },
      github: {
        users: Object.keys(people).map((login) => ({ login })),
        orgs: [{ login: owner, members: [{ login: "admin", role: "admin" }] }],
        repos: [{ owner, name: repo, private: visibility === "private", auto_init: false }],
        apps: [
          {
            app_id: actionsApp.id,
            slug: actionsApp.slug,
            name: actionsApp.name,
            private_key: privateKey,
            permissions: grantable,
            installations: [
              { installation_id: installation, account: owner, repository_selection: "all", permissions: grantable },
            ],
          },
        ],
      },
    },
  });
  // It listens on 127.0.0.1 alone, where "localhost" may mean ::1 first.
  const origin = emulator.url.replace("//localhost", "//127.0.0.1");
  let turn = 0;

  const request: Emulator["request"] = async ({ method, path, token, body, accept }) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(accept === undefined ? {} : { accept }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : isJson ? JSON.parse(text) : text,
    };
  };

  return {
    url: emulator.url,
    request,
    adminToken: () => adminTokens[turn++ % adminTokens.length] ?? "",
    jobToken: async (permissions) => {
      const known = Object.entries(permissions).filter(([name]) => name in grantable);
      const answer = await request({
        method: "POST",
        path: `/app/installations/${installation}/access_tokens`,
        token: appToken(privateKey),
        body: { permissions: { ...Object.fromEntries(known), metadata: "read" } },
      });
      return textAt(answer.body, "token");
    },
    close: async () => {
      await emulator.close();
    },
  };
}

/** A JSON web token with which an app asks for a token of its installation. */
function appToken(privateKey: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iat: now - 60, exp: now + 300, iss: String(actionsApp.id) };
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}
