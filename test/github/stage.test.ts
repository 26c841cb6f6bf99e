import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { numberAt, object, objects, textAt } from "./stage/json.ts";
import type { Stage } from "./stage/stage-shape.ts";
import { openStage } from "./stage/stage.ts";

const files = { "seatwright.yaml": "version: 1\n", "policies/seats.yaml": "policies: []\n" };
const people = { ada: "admin", bob: "write", eve: "read", zed: "none" } as const;

needs("git").describe("the repository of a stage", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ people, files });
  });
  afterAll(async () => {
    expect(stage.judge.violations).toEqual([]);
    await stage.close();
  });
  const repository = () => `/repos/${stage.fullName}`;

  it("is cloned over HTTP by whoever may read it, and by nobody else", async () => {
    const git = await stage.clone("eve");
    expect(await git.text(["show", "HEAD:seatwright.yaml"])).toBe("version: 1");
    await expect(stage.clone("zed")).rejects.toThrow("not found");
    const anonymous = await git.run(["ls-remote", `${stage.serverUrl}/${stage.fullName}.git`], {
      env: { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: `http.${stage.serverUrl}/.extraheader`, GIT_CONFIG_VALUE_0: "" },
    });
    expect(anonymous.stderr).toContain("could not read Username");
  });

  it("refuses a push without write permission, in Git's own words", async () => {
    await expect(stage.push("eve", "eves", { "a.txt": "a" }, "Mine")).rejects.toThrow("403");
    const git = await stage.clone("bob");
    await git.text(["config", `http.${stage.serverUrl}/.extraheader`, header(stage.token("bob", "read"))]);
    expect((await git.run(["push", "origin", "HEAD:refs/heads/bobs"])).stderr).toContain("403");
    await git.text(["config", `http.${stage.serverUrl}/.extraheader`, header("stage-unknown")]);
    expect((await git.run(["push", "origin", "HEAD:refs/heads/bobs"])).code).not.toBe(0);
  });

  it("has Git's own ids for commits, trees and blobs in the API, whatever was pushed", async () => {
    const git = await stage.clone("bob");
    const odd = {
      "deep/er/file.bin": Buffer.from([0, 255, 10, 13, 128]),
      "name with ünïcode, spaces.txt": "Grüße\r\n",
      "run.sh": "#!/bin/sh\nexit 0\n",
      empty: "",
    };
    const first = await stage.push("bob", "odd", odd, "Odd files\n\nWith a body, and a second paragraph.\n\nEnd.");
    await git.text(["fetch", "origin", "odd"]);
    await git.text(["checkout", "-q", "-b", "mine", "origin/main"]);
    const at = { GIT_AUTHOR_DATE: "1700000000 -0330", GIT_COMMITTER_DATE: "1700000001 +1245" };
    await git.text(["commit", "-q", "--allow-empty", "-m", "Elsewhere"], { env: at });
    await git.text(["merge", "-q", "--no-ff", "-m", "Together", first]);
    await git.text(["push", "-q", "origin", "HEAD:refs/heads/mine"]);
    await git.text(["push", "-q", "origin", "HEAD:refs/seatwright/lock"]);
    const head = await git.text(["rev-parse", "HEAD"]);
    const tree = await git.text(["rev-parse", "HEAD^{tree}"]);

    expect(await stage.differences()).toEqual([]);
    expect(stage.world.bridge.substitutes).toEqual([]);
    const { body: commit } = await stage.api("eve", "GET", `${repository()}/git/commits/${head}`);
    expect(textAt(commit, "tree", "sha")).toBe(tree);
    expect(objects(object(commit)["parents"]).map(({ sha }) => sha)).toContain(first);
    const { body: shown } = await stage.api("eve", "GET", `${repository()}/git/trees/${tree}?recursive=1`);
    const listed = (await git.text(["-c", "core.quotePath=false", "ls-tree", "-r", "HEAD"])).split("\n");
    expect(
      objects(object(shown)["tree"])
        .filter(({ type }) => type === "blob")
        .map(({ mode, sha, path }) => `${String(mode)} blob ${String(sha)}\t${String(path)}`)
        .sort(),
    ).toEqual([...listed].sort());
    const { body: lock } = await stage.api("eve", "GET", `${repository()}/git/ref/seatwright/lock`);
    expect(textAt(lock, "object", "sha")).toBe(head);
    await git.text(["push", "-q", "origin", "--delete", "refs/seatwright/lock"]);
    expect((await stage.api("eve", "GET", `${repository()}/git/ref/seatwright/lock`)).status).toBe(404);
  });

  it("shows a signed commit under Git's id, and tells why the emulator has another one", async () => {
    const git = await stage.clone("bob");
    const tree = await git.text(["rev-parse", "HEAD^{tree}"]);
    const raw = `tree ${tree}\nparent ${await git.text(["rev-parse", "HEAD"])}\nauthor bob <b@example.com> 1700000000 +0000\ncommitter bob <b@example.com> 1700000000 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n abc\n -----END PGP SIGNATURE-----\n\nSigned\n`;
    const signed = await git.text(["hash-object", "-t", "commit", "-w", "--stdin"], { input: raw });
    await git.text(["push", "-q", "origin", `${signed}:refs/heads/signed`]);
    const { body } = await stage.api("eve", "GET", `${repository()}/commits/${signed}`);
    expect(textAt(body, "sha")).toBe(signed);
    expect(textAt((await stage.api("eve", "GET", `${repository()}/branches/signed`)).body, "commit", "sha")).toBe(
      signed,
    );
    expect(stage.world.bridge.substitutes).toMatchObject([{ git: signed, why: expect.stringContaining("gpgsig") }]);
    expect(await stage.differences()).toEqual([]);
  });

  it("lets one of two who push at once win, and loses nothing of either", async () => {
    const [one, two] = await Promise.all([stage.clone("ada"), stage.clone("bob")]);
    for (const git of [one, two]) await git.text(["commit", "-q", "--allow-empty", "-m", `By ${git.folder}`]);
    const results = await Promise.all(
      [one, two].map(async (git) => await git.run(["push", "origin", "HEAD:refs/heads/race"])),
    );
    expect(results.map(({ code }) => code).sort((a, b) => a - b)).toEqual([0, 1]);
    expect(results.find(({ code }) => code === 1)?.stderr).toMatch(
      /fetch first|non-fast-forward|already exists|failed to update ref|cannot lock/,
    );
    expect(await stage.differences()).toEqual([]);
  });

  it("knows who moved which branch, how and when", async () => {
    const created = await stage.push("bob", "moves", { "a.txt": "1" }, "One");
    const pushed = await stage.push("ada", "moves", { "a.txt": "2" }, "Two");
    const forced = await stage.forcePush("bob", "moves", { "a.txt": "3" }, "Three");
    const git = await stage.clone("ada");
    await git.text(["push", "-q", "origin", "--delete", "moves"]);
    const { body } = await stage.api("eve", "GET", `${repository()}/activity?ref=moves&direction=asc`);
    const none = "0".repeat(40);
    expect(
      objects(body).map((each) => [
        textAt(each, "actor", "login"),
        each["activity_type"],
        each["before"],
        each["after"],
      ]),
    ).toEqual([
      ["bob", "branch_creation", none, created],
      ["ada", "push", created, pushed],
      ["bob", "force_push", pushed, forced],
      ["ada", "branch_deletion", forced, none],
    ]);
    const newest = await stage.api("eve", "GET", `${repository()}/activity?ref=refs/heads/moves&per_page=1`);
    expect(objects(newest.body)[0]).toMatchObject({ ref: "refs/heads/moves", activity_type: "branch_deletion" });
    const next = /<([^>]+)>; rel="next"/.exec(newest.headers.get("link") ?? "")?.[1] ?? "";
    const second = await stage.api("eve", "GET", next.replace(stage.apiUrl, ""));
    expect(objects(second.body)[0]).toMatchObject({ activity_type: "force_push" });
    const pushes = await stage.api("eve", "GET", `${repository()}/activity?ref=moves&activity_type=push&actor=ada`);
    expect(objects(pushes.body)).toHaveLength(1);
  });

  it("takes commits, branches and files through the API too, and Git has them", async () => {
    const git = stage.world.upstream.git;
    const main = await git.text(["rev-parse", "main"]);
    const post = async (path: string, body: unknown) =>
      (await stage.api("bob", "POST", `${repository()}/git/${path}`, body)).body;
    const blob = textAt(
      await post("blobs", { content: Buffer.from("x: 1\n").toString("base64"), encoding: "base64" }),
      "sha",
    );
    const tree = textAt(
      await post("trees", {
        base_tree: await git.text(["rev-parse", "main^{tree}"]),
        tree: [
          { path: "policies/new.yaml", mode: "100644", type: "blob", sha: blob },
          { path: "notes/a.md", mode: "100644", type: "blob", content: "Hello\n" },
          { path: "policies/seats.yaml", mode: "100644", type: "blob", sha: null },
        ],
      }),
      "sha",
    );
    const commit = textAt(await post("commits", { message: "By the API", tree, parents: [main] }), "sha");
    await post("refs", { ref: "refs/heads/by-api", sha: commit });
    expect(await git.text(["rev-parse", "refs/heads/by-api"])).toBe(commit);
    expect((await git.text(["ls-tree", "-r", "--name-only", commit])).split("\n")).toEqual([
      "notes/a.md",
      "policies/new.yaml",
      "seatwright.yaml",
    ]);
    const again = await stage.api("bob", "POST", `${repository()}/git/refs`, { ref: "refs/heads/by-api", sha: main });
    expect(again.status).toBe(422);
    const back = await stage.api("bob", "PATCH", `${repository()}/git/refs/heads/by-api`, { sha: main });
    expect(back.status).toBe(422);

    const written = await stage.api("bob", "PUT", `${repository()}/contents/policies/new.yaml`, {
      message: "Change it",
      branch: "by-api",
      content: Buffer.from("x: 2\n").toString("base64"),
      sha: blob,
    });
    expect(written.status).toBe(200);
    expect(await git.text(["show", "by-api:policies/new.yaml"])).toBe("x: 2");
    expect(textAt(written.body, "commit", "sha")).toBe(await git.text(["rev-parse", "by-api"]));
    const stale = await stage.api("bob", "PUT", `${repository()}/contents/policies/new.yaml`, {
      message: "Change it again",
      branch: "by-api",
      content: "",
      sha: blob,
    });
    expect(stale.status).toBe(409);
    expect((await stage.api("bob", "DELETE", `${repository()}/git/refs/heads/by-api`)).status).toBe(204);
    expect((await git.run(["rev-parse", "--verify", "refs/heads/by-api"])).code).not.toBe(0);
    expect(await stage.differences()).toEqual([]);
  });
});

needs("git").describe("a stage", () => {
  it("can be an Enterprise Server, with its API under /api/v3 and its own description", async () => {
    const stage = await openStage({ server: "enterprise", people, files });
    expect(stage.apiUrl).toBe(`${stage.serverUrl}/api/v3`);
    await stage.push("bob", "topic", { "a.txt": "a" }, "A");
    const number = await stage.openPullRequest("bob", { head: "topic", title: "A" });
    const { body, headers } = await stage.api("eve", "GET", `/repos/${stage.fullName}/pulls/${number}`);
    expect(textAt(body, "url")).toBe(`${stage.apiUrl}/repos/${stage.fullName}/pulls/${number}`);
    expect(headers.get("x-github-enterprise-version")).toMatch(/^3\./);
    expect(stage.judge.violations).toEqual([]);
    await stage.close();
  });

  it("goes by the clock it is given, in whole seconds, and what was said before stays", async () => {
    let now = new Date("2027-03-01T09:00:00.900Z");
    const stage = await openStage({ clock: () => now, people, files });
    const path = `/repos/${stage.fullName}`;
    const first = (await stage.api("bob", "POST", `${path}/issues`, { title: "First" })).body;
    now = new Date("2027-03-08T09:00:00Z");
    const second = await stage.api("bob", "POST", `${path}/issues`, { title: "Second" });
    await stage.push("bob", "topic", { "a.txt": "a" }, "A");
    expect(textAt(first, "created_at")).toBe("2027-03-01T09:00:00Z");
    expect(textAt(second.body, "created_at")).toBe("2027-03-08T09:00:00Z");
    expect(second.headers.get("date")).toBe("Mon, 08 Mar 2027 09:00:00 GMT");
    const { body: again } = await stage.api("bob", "GET", `${path}/issues/${numberAt(first, "number")}`);
    expect(textAt(again, "created_at")).toBe("2027-03-01T09:00:00Z");
    const { body: commit } = await stage.api("bob", "GET", `${path}/commits/topic`);
    expect(textAt(commit, "commit", "author", "date")).toBe("2027-03-08T09:00:00Z");
    await stage.close();
  });

  it("leaves nothing behind when it is closed, and says what went wrong inside it", async () => {
    const stage = await openStage({ people, files });
    await stage.world.emulator.close();
    const answer = await stage.api("bob", "GET", `/repos/${stage.fullName}`);
    expect(answer.status).toBe(500);
    await expect(stage.close()).rejects.toThrow("Something went wrong inside the stage");
    await expect(fetch(stage.apiUrl)).rejects.toThrow("fetch failed");
    await expect(fetch(stage.serverUrl)).rejects.toThrow("fetch failed");
  });
});

function header(token: string): string {
  return `Authorization: Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
}
