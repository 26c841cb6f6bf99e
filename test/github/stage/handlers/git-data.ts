import { afterChanges } from "../changes.ts";
import { writeCommit } from "../commits.ts";
import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { Refused, loginOf, notFound } from "../exchange.ts";
import { inWords, object, objects, text, textAt, texts } from "../json.ts";
import { refusalOfPush } from "../protection.ts";
import type { RefChange } from "../repository.ts";
import { commitAt, contains, moveRefs, noObject } from "../repository.ts";

const git = "/repos/{owner}/{repo}/git";

/**
 * What the API writes to Git goes to the bare repository. Objects are made by both, Git and the emulator, and must have
 * one id; refs are moved in Git, and the emulator follows.
 */
export const gitDataHandlers: Handlers = {
  [`POST ${git}/blobs`]: async (exchange) =>
    await agreed(exchange, "blob", async () => {
      const { content, encoding } = object(exchange.body);
      const input = Buffer.from(String(content), encoding === "base64" ? "base64" : "utf8");
      return await exchange.repository.git.text(["hash-object", "-w", "--stdin"], { input });
    }),

  [`POST ${git}/trees`]: async (exchange) => await agreed(exchange, "tree", async () => await writeTree(exchange)),

  [`POST ${git}/commits`]: async (exchange) =>
    await agreed(exchange, "commit", async (answer) => {
      const { message, tree, parents } = object(exchange.body);
      const by = (name: "author" | "committer") => {
        const at = textAt(answer.body, name, "date");
        const zone = /([+-]\d\d):?(\d\d)$/.exec(at);
        const offset = zone === null ? "+0000" : `${zone[1] ?? ""}${zone[2] ?? ""}`;
        const seconds = Math.floor(Date.parse(at) / 1000);
        return `${textAt(answer.body, name, "name")} <${textAt(answer.body, name, "email")}> ${seconds} ${offset}`;
      };
      return await writeCommit(exchange.repository.git, {
        tree: String(tree),
        parents: texts(parents),
        message: String(message),
        author: by("author"),
        committer: by("committer"),
      });
    }),

  // https://docs.github.com/rest/git/refs#create-a-reference
  [`POST ${git}/refs`]: async (exchange) => {
    const { ref, sha } = object(exchange.body);
    const name = String(ref);
    if (!/^refs\/[^/]+\/./.test(name)) throw new Refused(422, "Reference name must start with 'refs/'");
    return await setRef(exchange, name, async (before) => {
      if (before !== noObject) throw new Refused(422, "Reference already exists");
      return await existing(exchange, sha);
    });
  },

  // https://docs.github.com/rest/git/refs#update-a-reference
  [`PATCH ${git}/refs/{ref}`]: async (exchange) => {
    const { sha, force } = object(exchange.body);
    return await setRef(exchange, `refs/${exchange.params["ref"] ?? ""}`, async (before) => {
      if (before === noObject) throw new Refused(422, "Reference does not exist");
      const after = await existing(exchange, sha);
      if (force !== true && !(await contains(exchange.repository, after, before)))
        throw new Refused(422, "Update is not a fast forward");
      return after;
    });
  },

  // https://docs.github.com/rest/git/refs#delete-a-reference
  [`DELETE ${git}/refs/{ref}`]: async (exchange) =>
    await setRef(exchange, `refs/${exchange.params["ref"] ?? ""}`, async (before) => {
      if (before === noObject) throw new Refused(422, "Reference does not exist");
      return noObject;
    }),
};

async function agreed(exchange: Exchange, type: string, write: (answer: Answer) => Promise<string>): Promise<Answer> {
  const answer = await exchange.forward();
  if (answer.status !== 201) return answer;
  const id = await write(answer);
  if (id !== textAt(answer.body, "sha"))
    throw new Error(`The ${type} ${id} of Git has the id ${textAt(answer.body, "sha")} in the emulator.`);
  return answer;
}

async function writeTree({ body, repository }: Exchange): Promise<string> {
  const asked = object(body);
  const index = { GIT_INDEX_FILE: `${repository.folder}/stage-index-${process.hrtime.bigint()}` };
  const base = text(asked["base_tree"]);
  await repository.git.text(["read-tree", ...(base === null ? ["--empty"] : [base])], { env: index });
  for (const entry of objects(asked["tree"])) {
    const path = String(entry["path"]);
    const sha =
      text(entry["content"]) === null
        ? entry["sha"]
        : await repository.git.text(["hash-object", "-w", "--stdin"], { input: String(entry["content"]) });
    if (entry["type"] === "tree" && sha !== null) {
      await repository.git.text(["rm", "-r", "--cached", "--quiet", "--ignore-unmatch", path], { env: index });
      await repository.git.text(["read-tree", `--prefix=${path}/`, inWords(sha)], { env: index });
      continue;
    }
    const line = sha === null ? `0 ${noObject}\t${path}\n` : `${String(entry["mode"])} ${inWords(sha)}\t${path}\n`;
    await repository.git.text(["update-index", "--add", "--replace", "--index-info"], { env: index, input: line });
  }
  return await repository.git.text(["write-tree"], { env: index });
}

async function existing({ repository }: Exchange, sha: unknown): Promise<string> {
  const commit = /^[0-9a-f]{40}$/.test(String(sha)) ? await commitAt(repository, String(sha)) : null;
  if (commit === null) throw new Refused(422, "Object does not exist");
  return commit;
}

/** Moves a ref in Git, lets everything follow, and answers with what the emulator then says of it. */
async function setRef(exchange: Exchange, ref: string, target: (before: string) => Promise<string>): Promise<Answer> {
  const { world, repository, forward } = exchange;
  return await repository.turn(async () => {
    const before = (await commitAt(repository, ref)) ?? noObject;
    const change: RefChange = { ref, before, after: await target(before) };
    const refusal = repository === world.upstream ? refusalOfPush(world, loginOf(exchange), change) : null;
    if (refusal !== null) throw new Refused(422, refusal);
    if (!(await moveRefs(repository, change))) throw notFound();
    await afterChanges(world, repository, [change], { login: loginOf(exchange) });
    if (change.after === noObject) return { status: 204, body: null };
    const path = `/repos/${repository.fullName}/git/ref/${ref.slice("refs/".length)}`;
    const answer = await forward({ method: "GET", path, query: {}, as: "stage" });
    return before === noObject && answer.status === 200 ? { ...answer, status: 201 } : answer;
  });
}
