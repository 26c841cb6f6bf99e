import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./exchange.ts";
import type { Proxy } from "./proxy.ts";
import { bodyOf } from "./servers.ts";
import type { World } from "./world.ts";

/** Speaks HTTP for the proxy. `prefix` is what an Enterprise Server puts before every path of its API. */
export function createApi(
  world: World,
  proxy: Proxy,
  prefix: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let count = 0;
  return async (request, response) => {
    const answer = await proxy.handle({
      method: request.method ?? "GET",
      url: (request.url ?? "/").slice(prefix.length),
      headers: request.headers,
      body: await bodyOf(request),
    });
    count += 1;
    response.setHeader("date", world.times.now().toUTCString());
    response.setHeader("x-github-request-id", `STAGE:${count}`);
    if (prefix !== "") response.setHeader("x-github-enterprise-version", "3.19.0");
    send(response, answer);
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  const words = body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { ...(words === "" ? {} : { "content-type": type }), ...headers });
  response.end(words);
}
