import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createActs } from "./acts.ts";
import { createApi } from "./api-server.ts";
import { createBridge, differences } from "./bridge.ts";
import { startEmulator } from "./emulator.ts";
import { createGitServer } from "./git-server.ts";
import { createJudge } from "./judge.ts";
import { numberAt } from "./json.ts";
import { loadOpenApi } from "./openapi.ts";
import { letIn, makeTeams, newToken, peopleOf } from "./people.ts";
import { createProxy } from "./proxy.ts";
import { createRepository } from "./repository.ts";
import { startServer } from "./servers.ts";
import { createSettings } from "./settings.ts";
import { firstCommit, meetBot } from "./setup.ts";
import type { Stage, StageOptions } from "./stage-shape.ts";
import { createTimes } from "./times.ts";
import type { World } from "./world.ts";

/** Opens a stage with one repository, whose default branch holds `files`. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { owner = "acme", repo = "policies", visibility = "private", people: levels, teams = {} } = options;
  const root = mkdtempSync(join(tmpdir(), "seatwright-stage-"));
  const openApi = () => loadOpenApi(options.server === "enterprise" ? "ghes-3.19" : "api.github.com");
  const prefix = options.server === "enterprise" ? "/api/v3" : "";
  const problems: unknown[] = [];
  const closing: (() => Promise<void> | void)[] = [];
  const judge = createJudge(openApi);

  const tokens = Object.fromEntries(Object.keys(levels).map((login) => [login, newToken(login)]));
  const emulator = await startEmulator({ owner, repo, visibility, people: tokens });
  const serve = async (name: "api" | "git") =>
    await startServer(
      async (request, response) => {
        const isApi = name === "api" && (request.url ?? "").startsWith(prefix);
        if (isApi) await api(request, response);
        else if (!(await gitServer.handle(request, response))) response.writeHead(404).end("Not Found");
      },
      (error) => problems.push(error),
    );
  const apiServer = await serve("api");
  const gitHost = prefix === "" ? await serve("git") : apiServer;
  const serverUrl = gitHost.url;
  const upstream = createRepository(root, owner, repo);
  const world: World = {
    owner,
    visibility,
    apiUrl: `${apiServer.url}${prefix}`,
    serverUrl,
    emulator,
    bridge: createBridge(emulator),
    times: createTimes(options.clock ?? (() => new Date())),
    upstream,
    repositories: new Map([[upstream.fullName, upstream]]),
    people: await peopleOf(emulator, tokens, levels),
    teams: new Map(Object.entries(teams)),
    callers: new Map(),
    pulls: new Map(),
    activity: [],
    runs: new Map(),
    annotations: new Map(),
    protections: new Map(),
    supplied: [],
    actionsMayOpenPullRequests: true,
    mergeability: "at once",
  };
  const proxy = createProxy(world, judge, openApi);
  const api = createApi(world, proxy, prefix);
  const gitServer = createGitServer(world, root);

  for (const { login, token } of world.people.values())
    world.callers.set(token, { kind: "person", login, rights: "write", emulated: token });
  for (const person of world.people.values()) await letIn(emulator, upstream.fullName, person);
  await makeTeams(emulator, owner, teams);
  await meetBot(world);
  await firstCommit(world, options.files);
  const path = `/repos/${upstream.fullName}`;
  const { body } = await emulator.request({ method: "GET", path, token: emulator.adminToken() });

  return {
    ...createActs(world, root),
    ...createSettings(world),
    apiUrl: world.apiUrl,
    serverUrl,
    owner,
    repo,
    fullName: upstream.fullName,
    repositoryId: numberAt(body, "id"),
    folder: root,
    world,
    requests: proxy.requests,
    judge,
    look: proxy.look,
    differences: async () => await differences(emulator, world.bridge, upstream),
    onClose: (task) => closing.push(task),
    close: async () => {
      for (const task of closing.splice(0)) await task();
      gitServer.close();
      for (const { objects } of world.repositories.values()) objects.close();
      await apiServer.close();
      if (gitHost !== apiServer) await gitHost.close();
      await emulator.close();
      rmSync(root, { recursive: true, force: true });
      if (problems.length > 0) throw new AggregateError(problems.splice(0), "Something went wrong inside the stage.");
    },
  };
}
