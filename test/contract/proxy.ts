import {
  createServer,
  type IncomingMessage,
  request as send,
  type RequestOptions,
  type ServerResponse,
} from "node:http";
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

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestText = await textOf(request);
    const method = request.method ?? "GET";
    const url = new URL(request.url ?? "/", target);
    const answer = await handOn(url, { method, headers: { ...request.headers, host: url.host } }, requestText);
    const answerText = await textOf(answer);
    const status = answer.statusCode ?? 502;
    exchanges.push({
      method,
      path: url.pathname,
      query: url.searchParams,
      requestType: request.headers["content-type"] ?? "",
      requestText,
      authorization: request.headers.authorization ?? "",
      status,
      answerType: answer.headers["content-type"] ?? "",
      answerText,
    });
    response.writeHead(status, answer.headers);
    response.end(answerText);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
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

function handOn(url: URL, options: RequestOptions, text: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(url, options, resolve).on("error", reject).end(text);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
