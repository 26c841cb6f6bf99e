import { afterChanges, markMerged } from "../changes.ts";
import { mergedTree, rebased, writeCommit } from "../commits.ts";
import type { Exchange, Handlers } from "../exchange.ts";
import { Refused, loginOf } from "../exchange.ts";
import { signature } from "../git.ts";
import { object, text } from "../json.ts";
import { checkMergeable } from "../protection.ts";
import type { Pull } from "../pulls.ts";
import { commitAt, commitsBetween, moveRefs } from "../repository.ts";
import { identityOf, webFlow } from "../world.ts";
import { pullOf } from "./pulls.ts";

/**
 * Git merges, and the emulator is told: https://docs.github.com/rest/pulls/pulls#merge-a-pull-request says what is
 * answered, https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github
 * which commits there are afterwards.
 */
export const mergeHandlers: Handlers = {
  "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge": async (exchange) =>
    await exchange.world.upstream.turn(async () => {
      const pull = pullOf(exchange);
      const { world, caller } = exchange;
      const asked = object(exchange.body);
      const path = `/repos/${world.upstream.fullName}/pulls/${pull.number}`;
      const shown = object((await exchange.forward({ method: "GET", path, query: {}, as: "stage" })).body);
      if (pull.state === "closed") throw new Refused(405, "Pull Request is not mergeable");
      if (shown["draft"] === true) throw new Refused(405, "Pull Request is still a draft");
      if (asked["sha"] !== undefined && asked["sha"] !== pull.headSha)
        throw new Refused(409, "Head branch was modified. Review and try the merge again.");
      await checkMergeable(world, pull);

      const ref = `refs/heads/${pull.baseRef}`;
      const before = await commitAt(world.upstream, ref);
      const made = before === null ? null : await merge(exchange, pull, { before, title: text(shown["title"]) ?? "" });
      const after = made?.at(-1);
      if (before === null || made === null || after === undefined)
        throw new Refused(405, "Pull Request is not mergeable");
      if (!(await moveRefs(world.upstream, { ref, before, after })))
        throw new Refused(409, "Base branch was modified. Review and try the merge again.");
      await markMerged(world, pull, [...made, after], caller?.emulated ?? world.emulator.adminToken());
      await afterChanges(world, world.upstream, [{ ref, before, after }], {
        login: loginOf(exchange),
        type: "pr_merge",
        merging: pull.number,
      });
      return { status: 200, body: { sha: after, merged: true, message: "Pull Request successfully merged" } };
    }),
};

/** The commits that the merge makes, the last one becomes the tip; null where it conflicts. */
async function merge(
  exchange: Exchange,
  pull: Pull,
  { before, title }: { before: string; title: string },
): Promise<readonly string[] | null> {
  const { world, body } = exchange;
  const { git } = world.upstream;
  const asked = object(body);
  const now = world.times.now();
  const merger = signature(identityOf(world, loginOf(exchange)), now);
  if (asked["merge_method"] === "rebase") {
    const tip = await rebased(git, { base: before, head: pull.headSha, committer: merger });
    return tip === null ? null : await commitsBetween(world.upstream, before, tip);
  }
  const tree = await mergedTree(git, before, pull.headSha);
  if (tree === null) return null;
  const committer = signature(webFlow, now);
  if (asked["merge_method"] === "squash") {
    const message = await squashMessage(exchange, pull, { before, title });
    const author = signature(identityOf(world, pull.author), now);
    return [await writeCommit(git, { tree, parents: [before], message, author, committer })];
  }
  const head = `Merge pull request #${pull.number} from ${pull.head?.owner ?? "unknown"}/${pull.headRef}`;
  const message = whole(text(asked["commit_title"]) ?? head, text(asked["commit_message"]) ?? title);
  return [await writeCommit(git, { tree, parents: [before, pull.headSha], message, author: merger, committer })];
}

/** https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#merge-message-for-a-squash-merge */
async function squashMessage(
  { world, body }: Exchange,
  pull: Pull,
  { before, title }: { before: string; title: string },
): Promise<string> {
  const asked = object(body);
  const { git } = world.upstream;
  const commits = await git.lines([
    "rev-list",
    "--reverse",
    "--topo-order",
    "--no-merges",
    `${before}..${pull.headSha}`,
  ]);
  const messages = await Promise.all(
    commits.map(async (commit) => await git.text(["log", "-1", "--format=%B", commit])),
  );
  const [only = "", ...others] = messages;
  const [subject = "", ...rest] = only.split("\n");
  const single = others.length === 0;
  return whole(
    text(asked["commit_title"]) ?? `${single ? subject : title} (#${pull.number})`,
    text(asked["commit_message"]) ??
      (single ? rest.join("\n").trim() : messages.map((each) => `* ${each}`).join("\n\n")),
  );
}

function whole(title: string, rest: string): string {
  return rest === "" ? title : `${title}\n\n${rest}`;
}
