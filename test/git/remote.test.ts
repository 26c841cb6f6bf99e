import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOverHttp, type GitServer, startGitServer } from "../support/git-server.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { createStage, git, gitBehind, refusalOf, repositoryAt, textsOf } from "./stage.ts";

const files = { "seatwright.yaml": "x", "policies/a.yaml": "a" };

describeOverHttp("a policy repository over HTTP", () => {
  let server: GitServer;
  beforeAll(async () => {
    server = await startGitServer();
  });
  afterAll(() => server.close());

  it("is read and written with the token", async () => {
    const stage = createStage();
    git(stage.remote, ["config", "http.receivepack", "true"]);
    const main = stage.commit("main", files);
    const repository = repositoryAt(server.url(stage.remote), { token: server.token });
    expect(await repository.commitOf("main")).toBe(main);
    const topic = stage.commit("topic", { "policies/b.yaml": "b" });
    expect(textsOf(await repository.filesMerged(main, topic))).toEqual({ ...files, "policies/b.yaml": "b" });
    const plan = await repository.pushBranch("seatwright/plan", main, [{ path: "plans/x.json", text: "{}" }], "A plan");
    expect(git(stage.remote, ["rev-parse", "seatwright/plan"])).toBe(plan);
    await repository.deleteBranch("seatwright/plan");
    expect(git(stage.remote, ["branch", "--list", "seatwright/*"])).toBe("");
  });

  it("that refuses the token, or is not there, says so with a remedy", async () => {
    const remote = server.url(createStage().remote);
    expect((await refusalOf(repositoryAt(remote, { token: "wrong" }).commitOf("main"))).reason).toBe("credentials");
    expect((await refusalOf(repositoryAt(remote).commitOf("main"))).message).toContain("refused the token");
    const nowhere = server.url("/nowhere/at-all.git");
    const refusal = await refusalOf(repositoryAt(nowhere, { token: server.token }).commitOf("main"));
    expect(refusal.message).toMatch(/cannot be found: there is no such repository/);
  });

  it("is asked again where it is busy for a moment", async () => {
    const stage = createStage();
    const main = stage.commit("main", files);
    server.beBusyFor(2);
    expect(await repositoryAt(server.url(stage.remote), { token: server.token }).commitOf("main")).toBe(main);
  });

  it("does not take the token along to where the server sends it", async () => {
    const stage = createStage();
    const other = await startGitServer();
    const location = `${other.url("/elsewhere.git")}/info/refs?service=git-upload-pack`;
    server.answerWith({ status: 302, headers: { location } });
    try {
      const repository = repositoryAt(server.url(stage.remote), { token: server.token });
      expect((await refusalOf(repository.commitOf("main"))).message).toContain("sends us to another address");
      expect(other.requests()).toBe(0);
    } finally {
      server.answerWith(null);
      await other.close();
    }
  });

  it("never shows the token: not in messages, not in arguments, not on the disk", async () => {
    const stage = createStage();
    git(stage.remote, ["config", "http.receivepack", "true"]);
    const main = stage.commit("main", files);
    const { environment, notes } = gitBehind(`echo "$*" >> $NOTES/said; exec "$GIT" "$@"`);
    const folder = join(temporaryDirectory(), "copies");
    const traced = { GIT_TRACE: join(notes, "trace"), GIT_TRACE_CURL: join(notes, "curl"), GIT_TRACE_REDACT: "0" };
    const repository = repositoryAt(server.url(stage.remote), {
      token: server.token,
      folder,
      environment: { ...environment, ...traced },
    });
    await repository.filesOf(main);
    await repository.pushBranch("seatwright/plan", main, [{ path: "plans/x.json", text: "{}" }], "A plan");
    const hooks = join(stage.remote, "hooks");
    mkdirSync(hooks, { recursive: true });
    const pair = Buffer.from(`x-access-token:${server.token}`).toString("base64");
    writeFileSync(join(hooks, "pre-receive"), `#!/bin/sh\necho "declined: ${server.token} ${pair}" >&2; exit 1\n`);
    chmodSync(join(hooks, "pre-receive"), 0o755);
    const declined = await refusalOf(repository.deleteBranch("seatwright/plan"));
    expect(declined.message).toContain("declined: *** ***");
    const shown: string[] = [declined.message, declined.remedy];
    for (const status of [401, 403, 404]) {
      server.answerWith({ status });
      try {
        const { message, remedy, stack } = await refusalOf(repository.commitOf("main"));
        shown.push(message, remedy, stack ?? "");
      } finally {
        server.answerWith(null);
      }
    }
    const written = [folder, notes].flatMap(textsIn);
    expect(readdirSync(notes)).toEqual(["said"]);
    expect(written.length).toBeGreaterThan(5);
    for (const secret of [server.token, pair, encodeURIComponent(server.token)]) {
      for (const text of [...shown, ...written]) expect(text.includes(secret)).toBe(false);
    }
  });

  it("is not named with a password, nor reached readable with a token, nor used where the token would be printed", () => {
    const named = (): unknown => repositoryAt("https://x-access-token:secret@example.com/x.git");
    expect(named).toThrow(/carries a user name or a password/);
    expect(named).not.toThrow(/secret@/);
    expect(() => repositoryAt("http://example.com/x.git", { token: "t" })).toThrow(/could be read on the way/);
    const before = process.env["DEBUG"];
    try {
      process.env["DEBUG"] = "simple-git*";
      expect(() => repositoryAt("https://example.com/x.git", { token: "t" })).toThrow(/would be printed/);
    } finally {
      if (before === undefined) delete process.env["DEBUG"];
      else process.env["DEBUG"] = before;
    }
  });
});

/** Every file below a folder, as text. */
function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"));
}
