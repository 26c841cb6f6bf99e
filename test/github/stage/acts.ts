import { join } from "node:path";
import { numberAt, textAt } from "./json.ts";
import { addJobToken, addToken } from "./people.ts";
import { defaultBranch } from "./repository.ts";
import { makeFork } from "./setup.ts";
import type { Stage } from "./stage-shape.ts";
import { cloneAs, pushAs } from "./worktree.ts";
import type { Person, World } from "./world.ts";

type Acts = Pick<
  Stage,
  | "person"
  | "token"
  | "jobToken"
  | "revoke"
  | "api"
  | "clone"
  | "push"
  | "forcePush"
  | "fork"
  | "openPullRequest"
  | "review"
  | "merge"
>;

/** What people on the stage do: always over HTTP, with their own tokens. */
export function createActs(world: World, root: string): Acts {
  const { upstream } = world;
  const person = (login: string): Person => {
    const found = world.people.get(login);
    if (found === undefined) throw new Error(`There is nobody called ${login} on the stage.`);
    return found;
  };
  const call: Stage["api"] = async (token, method, path, sent) => {
    const bearer = token === null ? null : (world.people.get(token)?.token ?? token);
    const response = await fetch(`${world.apiUrl}${path}`, {
      method,
      headers: {
        "user-agent": "seatwright-stage",
        accept: "application/vnd.github+json",
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const words = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: words === "" ? null : isJson ? JSON.parse(words) : words,
    };
  };
  const done = async (login: string, method: string, path: string, sent: unknown) => {
    const answer = await call(login, method, `/repos/${upstream.fullName}${path}`, sent);
    if (answer.status < 300) return answer.body;
    throw new Error(`${login} could not ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const push: Stage["push"] = async (login, branch, files, message, more = {}) =>
    await pushAs(world, root, { login, token: person(login).token, branch, files, message, ...more });
  let clones = 0;

  return {
    person,
    token: (login, rights) => addToken(world, person(login), rights),
    jobToken: async (permissions) => await addJobToken(world, permissions),
    revoke: (token) => world.callers.delete(token),
    api: call,
    clone: async (login) => {
      clones += 1;
      return await cloneAs(world, join(root, "clones", `${login}-${clones}`), login, person(login).token);
    },
    push,
    forcePush: async (login, branch, files, message, from) =>
      await push(login, branch, files, message, { force: true, ...(from === undefined ? {} : { from }) }),
    fork: async (login) => await makeFork(world, root, person(login)),
    openPullRequest: async (login, pull) =>
      numberAt(await done(login, "POST", "/pulls", { base: defaultBranch, ...pull }), "number"),
    review: async (login, number, event, sha) =>
      numberAt(
        await done(login, "POST", `/pulls/${number}/reviews`, {
          event,
          ...(event === "APPROVE" ? {} : { body: "A word from a reviewer." }),
          ...(sha === undefined ? {} : { commit_id: sha }),
        }),
        "id",
      ),
    merge: async (login, number, method) =>
      textAt(await done(login, "PUT", `/pulls/${number}/merge`, { merge_method: method }), "sha"),
  };
}
