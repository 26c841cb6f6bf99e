import type { Git, Identity } from "./git.ts";
import { signature } from "./git.ts";

export interface CommitPlan {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** As `signature` writes them. */
  readonly author: string;
  readonly committer: string;
}

/** Writes one commit object, exactly as said, and gives its id. */
export async function writeCommit(git: Git, plan: CommitPlan): Promise<string> {
  const head = [
    `tree ${plan.tree}`,
    ...plan.parents.map((parent) => `parent ${parent}`),
    `author ${plan.author}`,
    `committer ${plan.committer}`,
  ];
  const message = plan.message.endsWith("\n") ? plan.message : `${plan.message}\n`;
  return await git.text(["hash-object", "-t", "commit", "-w", "--stdin"], {
    input: `${head.join("\n")}\n\n${message}`,
  });
}

/** Files by their paths; null removes one. A file that starts with `#!` can be executed. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

/** Writes a commit that changes `files` on top of `parent` (null: a first commit) and gives its id. No ref is moved. */
export async function commitFiles(
  git: Git,
  options: { parent: string | null; files: Files; message: string; by: Identity; at: Date },
): Promise<string> {
  const { parent, files, message, by, at } = options;
  const scratch = "refs/stage/scratch";
  const stream: Buffer[] = [];
  const line = (text: string) => stream.push(Buffer.from(`${text}\n`));
  const data = (bytes: Buffer) => stream.push(Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n"));
  if (parent === null) line(`reset ${scratch}`);
  line(`commit ${scratch}`);
  line("mark :1");
  line(`author ${signature(by, at)}`);
  line(`committer ${signature(by, at)}`);
  data(Buffer.from(`${message}\n`));
  if (parent !== null) line(`from ${parent}`);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) {
      line(`D ${path}`);
      continue;
    }
    const bytes = Buffer.from(content);
    line(`M ${bytes.subarray(0, 2).toString() === "#!" ? "100755" : "100644"} inline ${path}`);
    data(bytes);
  }
  line("get-mark :1");
  // Without this the commit would keep a ref of its own.
  line(`reset ${scratch}\nfrom ${"0".repeat(40)}\n`);
  line("done");
  return await git.text(["fast-import", "--quiet", "--force", "--done"], { input: Buffer.concat(stream) });
}

/** Merges the trees of two commits, as `git merge` would; null where they conflict. */
export async function mergedTree(git: Git, ours: string, theirs: string): Promise<string | null> {
  const { code, stdout, stderr } = await git.run(["merge-tree", "--write-tree", ours, theirs]);
  if (code > 1) throw new Error(`git merge-tree of ${ours} and ${theirs} ended with ${code}: ${stderr.trim()}`);
  return code === 0 ? (stdout.toString().split("\n")[0] ?? "") : null;
}

/**
 * Puts the commits of `base..head` on top of `base`, each with a new committer and so a new id, also where nothing but
 * that changes: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github#rebasing-and-merging-your-commits
 * Gives the last one, or null where a commit conflicts or is a merge.
 */
export async function rebased(
  git: Git,
  options: { base: string; head: string; committer: string },
): Promise<string | null> {
  const { base, head, committer } = options;
  const rows = await git.lines(["rev-list", "--reverse", "--topo-order", "--parents", `${base}..${head}`]);
  let tip = base;
  for (const row of rows) {
    const [commit = "", parent = "", ...others] = row.split(" ");
    if (others.length > 0) return null;
    const tree = await treeAfter(git, { tip, commit, parent });
    if (tree === null) return null;
    const [author = "", ...message] = (
      await git.text(["log", "-1", "--format=%an <%ae> %ad%n%B", "--date=raw", commit])
    ).split("\n");
    tip = await writeCommit(git, { tree, parents: [tip], message: message.join("\n"), author, committer });
  }
  return tip;
}

/**
 * What `commit` changes against its parent, done to `tip`. `git merge-tree` looks for the base in the history, so it is
 * given a history of three commits with these very trees.
 */
async function treeAfter(git: Git, of: { tip: string; commit: string; parent: string }): Promise<string | null> {
  const by = signature({ name: "stage", email: "stage@localhost" }, new Date(0));
  const bare = (tree: string, parents: readonly string[]) =>
    writeCommit(git, { tree, parents, message: "cherry-pick", author: by, committer: by });
  const [before = "", after = "", ours = ""] = await git.lines([
    "rev-parse",
    ...[of.parent, of.commit, of.tip].map((commit) => `${commit}^{tree}`),
  ]);
  const base = await bare(before, []);
  return await mergedTree(git, await bare(ours, [base]), await bare(after, [base]));
}
