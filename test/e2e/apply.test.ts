import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plan as isPlan, runResult as isRunResult } from "../../src/documents/validators.generated.cjs";
import type { Plan, RunResult } from "../../src/model/documents.generated.ts";
import { visit } from "../../src/simulator/edit.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import type { SimulatorOptions } from "../../src/simulator/server.ts";
import { faultAt } from "../../src/simulator/faults.ts";
import { instanceIdOf } from "../../src/simulator/names.ts";
import { eventsOf } from "../support/ledger.ts";
import { idlePeople, policyYaml, repoWith, simulatorHere, soundFiles, writesAmong } from "./organisation.ts";
import { cli, type Ended, folderWith, start, patient } from "./run.ts";
import { needingSmallDisk, onSmallDisk } from "./small-disk.ts";

const leave = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";

/** A simulator, a repository and a plan made from it; `apply` is the command line that applies it. */
async function stage(options: Partial<SimulatorOptions> = {}, files = soundFiles) {
  const simulator = await simulatorHere(options);
  const repo = await repoWith(files);
  const file = join(repo, "plan.json");
  const snapshot = join(repo, "acme.snapshot.json");
  const { env } = simulator;
  expect((await cli(["sync", "--repo", repo, "--out", snapshot], { env })).code).toBe(0);
  const planned = await cli(["plan", "--repo", repo, "--out", file, "--json"], { env });
  const plan = JSON.parse(planned.out) as Plan;
  const ledger = join(repo, ".seatwright/rehearsal");
  const apply = ["apply", "--repo", repo, "--plan", file, "--approve", plan.digest, "--reason", "clean-up"];
  const holders = (): number => seatHolders(simulator.world, instanceIdOf("jira@acme")).size;
  const log = async (): Promise<string> => join(ledger, "audit", (await readdir(join(ledger, "audit")))[0] ?? "");
  return { simulator, env, repo, file, snapshot, planned, plan, ledger, apply, holders, log };
}

/** Operations that the audit log says were begun, and that it knows the answer of. */
function counted(ledger: string, log: string): { readonly begun: number; readonly answered: number } {
  const run = log.slice(log.lastIndexOf("/") + 1).replace(".jsonl", "");
  const types = eventsOf(ledger, run).map(({ event }) => event.type);
  const count = (type: string): number => types.filter((each) => each === type).length;
  return { begun: count("operation.intent"), answered: count("operation.result") };
}

function resultOf({ out }: Ended): RunResult {
  const value: unknown = JSON.parse(out);
  if (!isRunResult(value)) throw new Error(JSON.stringify(isRunResult.errors));
  return value;
}

describe.concurrent("an approved plan", patient, () => {
  it("is applied once: proved, planned again empty, and refused a second time", async () => {
    const { simulator, env, repo, planned, plan, apply, holders, log } = await stage();
    expect(isPlan(JSON.parse(planned.out))).toBe(true);
    expect(planned.code).toBe(0);
    const before = holders();

    const applied = await cli([...apply, "--json"], { env });
    expect(applied.code).toBe(0);
    const result = resultOf(applied);
    expect(result.outcomes.map(({ outcome }) => outcome)).toEqual(Array(idlePeople).fill("done"));
    expect(before - holders()).toBe(idlePeople);
    expect(writesAmong(simulator.requests)).toBe(idlePeople);

    const verified = await cli(["audit", "verify", await log()]);
    expect(verified).toMatchObject({ code: 0, err: "" });
    expect(verified.out).toContain("is whole");
    const byRun = await cli(["audit", "verify", result.run, "--repo", repo], { env });
    expect(byRun).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`${result.run} is whole: `) });
    expect(byRun.out).toContain(`runs/${result.run}.json`);
    const other = `${result.run.slice(0, -8)}00000000`;
    const unknown = await cli(["audit", "verify", other, "--repo", repo], { env });
    expect(unknown).toMatchObject({ code: 64, out: "" });
    expect(unknown.err.replaceAll(/\s+/g, " ")).toContain(`There is no log of a run ${other} in the ledger at`);

    const again = await cli(["plan", "--repo", repo, "--json", "--detailed-exitcode"], { env });
    expect(again.code).toBe(0);
    expect((JSON.parse(again.out) as Plan).changes).toEqual([]);
    const twice = await cli(apply, { env });
    expect(twice).toMatchObject({ code: 4, out: "" });
    expect(twice.err).toContain("has been applied already");
    expect(writesAmong(simulator.requests)).toBe(idlePeople);
    expect(plan.changes).toHaveLength(idlePeople);
    await simulator.close();
  });

  it("names people only where a snapshot says who they are", async () => {
    const { simulator, env, apply, snapshot, plan, log } = await stage();
    const { code, out, err } = await cli([...apply, "--snapshot", snapshot], { env });
    expect(code).toBe(0);
    expect(out).toContain("Idle Person 7");
    expect(out).not.toContain(plan.changes[0]?.accountId);
    expect(out).toContain(`seatwright audit verify ${await log()}`);
    expect(err).not.toContain("Idle Person");
    await simulator.close();
  });

  it("leaves alone who came back, and is told so by account id where no snapshot is given", async () => {
    const { simulator, env, apply, plan } = await stage();
    const [back] = plan.changes;
    visit(simulator.world, back?.accountId ?? "", "jira@acme", new Date(Date.now() - 60_000));
    const { code, out } = await cli(apply, { env });
    expect(code).toBe(0);
    expect(out).toContain("Left alone");
    expect(out).toContain(back?.accountId);
    expect(writesAmong(simulator.requests)).toBe(idlePeople - 1);
    await simulator.close();
  });
});

describe.concurrent("a run that is stopped", patient, () => {
  it("by Ctrl-C finishes the operation in flight, says so, and goes on when the same command is given", async () => {
    const { simulator, env, ledger, apply, holders, log } = await stage({ latencyMs: 25 });
    const before = holders();
    const running = start([...apply, "--json"], { env });
    await running.until(() => writesAmong(simulator.requests) >= 3);
    running.child.kill("SIGINT");
    const stopped = await running.ended;
    expect({ code: stopped.code, signal: stopped.signal }).toEqual({ code: 5, signal: null });
    const sent = writesAmong(simulator.requests);
    expect(sent).toBeGreaterThanOrEqual(3);
    expect(sent).toBeLessThan(idlePeople);
    expect(counted(ledger, await log())).toEqual({ begun: sent, answered: sent });
    expect(before - holders()).toBe(sent);
    expect(resultOf(stopped).exit.code).toBe(5);
    const halfway = await cli(["audit", "verify", await log()]);
    expect(halfway.code).toBe(0);
    expect(halfway.out).toContain("It does not tell how its run ended");

    const resumed = await cli([...apply, "--json"], { env });
    expect(resumed.code).toBe(0);
    expect(resultOf(resumed).outcomes.map(({ outcome }) => outcome)).toEqual(Array(idlePeople).fill("done"));
    expect(writesAmong(simulator.requests)).toBe(idlePeople);
    expect(before - holders()).toBe(idlePeople);
    expect(await readdir(join(ledger, "audit"))).toHaveLength(1);
    expect((await cli(["audit", "verify", await log()])).out).toMatch(/is whole: .*\n$/);
    expect((await cli(apply, { env })).code).toBe(4);
    await simulator.close();
  });

  it("by SIGTERM is stopped in the same way, and says what to do in words", async () => {
    const { simulator, env, apply, plan } = await stage({ latencyMs: 25 });
    const running = start(apply, { env });
    await running.until(() => writesAmong(simulator.requests) >= 2);
    running.child.kill("SIGTERM");
    const { code, out } = await running.ended;
    expect(code).toBe(5);
    expect(out).toMatch(/of 8 changes were carried out/);
    expect(out).toContain("The same command goes on from where it stopped.");
    expect(plan.changes).toHaveLength(idlePeople);
    await simulator.close();
  });

  it("by a disk that is full stops before anything that could not be recorded", needingSmallDisk(), async () => {
    const { simulator, env, ledger, apply, holders } = await stage();
    const before = holders();
    const audit = join(ledger, "audit");
    await mkdir(audit);
    const stopped = await cli(apply, { env, under: onSmallDisk(audit, 12) });
    expect({ code: stopped.code, out: stopped.out }).toEqual({ code: 5, out: "" });
    const said = stopped.err.replaceAll(/\s+/g, " ");
    expect(said).toContain("the disk is full");
    expect(said).toContain("Applying the same plan again goes on from where it stopped");
    await rm(audit, { recursive: true });
    await cp(`${audit}.kept`, audit, { recursive: true });
    const [log = ""] = await readdir(audit);
    const sent = writesAmong(simulator.requests);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(idlePeople);
    expect(counted(ledger, log).begun).toBeGreaterThanOrEqual(sent);

    const resumed = await cli([...apply, "--json"], { env });
    expect(resumed.code).toBe(0);
    expect(writesAmong(simulator.requests)).toBe(idlePeople);
    expect(before - holders()).toBe(idlePeople);
    expect((await cli(["audit", "verify", join(audit, log)])).code).toBe(0);
    await simulator.close();
  });

  it("by errors ends with the error budget's code", async () => {
    const fault = { kind: "status", status: 400, envelope: "application" } as const;
    const { simulator, env, apply } = await stage({ faults: faultAt({ pattern: leave }, fault) });
    const { code, out } = await cli([...apply, "--json"], { env });
    expect(code).toBe(10);
    expect(resultOf({ code, signal: null, out, err: "" }).exit.code).toBe(10);
    await simulator.close();
  });
});

describe.concurrent("a read that is interrupted", patient, () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s ends at once and leaves nothing behind", async (signal) => {
    const simulator = await simulatorHere({ latencyMs: 400 });
    const repo = await repoWith(soundFiles);
    const running = start(["sync", "--repo", repo, "--out", join(repo, "s.json")], { env: simulator.env });
    await running.until(() => simulator.requests.length >= 2);
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: null, signal, out: "" });
    expect(await readdir(repo)).toEqual([".seatwright", "policies", "seatwright.yaml"]);
    await simulator.close();
  });
});

describe.concurrent("the exit code of a plan", patient, () => {
  it("tells changes only where that is asked for, and a tripped limit always", async () => {
    const { simulator, env, repo } = await stage();
    const plan = (...more: readonly string[]): Promise<Ended> => cli(["plan", "--repo", repo, ...more], { env });
    expect((await plan("--detailed-exitcode")).code).toBe(2);
    await writeFile(join(repo, "policies/unused.yaml"), policyYaml({ limits: "{percent: 10}" }));
    const tripped = await plan();
    expect(tripped.code).toBe(3);
    expect(tripped.out).toContain("limit");
    await simulator.close();
  });

  it("tells that the organisation was not read whole", async () => {
    const { env, close } = await simulatorHere({ quirks: { orgAdminFilterEmpty: true } });
    const repo = await repoWith(soundFiles);
    const sync = await cli(["sync", "--repo", repo, "--out", join(repo, "s.json")], { env });
    expect(sync.code).toBe(7);
    expect(sync.out).toContain("incomplete");
    const plan = await cli(["plan", "--repo", repo, "--snapshot", join(repo, "s.json"), "--json"], { env });
    expect(plan.code).toBe(7);
    const made = JSON.parse(plan.out) as Plan;
    expect(made.changes.filter(({ direction }) => direction === "take")).toEqual([]);
    await close();
  });

  it("tells that a duty is owed", async () => {
    const duty = policyYaml({
      id: "leavers",
      for: "person",
      purpose: "duty",
      because: "ITGC-07",
      where: "{in: hr, date: {hr.end: passed}}",
      notice: "none",
      then: "[{suspend: {}}]",
    });
    const sources = `sources:
  hr: {csv: data/hr.csv, key: {email: mail}, dates: {end: {column: last}}, minRows: 1, maxAge: 36h, maxShrink: 20%}
`;
    const { simulator, planned } = await stage(
      {},
      {
        "seatwright.yaml": `${soundFiles["seatwright.yaml"] ?? ""}${sources}`,
        "policies/leavers.yaml": duty,
        "data/hr.csv": "mail,last\nadmin@example.com,2026-01-01\n",
      },
    );
    expect(planned.code).toBe(11);
    const held = (JSON.parse(planned.out) as Plan).heldBack;
    expect(held.map(({ kind, owed }) => ({ kind, owed }))).toEqual([{ kind: "protected", owed: true }]);
    await simulator.close();
  });
});

describe.concurrent("an audit log", patient, () => {
  it("that was touched is told from one that is whole", async () => {
    const { simulator, env, ledger, apply, log } = await stage();
    expect((await cli(apply, { env })).code).toBe(0);
    await simulator.close();
    const file = await log();
    const text = await readFile(file, "utf8");
    const lines = text.trimEnd().split("\n");
    const elsewhere = await folderWith();
    const verify = async (content: string, name = "copy.jsonl"): Promise<Ended> => {
      await writeFile(join(elsewhere, name), content);
      return cli(["audit", "verify", join(elsewhere, name)]);
    };
    const edited = await verify(text.replace('"outcome":"done"', '"outcome":"left-alone"'));
    expect(edited).toMatchObject({ code: 1, err: "" });
    expect(edited.out).toContain("NOT whole");
    expect(edited.out).toContain("does not hash to its own hash");
    const dropped = await verify(`${lines.toSpliced(4, 1).join("\n")}\n`);
    expect(dropped.code).toBe(1);
    expect(dropped.out).toContain("line 5: event 5 is missing");
    const cut = await verify(text.slice(0, -40));
    expect(cut.code).toBe(1);
    expect(cut.out).toContain("the last line is not whole");
    expect(await verify("")).toMatchObject({ code: 1 });
    expect((await verify("no log\n")).out).toContain("is no audit log");

    const short = await verify(`${lines.slice(0, -2).join("\n")}\n`);
    expect(short.code).toBe(0);
    expect(short.out).toContain("a shortened log would not be noticed");
    expect(short.out).toContain("It does not tell how its run ended");
    await writeFile(file, `${lines.slice(0, -2).join("\n")}\n`);
    const shortened = await cli(["audit", "verify", file.slice(file.lastIndexOf("/") + 1)], {
      cwd: join(ledger, "audit"),
    });
    expect(shortened.code).toBe(1);
    expect(shortened.out).toContain("events are missing at the end");

    const json = await cli(["audit", "verify", file, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, firstProblem: { kind: "truncated" } });
    for (const [path, says] of [
      [join(elsewhere, "none.jsonl"), "there is no such file"],
      [elsewhere, "it is a folder"],
    ] as const) {
      const missing = await cli(["audit", "verify", path]);
      expect(missing).toMatchObject({ code: 64, out: "" });
      expect(missing.err).toContain(says);
    }
  });
});
