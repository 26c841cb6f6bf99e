import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuditAnchor,
  type AuditVerdict,
  type ChainHead,
  createAuditVerifier,
  lineOf,
  linkEvent,
} from "../../src/ledger/audit.ts";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { AuditEvent, EventBody } from "../../src/model/documents.generated.ts";
import { planTime, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { organizationId } from "../support/organization.ts";

const run = "r-20261120T061000Z-0000000a";

function chain(bodies: readonly EventBody[]): readonly AuditEvent[] {
  let head: ChainHead = { events: 0, hash: null };
  return bodies.map((body) => {
    const event = linkEvent(head, run, planTime, body);
    head = { events: event.seq, hash: event.hash };
    return event;
  });
}

const events = chain([
  { type: "run.started" },
  ...Array.from(
    { length: 6 },
    (_, at): EventBody => ({ type: "operation.intent", change: `c-${at}`, operationIndex: 0 }),
  ),
  { type: "run.finished", exit: 0 },
]);
const lines = events.map(lineOf);
const anchor: AuditAnchor = { hash: events.at(-1)?.hash ?? "", from: "the run's result" };

function verify(given: readonly string[], rest = "", anchors: readonly AuditAnchor[] = [anchor]): AuditVerdict {
  const verifier = createAuditVerifier(anchors);
  for (const line of given) verifier.push(line);
  return verifier.end(rest);
}

const without = (at: number): readonly string[] => lines.filter((_, index) => index !== at);
const swapped = (a: number, b: number): readonly string[] =>
  lines.map((line, index) => (index === a ? (lines[b] ?? "") : index === b ? (lines[a] ?? "") : line));
const replaced = (at: number, line: string): readonly string[] =>
  lines.map((old, index) => (index === at ? line : old));

describe("verifying an audit log", () => {
  it("passes a whole one, and tells its length, head and end", () => {
    expect(verify(lines)).toEqual({
      ok: true,
      run,
      events: 8,
      head: anchor.hash,
      previousHead: null,
      finished: true,
      firstProblem: null,
    });
  });

  it("finds an edited event", () => {
    expect(verify(replaced(3, (lines[3] ?? "").replace("c-2", "c-9"))).firstProblem).toEqual({
      kind: "edited",
      line: 4,
      seq: 4,
      what: "the event does not hash to its own hash",
    });
  });

  it("finds an edited event that was given a new hash", () => {
    const [, , , third] = events;
    if (third === undefined) throw new Error("no event");
    const forged = linkEvent({ events: 3, hash: third.prev }, run, planTime, {
      type: "operation.intent",
      change: "c-9",
    });
    expect(verify(replaced(3, lineOf(forged))).firstProblem).toMatchObject({ kind: "edited", line: 5, seq: 5 });
  });

  it("finds a line that says the same in another way", () => {
    const [first = ""] = lines;
    expect(verify(replaced(0, first.replace('{"at"', '{ "at"'))).firstProblem).toMatchObject({
      kind: "edited",
      line: 1,
    });
    expect(verify(replaced(0, first.replace('{"at"', '{"run":"r","at"'))).firstProblem).toMatchObject({
      kind: "edited",
      line: 1,
    });
  });

  it("finds a dropped event, and tells it from a moved one", () => {
    expect(verify(without(4)).firstProblem).toEqual({
      kind: "dropped",
      line: 5,
      seq: 6,
      what: "event 5 is missing before event 6",
    });
    expect(verify(swapped(4, 6)).firstProblem).toEqual({
      kind: "reordered",
      line: 5,
      seq: 7,
      what: "event 5 stands after event 7",
    });
  });

  it("finds an event that comes twice", () => {
    expect(verify([...lines.slice(0, 4), ...lines.slice(2)]).firstProblem).toMatchObject({
      kind: "reordered",
      line: 5,
      seq: 3,
    });
  });

  it("finds a shortened log by what the rest of the ledger says", () => {
    const shortened = lines.slice(0, 5);
    expect(verify(shortened).firstProblem).toEqual({
      kind: "truncated",
      line: 6,
      seq: null,
      what: "events are missing at the end: the run's result names one that is not there",
    });
    expect(verify(shortened, "", []).ok).toBe(true);
  });

  it("finds a whole log that was written anew", () => {
    const forged = chain([{ type: "run.started" }, { type: "run.finished", exit: 0 }]).map(lineOf);
    expect(verify(forged).firstProblem).toMatchObject({ kind: "truncated" });
  });

  it("finds a torn last line", () => {
    expect(verify(lines.slice(0, 7), (lines[7] ?? "").slice(0, 40), []).firstProblem).toMatchObject({
      kind: "torn",
      line: 8,
    });
  });

  it("finds events of another run, and events after the end", () => {
    const other = linkEvent({ events: 8, hash: anchor.hash }, "r-20261121T061000Z-0000000b", planTime, {
      type: "plan",
    });
    const later = linkEvent({ events: 8, hash: anchor.hash }, run, planTime, { type: "plan" });
    expect(verify([...lines, lineOf(other)]).firstProblem).toMatchObject({ kind: "added", line: 9 });
    expect(verify([...lines, lineOf(later)]).firstProblem).toMatchObject({ kind: "added", line: 9 });
  });

  it("finds what is no event at all", () => {
    expect(verify(replaced(2, "nonsense")).firstProblem).toMatchObject({ kind: "unreadable", line: 3 });
    expect(verify(replaced(2, "{}")).firstProblem).toMatchObject({ kind: "edited", line: 3 });
    expect(verify(["", ...lines]).firstProblem).toMatchObject({ kind: "unreadable", line: 1 });
  });

  it("finds any single changed character", () => {
    const text = `${lines.join("\n")}\n`;
    assert(
      property(integer({ min: 0, max: text.length - 1 }), integer({ min: 32, max: 126 }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const given = changed.split("\n");
        const rest = given.pop() ?? "";
        expect(verify(given, rest).ok).toBe(changed === text);
      }),
      { numRuns: 500 },
    );
  });
});

describe("verifying an audit file", () => {
  async function written(): Promise<string> {
    const directory = temporaryDirectory();
    const log = await createDirectoryLedger({ directory, organizationId, clock: testClock() }).openRun(run);
    await log.append(planTime, [{ type: "run.started" }, { type: "plan" }, { type: "run.stopped" }]);
    await log.close();
    return join(directory, "audit", `${run}.jsonl`);
  }

  it("knows by itself what the ledger around it says of its end", async () => {
    const path = await written();
    expect((await verifyAuditFile(path, await anchorsOf(path))).verdict.ok).toBe(true);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, `${text.split("\n").slice(0, 2).join("\n")}\n`);
    expect((await verifyAuditFile(path, await anchorsOf(path))).verdict.firstProblem).toMatchObject({
      kind: "truncated",
      line: 3,
      what: "events are missing at the end: head.json names one that is not there",
    });
  });

  it("reads lines that are longer than a piece of the file", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "long.jsonl");
    const long = chain([{ type: "run.started", reason: "x".repeat(200_000) }, { type: "run.finished" }]);
    writeFileSync(path, long.map((event) => `${lineOf(event)}\n`).join(""));
    expect((await verifyAuditFile(path, [])).verdict).toMatchObject({ ok: true, events: 2 });
  });

  it("says where there is no such file", async () => {
    await expect(verifyAuditFile("/nowhere/log.jsonl", [])).rejects.toMatchObject({ reason: "usage" });
  });
});
