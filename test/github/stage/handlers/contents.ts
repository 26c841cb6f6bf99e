import { afterChanges } from "../changes.ts";
import { commitFiles } from "../commits.ts";
import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { Refused, loginOf, notFound } from "../exchange.ts";
import type { Identity } from "../git.ts";
import { inWords, object, text } from "../json.ts";
import { refusalOfPush } from "../protection.ts";
import { commitAt, defaultBranch, moveRefs } from "../repository.ts";
import { identityOf } from "../world.ts";

const contents = "/repos/{owner}/{repo}/contents/{path}";

/** Files written through the API are commits in Git, which the emulator follows. */
export const contentHandlers: Handlers = {
  // https://docs.github.com/rest/repos/contents#create-or-update-file-contents
  [`PUT ${contents}`]: async (exchange) => {
    const content = text(object(exchange.body)["content"]);
    if (content === null) throw new Refused(422, 'Invalid request.\n\n"content" wasn\'t supplied.');
    return await write(exchange, Buffer.from(content, "base64"));
  },

  // https://docs.github.com/rest/repos/contents#delete-a-file
  [`DELETE ${contents}`]: async (exchange) => await write(exchange, null),
};

async function write(exchange: Exchange, bytes: Buffer | null): Promise<Answer> {
  const { world, repository, params } = exchange;
  const asked = object(exchange.body);
  const path = params["path"] ?? "";
  const branch = text(asked["branch"]) ?? defaultBranch;
  const ref = `refs/heads/${branch}`;
  const login = loginOf(exchange);
  return await repository.turn(async () => {
    const before = await commitAt(repository, ref);
    if (before === null) throw new Refused(404, `Branch ${branch} not found`);
    const sha = (await repository.objects.read(`${before}:${path}`))?.id ?? null;
    checkSha(path, sha, asked["sha"], bytes);
    const refusal = repository === world.upstream ? refusalOfPush(world, login, { ref, before, after: before }) : null;
    if (refusal !== null) throw new Refused(409, refusal);
    const after = await commitFiles(repository.git, {
      parent: before,
      files: { [path]: bytes },
      message: String(asked["message"]),
      by: identity(object(asked["author"])) ?? identity(object(asked["committer"])) ?? identityOf(world, login),
      at: world.times.now(),
    });
    if (!(await moveRefs(repository, { ref, before, after }))) throw new Refused(409, `${branch} was moved meanwhile.`);
    await afterChanges(world, repository, [{ ref, before, after }], { login });
    return await written(exchange, { path, after, status: sha === null ? 201 : 200, isThere: bytes !== null });
  });
}

function checkSha(path: string, sha: string | null, asked: unknown, bytes: Buffer | null): void {
  if (sha === null && bytes === null) throw notFound();
  if (sha !== null && asked === undefined) throw new Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (asked !== undefined && asked !== sha) throw new Refused(409, `${path} does not match ${inWords(asked)}`);
}

function identity({ name, email }: { readonly [key: string]: unknown }): Identity | null {
  return typeof name === "string" && typeof email === "string" ? { name, email } : null;
}

async function written(
  { forward, repository }: Exchange,
  { path, after, status, isThere }: { path: string; after: string; status: number; isThere: boolean },
): Promise<Answer> {
  const base = `/repos/${repository.fullName}`;
  const get = async (of: string, query = {}) => (await forward({ method: "GET", path: of, query, as: "stage" })).body;
  return {
    status,
    body: {
      content: isThere
        ? await get(`${base}/contents/${path.split("/").map(encodeURIComponent).join("/")}`, { ref: after })
        : null,
      commit: await get(`${base}/git/commits/${after}`),
    },
  };
}
