import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { Refused, invalid, notFound, page } from "../exchange.ts";
import type { Json } from "../json.ts";
import { numberAt, object, objects } from "../json.ts";
import { commitAt } from "../repository.ts";
import { checkRunView } from "../views.ts";

const most = 50;

export const checkHandlers: Handlers = {
  // The emulator takes any commit and any number of annotations: https://docs.github.com/rest/checks/runs#create-a-check-run
  "POST /repos/{owner}/{repo}/check-runs": async (exchange) => {
    const sha = String(object(exchange.body)["head_sha"]);
    if ((await commitAt(exchange.repository, sha)) === null) throw new Refused(422, `No commit found for SHA: ${sha}`);
    const annotations = annotationsOf(exchange);
    const answer = await exchange.forward();
    if (answer.status === 201) exchange.world.annotations.set(numberAt(answer.body, "id"), annotations);
    return shown(exchange, answer);
  },

  // Each update adds its annotations to those before, where the emulator replaces them:
  // https://docs.github.com/rest/checks/runs#update-a-check-run
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}": async (exchange) => {
    const more = annotationsOf(exchange);
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    const id = numberAt(answer.body, "id");
    exchange.world.annotations.set(id, [...(exchange.world.annotations.get(id) ?? []), ...more]);
    return shown(exchange, answer);
  },

  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}": async (exchange) => shown(exchange, await exchange.forward()),

  // The emulator answers with an object, and without what only some annotations have:
  // https://docs.github.com/rest/checks/runs#list-check-run-annotations
  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations": async (exchange) => {
    const { world, repository, params } = exchange;
    const annotations = world.annotations.get(Number(params["check_run_id"]));
    if (annotations === undefined) throw notFound();
    const path = `/repos/${repository.fullName}/check-runs/${params["check_run_id"] ?? ""}/annotations`;
    const { items, headers } = page(exchange, path, annotations);
    const body = items.map((each) => ({
      title: null,
      raw_details: null,
      start_column: null,
      end_column: null,
      ...each,
      blob_href: `${world.serverUrl}/${repository.fullName}/blob/${String(each["path"])}`,
    }));
    return { status: 200, headers, body };
  },

  // The emulator gives all of them at once: https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": async (exchange) => {
    const { world, repository, params } = exchange;
    const answer = await exchange.forward();
    if (answer.status !== 200) return answer;
    const runs = objects(object(answer.body)["check_runs"]);
    const path = `/repos/${repository.fullName}/commits/${params["ref"] ?? ""}/check-runs`;
    const { items, headers } = page(exchange, path, runs);
    return {
      status: 200,
      headers,
      body: { total_count: runs.length, check_runs: items.map((run) => checkRunView(world, run)) },
    };
  },
};

function annotationsOf({ body }: Exchange): readonly Json[] {
  const output = object(object(body)["output"]);
  const annotations = objects(output["annotations"]);
  if (annotations.length > most)
    throw invalid({
      resource: "CheckRun",
      code: "custom",
      field: "output.annotations",
      message: `Annotations exceeds a maximum quantity of ${most}`,
    });
  for (const field of ["summary", "text"]) {
    const words = output[field];
    if (typeof words === "string" && words.length > 65_535)
      throw invalid({ resource: "CheckRun", code: "custom", field, message: "Only 65535 characters are allowed" });
  }
  return annotations;
}

function shown({ world }: Exchange, answer: Answer): Answer {
  return answer.status < 300 ? { ...answer, body: checkRunView(world, answer.body) } : answer;
}
