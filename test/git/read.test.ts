import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createPolicyFolder } from "../../src/disk/policy-folder.ts";
import { needs } from "../support/needs.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { createStage, evening, git, morning, refusalOf, repositoryAt, textsOf } from "./stage.ts";

const files = {
  "seatwright.yaml": "version: 1\r\n",
  "exemptions.yaml": "no newline at the end",
  "seatwright.lock.yaml": "",
  "policies/a.yaml": "a\n",
  "policies/deep/er/ü b'\".yml": "b\n",
  "data/hr.csv": new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0x00, 0xff, 0x0a]),
};
const others = {
  "README.md": "x",
  "policies/notes.txt": "x",
  "data/hr.json": "x",
  "other/seatwright.yaml": "x",
  "policies/x.yaml.orig": "x",
};

needs("git").describe("the policy files of a commit", () => {
  it("are the bytes that were committed, of policy files only, in order of their paths", async () => {
    const stage = createStage();
    const commit = stage.commit("main", { ...files, ...others });
    const read = await repositoryAt(stage.remote).filesOf(commit);
    expect(read.map(({ path }) => path)).toEqual(Object.keys(files).sort());
    for (const { path, bytes } of read) {
      expect(Buffer.from(bytes)).toEqual(Buffer.from(files[path as keyof typeof files]));
    }
  });

  it("are those that are read from a folder with the same content", async () => {
    const stage = createStage();
    const commit = stage.commit("main", { ...files, ...others, "exemption.yml": "meant to be read" });
    const inGit = await repositoryAt(stage.remote).filesOf(commit);
    const onDisk = await createPolicyFolder(stage.checkout).readFiles();
    expect(onDisk).toEqual(inGit.map((file) => ({ ...file, bytes: Buffer.from(file.bytes) })));
    expect(onDisk.map(({ path }) => path)).toContain("exemption.yml");
  });

  it("lie in the folder that is named, and their paths begin there", async () => {
    const stage = createStage();
    const commit = stage.commit("main", {
      "acme/eu/seatwright.yaml": "eu",
      "acme/eu/data/x.csv": "x",
      "seatwright.yaml": "top",
    });
    for (const repoPath of ["acme/eu", "./acme/eu/", "acme//eu"]) {
      const repository = repositoryAt(stage.remote, { repoPath });
      expect(textsOf(await repository.filesOf(commit))).toEqual({ "data/x.csv": "x", "seatwright.yaml": "eu" });
      expect(Buffer.from((await repository.fileOf(commit, "./acme/eu/seatwright.yaml")) ?? []).toString()).toBe("eu");
      expect(Buffer.from((await repository.fileOf(commit, "seatwright.yaml")) ?? []).toString()).toBe("top");
    }
    expect(await repositoryAt(stage.remote, { repoPath: "nowhere" }).filesOf(commit)).toEqual([]);
    for (const repoPath of ["/etc", "..", "a/../../b", "a\\b"]) {
      expect(() => repositoryAt(stage.remote, { repoPath })).toThrow(/no folder inside/);
    }
  });

  it("are asked for one at a time too, and what is not there is null", async () => {
    const stage = createStage();
    const commit = stage.commit("main", { "plans/acme.json": "{}" });
    const repository = repositoryAt(stage.remote);
    expect(Buffer.from((await repository.fileOf(commit, "plans/acme.json")) ?? []).toString()).toBe("{}");
    for (const path of ["plans", "plans/other.json", "plans/acme.json/x", "x"]) {
      expect(await repository.fileOf(commit, path)).toBeNull();
    }
  });
});

needs("git").describe("a ref of the remote", () => {
  it("is a branch, a pull request's head or a tag, and gives the commit that it names now", async () => {
    const stage = createStage();
    const main = stage.commit("main", files);
    const odd = stage.commit("it's-$(odd)/ü", { "policies/a.yaml": "c" });
    stage.point("refs/pull/7/head", odd);
    git(stage.checkout, ["tag", "-m", "annotated", "v1", main]);
    git(stage.checkout, ["push", "--quiet", stage.remote, "v1"]);
    const repository = repositoryAt(stage.remote);
    expect(await repository.commitOf("main")).toBe(main);
    expect(await repository.commitOf("it's-$(odd)/ü")).toBe(odd);
    expect(await repository.commitOf("refs/pull/7/head")).toBe(odd);
    expect(await repository.commitOf("refs/tags/v1")).toBe(main);
  });

  it("that was force-pushed gives the new commit, and the old one can still be read", async () => {
    const stage = createStage();
    stage.commit("main", files);
    const old = stage.commit("topic", { "policies/a.yaml": "old" });
    const repository = repositoryAt(stage.remote);
    expect(await repository.commitOf("topic")).toBe(old);
    git(stage.checkout, ["reset", "--quiet", "--hard", "main"]);
    const fresh = stage.commit("topic", { "policies/a.yaml": "fresh" });
    expect(await repository.commitOf("topic")).toBe(fresh);
    expect(textsOf(await repository.filesOf(old))["policies/a.yaml"]).toBe("old");
    expect(textsOf(await repository.filesOf(fresh))["policies/a.yaml"]).toBe("fresh");
    expect(await repository.contains(fresh, old)).toBe(false);
  });

  it("can take the place of a folder of refs", async () => {
    const stage = createStage();
    const main = stage.commit("main", files);
    stage.point("refs/heads/a/b", main);
    const repository = repositoryAt(stage.remote);
    await repository.commitOf("a/b");
    git(stage.remote, ["update-ref", "-d", "refs/heads/a/b"]);
    stage.point("refs/heads/a", main);
    expect(await repository.commitOf("a")).toBe(main);
  });

  it("that is not there, or can be none, is an error that names it", async () => {
    const stage = createStage();
    stage.commit("main", files);
    const repository = repositoryAt(stage.remote);
    expect((await refusalOf(repository.commitOf("gone"))).message).toContain("has no refs/heads/gone");
    for (const ref of ["a b", "a..b", "a:b", "*", "x^{tree}", "refs/heads/", "a\nb", "", ".a", "a.lock", "@{u}"]) {
      expect((await refusalOf(repository.commitOf(ref))).message).toContain("cannot be the name of a branch");
    }
    expect((await refusalOf(repository.commitOf("--upload-pack=x"))).message).toContain("has no refs/heads/--upload");
  });

  it("need not have been asked for before one of its commits, but the commit must be there", async () => {
    const stage = createStage();
    const first = stage.commit("main", files);
    stage.commit("main", { "policies/a.yaml": "next" });
    expect(textsOf(await repositoryAt(stage.remote).filesOf(first))["policies/a.yaml"]).toBe("a\n");
    const refusal = await refusalOf(repositoryAt(stage.remote).filesOf("0".repeat(39) + "1"));
    expect(refusal.reason).toBe("notApproved");
    expect(refusal.message).toContain("does not have the commit 0000");
    await expect(repositoryAt(stage.remote).filesOf("--help")).rejects.toThrow(/is no commit's id/);
  });
});

needs("git").describe("whether a commit contains another", () => {
  it("is told of ancestors and of itself, not of descendants, others and commits that nobody has", async () => {
    const stage = createStage();
    const first = stage.commit("main", files);
    const second = stage.commit("main", {});
    const side = stage.commit("side", {}, { from: first });
    const repository = repositoryAt(stage.remote);
    expect(await repository.contains(second, first)).toBe(true);
    expect(await repository.contains(second, second)).toBe(true);
    expect(await repository.contains(first, second)).toBe(false);
    expect(await repository.contains(second, side)).toBe(false);
    expect(await repository.contains(second, "1".repeat(40))).toBe(false);
  });
});

needs("git").describe("the last change of a file", () => {
  it("is the commit that made it what it is, and of a merge the merge, also where that brings old content back", async () => {
    const stage = createStage();
    const path = "acme/policies/a.yaml";
    const first = stage.commit("main", { [path]: "wide" });
    const second = stage.commit("main", { [path]: "narrow" });
    const third = stage.commit("main", { "README.md": "x" });
    const repository = repositoryAt(stage.remote, { repoPath: "acme" });
    expect(await repository.lastChange(third, `./${path}`)).toBe(second);
    expect(await repository.lastChange(first, path)).toBe(first);
    expect(await repository.lastChange(third, "policies/a.yaml")).toBeNull();
    const wide = git(stage.remote, ["rev-parse", `${first}^{tree}`]);
    const merge = git(stage.remote, ["commit-tree", wide, "-p", third, "-p", first, "-m", "x"]);
    stage.point("refs/heads/main", merge);
    expect(await repository.lastChange(merge, path)).toBe(merge);
  });
});

needs("git").describe("the age of a list", () => {
  const ages = (read: readonly { path: string; changedAt: number | null }[]): Record<string, number | null> =>
    Object.fromEntries(read.map(({ path, changedAt }) => [path, changedAt]));

  it("is the time of the last commit that changed it; other files have none", async () => {
    const stage = createStage();
    stage.commit("main", { "data/a.csv": "1", "data/b.csv": "1", "seatwright.yaml": "x" }, { at: morning });
    stage.commit("main", { "data/a.csv": "2" }, { at: morning + 100 });
    const tip = stage.commit("main", { "seatwright.yaml": "y" }, { at: morning + 200 });
    expect(ages(await repositoryAt(stage.remote).filesOf(tip))).toEqual({
      "data/a.csv": morning + 100,
      "data/b.csv": morning,
      "seatwright.yaml": null,
    });
  });

  it("cannot be told where the commit comes from the future", async () => {
    const stage = createStage();
    const tip = stage.commit("main", { "data/a.csv": "1" }, { at: evening + 3_600 });
    expect(ages(await repositoryAt(stage.remote).filesOf(tip))).toEqual({ "data/a.csv": null });
  });

  it("cannot be told where the remote lacks a part of the history", async () => {
    const stage = createStage();
    stage.commit("main", { "data/a.csv": "1" });
    const tip = stage.commit("main", { "seatwright.yaml": "x" });
    const shallow = join(temporaryDirectory(), "shallow.git");
    execFileSync("git", ["clone", "--quiet", "--bare", "--depth=1", `file://${stage.remote}`, shallow]);
    const repository = repositoryAt(shallow);
    expect(await repository.commitOf("main")).toBe(tip);
    expect(ages(await repository.filesOf(tip))).toEqual({ "data/a.csv": null, "seatwright.yaml": null });
    expect(await repository.lastChange(tip, "seatwright.yaml")).toBeNull();
  });
});

needs("git").describe("the copy of the repository", () => {
  it("is gone when it is closed", async () => {
    const stage = createStage();
    stage.commit("main", files);
    const folder = join(temporaryDirectory(), "copies");
    const repository = repositoryAt(stage.remote, { folder });
    await repository.commitOf("main");
    expect(readdirSync(folder)).toHaveLength(1);
    await repository.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
