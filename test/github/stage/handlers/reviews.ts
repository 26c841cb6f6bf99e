import type { Handlers } from "../exchange.ts";
import { Refused, isTooLong, loginOf } from "../exchange.ts";
import { object } from "../json.ts";
import { pullOf } from "./pulls.ts";

export const reviewHandlers: Handlers = {
  // The emulator lets people approve their own work and knows the head of the beginning only:
  // https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews": async (exchange) => {
    const pull = pullOf(exchange);
    const login = loginOf(exchange);
    const asked = object(exchange.body);
    const { event, body } = asked;
    const decides = event === "APPROVE" || event === "REQUEST_CHANGES";
    const refuse = (error: string) => new Refused(422, "Unprocessable Entity", { errors: [error] });
    if (decides && login === pull.author)
      throw refuse(`Can not ${event === "APPROVE" ? "approve" : "request changes on"} your own pull request`);
    if (event === "APPROVE" && exchange.caller?.kind === "job" && !exchange.world.actionsMayOpenPullRequests)
      throw refuse("GitHub Actions is not permitted to approve pull requests.");
    if (isTooLong(body)) throw refuse("Body is too long (maximum is 65536 characters)");
    if ((event === "REQUEST_CHANGES" || event === "COMMENT") && (body === undefined || body === ""))
      throw refuse(`Body can't be blank for the event ${event}`);
    const answer = await exchange.forward({ body: { ...asked, commit_id: asked["commit_id"] ?? pull.headSha } });
    return answer.status === 201 ? { ...answer, status: 200 } : answer;
  },
};
