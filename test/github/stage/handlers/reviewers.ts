import type { Answer, Exchange, Handlers } from "../exchange.ts";
import { Refused } from "../exchange.ts";
import { object, texts } from "../json.ts";
import { pullView } from "../pull-views.ts";
import { levelOf } from "../world.ts";
import { pullOf } from "./pulls.ts";

const reviewers = "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";

export const reviewerHandlers: Handlers = {
  // The emulator asks anybody: https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request
  [`POST ${reviewers}`]: async (exchange) => {
    const { world, caller } = exchange;
    const pull = pullOf(exchange);
    const people = texts(object(exchange.body)["reviewers"]);
    const teams = texts(object(exchange.body)["team_reviewers"]);
    if (people.includes(pull.author)) throw new Refused(422, "Review cannot be requested from pull request author.");
    const strangers =
      people.some((login) => levelOf(world, login, world.upstream) === "none") ||
      teams.some((team) => !world.teams.has(team));
    if (strangers)
      throw new Refused(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${world.upstream.fullName} repository.`,
      );
    // A job's token sees nothing of the organisation, so that it cannot name a team: the words are those of GitHub.
    if (caller?.kind === "job" && teams.length > 0)
      throw new Refused(422, "Validation Failed", {
        errors: [`Could not resolve to a node with the global id of 'stage-team-${teams[0] ?? ""}'.`],
      });
    const answer = await exchange.forward();
    return await shown(exchange, answer.status === 200 ? { ...answer, status: 201 } : answer);
  },

  [`DELETE ${reviewers}`]: async (exchange) => await shown(exchange, await exchange.forward()),
};

async function shown(exchange: Exchange, answer: Answer): Promise<Answer> {
  return answer.status < 300 ? { ...answer, body: await pullView(exchange, answer.body) } : answer;
}
