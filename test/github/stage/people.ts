import { randomBytes } from "node:crypto";
import type { Emulator } from "./emulator.ts";
import { numberAt } from "./json.ts";
import type { Caller, Level, Permissions, Person, World } from "./world.ts";
import { botLogin } from "./world.ts";

/** A token that no scanner takes for a real one, and no test for a password. */
export function newToken(owner: string): string {
  return `stage-${owner}-${randomBytes(9).toString("hex")}`;
}

const emulatedLevels: Readonly<Record<Exclude<Level, "none">, string>> = {
  admin: "admin",
  maintain: "maintain",
  write: "push",
  triage: "triage",
  read: "pull",
};

/** The people as the emulator got to know them, with the ids it gave them. */
export async function peopleOf(
  emulator: Emulator,
  tokens: Readonly<Record<string, string>>,
  levels: Readonly<Record<string, Level>>,
): Promise<ReadonlyMap<string, Person>> {
  const people = await Promise.all(
    Object.entries(levels).map(async ([login, level]) => {
      const { body } = await emulator.request({ method: "GET", path: `/users/${login}`, token: emulator.adminToken() });
      return [login, { login, id: numberAt(body, "id"), level, token: tokens[login] ?? "" }] as const;
    }),
  );
  return new Map(people);
}

/** Tells the emulator who may see a repository. What else somebody may do, the proxy decides. */
export async function letIn(emulator: Emulator, fullName: string, person: Person): Promise<void> {
  const path = `/repos/${fullName}/collaborators/${person.login}`;
  const token = emulator.adminToken();
  if (person.level === "none") await emulator.request({ method: "DELETE", path, token });
  else await emulator.request({ method: "PUT", path, token, body: { permission: emulatedLevels[person.level] } });
}

/** Makes the teams of the organisation, and the members of each. */
export async function makeTeams(
  emulator: Emulator,
  owner: string,
  teams: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [slug, logins] of Object.entries(teams)) {
    const path = `/orgs/${owner}/teams`;
    await emulator.request({ method: "POST", path, token: emulator.adminToken(), body: { name: slug } });
    for (const login of logins)
      await emulator.request({
        method: "PUT",
        path: `${path}/${slug}/memberships/${login}`,
        token: emulator.adminToken(),
        body: { role: "member" },
      });
  }
}

/** Another token of a person; with "read" it can do nothing but look. */
export function addToken(world: World, person: Person, rights: "read" | "write"): string {
  const token = newToken(person.login);
  world.callers.set(token, { kind: "person", login: person.login, rights, emulated: person.token });
  return token;
}

/** A job's GITHUB_TOKEN. `permissions` as a workflow writes them (`pull-requests: write`), nothing else is granted. */
export async function addJobToken(
  world: World,
  permissions: Readonly<Record<string, "read" | "write">>,
): Promise<string> {
  const named: Permissions = Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]),
  );
  // To label or comment on a pull request its permission is enough, where the emulator asks for the one of issues.
  const emulated = { ...named, ...(named["pull_requests"] === "write" ? { issues: "write" } : {}) };
  const token = await world.emulator.jobToken(emulated);
  const caller: Caller = { kind: "job", login: botLogin, permissions: named, emulated: token };
  world.callers.set(token, caller);
  return token;
}
