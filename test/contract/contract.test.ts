import { beforeAll, expect } from "vitest";
import { endpoints } from "../../src/atlassian/endpoints.ts";
import { routes } from "../../src/simulator/router.ts";
import { needs } from "../support/needs.ts";
import { type ClientTraffic, clientTraffic } from "./client-traffic.ts";
import { deviations, undocumented } from "./deviations.ts";
import { type DirectTraffic, directTraffic } from "./direct-traffic.ts";
import { readDocuments } from "./documents.ts";
import { createJudge, type Judge } from "./judge.ts";
import type { Exchange } from "./proxy.ts";

const openapi = needs("openapi");

/** A judge by the documents as they are, mended where they are known to be wrong, but for those left out. */
function judgeWithout(...left: readonly (typeof deviations)[number][]): Judge {
  const documents = readDocuments(openapi.path ?? "");
  for (const deviation of deviations) if (!left.includes(deviation)) deviation.mend(documents);
  return createJudge(documents);
}

/** What is wrong with these exchanges, each once, with the request that it was seen on. */
function complaintsAbout(judge: Judge, exchanges: readonly Exchange[]): readonly string[] {
  return listed(judge, exchanges, (exchange) => judge.violations(exchange));
}

/** The same where requests that were refused as wrong are meant to be wrong. */
function complaintsAboutDirect(judge: Judge, exchanges: readonly Exchange[]): readonly string[] {
  return listed(judge, exchanges, (exchange) =>
    exchange.status === 400 ? judge.answerViolations(exchange) : judge.violations(exchange),
  );
}

function listed(
  judge: Judge,
  exchanges: readonly Exchange[],
  violations: (exchange: Exchange) => readonly string[],
): readonly string[] {
  const all = exchanges.flatMap((exchange) =>
    violations(exchange).map((what) => `${labelOf(judge, exchange)}: ${what}`),
  );
  return [...new Set(all)].sort();
}

function labelOf(judge: Judge, exchange: Exchange): string {
  return `${judge.operationOf(exchange) ?? `${exchange.method} ${exchange.path}`} (${exchange.status})`;
}

function isUndocumented({ method, path }: Pick<Exchange, "method" | "path">): boolean {
  return undocumented.some((one) => one.method === method && patternOf(one.pattern).test(path));
}

function patternOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function unnamed(pattern: string): string {
  return pattern.replaceAll(/\{\w+\}/g, "{}");
}

openapi.describe("Atlassian's documents", () => {
  let client: ClientTraffic;
  let direct: DirectTraffic;
  const judge = openapi.path === null ? null : judgeWithout();
  const judged = (): Judge => {
    if (judge === null) throw new Error("there are no documents");
    return judge;
  };
  /** Operations that were answered with success, as the documents call them. */
  const succeeded = (exchanges: readonly Exchange[]): ReadonlySet<string> =>
    new Set(
      exchanges
        .filter(({ status }) => status < 300)
        .map((exchange) => unnamed(judged().operationOf(exchange) ?? `${exchange.method} ${exchange.path}`)),
    );

  beforeAll(async () => {
    [client, direct] = await Promise.all([clientTraffic(), directTraffic()]);
  });

  openapi.it("allow every request of our client and every answer of the simulator to it", () => {
    const documented = client.exchanges.filter((exchange) => !isUndocumented(exchange));
    expect(complaintsAbout(judged(), documented)).toEqual([]);
    expect(client.exchanges.every(({ authorization }) => authorization.startsWith("Bearer "))).toBe(true);
  });

  openapi.it("are held against the whole work of our client: each of its endpoints is used", () => {
    expect(client.run.exit.code).toBe(0);
    expect(client.run.outcomes.length).toBeGreaterThan(2);
    expect(client.written.filter((line) => !line.endsWith(": done"))).toEqual([]);
    const used = succeeded(client.exchanges);
    const unused = Object.values(endpoints).filter(({ method, path }) =>
      judged().has(method, path)
        ? !used.has(`${method} ${unnamed(path)}`)
        : !client.exchanges.some((exchange) => exchange.method === method && patternOf(path).test(exchange.path)),
    );
    expect(unused).toEqual([]);
  });

  openapi.it("allow every answer of the simulator, whichever way it answers", () => {
    expect(direct.surprises).toEqual([]);
    expect(complaintsAboutDirect(judged(), direct.exchanges)).toEqual([]);
  });

  openapi.it("are held against every endpoint of the simulator that they know", () => {
    const used = succeeded(direct.exchanges);
    const documented = routes.filter(({ method, pattern }) => judged().has(method, pattern));
    expect(documented.length).toBeGreaterThan(30);
    expect(documented.filter(({ method, pattern }) => !used.has(`${method} ${unnamed(pattern)}`))).toEqual([]);
  });

  openapi.it("know every endpoint but those listed with their source", () => {
    const ours = [
      ...routes.map(({ method, pattern }) => ({ method, pattern })),
      ...Object.values(endpoints).map(({ method, path }) => ({ method, pattern: path })),
    ];
    const unknown = ours.filter(({ method, pattern }) => !judged().has(method, pattern));
    const listed = undocumented.map(({ method, pattern }) => `${method} ${unnamed(pattern)}`);
    expect([...new Set(unknown.map(({ method, pattern }) => `${method} ${unnamed(pattern)}`))].sort()).toEqual(
      listed.toSorted(),
    );
  });

  for (const deviation of deviations) {
    openapi.it(`are still wrong in this: ${deviation.what}`, () => {
      const documented = client.exchanges.filter((exchange) => !isUndocumented(exchange));
      const without = judgeWithout(deviation);
      const found = [...complaintsAbout(without, documented), ...complaintsAboutDirect(without, direct.exchanges)];
      expect(found, "This deviation is no longer needed: take it out of the table.").not.toEqual([]);
    });
  }
});

openapi.describe("the judge", () => {
  const search: Exchange = {
    method: "POST",
    path: "/admin/v2/orgs/o-1/directories/-/users/search",
    query: new URLSearchParams(),
    requestType: "application/json",
    requestText: JSON.stringify({ limit: 100 }),
    authorization: "Bearer key",
    status: 200,
    answerType: "application/json",
    answerText: JSON.stringify({ data: [{ accountId: "712020:a", status: "active" }], links: {} }),
  };
  const judged = (changes: Partial<Exchange>): readonly string[] =>
    createJudge(readDocuments(openapi.path ?? "")).violations({ ...search, ...changes });

  openapi.it("has nothing to say against an exchange that keeps to the documents", () => {
    expect(judged({})).toEqual([]);
  });

  const broken: readonly (readonly [what: string, changes: Partial<Exchange>, complaint: string])[] = [
    ["a path that no document has", { path: "/admin/v2/orgs/o-1/people" }, "no document mentions"],
    ["a method that the path does not have", { method: "DELETE" }, "no document mentions"],
    ["a parameter that is not documented", { query: new URLSearchParams("page=2") }, "query page"],
    ["a limit beyond the bounds", { requestText: `{"limit":500}` }, "/limit must be <= 100"],
    ["a field in the wrong case", { requestText: `{"account_ids":["a"]}` }, "account_ids"],
    ["too many ids at once", { requestText: JSON.stringify({ accountIds: Array(11).fill("a") }) }, "/accountIds"],
    ["a body that is not announced as JSON", { requestType: "text/plain" }, "announced"],
    ["a status that is not documented", { status: 418 }, "status 418"],
    ["an answer that is no JSON", { answerText: "<html>" }, "status 200"],
    ["an answer announced as a web page", { answerType: "text/html" }, "text/html"],
    ["a row with a field in the wrong case", { answerText: `{"data":[{"account_id":"a"}]}` }, "account_id"],
    ["a row with a value that is not listed", { answerText: `{"data":[{"status":"asleep"}]}` }, "/status"],
    ["an answer without its rows", { answerText: `{"links":{}}` }, "data"],
  ];
  for (const [what, changes, complaint] of broken) {
    openapi.it(`speaks up about ${what}`, () => {
      expect(judged(changes).join("\n")).toContain(complaint);
    });
  }
});
