import type { Change, EventBody, Operation } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import type { Clock, OrgWriter, WriteAnswer } from "../ports.ts";
import type { Journal } from "./journal.ts";
import type { Sight } from "../plan/observe.ts";
import { awaitSight, type Eyes, FAILED_LOOK_MS, VISIBLE_WITHIN_MS } from "./sight.ts";

/** What carrying out operations needs. */
export interface Hands {
  readonly writer: OrgWriter;
  readonly journal: Journal;
  readonly eyes: Eyes;
  readonly clock: Clock;
}

/** One operation to try: its position in the approved change, and whether it puts that one back. */
export interface Step {
  readonly operation: Operation;
  readonly index: number;
  readonly side: "forward" | "inverse";
}

/** What came of a step. `unclear`: neither the answer nor reading back could tell. */
export interface Tried {
  readonly came: "done" | "already-so" | "failed" | "unclear";
  /** For a person to read. */
  readonly message: string;
  /** Set where the key itself was refused: no further write can succeed. */
  readonly keyRefused: boolean;
}

/** A write whose answer was lost, and that reading back shows did not happen, is tried this often in all. */
const TRIES = 2;

/**
 * Carries out one operation: writes down the intent, makes the call, writes down the answer, and where the answer leaves
 * it open, reads back. A write is repeated only after reading back has shown that it did not happen.
 */
export async function tryStep(hands: Hands, change: Change, step: Step): Promise<Tried> {
  for (let tries = 1; ; tries++) {
    await hands.journal.record(eventOf("operation.intent", change, step));
    const answer = await answerOf(hands.writer, change.accountId, step.operation);
    await hands.journal.record({
      ...eventOf("operation.result", change, step),
      result: answer.result,
      reason: answer.message,
      ...(answer.http === null ? {} : { http: answer.http }),
      ...(answer.code === null ? {} : { code: answer.code }),
      ...(answer.requestId === null ? {} : { requestId: answer.requestId }),
    });
    const keyRefused = isKeyRefused(answer);
    const tried = (came: Tried["came"]): Tried => ({ came, message: answer.message, keyRefused });
    if (answer.result === "done" || answer.result === "already-so") return tried(answer.result);
    if (answer.result === "refused") return tried("failed");
    const patience = answer.result === "unknown" ? VISIBLE_WITHIN_MS : FAILED_LOOK_MS;
    const [sight = "unknown"] = await awaitSight(hands, change.accountId, [step.operation], patience);
    await recordSight(hands.journal, change, step, sight);
    if (sight === "so") return tried("done");
    if (sight === "unknown") return tried("unclear");
    if (answer.result === "failed" || tries >= TRIES) return tried("failed");
  }
}

/** Writes down what reading back told of a step. */
export async function recordSight(journal: Journal, change: Change, step: Step, sight: Sight): Promise<void> {
  await journal.record({ ...eventOf("operation.readback", change, step), readback: sight });
}

function eventOf(type: EventBody["type"], change: Change, { operation, index, side }: Step): EventBody {
  return {
    type,
    change: change.id,
    accountId: change.accountId,
    operation,
    operationIndex: index,
    ...(side === "inverse" ? { inverse: true } : {}),
  };
}

/** What the operator can put right is an answer like any other: the operation has to be accounted for. */
async function answerOf(writer: OrgWriter, accountId: string, operation: Operation): Promise<WriteAnswer> {
  try {
    return await writer.carryOut(accountId, operation);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const refusedKey = error.reason === "credentials";
    return {
      result: refusedKey ? "refused" : "unknown",
      http: refusedKey ? 401 : null,
      code: null,
      requestId: null,
      message: error.message,
    };
  }
}

/**
 * Codes of a 403 that speaks of this one person or group; any other 401 or 403 speaks of the key.
 * Source: organisations REST API (ADMIN-403-5 group, -6 default group, -7 group that grants admin) and user management
 * REST API (forbidden, forbidden.action, forbidden.targetUnverified: the account is not the organisation's to manage).
 */
const aboutOneSubject: ReadonlySet<string> = new Set([
  "ADMIN-403-5",
  "ADMIN-403-6",
  "ADMIN-403-7",
  "forbidden",
  "forbidden.action",
  "forbidden.targetUnverified",
]);

function isKeyRefused({ http, code }: WriteAnswer): boolean {
  return http === 401 || (http === 403 && (code === null || !aboutOneSubject.has(code)));
}
