import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { pullRequestEvent, pullRequestTargetEvent, scheduleEvent } from "./events.ts";
import { object } from "./json.ts";
import type { ActionOptions } from "./runner.ts";
import { runAction, startAction } from "./runner.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

needs("git").describe("an action on the stage", () => {
  let stage: Stage;
  let head: string;
  let number: number;
  beforeAll(async () => {
    stage = await openStage({
      people: { ada: "admin", bob: "write" },
      files: { "seatwright.yaml": "version: 1\n", "policies/a.yaml": "a: 1\n" },
    });
    head = await stage.push("bob", "topic", { "policies/a.yaml": "a: 2\n" }, "Change a");
    number = await stage.openPullRequest("bob", { head: "topic", title: "Change a" });
  });
  afterAll(async () => {
    await stage.close();
  });

  let scripts = 0;
  const script = (source: string) => {
    const folder = join(stage.folder, "actions", String(++scripts), "dist");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "action.js"), source);
    return join(folder, "action.js");
  };
  const run = async (source: string, more: Partial<ActionOptions> = {}) =>
    await runAction(stage, {
      ...(await scheduleEvent(stage, "ada")),
      checkout: "none",
      bundle: script(source),
      ...more,
    });

  it("is given inputs and variables as a runner gives them, and nothing else of this machine", async () => {
    process.env["STAGE_SECRET_OF_THIS_MACHINE"] = "x";
    const { outputs } = await run(
      `const fs = require("node:fs");
       fs.appendFileSync(process.env.GITHUB_OUTPUT, "all<<E\\n" + JSON.stringify(process.env) + "\\nE\\n");`,
      { mode: "plan", inputs: { "repo-path": "policies", "with space": " trimmed " }, env: { EXTRA: "1" }, attempt: 2 },
    );
    delete process.env["STAGE_SECRET_OF_THIS_MACHINE"];
    const variables = object(JSON.parse(outputs["all"] ?? "{}"));
    expect(variables).toMatchObject({
      INPUT_MODE: "plan",
      "INPUT_REPO-PATH": "policies",
      INPUT_WITH_SPACE: "trimmed",
      EXTRA: "1",
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: stage.apiUrl,
      GITHUB_SERVER_URL: stage.serverUrl,
      GITHUB_REPOSITORY: "acme/policies",
      GITHUB_REPOSITORY_ID: String(stage.repositoryId),
      GITHUB_ACTOR: "ada",
      GITHUB_ACTOR_ID: String(stage.person("ada").id),
      GITHUB_RUN_ATTEMPT: "2",
      GITHUB_EVENT_NAME: "schedule",
      GITHUB_REF_NAME: "main",
      GITHUB_HEAD_REF: "",
      GITHUB_WORKFLOW_REF: "acme/policies/.github/workflows/seatwright.yml@refs/heads/main",
    });
    expect(
      Object.keys(variables)
        .filter((name) => !/^(GITHUB|RUNNER|INPUT)_/.test(name))
        .sort(),
    ).toEqual(["CI", "EXTRA", "HOME", "LANG", "PATH"]);
  });

  it("reports through files and commands, and its secrets are covered", async () => {
    const result = await run(
      `const fs = require("node:fs");
       fs.appendFileSync(process.env.GITHUB_OUTPUT, "digest=sha256:abc\\nplan<<EOF\\nline 1\\nline 2\\nEOF\\n");
       fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, "# Done\\n");
       fs.appendFileSync(process.env.GITHUB_STATE, "post=yes\\n");
       fs.appendFileSync(process.env.GITHUB_ENV, "LATER=1\\n");
       console.log("::add-mask::hidden");
       console.log("::group::Reading");
       console.log("hidden and the-api-key and " + process.env.INPUT_TOKEN);
       console.log("::endgroup::");
       console.log("::error file=policies/a.yaml,line=3,col=2,title=Wrong%2C really::No%0Asecond line");
       console.error("::warning::hidden too");
       console.log("::debug::deep");
       console.log("outside");
       process.exitCode = 9;`,
      { secrets: ["the-api-key"], token: await stage.jobToken({}), inputs: {} },
    );
    expect(result.code).toBe(9);
    expect(result.outputs).toEqual({ digest: "sha256:abc", plan: "line 1\nline 2" });
    expect([result.summary, result.state, result.exported]).toEqual(["# Done\n", { post: "yes" }, { LATER: "1" }]);
    expect(result.annotations).toEqual([
      {
        level: "error",
        message: "No\nsecond line",
        title: "Wrong, really",
        file: "policies/a.yaml",
        line: 3,
        column: 2,
      },
      { level: "warning", message: "*** too" },
    ]);
    expect(result.masks).toEqual(["hidden"]);
    expect(result.groups).toEqual([{ title: "Reading", lines: ["*** and *** and undefined"] }]);
    expect(result.debug).toEqual(["deep"]);
    expect(result.log).toContain("outside");
    expect(result.log).not.toContain("::error");
    expect(result.stdout).toContain("the-api-key");
  });

  it("calls the API and Git with its own token, which ends with the job", async () => {
    const source = `
      const { execFileSync } = require("node:child_process");
      (async () => {
        const answer = await fetch(process.env.GITHUB_API_URL + "/repos/" + process.env.GITHUB_REPOSITORY + "/pulls", {
          headers: { authorization: "Bearer " + process.env["INPUT_GITHUB-TOKEN"], "user-agent": "action" },
        });
        console.log("pulls " + (await answer.json()).length);
        console.log("file " + require("node:fs").readFileSync("policies/a.yaml", "utf8").trim());
        execFileSync("git", ["fetch", "-q", "origin", "refs/pull/${number}/head"]);
        console.log("head " + execFileSync("git", ["rev-parse", "FETCH_HEAD"]).toString().trim());
      })();`;
    const bundle = script(source);
    writeFileSync(
      join(bundle, "../../action.yml"),
      "name: x\ninputs:\n  github-token:\n    default: ${{ github.token }}\n  mode:\n    required: true\nruns:\n  using: node24\n",
    );
    const permissions = { contents: "read", "pull-requests": "read" } as const;
    const result = await runAction(stage, {
      ...(await pullRequestTargetEvent(stage, { number })),
      mode: "plan",
      bundle,
      permissions,
    });
    expect(result.stdout.trim().split("\n")).toEqual(["pulls 1", "file a: 1", `head ${head}`]);
    expect(stage.requests.at(-1)).toMatchObject({ caller: "github-actions[bot]", status: 200 });
    expect((await stage.api(result.token, "GET", `/repos/${stage.fullName}`)).status).toBe(401);
    expect(stage.world.runs.get(result.runId)).toMatchObject({
      status: "completed",
      conclusion: "success",
      event: "pull_request_target",
    });
    const strange = await runAction(stage, {
      ...(await scheduleEvent(stage, "ada")),
      bundle,
      checkout: "none",
      inputs: { mod: "x" },
    });
    expect(strange.annotations).toEqual([{ level: "warning", message: "Unexpected input(s) 'mod'" }]);
  });

  it("finds the checkout of its event: the test merge, the default branch, or nothing", async () => {
    const source = `
      const { execFileSync } = require("node:child_process");
      const fs = require("node:fs");
      if (!fs.existsSync(".git")) console.log("nothing");
      else console.log(execFileSync("git", ["rev-parse", "HEAD"]).toString().trim() + " " + fs.readFileSync("policies/a.yaml", "utf8").trim()
        + " " + execFileSync("git", ["rev-list", "--count", "HEAD"]).toString().trim());`;
    const bundle = script(source);
    const permissions = { contents: "read" } as const;
    const onPull = await pullRequestEvent(stage, { number });
    const onTarget = await pullRequestTargetEvent(stage, { number });
    const seen = async (options: ActionOptions) =>
      (await runAction(stage, { bundle, permissions, ...options })).stdout.trim();
    expect(await seen(onPull)).toBe(`${onPull.sha} a: 2 1`);
    expect(await seen(onTarget)).toBe(`${onTarget.sha} a: 1 1`);
    expect(await seen({ ...onTarget, checkout: { depth: 0 } })).toBe(`${onTarget.sha} a: 1 1`);
    expect(await seen({ ...onTarget, checkout: { ref: head } })).toBe(`${head} a: 2 1`);
    expect(await seen({ ...onTarget, checkout: "none" })).toBe("nothing");
  });

  it("ends when it is killed, with all that it started, and the run has failed", async () => {
    const marker = join(stage.folder, "child.pid");
    const running = await startAction(stage, {
      ...(await scheduleEvent(stage, "ada")),
      checkout: "none",
      bundle: script(
        `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
         require("node:fs").writeFileSync(${JSON.stringify(marker)} + ".new", String(child.pid));
         require("node:fs").renameSync(${JSON.stringify(marker)} + ".new", ${JSON.stringify(marker)});
         setInterval(() => {}, 1000);`,
      ),
    });
    const pid = Number(await appears(marker));
    expect(stage.world.runs.get(running.runId)).toMatchObject({ status: "in_progress" });
    running.kill("SIGKILL");
    const { code, signal } = await running.finished;
    expect([code, signal]).toEqual([null, "SIGKILL"]);
    expect(stage.world.runs.get(running.runId)).toMatchObject({ conclusion: "failure" });
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });

  it("fails loudly when it does not come to an end", async () => {
    await expect(run("setInterval(() => {}, 1000)", { timeoutMs: 200 })).rejects.toThrow("did not come to an end");
  });

  it("loses a summary that is too long, as on GitHub", async () => {
    const { summary, annotations } = await run(
      `require("node:fs").writeFileSync(process.env.GITHUB_STEP_SUMMARY, "x".repeat(1024 * 1024 + 1));`,
    );
    expect(summary).toBe("");
    expect(annotations[0]?.message).toContain("supports content up to a size of 1024k");
  });
});

async function appears(path: string): Promise<string> {
  await expect.poll(() => readIf(path), { timeout: 20_000 }).not.toBeNull();
  return readIf(path) ?? "";
}

function readIf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** What was killed and has nobody to ask for it is a zombie, which runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readIf(`/proc/${pid}/stat`) ?? "");
  } catch {
    return false;
  }
}
