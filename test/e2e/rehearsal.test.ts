import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import planSchema from "../../schemas/plan.schema.json" with { type: "json" };
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { organizationYaml, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, folderWith, patient } from "./run.ts";

const [example] = planSchema.examples;

it("a plan made in a rehearsal is refused by a real organisation, whoever approves it", async () => {
  const folder = await folderWith({ "plan.json": JSON.stringify({ ...example, rehearsal: true }) });
  const words = `apply --plan ${join(folder, "plan.json")} --approve ${example?.digest} --reason Go --repo ${folder}`;
  const ended = await cli([...words.split(" "), "--api-url", "https://atlassian.invalid"]);
  expect(ended).toMatchObject({ code: 4, out: "" });
  expect(ended.err).toContain("was made in a rehearsal");
});

describe("a ledger that --ledger names", () => {
  const organizationFile = { "seatwright.yaml": organizationYaml };

  it("of the real organisation gets nothing of a rehearsal, though the organisation is the same", patient, async () => {
    const simulator = await simulatorHere();
    const directory = join(await folderWith(organizationFile), "books");
    const real = createDirectoryLedger({ directory, organizationId: simulator.orgId, clock: systemClock });
    await real.requestStop("we look first", "ada");
    const before = await readdir(directory);
    const repo = await folderWith(organizationFile);
    for (const words of [["sync", "--out", join(repo, "snapshot.json")], ["plan"]]) {
      const ended = await cli([...words, "--repo", repo, "--ledger", directory], { env: simulator.env });
      expect(ended, ended.err).toMatchObject({ code: 64, out: "" });
      expect(ended.err.replaceAll(/\s+/g, " ")).toContain(
        "this is a rehearsal against a simulator. Nothing was written to it",
      );
    }
    expect(await readdir(directory)).toEqual(before);
    // A place of its own, and the one that is there without the flag, are rehearsal ledgers.
    for (const place of [["--ledger", join(repo, "own")], []]) {
      const ended = await cli(["sync", "--out", join(repo, "s.json"), "--repo", repo, ...place], {
        env: simulator.env,
      });
      expect(ended.code, ended.err).toBe(0);
    }
    await simulator.close();
  });

  it("of a rehearsal gets nothing of the real organisation", patient, async () => {
    const simulator = await simulatorHere();
    const repo = await folderWith({ ...soundFiles, ...organizationFile });
    const snapshot = join(repo, "snapshot.json");
    const rehearsal = ["--repo", repo, "--ledger", join(repo, "own")];
    const synced = await cli(["sync", "--out", snapshot, ...rehearsal], { env: simulator.env });
    expect(synced.code, synced.err).toBe(0);
    const ended = await cli(["plan", "--snapshot", snapshot, ...rehearsal]);
    expect(ended, ended.err).toMatchObject({ code: 64, out: "" });
    expect(ended.err).toContain("is the ledger of a rehearsal");
    await simulator.close();
  });
});
