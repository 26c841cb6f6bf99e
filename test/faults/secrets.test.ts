import { setTimeout as pause } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { anyFault, type FaultPlan, faultAt, faultCatalogue, type Fault } from "../../src/simulator/faults.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { createReader } from "../../src/atlassian/reader.ts";
import type { TransportEvent } from "../../src/atlassian/transport.ts";
import { createWriter } from "../../src/atlassian/writer.ts";
import { tool } from "../../src/version.ts";
import { operatorError, quickClock, serve, transportTo } from "../atlassian/support.ts";
import { cli, type Ended, folderWith } from "../e2e/run.ts";
import { everything, found, plantedFiles, plantedKey, plantedWorld, textsBelow } from "./planted.ts";

/** All of it that stands somewhere in a text. */
const foundIn = (where: string, text: string): readonly string[] => found(everything, [[where, text]]);

const leave = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";
const search = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/search";
const lastActive = "/admin/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates";
const fault = (name: string): Fault => faultCatalogue[name] as Fault;

/** Something goes wrong with most kinds of requests, and passes. */
const troubles: FaultPlan = anyFault(
  faultAt({ pattern: search, nth: 2 }, fault("truncated JSON")),
  faultAt({ pattern: search, nth: 4 }, fault("503")),
  faultAt({ pattern: lastActive, nth: 2 }, fault("reset after the work")),
  faultAt({ pattern: leave, nth: 1 }, fault("reset after the work")),
  faultAt({ pattern: leave, nth: 3 }, fault("415")),
);

describe("the API key, names and addresses", { timeout: 120_000 }, () => {
  it("stand in no ledger, no audit log, no plan, no diagnostics and no error", async () => {
    let faults: FaultPlan | undefined = troubles;
    const simulator = await startSimulator({
      world: plantedWorld(),
      clock: () => new Date(),
      apiKey: plantedKey,
      faults: (request) => faults?.(request),
    });
    onTestFinished(() => simulator.close());
    const repo = await folderWith(plantedFiles({ show: "ids", history: "counts" }));
    const out = await folderWith();
    const env = { SEATWRIGHT_API_URL: simulator.url, SEATWRIGHT_API_KEY: plantedKey };
    const ledger = join(out, "ledger");
    const seatwright = (...args: readonly string[]): Promise<Ended> =>
      cli(["--repo", repo, "--ledger", ledger, "--verbose", ...args], { env });
    const snapshot = join(out, "snapshot.json");
    const plan = join(out, "plan.json");
    const ended: (readonly [string, Ended, ...("out" | "err")[]])[] = [];

    ended.push(["sync", await seatwright("sync", "--out", snapshot), "out", "err"]);
    expect(foundIn("the snapshot", readFileSync(snapshot, "utf8")).length, "what is planted is read").toBeGreaterThan(
      50,
    );
    // A baseline is of an earlier second than the plan beside it.
    await pause(1_100);
    ended.push(["plan", await seatwright("plan", "--out", plan), "err"]);
    const { digest, changes } = JSON.parse(readFileSync(plan, "utf8")) as { digest: string; changes: unknown[] };
    expect(changes.length).toBe(8);
    const approve = ["apply", "--plan", plan, "--approve", digest, "--reason", "for the test"] as const;
    const applied = await seatwright(...approve);
    ended.push(["apply", applied, "out", "err"]);
    expect(applied.err, "requests are told").toContain("last-active-dates");
    ended.push(["apply again", await seatwright(...approve), "out", "err"]);
    for (const name of ["401", "403 HTML", "409 lifecycle", "wrong case"]) {
      faults = faultAt({ pattern: search }, fault(name));
      ended.push([`sync under ${name}`, await seatwright("sync", "--out", join(out, "other.json")), "out", "err"]);
    }
    faults = undefined;
    const other = { ...env, SEATWRIGHT_API_KEY: `${plantedKey}x` };
    const wrong = await cli(["--repo", repo, "--ledger", ledger, "--verbose", "--json", "plan"], { env: other });
    ended.push(["plan with a wrong key", wrong, "out", "err"]);
    const odd = await cli(["--repo", repo, "plan"], {
      env: { ...env, SEATWRIGHT_API_KEY: `${plantedKey}\n${plantedKey}` },
    });
    ended.push(["plan with an odd key", odd, "out", "err"]);

    const said = ended.flatMap(([name, end, ...streams]) =>
      streams.flatMap((stream) => foundIn(`${stream} of ${name}`, end[stream])),
    );
    const kept = textsBelow(ledger).flatMap(([name, text]) => foundIn(`ledger/${name}`, text));
    expect(textsBelow(ledger).length).toBeGreaterThan(5);
    expect([...said, ...kept, ...foundIn("plan.json", readFileSync(plan, "utf8"))]).toEqual([]);
    expect(ended.map(([name, { code }]) => `${name}: ${code}`).filter((line) => /: (null|1)$/.test(line))).toEqual([]);
  });

  it("are taken out of what an answer says of itself, should something on the way repeat them", async () => {
    const { url } = await serve((request, response) => {
      const { authorization = "" } = request.headers;
      response.writeHead(400, { "content-type": "application/json", "x-request-id": `r-${authorization.slice(7)}` });
      response.end(
        JSON.stringify({
          errors: [{ code: "X-1", title: authorization, detail: "for planted-mail-1@people.example" }],
        }),
      );
    });
    const events: TransportEvent[] = [];
    const transport = transportTo(url, { apiKey: plantedKey, report: (event) => events.push(event) });
    const writer = createWriter(transport, { organizationId: "org" });
    const written = await writer.carryOut("712020:x", { kind: "activate" });
    const reader = createReader(transport, { organizationId: "org", clock: quickClock(), tool });
    const error = await operatorError(reader.readOrganization(() => undefined));
    expect(foundIn("messages", JSON.stringify([written, events, error.message, error.remedy]))).toEqual([]);
    expect(written.message).toContain("(key)");
  });
});
