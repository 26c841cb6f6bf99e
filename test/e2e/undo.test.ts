import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import { instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import { idlePeople, repoWith, simulatorHere, soundFiles, writesAmong } from "./organisation.ts";
import { cli, patient, start } from "./run.ts";

/** A simulator and a repository, with the commands that plan, undo and apply there. */
async function stage(files: Readonly<Record<string, string>> = soundFiles) {
  const simulator = await simulatorHere();
  const repo = await repoWith(files);
  const ledger = join(repo, ".seatwright/rehearsal");
  const { env } = simulator;
  const file = join(repo, "plan.json");
  const run = (...args: readonly string[]) => cli([...args, "--repo", repo], { env });
  return {
    simulator,
    repo,
    ledger,
    env,
    run,
    holders: (): number => seatHolders(simulator.world, instanceIdOf("jira@acme")).size,
    plan: async (...args: readonly string[]): Promise<Plan> =>
      JSON.parse((await run("plan", "--out", file, "--json", ...args)).out) as Plan,
    undo: async (...args: readonly string[]): Promise<Plan> => {
      const { out, err } = await run("undo", ...args, "--out", file, "--json");
      if (out === "") throw new Error(err);
      return JSON.parse(out) as Plan;
    },
    apply: async (plan: Plan, ...more: readonly string[]): Promise<RunResult> => {
      const { out } = await run(...applying(file, plan), "--json", ...more);
      return JSON.parse(out) as RunResult;
    },
    applying: (plan: Plan) => applying(file, plan),
  };
}

function applying(file: string, { digest }: Plan): readonly string[] {
  return ["apply", "--plan", file, "--approve", digest, "--reason", "clean-up"];
}

const outcomesOf = ({ outcomes }: RunResult): readonly string[] => outcomes.map(({ outcome }) => outcome);

describe.concurrent("undo", patient, () => {
  it("gives back what a run took, leaves those people alone after it, and can itself be undone", async () => {
    const { simulator, run, plan, undo, apply, holders } = await stage();
    const before = holders();
    const taken = await apply(await plan());
    expect(holders()).toBe(before - idlePeople);

    const back = await undo(taken.run);
    expect(back.origin).toEqual({ kind: "undo", run: taken.run });
    expect(back.changes).toHaveLength(idlePeople);
    expect(new Set(back.changes.map(({ action, direction }) => `${action} ${direction}`))).toEqual(
      new Set(["grant give"]),
    );
    const given = await apply(back);
    expect(outcomesOf(given)).toEqual(Array(idlePeople).fill("done"));
    expect(holders()).toBe(before);

    const again = await plan();
    expect(again.changes).toEqual([]);
    expect(again.heldBack).toHaveLength(idlePeople);

    const forth = await undo(given.run);
    expect(forth.changes.map(({ direction }) => direction)).toEqual(Array(idlePeople).fill("take"));
    expect(outcomesOf(await apply(forth))).toEqual(Array(idlePeople).fill("done"));
    expect(holders()).toBe(before - idlePeople);
    expect((await run("undo", taken.run, "--out", "/dev/null/x")).code).toBe(64);
    await simulator.close();
  });

  it("takes back what was done to one person, or for one policy, and says what later runs have changed", async () => {
    const { simulator, run, plan, undo, apply } = await stage();
    const taken = await apply(await plan());
    const address = "idle-3@example.com";
    const one = await undo("--person", address);
    expect(one.changes).toHaveLength(1);
    expect(one.origin).toEqual({ kind: "undo", runs: [taken.run] });
    await apply(one);

    const rest = await undo(taken.run, "--because", "unused-seats");
    expect(rest.changes).toHaveLength(idlePeople - 1);
    expect(rest.heldBack.map(({ accountId, code }) => [accountId, code])).toEqual([
      [one.changes[0]?.accountId, "changed-by-later-run"],
    ]);
    expect((await undo("--because", "unused-seats")).changes).toHaveLength(idlePeople - 1);
    expect((await undo("--person", address)).changes).toEqual([]);
    expect((await undo("--because", "another-policy")).changes).toEqual([]);
    expect((await undo(taken.run, "--since", "2100-01-01")).changes).toEqual([]);
    const nothing = await run("undo", "--out", "x.json");
    expect(nothing).toMatchObject({ code: 64 });
    const unknown = await run("undo", "r-20200101T000000Z-00000000", "--out", "x.json");
    expect(unknown).toMatchObject({ code: 64 });
    expect(unknown.err).toContain("There is no run");
    await simulator.close();
  });
});

describe.concurrent("a stop", patient, () => {
  it("is shown by plan, ends an apply with 5 before it changes anything, and is gone when it is withdrawn", async () => {
    const { simulator, repo, run, plan, applying: applyArgs, holders } = await stage();
    const made = await plan();
    const before = holders();
    expect((await run("stop")).code).toBe(64);
    const stopped = await run("stop", "--reason", "licence audit");
    expect(stopped).toMatchObject({ code: 0, err: "" });
    expect(stopped.out).toContain("licence audit");
    const shown = await run("plan", "--json");
    expect(shown.err).toContain("A stop is in force");
    expect((JSON.parse(shown.out) as Plan).changes).toHaveLength(idlePeople);
    const applied = await run(...applyArgs(made));
    expect(applied.code).toBe(5);
    expect(applied.out).toContain("licence audit");
    expect(holders()).toBe(before);
    await writeFile(join(repo, "seatwright.yaml"), "no policy file any more: [");
    expect((await run("stop", "--reason", "still")).code).toBe(0);
    await writeFile(join(repo, "seatwright.yaml"), soundFiles["seatwright.yaml"] ?? "");
    expect((await run("stop", "--withdraw")).out).toContain("is withdrawn");
    expect((await run("stop", "--withdraw")).out).toContain("No stop was in force");
    expect((await run(...applyArgs(made))).code).toBe(0);
    expect(holders()).toBe(before - idlePeople);
    await simulator.close();
  });
});

describe.concurrent("a pause", patient, () => {
  it("that is written while a run is going ends it before its next change, with exit 5", async () => {
    const simulator = await simulatorHere({ latencyMs: 25 });
    const repo = await repoWith(soundFiles);
    const { env } = simulator;
    const file = join(repo, "plan.json");
    const planned = await cli(["plan", "--repo", repo, "--out", file, "--json"], { env });
    const running = start([...applying(file, JSON.parse(planned.out) as Plan), "--repo", repo, "--json"], { env });
    await running.until(() => writesAmong(simulator.requests) >= 2);
    await writeFile(join(repo, "seatwright.yaml"), `${soundFiles["seatwright.yaml"] ?? ""}paused: true\n`);
    const { code, out } = await running.ended;
    expect(code).toBe(5);
    const result = JSON.parse(out) as RunResult;
    expect(result.exit.reason).toContain("seatwright.yaml says `paused: true`");
    expect(outcomesOf(result)).toContain("not-reached");
    await simulator.close();
  });
});

describe.concurrent("an override on the command line", patient, () => {
  const limited = {
    ...soundFiles,
    "seatwright.yaml": soundFiles["seatwright.yaml"]?.replace("perRun: {percent: 100}", "perRun: {percent: 5}") ?? "",
  };

  it("lets the quarantined changes through when it names every limit that tripped, and this plan", async () => {
    const { simulator, run, plan, applying: applyArgs, holders, ledger } = await stage(limited);
    const made = await plan();
    const before = holders();
    expect(made.quarantined).toHaveLength(idlePeople);
    const args = applyArgs(made);
    expect((await run(...args, "--override", "perRun.percent")).code).toBe(64);
    const other = `perRun.percent@sha256:${"0".repeat(64)}`;
    expect((await run(...args, "--override", other)).code).toBe(4);
    expect((await run(...args, "--override", `perDay.changes@${made.digest}`)).code).toBe(4);
    expect(holders()).toBe(before);
    const applied = await run(...args, "--override", `perRun.percent@${made.digest}`);
    expect(applied.code).toBe(0);
    expect(holders()).toBe(before - idlePeople);
    const approvals = await readdir(join(ledger, "approvals"));
    expect(approvals).toHaveLength(1);
    const exported = await run("audit", "export", "--from", "2020-01-01", "--to", "2100-01-01");
    expect(exported.out).toContain('"overrides":["perRun.percent by ');
    await simulator.close();
  });
});

describe.concurrent("the audit export", patient, () => {
  it("holds every run and plan of a period, and neither secrets nor names unless a snapshot is given", async () => {
    const { simulator, repo, run, plan, undo, apply, ledger, env } = await stage();
    const snapshot = join(repo, "acme.snapshot.json");
    await run("sync", "--out", snapshot);
    const period = ["--from", "2020-01-01", "--to", "2100-01-01"];
    const taken = await apply(await plan());
    expect((await run("audit", "export", ...period)).err).toBe("1 run verified, and 1 plan.\n");
    const given = await apply(await undo(taken.run));
    await plan("--handoff", join(repo, "handoff"));
    const lines = await run("audit", "export", ...period);
    expect(lines).toMatchObject({ code: 0, err: "2 runs, each verified, and 3 plans.\n" });
    const records = lines.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const kinds = Map.groupBy(records, ({ kind }) => kind);
    expect(kinds.get("run")?.map((record) => [record["run"], record["chain"]])).toEqual([
      [taken.run, "verified"],
      [given.run, "verified"],
    ]);
    expect(kinds.get("plan")).toHaveLength(3);
    expect(kinds.get("change")).toHaveLength(2 * idlePeople);
    expect(kinds.get("operation")?.length).toBeGreaterThanOrEqual(2 * idlePeople);
    const csv = await run("audit", "export", ...period, "--format", "csv");
    const named = await run("audit", "export", ...period, "--format", "csv", "--snapshot", snapshot);
    expect(named.out).toContain("Idle Person 3");

    const secrets = [env.SEATWRIGHT_API_KEY, "Idle Person", "Sam Lee", "@example.com", "@labs.example", "Bearer"];
    const texts = [lines.out, csv.out, ...(await everyFile(ledger))];
    expect(texts.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    await simulator.close();
  });

  it("names a log that was edited, or taken out, and exits 1", async () => {
    const { simulator, run, plan, undo, apply, ledger } = await stage();
    const taken = await apply(await plan());
    await apply(await undo(taken.run));
    const log = join(ledger, "audit", `${taken.run}.jsonl`);
    const whole = await readFile(log, "utf8");
    const period = ["--from", "2020-01-01", "--to", "2100-01-01"];
    await writeFile(log, whole.replace("clean-up", "cleaned"));
    const edited = await run("audit", "export", ...period);
    expect(edited.code).toBe(1);
    expect(edited.err).toContain(`The log of ${taken.run} is NOT whole: line 1`);
    expect((await run("undo", taken.run, "--out", "x.json")).err).toContain("does not verify");
    await writeFile(log, whole.split("\n").slice(0, -2).join("\n").concat("\n"));
    expect((await run("audit", "export", ...period)).err).toContain("events are missing at the end");
    await simulator.close();
  });
});

async function everyFile(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")));
}
