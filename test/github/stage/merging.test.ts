import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { pullRequestEvent } from "./events.ts";
import { numberAt, object, objects, textAt } from "./json.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

const files = { "seatwright.yaml": "version: 1\n", "policies/seats.yaml": "policies: []\n" };

needs("git").describe("a pull request on the stage", () => {
  let stage: Stage;
  let git: Stage["world"]["upstream"]["git"];
  let base: string;
  beforeAll(async () => {
    stage = await openStage({ people: { ada: "admin", bob: "write", eve: "read" }, files });
    ({ git } = stage.world.upstream);
    base = `/repos/${stage.fullName}`;
  });
  afterAll(async () => {
    expect(await stage.differences()).toEqual([]);
    expect(stage.judge.violations).toEqual([]);
    await stage.close();
  });
  let count = 0;
  const opened = async (messages: readonly string[] = ["One", "Two\n\nIts body"]) => {
    const branch = `topic-${++count}`;
    let head = "";
    for (const [index, message] of messages.entries())
      head = await stage.push("bob", branch, { [`${branch}/${index}.txt`]: `${index}\n` }, message);
    const number = await stage.openPullRequest("bob", { head: branch, title: `Topic ${count}`, body: "Why" });
    return { branch, head, number };
  };
  const get = async (path: string) => (await stage.api("eve", "GET", `${base}${path}`)).body;
  const log = async (format: string, range: string) =>
    await git.lines(["log", `--format=${format}`, "--reverse", range]);
  const main = async () => await git.text(["rev-parse", "main"]);

  it("is merged by a merge commit of the base and the head, by the merger", async () => {
    const before = await main();
    const { head, number, branch } = await opened();
    const after = await stage.merge("ada", number, "merge");
    expect(await main()).toBe(after);
    expect(await git.text(["log", "-1", "--format=%P", after])).toBe(`${before} ${head}`);
    expect(await git.text(["log", "-1", "--format=%an|%cn|%B", after])).toBe(
      `ada|GitHub|Merge pull request #${number} from acme/${branch}\n\nTopic ${count}`,
    );
    expect(await git.text(["diff", "--stat", head, after, "--", branch])).toBe("");
  });

  it("is squashed into one commit by its author, with all its messages", async () => {
    const before = await main();
    const { number } = await opened();
    const after = await stage.merge("ada", number, "squash");
    expect(await git.text(["log", "-1", "--format=%P|%an|%cn", after])).toBe(`${before}|bob|GitHub`);
    expect(await git.text(["log", "-1", "--format=%B", after])).toBe(
      `Topic ${count} (#${number})\n\n* One\n\n* Two\n\nIts body`,
    );
    const { number: single } = await opened(["Alone\n\nWith a body"]);
    const squashed = await stage.merge("ada", single, "squash");
    expect(await git.text(["log", "-1", "--format=%B", squashed])).toBe(`Alone (#${single})\n\nWith a body`);
  });

  it("is rebased commit by commit, each with a new id and the merger as committer", async () => {
    const { head, number, branch } = await opened();
    await stage.push("ada", "main", { "meanwhile.txt": `${count}` }, "Meanwhile");
    const before = await main();
    const after = await stage.merge("ada", number, "rebase");
    expect(await log("%an|%cn|%s", `${before}..${after}`)).toEqual(["bob|ada|One", "bob|ada|Two"]);
    expect(await git.text(["show", `${after}:${branch}/1.txt`])).toBe("1");
    expect(await git.text(["show", `${after}:meanwhile.txt`])).toBe(String(count));
    const { number: ahead, head: tip } = await opened(["Nothing before it"]);
    expect(await stage.merge("ada", ahead, "rebase")).not.toBe(tip);
    expect(after).not.toBe(head);
  });

  it("is found by every commit that its merge brought", async () => {
    for (const method of ["merge", "squash", "rebase"] as const) {
      const { head, number } = await opened();
      const before = await main();
      const after = await stage.merge("ada", number, method);
      const made = method === "merge" ? [after] : await log("%H", `${before}..${after}`);
      for (const commit of [...made, head]) {
        const found = objects(await get(`/commits/${commit}/pulls`));
        expect(found.map((pull) => pull["number"])).toEqual([number]);
        expect(found[0]).toMatchObject({ state: "closed", merge_commit_sha: after });
        expect(typeof found[0]?.["merged_at"]).toBe("string");
      }
    }
    const { head, number } = await opened();
    expect(objects(await get(`/commits/${head}/pulls`))).toMatchObject([{ number, state: "open", merged_at: null }]);
    expect(objects(await get(`/commits/${await git.text(["rev-list", "--max-parents=0", "main"])}/pulls`))).toEqual([]);
  });

  it("shows who merged it, and the activity tells it from a push", async () => {
    const { number, head } = await opened();
    const before = await main();
    const after = await stage.merge("ada", number, "squash");
    expect(await get(`/pulls/${number}`)).toMatchObject({
      merged: true,
      state: "closed",
      merged_by: { login: "ada" },
      merge_commit_sha: after,
      head: { sha: head },
    });
    expect(objects(await get("/activity?ref=main"))[0]).toMatchObject({
      activity_type: "pr_merge",
      actor: { login: "ada" },
      before,
      after,
    });
  });

  it("is not merged when the head is another one than the caller knows, or twice", async () => {
    const { number, head, branch } = await opened();
    const later = await stage.push("bob", branch, { "later.txt": "later" }, "Later");
    const merge = async (sha: string) => await stage.api("ada", "PUT", `${base}/pulls/${number}/merge`, { sha });
    const stale = await merge(head);
    expect(stale.status).toBe(409);
    expect(textAt(stale.body, "message")).toBe("Head branch was modified. Review and try the merge again.");
    const answers = await Promise.all([merge(later), merge(later)]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 405]);
  });

  it("cannot be merged, and starts no workflow, while its branches conflict", async () => {
    const { number, branch, head } = await opened(["Before"]);
    await stage.push("ada", "main", { [`${branch}/0.txt`]: "other\n" }, "Other");
    expect(await get(`/pulls/${number}`)).toMatchObject({
      mergeable: false,
      mergeable_state: "dirty",
      merge_commit_sha: null,
    });
    expect((await stage.api("ada", "PUT", `${base}/pulls/${number}/merge`)).status).toBe(405);
    await expect(pullRequestEvent(stage, { number })).rejects.toThrow("conflict");
    await stage.forcePush("bob", branch, { [`${branch}/0.txt`]: "mine\n" }, "On top");
    const resolved = object(await get(`/pulls/${number}`));
    expect(resolved).toMatchObject({ mergeable: true, mergeable_state: "clean", commits: 1, changed_files: 1 });
    expect(textAt(resolved, "head", "sha")).not.toBe(head);
    expect((await stage.api("ada", "PUT", `${base}/pulls/${number}/merge`)).status).toBe(200);
  });

  it("has a test merge of base and head to fetch, which follows both", async () => {
    const { number, head, branch } = await opened(["Fetched"]);
    const clone = await stage.clone("eve");
    const fetched = async () => {
      await clone.text(["fetch", "-q", "origin", `refs/pull/${number}/merge`, `refs/pull/${number}/head`]);
      return await clone.text(["log", "-1", "--format=%P", "FETCH_HEAD"]);
    };
    expect(await fetched()).toBe(`${await main()} ${head}`);
    await stage.push("ada", "main", { "more.txt": branch }, "More");
    expect(await fetched()).toBe(`${await main()} ${head}`);
    const later = await stage.push("bob", branch, { "later.txt": "x" }, "Later");
    expect(await fetched()).toBe(`${await main()} ${later}`);
    const { mergeCommit } = stage.world.pulls.get(number) ?? {};
    expect(await get(`/pulls/${number}`)).toMatchObject({ merge_commit_sha: mergeCommit });
    const pushed = await stage.clone("ada");
    const { stderr } = await pushed.run(["push", "origin", `+HEAD:refs/pull/${number}/head`]);
    expect(stderr).toContain("hidden ref");
  });

  it("lists the files it changes as Git has them", async () => {
    await stage.push("ada", "main", { "old name.txt": "a\nb\nc\nd\ne\n", "gone.txt": "gone\n" }, "Files");
    const branch = "files";
    await stage.push(
      "bob",
      branch,
      {
        "old name.txt": null,
        "new ünd name.txt": "a\nb\nc\nd\nE\n",
        "gone.txt": null,
        "seatwright.yaml": "version: 1\npower: act\n",
        "binary.bin": Buffer.from([0, 1, 2]),
      },
      "Change files",
    );
    const number = await stage.openPullRequest("bob", { head: branch, title: "Files" });
    await stage.push("ada", "main", { "unrelated.txt": "x" }, "Unrelated");
    const listed = objects(await get(`/pulls/${number}/files`));
    expect(listed.map((file) => [file["filename"], file["status"], file["additions"], file["deletions"]])).toEqual([
      ["binary.bin", "added", 0, 0],
      ["gone.txt", "removed", 0, 1],
      ["new ünd name.txt", "renamed", 1, 1],
      ["seatwright.yaml", "modified", 1, 0],
    ]);
    expect(listed[2]?.["previous_filename"]).toBe("old name.txt");
    expect(listed[3]?.["patch"]).toBe("@@ -1 +1,2 @@\n version: 1\n+power: act");
    expect(listed[3]?.["sha"]).toBe(await git.text(["rev-parse", `${branch}:seatwright.yaml`]));
    const paged = await stage.api("eve", "GET", `${base}/pulls/${number}/files?per_page=3&page=2`);
    expect(objects(paged.body)).toHaveLength(1);
    expect(paged.headers.get("link")).toContain('rel="prev"');
    expect(await get(`/pulls/${number}`)).toMatchObject({ changed_files: 4, additions: 2, deletions: 2, commits: 1 });
  });

  it("comes from a fork whose owner may not push to the repository itself", async () => {
    const fork = await stage.fork("eve");
    const head = await stage.push("eve", "mine", { "policies/eve.yaml": "x: 1\n" }, "From a fork", {
      repository: fork,
    });
    const number = await stage.openPullRequest("eve", { head: "eve:mine", title: "From a fork" });
    const pull = object(await get(`/pulls/${number}`));
    expect(pull).toMatchObject({ head: { sha: head, label: "eve:mine", repo: { full_name: fork, fork: true } } });
    expect(textAt(pull, "base", "repo", "full_name")).toBe(stage.fullName);
    const clone = await stage.clone("ada");
    await clone.text(["fetch", "-q", "origin", `refs/pull/${number}/head`]);
    expect(await clone.text(["rev-parse", "FETCH_HEAD"])).toBe(head);
    const later = await stage.push("eve", "mine", { "policies/eve.yaml": "x: 2\n" }, "Later", { repository: fork });
    expect(textAt(await get(`/pulls/${number}`), "head", "sha")).toBe(later);
    expect(textAt(objects(await get(`/pulls/${number}/commits`)).at(-1), "sha")).toBe(later);
    await stage.merge("ada", number, "squash");
    expect(await git.text(["show", "main:policies/eve.yaml"])).toBe("x: 2");
  });

  it("is closed when its branch is deleted, and merged when somebody pushes it to the base", async () => {
    const one = await opened(["Deleted"]);
    const clone = await stage.clone("bob");
    await clone.text(["push", "-q", "origin", "--delete", one.branch]);
    expect(await get(`/pulls/${one.number}`)).toMatchObject({ state: "closed", merged: false });
    const two = await opened(["Pushed"]);
    await clone.text(["fetch", "-q", "origin"]);
    await clone.text(["push", "-q", "origin", `origin/${two.branch}:refs/heads/main`]);
    expect(await get(`/pulls/${two.number}`)).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: two.head,
    });
  });

  it("says only at the second look whether it can be merged, where a test asks for that", async () => {
    const { number, branch } = await opened(["Late"]);
    stage.setMergeability("on the second look");
    await stage.push("bob", branch, { "late.txt": "x" }, "Again");
    expect(await get(`/pulls/${number}`)).toMatchObject({ mergeable: null, mergeable_state: "unknown" });
    expect(await get(`/pulls/${number}`)).toMatchObject({ mergeable: true });
    stage.setMergeability("at once");
  });

  it("is an issue too, and its comments count", async () => {
    const { number } = await opened(["Issue"]);
    const { number: issue } = object(
      (await stage.api("eve", "POST", `${base}/issues`, { title: "Only an issue" })).body,
    );
    await stage.api("eve", "POST", `${base}/issues/${number}/comments`, { body: "A word" });
    await stage.api("bob", "POST", `${base}/issues/${number}/labels`, { labels: ["seatwright"] });
    const all = objects(await get("/issues"));
    expect(all.find((each) => each["number"] === number)).toMatchObject({
      pull_request: { url: `${stage.apiUrl}${base}/pulls/${number}` },
      labels: [{ name: "seatwright" }],
    });
    expect(all.find((each) => each["number"] === issue)?.["pull_request"]).toBeUndefined();
    expect(objects(await get("/issues?labels=seatwright")).map((each) => each["number"])).toEqual([number]);
    expect(numberAt(await get(`/pulls/${number}`), "comments")).toBe(1);
    expect(object(await get("/pulls"))).toEqual({});
    expect(Object.keys(objects(await get("/pulls"))[0] ?? {})).not.toContain("mergeable");
  });
});
