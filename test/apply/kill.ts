import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { anchorsOf, verifyAuditFile } from "../../src/ledger/audit-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { RunResult } from "../../src/model/documents.generated.ts";
import { canonicalJson } from "../../src/plan/digest.ts";
import { planWith, testClock } from "../support/apply.ts";
import { eventsOf } from "../support/ledger.ts";
import { jira, organizationId, type People } from "../support/organization.ts";
import { changes } from "./story.ts";

const child = fileURLToPath(new URL("kill-child.ts", import.meta.url));

/** Runs the story in a process of its own; `killAfterMs` counts from when it is ready. Gives how it ended. */
export async function live(
  directory: string,
  life: number,
  end: {
    readonly diesAt?: number;
    readonly killAfterMs?: number;
    readonly fileBlocks?: number;
    /** Told how many milliseconds it lived after it was ready. */
    readonly onEnd?: (milliseconds: number) => void;
  } = {},
): Promise<"killed" | "finished" | "failed"> {
  const ledger = createDirectoryLedger({ directory: join(directory, "ledger"), organizationId, clock: testClock() });
  await ledger.storePlan(planWith(changes));
  const argv = ["--no-warnings", child, directory, String(end.diesAt ?? 0), String(life)];
  // With SIGXFSZ ignored, writing beyond the limit fails half-way, as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${end.fileBlocks ?? "unlimited"}; exec "$@"`;
  const started = spawn("sh", ["-c", limited, "sh", process.execPath, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let readyAt = 0;
  started.stdout.once("data", () => {
    readyAt = performance.now();
  });
  started.stderr.on("data", (text) => {
    said += String(text);
  });
  const { killAfterMs } = end;
  if (killAfterMs !== undefined) {
    started.stdout.once("data", () => setTimeout(() => started.kill("SIGKILL"), killAfterMs));
  }
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    started.on("close", (...how) => resolve(how));
  });
  end.onEnd?.(performance.now() - readyAt);
  if (signal === "SIGKILL") return "killed";
  if (code !== 0 && said.includes("The ledger could not use")) return "failed";
  if (code !== 0 && !said.includes("has been applied already"))
    throw new Error(`the process ended with ${code}: ${said}`);
  return "finished";
}

/** Everything is done, everything is recorded, and every call that arrived was intended. */
export async function expectWhole(directory: string): Promise<void> {
  const world = JSON.parse(readFileSync(join(directory, "world.json"), "utf8")) as People;
  expect(world).toMatchObject({
    ada: { groups: [] },
    bob: { groups: [] },
    cyd: { groups: ["g-team"], direct: [`${jira} atlassian/guest`] },
  });
  const ledger = join(directory, "ledger");
  const [name = "", ...others] = readdirSync(join(ledger, "audit"));
  expect(others).toEqual([]);
  const path = join(ledger, "audit", name);
  expect((await verifyAuditFile(path, await anchorsOf(path))).verdict).toMatchObject({ ok: true, finished: true });
  const stored = join(ledger, "runs", name.replace(".jsonl", ".json"));
  expect((JSON.parse(readFileSync(stored, "utf8")) as RunResult).counts).toEqual({ done: 4 });
  expect(existsSync(join(ledger, "lock"))).toBe(false);
  const intents = eventsOf(ledger, name.replace(".jsonl", ""))
    .filter(({ event }) => event.type === "operation.intent")
    .map(({ event }) => canonicalJson({ accountId: event.accountId, operation: event.operation }));
  for (const line of readFileSync(join(directory, "calls.jsonl"), "utf8").trim().split("\n")) {
    const at = intents.indexOf(canonicalJson(JSON.parse(line)));
    expect(at).not.toBe(-1);
    intents.splice(at, 1);
  }
}
