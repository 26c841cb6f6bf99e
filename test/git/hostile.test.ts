import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { createStage, refusalOf, repositoryAt, type Stage, textsOf } from "./stage.ts";

/** A commit whose folder `policies` has these lines beside a good file. */
function withPolicies(stage: Stage, ...rows: readonly string[]): string {
  const good = `100644 blob ${stage.blob("good")}\ta.yaml`;
  return stage.plant("refs/heads/main", [`040000 tree ${stage.tree([good, ...rows])}\tpolicies`]);
}

needs("git").describe("a commit that somebody prepared", () => {
  it.each([
    ["a symbolic link", "120000 blob", "b.yaml", "policies/b.yaml is a symbolic link"],
    ["a link to a folder", "120000 blob", "shared", "policies/shared is a symbolic link"],
    ["an executable file", "100755 blob", "b.yaml", "policies/b.yaml is marked as executable"],
    ["a submodule", "160000 commit", "b.yaml", "policies/b.yaml is a submodule"],
    ["a submodule as folder", "160000 commit", "sub", "policies/sub is a submodule"],
    ["a line break in a name", "100644 blob", "b\nc.yaml", '"policies/b\\nc.yaml" has a name that hides'],
    [
      "a name that turns around",
      "100644 blob",
      "b\u202elmay.yaml",
      '"policies/b\\u202elmay.yaml" has a name that hides',
    ],
    ["a name that leads out", "100644 blob", "...yaml", null],
    ["quotes and letters of the world", "100644 blob", `"b' ü 佐藤 $(x).yaml`, null],
  ])("with %s is refused by name, or read as it is", async (_what, mode, name, message) => {
    const stage = createStage();
    const commit = withPolicies(
      stage,
      `${mode} ${mode.startsWith("160000") ? "1".repeat(40) : stage.blob("x")}\t${name}`,
    );
    const reading = repositoryAt(stage.remote).filesOf(commit);
    if (message === null) {
      expect(textsOf(await reading)).toEqual({ "policies/a.yaml": "good", [`policies/${name}`]: "x" });
    } else {
      const refusal = await refusalOf(reading);
      expect(refusal.reason).toBe("policyInvalid");
      expect(refusal.message).toContain(message);
    }
  });

  it("with `..` as a folder, a name that is no text, or a name twice is refused", async () => {
    const stage = createStage();
    const inner = stage.tree([`100644 blob ${stage.blob("x")}\tx.yaml`]);
    const said = async (...rows: readonly Buffer[]): Promise<string> => {
      const raw = execFileSync(
        "git",
        ["-C", stage.remote, "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
        {
          input: Buffer.concat(rows),
          encoding: "utf8",
        },
      ).trim();
      const commit = stage.plant("refs/heads/main", [`040000 tree ${raw}\tpolicies`]);
      return (await refusalOf(repositoryAt(stage.remote).filesOf(commit))).message;
    };
    const row = (mode: string, name: string, id: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(id, "hex")]);
    const [one, two] = [stage.blob("1"), stage.blob("2")];
    expect(await said(row("40000", "..", inner))).toContain("policies/../x.yaml has a name that hides");
    expect(await said(row("100644", "\xff.yaml", one))).toContain("has a name that hides");
    expect(await said(row("100644", "a.yaml", one), row("100644", "a.yaml", two))).toContain(
      "policies/a.yaml is there twice",
    );
  });

  it("with a file or a link where a folder belongs, or the other way round, is refused", async () => {
    const stage = createStage();
    const blob = stage.blob("x");
    const tree = stage.tree([`100644 blob ${blob}\tx`]);
    const said = async (...rows: readonly string[]): Promise<string> =>
      (await refusalOf(repositoryAt(stage.remote).filesOf(stage.plant("refs/heads/main", rows)))).message;
    expect(await said(`100644 blob ${blob}\tpolicies`)).toContain("policies is a file where a folder belongs");
    expect(await said(`120000 blob ${blob}\tdata`)).toContain("data is a symbolic link");
    expect(await said(`120000 blob ${blob}\tseatwright.yaml`)).toContain("seatwright.yaml is a symbolic link");
    expect(await said(`040000 tree ${tree}\tseatwright.yaml`)).toContain("seatwright.yaml is a folder");
    const linked = stage.plant("refs/heads/main", [`120000 blob ${blob}\tacme`]);
    const repository = repositoryAt(stage.remote, { repoPath: "acme" });
    expect((await refusalOf(repository.filesOf(linked))).message).toContain("acme is a symbolic link");
    expect((await refusalOf(repository.fileOf(linked, "acme/plans/x.json"))).message).toContain(
      "acme is a symbolic link",
    );
    const file = repositoryAt(stage.remote);
    const plan = stage.plant("refs/heads/main", [`120000 blob ${blob}\tplan.json`]);
    expect((await refusalOf(file.fileOf(plan, "plan.json"))).message).toContain("plan.json is a symbolic link");
  });

  it("with ten thousand files is read", async () => {
    const stage = createStage();
    const blob = stage.blob("x");
    const commit = withPolicies(
      stage,
      ...Array.from({ length: 10_000 }, (_, at) => `100644 blob ${blob}\tp${at}.yaml`),
    );
    expect(await repositoryAt(stage.remote).filesOf(commit)).toHaveLength(10_001);
  });

  it("with more files than anybody has, or a tree without an end, is refused", async () => {
    const stage = createStage();
    const blob = stage.blob("x");
    const many = withPolicies(stage, ...Array.from({ length: 20_000 }, (_, at) => `100644 blob ${blob}\tp${at}.yaml`));
    expect((await refusalOf(repositoryAt(stage.remote).filesOf(many))).message).toContain("has 20001 files");
    let tree = stage.tree([`100644 blob ${blob}\tx.yaml`]);
    for (let depth = 0; depth < 12; depth++) {
      tree = stage.tree(Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\td${at}`));
    }
    const endless = stage.plant("refs/heads/main", [`040000 tree ${tree}\tpolicies`]);
    const refusal = await refusalOf(repositoryAt(stage.remote).filesOf(endless));
    expect(refusal.message).toContain("policies/ holds more files than can be read");
    const lists = stage.tree(Array.from({ length: 501 }, (_, at) => `100644 blob ${blob}\t${at}.csv`));
    const listed = stage.plant("refs/heads/main", [`040000 tree ${lists}\tdata`]);
    expect((await refusalOf(repositoryAt(stage.remote).filesOf(listed))).message).toContain("501 lists below data/");
  });

  it("with a file too large is refused before it is read", async () => {
    const stage = createStage();
    const commit = stage.commit("main", { "policies/a.yaml": Buffer.alloc(256 * 1024 * 1024 + 1) });
    expect((await refusalOf(repositoryAt(stage.remote).filesOf(commit))).message).toBe(
      "policies/a.yaml is 268435457 bytes long.",
    );
  }, 60_000);
});

needs("git").describe("nothing of a branch is run", () => {
  it("neither by what it holds, nor by what this machine has configured for it", async () => {
    const marks = temporaryDirectory();
    const home = temporaryDirectory();
    const program = join(home, "evil");
    const mark = (name: string): string => `${program} ${name}`;
    writeFileSync(program, `#!/bin/sh\ntouch "${marks}/$1"\ncat 2>/dev/null\n`);
    chmodSync(program, 0o755);
    const hooks = join(home, "hooks");
    mkdirSync(hooks);
    const hookNames = [
      "post-checkout",
      "reference-transaction",
      "pre-push",
      "post-merge",
      "post-index-change",
      "pre-auto-gc",
    ];
    for (const name of hookNames) {
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch "${marks}/hook-${name}"\n`);
      chmodSync(join(hooks, name), 0o755);
    }
    const config = [
      ["filter.evil.smudge", mark("smudge")],
      ["filter.evil.clean", mark("clean")],
      ["merge.evil.driver", `${mark("merge")} %A`],
      ["diff.evil.textconv", mark("textconv")],
      ["diff.external", mark("external")],
      ["core.fsmonitor", mark("fsmonitor")],
      ["core.hooksPath", hooks],
      ["core.pager", mark("pager")],
      ["core.sshCommand", mark("ssh")],
      ["credential.helper", `!${mark("credential")}`],
      ["gpg.program", mark("gpg")],
      ["commit.gpgSign", "true"],
      ["log.showSignature", "true"],
      ["alias.ls-tree", `!${mark("alias")}`],
      ["uploadpack.packObjectsHook", mark("pack")],
    ] as const;
    const configFile = join(home, ".gitconfig");
    for (const [key, value] of config) execFileSync("git", ["config", "--file", configFile, key, value]);

    const stage = createStage();
    const attributes = "* filter=evil merge=evil diff=evil text eol=crlf ident export-subst\n";
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    stage.commit("main", { "policies/a.yaml": "1\n2\n3\n4\n5\n", "policies/b.yaml": "$Id$\n" });
    const head = stage.commit("topic", {
      ".gitattributes": attributes,
      "policies/.gitattributes": attributes,
      "info/attributes": attributes,
      ".gitmodules": `[submodule "x"]\n\tpath = x\n\turl = ext::${program} submodule\n\tupdate = !${program} update\n`,
      ".lfsconfig": `[lfs]\n\turl = http://127.0.0.1:1/\n`,
      "hooks/post-checkout": `#!/bin/sh\ntouch "${marks}/own-hook"\n`,
      config: `[core]\n\thooksPath = hooks\n`,
      "policies/a.yaml": "1\n2\n3\n4\nhead\n",
      "data/lfs.csv": pointer,
    });
    const base = stage.commit("main", { "policies/a.yaml": "base\n2\n3\n4\n5\n" });

    const environment = {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_GLOBAL: configFile,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: hooks,
      GIT_EXTERNAL_DIFF: mark("env-diff"),
      GIT_PAGER: mark("env-pager"),
      GIT_ASKPASS: program,
      GIT_EXEC_PATH: home,
      GIT_TEMPLATE_DIR: home,
      GIT_DIR: stage.checkout,
      GIT_WORK_TREE: stage.checkout,
    };
    const repository = repositoryAt(stage.remote, { environment });
    expect(await repository.commitOf("topic")).toBe(head);
    expect(textsOf(await repository.filesMerged(base, head))).toEqual({
      "data/lfs.csv": pointer,
      "policies/a.yaml": "base\n2\n3\n4\nhead\n",
      "policies/b.yaml": "$Id$\n",
    });
    await repository.filesOf(head);
    await repository.pushBranch("seatwright/plan", head, [{ path: "plans/x.yaml", text: "$Id$\n" }], "A plan");
    expect(execFileSync("ls", [marks], { encoding: "utf8" })).toBe("");

    // The same done with Git as people use it: the traps are real.
    const trapped = join(temporaryDirectory(), "trapped");
    const env = { PATH: process.env["PATH"] ?? "", HOME: home };
    execFileSync("git", ["clone", "--quiet", "--branch", "topic", stage.remote, trapped], { env, stdio: "pipe" });
    for (const name of ["smudge", "hook-post-checkout", "hook-reference-transaction"]) {
      expect(existsSync(join(marks, name)), name).toBe(true);
    }
  });

  it("and no other protocol is spoken than that of the address", async () => {
    for (const remote of [
      "ext::sh -c touch% x",
      "fd::3",
      "--upload-pack=x",
      "git://example.com/x.git",
      "relative/path",
    ]) {
      expect(() => repositoryAt(remote), remote).toThrow(/address of the policy repository cannot be used/);
    }
    const stage = createStage();
    stage.commit("main", { "seatwright.yaml": "x" });
    await expect(repositoryAt(`file://${stage.remote}`).commitOf("main")).resolves.toMatch(/^[0-9a-f]{40}$/);
  });
});
