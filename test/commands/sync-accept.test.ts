import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSync } from "../../src/commands/sync.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { removePerson } from "../../src/simulator/edit.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { commandKit } from "../support/commands.ts";

describe("sync --accept-counts", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-accept-"));
  let atlassian: Simulator;
  /** Each look is ten seconds later than the one before: moments are whole seconds. */
  let looks = 0;
  beforeAll(async () => {
    const groups = [{ name: "jira-users", grants: [["jira@acme", "user"]] as const }];
    const people = Array.from({ length: 12 }, (_, at) => ({ email: `p${at}@example.com`, groups: ["jira-users"] }));
    atlassian = await startSimulator({
      world: buildWorld({ groups, people }),
      clock: () => new Date(Date.now() + looks * 10_000),
    });
  });
  afterAll(async () => {
    await atlassian.close();
    rmSync(folder, { recursive: true });
  });

  /** Syncs with somebody's word, and gives what was said beside the result. */
  async function accept(acceptCounts?: string): Promise<{ readonly code: number; readonly err: string }> {
    const { kit, printed } = await commandKit(
      { repo: folder, ledger: join(folder, "ledger"), orgId: builtOrganizationId, apiUrl: atlassian.url },
      folder,
      { SEATWRIGHT_API_KEY: atlassian.apiKey },
    );
    looks += 1;
    const given = acceptCounts === undefined ? {} : { acceptCounts };
    const code = await runSync(kit, { out: join(folder, "snapshot.swsnap"), ...given });
    return { code, err: (await printed()).err };
  }

  const counts = (): string =>
    readdirSync(join(folder, "ledger", "counts"))
      .map((name) => readFileSync(join(folder, "ledger", "counts", name), "utf8"))
      .join();

  it("says so where nothing fell, and notes nobody's word", async () => {
    expect(await accept("At first")).toMatchObject({ code: 0 });
    const { code, err } = await accept("All is as it was");
    expect(code).toBe(0);
    expect(err).toContain("Nothing fell against the last good counts, so --accept-counts had nothing to accept");
    expect(counts()).not.toContain("accepted");
  });

  it("notes whose word it is and why, where something fell", async () => {
    for (let at = 0; at < 8; at += 1) removePerson(atlassian.world, `p${at}@example.com`);
    expect(await accept()).toMatchObject({ code: 7 });
    const { code, err } = await accept("Lyon was sold");
    expect(code, err).toBe(0);
    expect(err).not.toContain("nothing to accept");
    expect(counts()).toMatch(/"accepted":\s*\{[^}]*"reason":\s*"Lyon was sold"/);
  });
});
