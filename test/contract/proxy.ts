import { createServer, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The content type of the request's body; empty where there is none. */
  readonly requestType: string;
  readonly requestText: string;
  readonly authorization: string;
  readonly status: number;
  readonly answerType: string;
  readonly answerText: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** Everything that was answered so far, in the order of the answers. */
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** A server on the loopback address that hands every request on to `target` and writes down what went to and fro. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((requestText) => {
      const onward = send(
        new URL(request.url ?? "/", target),
        { method: request.method ?? "GET", headers: { ...request.headers, host: new URL(target).host } },
        (answer) => {
          void textOf(answer).then((answerText) => {
            const url = new URL(request.url ?? "/", target);
            exchanges.push({
              method: request.method ?? "GET",
              path: url.pathname,
              query: url.searchParams,
              requestType: request.headers["content-type"] ?? "",
              requestText,
              authorization: request.headers.authorization ?? "",
              status: answer.statusCode ?? 0,
              answerType: answer.headers["content-type"] ?? "",
              answerText,
            });
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            response.end(answerText);
          });
        },
      );
      onward.on("error", () => response.destroy());
      onward.end(requestText);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
