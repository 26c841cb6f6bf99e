import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AuditEvent, EventBody } from "../../src/model/documents.generated.ts";

/** In memory where the system has such a place: the ledger waits for the disk at each event, and no test needs a disk. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A directory of a test's own, removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(place, "seatwright-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Events of a run, as its log file holds them. */
export function eventsOf(directory: string, run: string): readonly AuditEvent[] {
  return readFileSync(join(directory, "audit", `${run}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditEvent);
}

/** The bodies of a run's events of these types, in order. */
export function bodiesOf(directory: string, run: string, ...types: readonly EventBody["type"][]): readonly EventBody[] {
  return eventsOf(directory, run)
    .map(({ event }) => event)
    .filter(({ type }) => types.includes(type));
}
