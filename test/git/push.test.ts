import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { needs } from "../support/needs.ts";
import { createStage, evening, git, gitBehind, refusalOf, repositoryAt, type Stage } from "./stage.ts";

const plan = { path: "plans/acme.json", text: '{"ü": 1}\n' };

/** What the server holds at a path, byte for byte. */
function held(stage: Stage, at: string): string {
  return execFileSync("git", ["-C", stage.remote, "cat-file", "blob", at], { encoding: "utf8" });
}

function refs(stage: Stage): readonly string[] {
  return git(stage.remote, ["for-each-ref", "--format=%(refname) %(objectname)"]).split("\n");
}

needs("git").describe("a branch of Seatwright's", () => {
  it("is one commit on top of the base that adds the files, by Seatwright, and nothing else moves", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x", "odd/a\\b": "x", "plans/old.json": "o" });
    const before = refs(stage);
    const commit = await repositoryAt(stage.remote).pushBranch(
      "seatwright/plan-acme",
      base,
      [plan, { path: "empty", text: "" }, { path: "seatwright.yaml", text: "y" }],
      'Plan of today\n\nWith "quotes", a -dash and ü\n',
    );
    expect(refs(stage)).toEqual([...before, `refs/heads/seatwright/plan-acme ${commit}`]);
    expect(git(stage.remote, ["diff", "--name-status", base, commit]).split("\n")).toEqual([
      "A\tempty",
      "A\tplans/acme.json",
      "M\tseatwright.yaml",
    ]);
    expect(held(stage, `${commit}:plans/acme.json`)).toBe(plan.text);
    expect(held(stage, `${commit}:empty`)).toBe("");
    expect(git(stage.remote, ["show", "--no-patch", "--format=%P %an <%ae> %at %cn <%ce> %ct%n%B", commit])).toBe(
      `${base} Seatwright <seatwright@seatwright.invalid> ${evening} Seatwright <seatwright@seatwright.invalid> ${evening}\nPlan of today\n\nWith "quotes", a -dash and ü`,
    );
  });

  it("replaces what the branch held, whoever put it there before", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    stage.commit("seatwright/plan", { "something.else": "x" });
    const repository = repositoryAt(stage.remote);
    const commit = await repository.pushBranch("seatwright/plan", base, [plan], "A plan");
    expect(git(stage.remote, ["rev-parse", "seatwright/plan", "seatwright/plan^"]).split("\n")).toEqual([commit, base]);
    const next = await repository.pushBranch("seatwright/plan", base, [{ ...plan, text: "next" }], "Next");
    expect(git(stage.remote, ["rev-parse", "seatwright/plan", "seatwright/plan^"]).split("\n")).toEqual([next, base]);
  });

  it("is not replaced where somebody else writes to it at the same moment", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    const other = stage.commit("other", { "policies/a.yaml": "theirs" });
    const { environment } = gitBehind(
      `case "$1" in push) "$GIT" -C ${stage.remote} update-ref refs/heads/seatwright/plan ${other};; esac; exec "$GIT" "$@"`,
    );
    const refusal = await refusalOf(
      repositoryAt(stage.remote, { environment }).pushBranch("seatwright/plan", base, [plan], "A plan"),
    );
    expect(refusal.message).toContain("is being written to by others");
    expect(git(stage.remote, ["rev-parse", "seatwright/plan"])).toBe(other);
  });

  it("takes paths from the Git repository's root, wherever the policies lie", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "acme/seatwright.yaml": "x" });
    const repository = repositoryAt(stage.remote, { repoPath: "acme" });
    const file = { path: "./acme//plans/x.json", text: "{}" };
    const commit = await repository.pushBranch("seatwright/p", base, [file], "A plan");
    expect(git(stage.remote, ["diff", "--name-only", base, commit])).toBe("acme/plans/x.json");
    expect(Buffer.from((await repository.fileOf(commit, "acme/plans/x.json")) ?? []).toString()).toBe("{}");
  });

  it("is deleted, and it is no error where it is gone already", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    const before = refs(stage);
    const repository = repositoryAt(stage.remote);
    await repository.pushBranch("seatwright/plan", base, [plan], "A plan");
    await repository.deleteBranch("seatwright/plan");
    await repository.deleteBranch("seatwright/plan");
    expect(refs(stage)).toEqual(before);
  });

  it("is refused by the server in the server's words, with a remedy", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    const hook = join(stage.remote, "hooks", "pre-receive");
    execFileSync("mkdir", ["-p", join(stage.remote, "hooks")]);
    writeFileSync(hook, '#!/bin/sh\necho "rule 7 forbids it" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const refusal = await refusalOf(repositoryAt(stage.remote).pushBranch("seatwright/plan", base, [plan], "A plan"));
    expect(refusal.reason).toBe("credentials");
    expect(refusal.message).toMatch(/declined the push.*rule 7 forbids it/);
  });
});

needs("git").describe("a branch of anybody else", () => {
  it.each([
    "main",
    "seatwright",
    "seatwright-ledger",
    "Seatwright/x",
    "seatwright/../main",
    "seatwright/x:refs/heads/main",
    "seatwright/",
    "refs/heads/main",
  ])("is never written and never deleted: %s", async (branch) => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    const before = refs(stage);
    const repository = repositoryAt(stage.remote);
    await expect(repository.pushBranch(branch, base, [plan], "A plan")).rejects.toThrow(/no branch of Seatwright's/);
    await expect(repository.deleteBranch(branch)).rejects.toThrow(/no branch of Seatwright's/);
    expect(refs(stage)).toEqual(before);
  });

  it("is not reached by a path that leads out of the tree", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "seatwright.yaml": "x" });
    for (const path of ["../x", "a/../b", ".git/config", "a/.GIT/x", "a\0b", "", "a\nb"]) {
      const pushed = repositoryAt(stage.remote).pushBranch("seatwright/p", base, [{ path, text: "" }], "A plan");
      await expect(pushed).rejects.toThrow(/no path to write to/);
    }
  });
});
