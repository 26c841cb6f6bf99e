import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { plan as isPlan, runResult as isRunResult } from "../../src/documents/validators.generated.cjs";
import { seats as isSeatReport, users as isUserList } from "../support/written.generated.cjs";
import type { Plan, RunResult, SeatReport, UserList } from "../../src/model/documents.generated.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import {
  acmeSnapshot,
  idlePeople,
  organizationId,
  organizationYaml,
  repoWith,
  simulatorHere,
  soundFiles,
} from "./organisation.ts";
import { cli, type Ended, folderWith, patient, type Simulated, startSimulate } from "./run.ts";

let snapshot = "";
let repo = "";
let bare = "";
let server: Simulated;

const rehearsal = (of: string): string => join(of, ".seatwright/rehearsal");

beforeAll(async () => {
  snapshot = await acmeSnapshot();
  [server, repo, bare] = await Promise.all([
    startSimulate("--from", snapshot),
    repoWith({
      ...soundFiles,
      "seatwright.yaml": `${organizationYaml}prices: {jira-software: {currency: USD, perSeatMonth: 9.05, renews: 28}}\n`,
    }),
    folderWith(),
  ]);
}, patient.timeout);

const look = (command: string, ...more: readonly string[]): Promise<Ended> =>
  cli([command, "--repo", repo, "--ledger", rehearsal(repo), "--snapshot", snapshot, ...more], { env: server.env });

function report({ code, out, err }: Ended): SeatReport {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const value: unknown = JSON.parse(out);
  if (!isSeatReport(value)) throw new Error(JSON.stringify(isSeatReport.errors));
  return value;
}

function list({ code, out, err }: Ended): UserList {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const value: unknown = JSON.parse(out);
  if (!isUserList(value)) throw new Error(JSON.stringify(isUserList.errors));
  return value;
}

describe.concurrent("seats and users", patient, () => {
  it("give the same question the same answer, and it is the plan's", async () => {
    const seats = report(await look("seats", "--json"));
    const jira = seats.instances.find(({ app, site }) => app === "jira-software" && site === "acme");
    const plan: unknown = JSON.parse((await look("plan", "--json")).out);
    if (!isPlan(plan)) throw new Error("this is no plan");
    const after = (length: string) => jira?.unused.find((counts) => counts.for === length);
    expect(after("90d")?.reclaim.now).toBe(plan.changes.length);
    expect(plan.changes).toHaveLength(idlePeople);
    expect(plan.seats.map(({ before }) => before)).toEqual(seats.instances.map(({ held }) => held));

    for (const { for: length, idle, neverActive, unknown } of seats.total.unused) {
      const users = list(await look("users", "--json", "--per", "seat", "--unused", length));
      expect([users.matched, users.unknown], length).toEqual([idle + neverActive, unknown]);
    }
    const people = list(await look("users", "--json", "--app", "jira-software", "--site", "acme", "--unused", "90d"));
    expect(new Set(people.rows.map(({ accountId }) => accountId))).toEqual(
      new Set(plan.changes.map(({ accountId }) => accountId)),
    );
  });

  it("estimate what the plan would save", async () => {
    const [licence] = report(await look("seats", "--json", "--idle", "90d")).licences;
    expect(licence?.savings).toMatchObject([{ for: "90d", now: { fewer: idlePeople, saves: idlePeople * 905 } }]);
    const told = (await look("seats")).out;
    expect(told).toContain("an estimated USD");
    expect(told).toContain("Estimated cost");
  });

  it("need neither a policy repository nor the network", async () => {
    const seats = await cli(["seats", "--repo", ".", "--snapshot", snapshot, "--json"], { cwd: bare });
    expect(report(seats)).toMatchObject({ policies: null, obstacle: { code: "no-baseline" } });
    expect(report(seats).notes.join()).toContain("There is no policy repository here");
    expect(report(seats).total.unused[2]?.reclaim.now).toBe(idlePeople);
    const users = await cli(["users", "--snapshot", snapshot, "--idle", "90d", "--json"], { cwd: bare });
    expect(list(users).matched).toBe(idlePeople);
    expect(await readdir(bare)).toEqual([]);
  });

  it("read the organisation where no snapshot is given, and change nothing in it", async () => {
    const seats = await cli(["seats", "--repo", repo, "--json", "--quiet"], { env: server.env });
    expect(report(seats).instances).toHaveLength(2);
    const users = await cli(["users", "--json", "--quiet", "--org-id", organizationId], { env: server.env, cwd: bare });
    expect(list(users).matched).toBeGreaterThan(20);
    expect(await server.changes()).toBe(0);
  });

  it("judge the policy files before anything else, with exit 9", async () => {
    const broken = await folderWith({ ...soundFiles, "policies/b.yaml": "version: 1\npolices: []\n" });
    for (const command of ["seats", "users"]) {
      const ended = await cli([command, "--repo", broken, "--snapshot", snapshot]);
      expect(ended).toMatchObject({ code: 9, out: "" });
      expect(ended.err).toContain("Did you mean `policies`?");
    }
    const nowhere = await cli(["seats", "--repo", bare, "--snapshot", snapshot]);
    expect(nowhere.code).toBe(9);
    expect(nowhere.err).toContain("has no seatwright.yaml");
  });
});

describe.concurrent("a slip in a flag", patient, () => {
  it.each<readonly [readonly string[], string]>([
    [["seats", "--idle", "30d,,60d"], "--idle has an empty place."],
    [["seats", "--sort", "name"], "Unknown option '--sort'"],
    [["users", "--where", "unusd: 90d"], "--where:1:1: `unusd` is not a key"],
    [["users", "--app", "jira-software", "--idle", "90d"], "Add --site to say which is meant"],
    [["users", "--per", "group"], "Allowed choices are person, seat"],
    [["users", "--format", "xml"], "Allowed choices are table, csv, json, jsonl"],
    [["plan", "--select", "nobody", "--do", "suspend", "--because", "y"], "there is no selector of this name"],
  ])("is told in words, with a remedy, and ends with 64: %j", async ([command = "", ...flags], says) => {
    const ended = await look(command, ...flags);
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 64, out: "" });
    expect(ended.err).toMatch(/Stopped: /);
    expect(ended.err.replaceAll(/\s+/g, " ")).toContain(says);
  });
});

describe.concurrent("users", patient, () => {
  it("prints CSV for spreadsheets, and says on stderr how many there are and of how many it cannot be told", async () => {
    const { code, out, err } = await look(
      "users",
      "--format",
      "csv",
      "--columns",
      "name,email",
      "--domain",
      "example.com",
    );
    expect(code).toBe(0);
    expect(out.startsWith("\uFEFFname,email\r\n")).toBe(true);
    expect(err).toMatch(/^The filter is true of \d+ people\. Of \d+ it cannot be told/);
  });

  it("writes a file that only its owner can read", async () => {
    const file = join(await folderWith(), "people.jsonl");
    const { code, out, err } = await look("users", "--format", "jsonl", "--out", file, "--columns", "accountId");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain("keep the file out of Git");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(lines.map(() => ["accountId"]));
  });

  it("reads a filter from a file, with flags beside it", async () => {
    const file = join(await folderWith({ "f.yaml": "any:\n  - unused: 90d\n  - neverActive: 30d\n" }), "f.yaml");
    const asked = list(
      await look("users", "--where", `@${file}`, "--app", "jira-software", "--site", "acme", "--json"),
    );
    expect(asked.matched).toBe(idlePeople);
    expect(asked.where).toMatchObject({ app: "jira-software", site: "acme" });
  });

  it("selects by a CSV file, and tells the rows that name nobody", async () => {
    const csv = "mail\nIDLE-1@example.com\nidle-2@example.com\ngone@example.com\n";
    const file = join(await folderWith({ "l.csv": csv }), "l.csv");
    const asked = list(await look("users", "--from-csv", file, "--json"));
    const wanted = ["idle-1@example.com", "idle-2@example.com"].map(accountIdOf);
    expect(new Set(asked.rows.map(({ accountId }) => accountId))).toEqual(new Set(wanted));
    expect(asked.file).toEqual({ rows: 3, people: 2, unmatched: [4], ambiguous: [] });
  });

  it("saves a filter as a selector, once, and nothing where anything is wrong", async () => {
    const own = await repoWith(soundFiles);
    const save = (...flags: readonly string[]): Promise<Ended> =>
      cli(["users", "--repo", own, "--snapshot", snapshot, "--idle", "90d", "--limit", "1", ...flags]);
    const file = join(own, "policies/selectors.yaml");
    expect((await save("--save-as", "idle")).err).toContain("Saved as idle in policies/selectors.yaml.");
    const first = await readFile(file, "utf8");
    await writeFile(file, first.replace("idle:", "# kept by hand\n  idle:"));
    expect((await save("--save-as", "idle-too")).code).toBe(0);
    const second = await readFile(file, "utf8");
    expect(second).toContain("# kept by hand");
    const { repository } = readRepository([
      { path: "seatwright.yaml", bytes: new TextEncoder().encode(organizationYaml) },
      { path: "policies/selectors.yaml", bytes: new TextEncoder().encode(second) },
    ]);
    expect([...(repository?.selectors.keys() ?? [])]).toEqual(["idle", "idle-too"]);
    const again = await save("--save-as", "idle");
    expect(again).toMatchObject({ code: 64, out: "" });
    expect(again.err.replaceAll(/\s+/g, " ")).toContain(
      "There is a selector called idle already, at policies/selectors.yaml:",
    );
    expect(await readFile(file, "utf8")).toBe(second);
  });
});

describe.concurrent("a one-off", patient, () => {
  /** A repository in which three people are saved as leavers, beside a policy that would free eight seats. */
  async function stage() {
    const simulator = await simulatorHere();
    const { env } = simulator;
    const own = await repoWith(soundFiles);
    const csv = join(
      await folderWith({ "l.csv": "who\nidle-1@example.com\nbusy-1@example.com\nbusy-2@example.com\n" }),
      "l.csv",
    );
    const saved = await cli(["users", "--repo", own, "--from-csv", csv, "--save-as", "leavers-q4", "--quiet"], { env });
    expect(saved.code).toBe(0);
    const file = join(own, "plan.json");
    const oneOff = (action: string): Promise<Ended> => {
      const flags = [
        "--select",
        "leavers-q4",
        "--do",
        action,
        "--because",
        "HR-812",
        "--out",
        file,
        "--json",
        "--quiet",
      ];
      return cli(["plan", "--repo", own, ...flags], { env });
    };
    const apply = (digest: string): Promise<Ended> =>
      cli(["apply", "--repo", own, "--plan", file, "--approve", digest, "--reason", "HR-812", "--json", "--quiet"], {
        env,
      });
    return { simulator, env, own, oneOff, apply, policy: join(own, "policies/ad-hoc/leavers-q4.yaml") };
  }

  it("is planned for its selector alone, applied like every plan, and seen in the audit log with its reason", async () => {
    const { simulator, env, own, oneOff, apply, policy } = await stage();
    const planned = await oneOff("suspend");
    expect(planned.code).toBe(0);
    const plan = JSON.parse(planned.out) as Plan;
    expect(isPlan(plan)).toBe(true);
    expect(plan.origin).toEqual({ kind: "policies", only: "ad-hoc-leavers-q4" });
    expect(plan.changes.map(({ action }) => action)).toEqual(["suspend", "suspend", "suspend"]);
    expect(plan.policies).toMatchObject([{ id: "ad-hoc-leavers-q4", because: "HR-812", matched: 3, changes: 3 }]);
    expect(await readFile(policy, "utf8")).toContain("because: HR-812");

    const applied = await apply(plan.digest);
    expect(applied.code).toBe(0);
    const result = JSON.parse(applied.out) as RunResult;
    expect(isRunResult(result)).toBe(true);
    expect(result.outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    // What the other policy asks for was left to its own plan, in which the eight but the suspended one are.
    const rest = JSON.parse((await cli(["plan", "--repo", own, "--json", "--quiet"], { env })).out) as Plan;
    expect(rest.changes.map(({ action }) => action)).toEqual(Array(idlePeople - 1).fill("revoke"));
    expect(rest.changes.every(({ fresh }) => !fresh)).toBe(true);
    await simulator.close();
  });

  it("is the same plan when it is asked for again, and never another under its name", async () => {
    const { simulator, oneOff, policy } = await stage();
    const first = JSON.parse((await oneOff("suspend")).out) as Plan;
    const text = await readFile(policy, "utf8");
    const second = JSON.parse((await oneOff("suspend")).out) as Plan;
    expect(second.changes.map(({ id }) => id)).toEqual(first.changes.map(({ id }) => id));
    expect(second.policyDigest).toBe(first.policyDigest);
    const other = await oneOff("revoke");
    expect(other.code).toBe(64);
    expect(other.out).toContain("holds another one-off of leavers-q4");
    expect(await readFile(policy, "utf8")).toBe(text);
    await simulator.close();
  });

  it("cannot be applied once its policy was edited or deleted, nor after its end", async () => {
    const { simulator, oneOff, apply, policy } = await stage();
    const plan = JSON.parse((await oneOff("suspend")).out) as Plan;
    const text = await readFile(policy, "utf8");
    await writeFile(policy, text.replace("HR-812", "HR-813"));
    const edited = await apply(plan.digest);
    expect(edited.code).toBe(4);
    expect(edited.out).toContain("The policies have changed since the plan was made.");
    await writeFile(policy, text.replace(/until: .*/, "until: 2026-01-01"));
    const late = await oneOff("suspend");
    expect(late.code).toBe(64);
    expect(late.out).toContain("ended on 2026-01-01");
    await simulator.close();
  });

  it("writes no policy where its plan cannot be made", async () => {
    const { simulator, oneOff, policy } = await stage();
    for (const action of ["suspnd", "addToGroup: {group: no-such-group}"]) {
      const ended = await oneOff(action);
      expect([64, 9]).toContain(ended.code);
      await expect(readFile(policy, "utf8")).rejects.toThrow("ENOENT");
    }
    await simulator.close();
  });
});
