import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import { needs } from "../support/needs.ts";
import { organizationId, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, folderWith, patient } from "./run.ts";

needs("git").describe("a ledger on a branch of a repository", () => {
  it("serves the command line like a folder: plan, stop, apply, undo, export", patient, async () => {
    const simulator = await simulatorHere();
    const { env } = simulator;
    const counted = join(await repoWith(soundFiles), ".seatwright/rehearsal");
    const bare = join(await folderWith(), "ledger.git");
    execFileSync("git", ["init", "--quiet", "--bare", bare]);
    const ledger = `file://${bare}#books`;
    const repo = await folderWith(soundFiles);
    const at = ["--repo", repo, "--ledger", ledger];
    // The counts of the day before, as an earlier run would have left them.
    const someone = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
    const git = (...args: readonly string[]): string =>
      execFileSync("git", ["-C", counted, ...someone, ...args], { encoding: "utf8", stdio: "pipe" });
    git("init", "--quiet", "--initial-branch=books");
    git("add", "--all");
    git("commit", "--quiet", "--message", "Counts of yesterday");
    git("push", "--quiet", bare, "books");

    const file = join(repo, "plan.json");
    const planned = await cli(["plan", ...at, "--out", file], { env });
    expect(planned, planned.err).toMatchObject({ code: 0 });
    const plan = JSON.parse(await readFile(file, "utf8")) as Plan;
    expect(plan.changes.length).toBeGreaterThan(0);

    expect(await cli(["stop", ...at, "--reason", "Wait"], { env })).toMatchObject({ code: 0 });
    const apply = ["apply", ...at, "--plan", file, "--approve", plan.digest, "--reason", "clean-up"];
    expect(await cli(apply, { env })).toMatchObject({ code: 5 });
    expect(await cli(["stop", ...at, "--withdraw"], { env })).toMatchObject({ code: 0 });
    const applied = await cli([...apply, "--json"], { env });
    expect(applied, applied.err).toMatchObject({ code: 0 });
    const { run } = JSON.parse(applied.out) as { readonly run: string };

    const undo = await cli(["undo", run, ...at, "--out", join(repo, "undo.json")], { env });
    expect(undo, undo.err).toMatchObject({ code: 0 });
    const exported = await cli(
      ["audit", "export", "--ledger", ledger, "--org-id", organizationId, "--from", "2020-01-01", "--to", "2099-01-01"],
      { cwd: repo },
    );
    expect(exported, exported.err).toMatchObject({ code: 0 });
    expect(exported.out).toContain(run);
    expect(git("ls-remote", bare)).toContain("refs/heads/books");
    await simulator.close();
  });
});
