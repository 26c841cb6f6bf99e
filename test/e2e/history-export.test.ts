import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { accountHistory as isAccountHistory, history as isHistory } from "../support/written.generated.cjs";
import { accountIdOf } from "../../src/simulator/names.ts";
import { acmeSnapshot, organizationId, organizationYaml, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, folderWith, patient } from "./run.ts";

const accounts = `${organizationYaml}privacy: {history: accounts}\n`;

describe.concurrent("history", patient, () => {
  it("keeps seat periods from the sync on that finds the setting, and stops when it is gone", async () => {
    const server = await simulatorHere();
    const repo = await repoWith({ ...soundFiles, "seatwright.yaml": accounts });
    const sync = async (): Promise<string> => {
      // Two snapshots of the same second are one to the ledger.
      await pause(1_100);
      const out = join(repo, "acme.json");
      const ended = await cli(["sync", "--repo", repo, "--out", out, "--quiet"], { env: server.env });
      expect(ended.code, ended.err).toBe(0);
      return ended.err;
    };
    const history = async (person?: string): Promise<unknown> => {
      const asked = person === undefined ? [] : [person];
      const { code, out, err } = await cli(["history", "--repo", repo, "--json", ...asked], { env: server.env });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      return JSON.parse(out);
    };
    expect(await sync()).toBe("");
    const kept = await history(accountIdOf("idle-0@example.com"));
    if (!isAccountHistory(kept)) throw new Error(JSON.stringify(isAccountHistory.errors));
    expect(kept.keeping.state).toBe("kept");
    expect(kept.seats).toMatchObject([{ app: "jira-software", site: "acme", goneBy: null }]);

    await writeFile(join(repo, "seatwright.yaml"), organizationYaml);
    expect(await sync()).toContain("from this snapshot on, seat periods are not kept by account id");
    expect(await sync()).toBe("");
    expect(await history(accountIdOf("idle-0@example.com"))).toMatchObject({ keeping: { state: "ended" } });
    const counted = await history();
    if (!isHistory(counted)) throw new Error(JSON.stringify(isHistory.errors));
    expect(counted.snapshots).toHaveLength(4);
    await server.close();
  });

  it("ends with 64 and words where there is no ledger, as JSON too", async () => {
    const bare = await folderWith();
    const plain = await cli(["history"], { cwd: bare });
    expect({ code: plain.code, out: plain.out }).toEqual({ code: 64, out: "" });
    expect(plain.err).toContain("There is no ledger at");
    const json = await cli(["history", "--json"], { cwd: bare });
    expect(json.code).toBe(64);
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 64, reason: "usage" } });
  });
});

describe.concurrent("export", patient, () => {
  it("writes the tables of a snapshot without network, key or policy repository", async () => {
    const bare = await folderWith();
    const snapshot = await acmeSnapshot();
    const { code, out, err } = await cli(["export", "--snapshot", snapshot, "--out", "tables", "--tables", "people"], {
      cwd: bare,
    });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/people +\d+ +people\.csv/);
    expect(out).toContain("keep them out of Git");
    const rows = (await readFile(join(bare, "tables/people.csv"), "utf8")).trimEnd().split("\r\n");
    const manifest = JSON.parse(await readFile(join(bare, "tables/export.json"), "utf8")) as {
      readonly tables: readonly { readonly rows: number }[];
    };
    expect(manifest.tables).toMatchObject([{ table: "people", rows: rows.length - 1 }]);
  });

  it("reads the organisation where no snapshot is given, and changes nothing in it", async () => {
    const server = await simulatorHere();
    const bare = await folderWith();
    const flags = ["--out", "tables", "--format", "parquet", "--org-id", organizationId, "--json", "--quiet"];
    const { code, out } = await cli(["export", ...flags], { cwd: bare, env: server.env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: "export", format: "parquet", certificate: "complete" });
    await server.close();
  });

  it.each([
    [["export"], "--out"],
    [["export", "--out", "x", "--format", "xml"], "Allowed choices are csv, jsonl, parquet"],
    [["export", "--out", "x", "--tables", "pepole"], "There is no table called pepole."],
    [["history", "--sort", "name"], "Unknown option '--sort'"],
  ])("tells a slip in words, with a remedy, and ends with 64: %j", async (args, says) => {
    const ended = await cli(args, { cwd: await folderWith() });
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 64, out: "" });
    expect(ended.err.replaceAll(/\s+/g, " ")).toContain(says);
  });

  it("ends quietly where the reader of the result goes away", async () => {
    const { code, err } = await cli(
      ["export", "--snapshot", await acmeSnapshot(), "--out", "tables", "--tables", "groups"],
      { cwd: await folderWith(), closedPipe: true },
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});
