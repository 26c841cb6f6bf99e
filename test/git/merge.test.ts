import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { createStage, type Edit, git, gitBehind, morning, refusalOf, repositoryAt, textsOf } from "./stage.ts";

const lines = (...words: readonly string[]): string => words.map((word) => `${word}\n`).join("");

needs("git").describe("the policy files of a merge", () => {
  it("hold what both sides changed", async () => {
    const stage = createStage();
    const fork = stage.commit("main", { "policies/a.yaml": lines("1", "2", "3", "4", "5"), "policies/b.yaml": "b" });
    const head = stage.commit("topic", {
      "policies/a.yaml": lines("1", "2", "3", "4", "head"),
      "policies/c.yaml": "c",
    });
    const base = stage.commit("main", {
      "policies/a.yaml": lines("base", "2", "3", "4", "5"),
      "policies/b.yaml": null,
    });
    expect(fork).not.toBe(base);
    expect(textsOf(await repositoryAt(stage.remote).filesMerged(base, head))).toEqual({
      "policies/a.yaml": lines("base", "2", "3", "4", "head"),
      "policies/c.yaml": "c",
    });
  });

  it("are the head's where the base has not moved, and the base's where the head is behind", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "policies/a.yaml": "a" });
    const head = stage.commit("topic", { "policies/a.yaml": "b" });
    const repository = repositoryAt(stage.remote);
    expect(textsOf(await repository.filesMerged(base, head))).toEqual({ "policies/a.yaml": "b" });
    expect(textsOf(await repository.filesMerged(head, base))).toEqual({ "policies/a.yaml": "b" });
  });

  it("cannot be had where the two conflict in any file, which is named with the remedy", async () => {
    const stage = createStage();
    stage.commit("main", { "policies/a.yaml": "a", "docs/\u202eguide.md": "a" });
    const head = stage.commit("topic", { "policies/a.yaml": "b", "docs/\u202eguide.md": "b", "policies/c.yaml": "c" });
    const base = stage.commit("main", { "policies/a.yaml": "c", "docs/\u202eguide.md": "c" });
    const refusal = await refusalOf(repositoryAt(stage.remote).filesMerged(base, head));
    expect(refusal.reason).toBe("notApproved");
    expect(refusal.message).toContain('the same places of "docs/\\u202eguide.md", policies/a.yaml.');
    expect(refusal.remedy).toMatch(/^Update the branch/);
    const elsewhere = createStage();
    elsewhere.commit("main", { "src/x.js": "a", "acme/seatwright.yaml": "x" });
    const theirs = elsewhere.commit("topic", { "src/x.js": "b" });
    const ours = elsewhere.commit("main", { "src/x.js": "c" });
    const repository = repositoryAt(elsewhere.remote, { repoPath: "acme" });
    expect((await refusalOf(repository.filesMerged(ours, theirs))).message).toContain("src/x.js");
  });

  it("name ten conflicts, and count the others", async () => {
    const stage = createStage();
    const all = (text: string): Edit =>
      Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`f${at + 10}`, text]));
    stage.commit("main", all("a"));
    const head = stage.commit("topic", all("b"));
    const base = stage.commit("main", all("c"));
    expect((await refusalOf(repositoryAt(stage.remote).filesMerged(base, head))).message).toMatch(/f19 and 4 more\.$/);
  });

  it("conflict whatever a branch says about how to merge", async () => {
    const stage = createStage();
    const attributes = { ".gitattributes": "* merge=union\n" };
    stage.commit("main", { ...attributes, "policies/a.yaml": "a\n" });
    const head = stage.commit("topic", { "policies/a.yaml": "b\n" });
    const base = stage.commit("main", { "policies/a.yaml": "c\n" });
    expect((await refusalOf(repositoryAt(stage.remote).filesMerged(base, head))).reason).toBe("notApproved");
  });

  it("cannot be had of two that have no history in common", async () => {
    const stage = createStage();
    const base = stage.commit("main", { "policies/a.yaml": "a" });
    const head = stage.plant("refs/heads/other", [`100644 blob ${stage.blob("x")}\tother`]);
    const refusal = await refusalOf(repositoryAt(stage.remote).filesMerged(base, head));
    expect(refusal.reason).toBe("notApproved");
    expect(refusal.message).toContain("no history in common");
  });

  it("tell of each list when it was changed on the side that it comes from", async () => {
    const stage = createStage();
    const wide = (first: string, last: string): string => lines(first, "2", "3", "4", "5", "6", last);
    stage.commit(
      "main",
      { "data/base.csv": "1", "data/head.csv": "1", "data/both.csv": wide("1", "7"), "data/same.csv": "1" },
      { at: morning },
    );
    const head = stage.commit(
      "topic",
      { "data/head.csv": "2", "data/both.csv": wide("1", "head"), "data/new.csv": "n" },
      { at: morning + 500 },
    );
    const base = stage.commit(
      "main",
      { "data/base.csv": "2", "data/both.csv": wide("base", "7") },
      { at: morning + 900 },
    );
    const read = await repositoryAt(stage.remote).filesMerged(base, head);
    expect(Object.fromEntries(read.map(({ path, changedAt }) => [path, (changedAt ?? 0) - morning]))).toEqual({
      "data/base.csv": 900,
      "data/both.csv": 900,
      "data/head.csv": 500,
      "data/new.csv": 500,
      "data/same.csv": 0,
    });
  });

  it("can be had where the head replaces a link in the base", async () => {
    const stage = createStage();
    const link = stage.plant("refs/heads/linked", [`120000 blob ${stage.blob("../elsewhere")}\tdata`]);
    const data = stage.tree([`100644 blob ${stage.blob("1")}\ta.csv`]);
    const head = stage.plant("refs/heads/mended", [`040000 tree ${data}\tdata`], link);
    const repository = repositoryAt(stage.remote);
    expect((await refusalOf(repository.filesOf(link))).message).toContain("data is a symbolic link");
    expect(textsOf(await repository.filesMerged(link, head))).toEqual({ "data/a.csv": "1" });
  });

  it("needs a Git that can merge without a checkout, and says which", async () => {
    const stage = createStage();
    stage.commit("main", { "policies/a.yaml": "a" });
    const { environment } = gitBehind(`[ "$1" = version ] && echo "git version 2.37.9" && exit 0; exec "$GIT" "$@"`);
    const refusal = await refusalOf(repositoryAt(stage.remote, { environment }).commitOf("main"));
    expect(`${refusal.message} ${refusal.remedy}`).toMatch(/older than 2\.38.*Install Git 2\.38 or later/);
    const without = await refusalOf(repositoryAt(stage.remote, { environment: { PATH: "/nowhere" } }).commitOf("main"));
    expect(without.message).toMatch(/no program git here/);
  });
});

const paths = ["seatwright.yaml", "policies/a.yaml", "policies/b.yaml", "policies/c/d.yaml", "data/x.csv", "README.md"];
const original = Array.from({ length: 12 }, (_, at) => `line ${at}`);

/** What one side does to some files: edits of single lines, deletions, new contents, moves. */
const side: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("line" as const),
      path: fc.constantFrom(...paths),
      at: fc.nat({ max: 11 }),
      text: fc.constantFrom("x", "y", "", "ü", "x\r"),
    }),
    fc.record({ kind: fc.constant("delete" as const), path: fc.constantFrom(...paths) }),
    fc.record({
      kind: fc.constant("write" as const),
      path: fc.constantFrom(...paths, "policies/new.yaml"),
      text: fc.constantFrom("1", "2\n"),
    }),
    fc.record({
      kind: fc.constant("move" as const),
      path: fc.constantFrom(...paths),
      to: fc.constantFrom("policies/moved.yaml", "z/b.yaml"),
    }),
  ),
  { minLength: 1, maxLength: 4 },
);

type Change =
  | { readonly kind: "line"; readonly path: string; readonly at: number; readonly text: string }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "move"; readonly path: string; readonly to: string };

function editOf(start: ReadonlyMap<string, string>, changes: readonly Change[]): Edit {
  const files = new Map(start);
  for (const change of changes) {
    const text = files.get(change.path);
    if (change.kind === "write") files.set(change.path, change.text);
    else if (text === undefined) continue;
    else if (change.kind === "line")
      files.set(
        change.path,
        text
          .split("\n")
          .with(Math.min(change.at, text.split("\n").length - 1), change.text)
          .join("\n"),
      );
    else files.delete(change.path);
    if (change.kind === "move" && text !== undefined) files.set(change.to, text);
  }
  const edit: Record<string, string | null> = Object.fromEntries(files);
  for (const path of start.keys()) if (!files.has(path)) edit[path] = null;
  return edit;
}

needs("git").it(
  "a merge is what `git merge` makes of it, byte for byte, whatever two sides did",
  async () => {
    const stage = createStage();
    const start = new Map(paths.map((path) => [path, `${path}\n${lines(...original)}`]));
    const fork = stage.commit("main", Object.fromEntries(start));
    const repository = repositoryAt(stage.remote);
    const checkout = join(temporaryDirectory(), "merging");
    execFileSync("git", ["clone", "--quiet", stage.remote, checkout]);
    let turn = 0;
    let [clean, conflicting] = [0, 0];
    await fc.assert(
      fc.asyncProperty(side, side, async (ours, theirs) => {
        const [left, right] = [`left-${++turn}`, `right-${turn}`];
        const base = stage.commit(left, editOf(start, ours), { from: fork });
        const head = stage.commit(right, editOf(start, theirs), { from: fork });
        git(checkout, ["fetch", "--quiet", "origin"]);
        git(checkout, ["checkout", "--quiet", "--force", "--detach", base]);
        let merges = true;
        try {
          git(checkout, ["merge", "--quiet", "--no-edit", head]);
        } catch {
          merges = false;
          git(checkout, ["reset", "--quiet", "--hard"]);
        }
        if (merges) {
          const merged = git(checkout, ["rev-parse", "HEAD"]);
          const expected = git(checkout, ["ls-tree", "-r", "--name-only", "-z", merged])
            .split("\0")
            .filter((path) => /^(seatwright\.yaml$|policies\/|data\/)/.test(path));
          const files = await repository.filesMerged(base, head);
          expect(files.map(({ path }) => path)).toEqual(expected.sort());
          for (const { path, bytes } of files) {
            expect(Buffer.from(bytes)).toEqual(
              execFileSync("git", ["-C", checkout, "cat-file", "blob", `${merged}:${path}`]),
            );
          }
          clean++;
        } else {
          await expect(repository.filesMerged(base, head)).rejects.toThrow(OperatorError);
          conflicting++;
        }
      }),
      { numRuns: 25, seed: 4 },
    );
    expect(clean).toBeGreaterThan(3);
    expect(conflicting).toBeGreaterThan(3);
  },
  120_000,
);
