import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "./answers.ts";
import type { Fault } from "./faults.ts";

const maxBodyBytes = 1_000_000;

/** The body of a request as text. Throws when it is larger than anything a client would mean. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new Error("the request body is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The body as JSON; an empty one is undefined. */
export function parse(text: string): { readonly body: unknown; readonly isBroken: boolean } {
  if (text === "") return { body: undefined, isBroken: false };
  try {
    return { body: JSON.parse(text) as unknown, isBroken: false };
  } catch {
    return { body: undefined, isBroken: true };
  }
}

/** Ends the connection with a reset, without an answer. */
export function breakOff(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

/** Sends an answer, or as much of it as the fault lets through. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  date: Date,
  fault: Fault | undefined,
): Promise<void> {
  const payload = answer.html ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const bytes = Buffer.from(payload);
  response.sendDate = false;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.setHeader("Date", date.toUTCString());
  if (answer.status !== 204) {
    response.setHeader("Content-Type", answer.html === undefined ? "application/json" : "text/html;charset=UTF-8");
  }
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (fault?.kind === "truncated" && fault.how !== "connection" && bytes.length > 0) {
    response.writeHead(answer.status, { "Content-Length": half.length });
    response.end(half);
    return;
  }
  if (answer.status !== 204) response.setHeader("Content-Length", bytes.length);
  response.writeHead(answer.status);
  if (fault?.kind === "truncated" && bytes.length > 0) {
    response.write(half, () => response.socket?.destroy());
    return;
  }
  if (fault?.kind === "slow" && bytes.length > 0) {
    response.write(half);
    await pause(fault.milliseconds, undefined, { ref: false });
    response.end(bytes.subarray(half.length));
    return;
  }
  response.end(bytes);
}
