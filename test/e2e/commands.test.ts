import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plan as isPlan, snapshot as isSnapshotHeader } from "../../src/documents/validators.generated.cjs";
import { explanation as isExplanation } from "../support/written.generated.cjs";
import type { Explanation, SnapshotHeader } from "../../src/model/documents.generated.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { acmeSnapshot, organizationId, organizationYaml, repoWith, soundFiles } from "./organisation.ts";
import { cli, type Ended, folderWith, patient, type Simulated, startSimulate } from "./run.ts";

let server: Simulated;
let snapshot = "";
let repo = "";

beforeAll(async () => {
  snapshot = await acmeSnapshot();
  [server, repo] = await Promise.all([startSimulate("--from", snapshot), repoWith(soundFiles)]);
}, patient.timeout);

afterAll(async () => {
  expect(await server.changes()).toBe(0);
});

const commands = [
  "init",
  "validate",
  "schema",
  "sync",
  "plan",
  "seats",
  "users",
  "explain",
  "apply",
  "audit",
  "simulate",
  "demo",
];

describe.concurrent("the command line", patient, () => {
  it("answers --help of every command on stdout, and ends well", async () => {
    for (const command of ["", ...commands, "audit verify"]) {
      const { code, out, err } = await cli([...command.split(" "), "--help"].filter((word) => word !== ""));
      expect({ code, err }, command).toEqual({ code: 0, err: "" });
      expect(out).toMatch(new RegExp(`^Usage: seatwright ${command}`));
    }
    expect(await cli(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([[["--help"]], [["help"]], [[]], [["--repo", "plan"]]])("names every command after %j", async (args) => {
    const { out, err } = await cli(args);
    const lines = (out + err).split("\n").map((line) => line.trim());
    for (const command of commands) {
      const told = lines.filter((line) => new RegExp(`^${command} \\[?[a-z]+\\]?.* {2}[a-z]`).test(line));
      expect(told, command).toHaveLength(command === "audit" ? 0 : 1);
    }
    expect(lines).toContainEqual(expect.stringMatching(/^audit +the audit log$/));
  });

  it.each([
    [["frobnicate"], "Unknown command 'frobnicate'"],
    [["plann"], "Did you mean plan?"],
    [["plan", "--snapshoot", "x"], "Did you mean --snapshot?"],
    [["validate", "more"], "Too many arguments for 'validate'"],
    [["sync"], "Required option '--out <file>' not specified"],
    [["apply"], "Required option '--plan <file>' not specified"],
    [["explain"], "Missing required argument 'person'"],
    [["audit", "verify"], "Missing required argument 'file'"],
    [["init", "--time", "sometimes"], "Allowed choices are daily, weekly, monthly, by-hand"],
    [["simulate", "--people", "many"], "--people many is not a whole number from 1 to 1000000"],
    [["simulate", "--port", "99999"], "--port 99999 is not a whole number from 0 to 65535"],
    [["simulate", "--from", "none.json"], "none.json could not be read: there is no such file"],
    [["demo", "--people", "3"], "--people 3 is not a whole number from 200 to 200000"],
    [["schema", "plann"], "There is no schema named plann"],
  ])("tells a slip in words and ends with 64: %j", async (args, says) => {
    const text = await cli(args);
    expect({ code: text.code, out: text.out }).toEqual({ code: 64, out: "" });
    expect(text.err).toMatch(/^\nStopped: /);
    expect(text.err.replaceAll(/\s+/g, " ")).toContain(says);
  });

  it("tells a slip to a program as JSON, with nothing on stderr", async () => {
    for (const args of [["plann"], ["sync"], ["schema", "plann"]]) {
      const { code, out, err } = await cli([...args, "--json"]);
      expect({ code, err }).toEqual({ code: 64, err: "" });
      const { error } = JSON.parse(out) as { error: object };
      expect(error).toMatchObject({ code: 64, reason: "usage", findings: [] });
      expect(error).toMatchObject({ message: expect.stringMatching(/./), remedy: expect.stringMatching(/./) });
    }
  });

  it("shows the commands on stderr where none is given", async () => {
    for (const args of [[], ["audit"]]) {
      const { code, out, err } = await cli(args);
      expect({ code, out }).toEqual({ code: 64, out: "" });
      expect(err).toMatch(/^Usage: seatwright/);
    }
    expect(JSON.parse((await cli(["--json"])).out)).toMatchObject({ error: { code: 64 } });
  });

  it("finds a port that is taken, and says so", async () => {
    const ended = await cli(["simulate", "--port", new URL(server.url).port]);
    expect(ended).toMatchObject({ code: 64, out: "" });
    expect(ended.err).toContain("cannot be taken");
  });
});

describe.concurrent("the result", patient, () => {
  it("of sync as JSON is the snapshot's header, and nothing else is on stdout", async () => {
    const file = join(await folderWith(), "s.json");
    const { code, out, err } = await cli(["sync", "--repo", repo, "--out", file, "--json"], { env: server.env });
    expect(code).toBe(0);
    const header = JSON.parse(out) as SnapshotHeader;
    expect(isSnapshotHeader(header), JSON.stringify(isSnapshotHeader.errors)).toBe(true);
    expect(header.certificate.state).toBe("complete");
    expect(err).toMatch(/^(Reading [^\n]+\n)*$/);
  });

  it("of the first sync says that it is the baseline, and what to do next; of later ones it does not", async () => {
    const folder = await folderWith();
    const sync = (): Promise<Ended> =>
      cli(["sync", "--repo", repo, "--ledger", join(folder, "ledger"), "--out", join(folder, "s.json"), "--quiet"], {
        env: server.env,
      });
    expect((await sync()).out).toMatch(/First count of this organisation: it is the baseline\. Plan from .*\n$/);
    expect((await sync()).out).not.toContain("First count");
  });

  it("of plan and explain as JSON keeps to the schemas", async () => {
    const plan = await cli(["plan", "--repo", repo, "--snapshot", snapshot, "--json"]);
    expect({ code: plan.code, err: plan.err }).toEqual({ code: 0, err: "" });
    expect(isPlan(JSON.parse(plan.out)), JSON.stringify(isPlan.errors)).toBe(true);
    const args = ["explain", "idle-3@example.com", "--repo", repo, "--snapshot", snapshot, "--json"];
    const told = await cli(args);
    expect({ code: told.code, err: told.err }).toEqual({ code: 0, err: "" });
    expect(isExplanation(JSON.parse(told.out)), JSON.stringify(isExplanation.errors)).toBe(true);
  });

  it("of validate and schema as JSON is JSON", async () => {
    const valid = await cli(["validate", "--repo", repo, "--json"]);
    expect(JSON.parse(valid.out)).toEqual({ ok: true, findings: [], lock: null });
    const all = await cli(["schema", "--json"]);
    expect(Object.keys(JSON.parse(all.out) as object)).toContain("plan");
    const one = await cli(["schema", "plan"]);
    const file = await readFile(join(repositoryRoot, "schemas/plan.schema.json"), "utf8");
    expect(JSON.parse(one.out)).toEqual(JSON.parse(file));
  });

  it("of plan from a snapshot names it in the command that applies the plan", async () => {
    const file = join(await folderWith(), "p.json");
    const { out } = await cli(["plan", "--repo", repo, "--snapshot", snapshot, "--out", file], { env: server.env });
    expect(out).toContain(`seatwright apply --plan ${file} --snapshot ${snapshot} --approve sha256:`);
  });

  it("goes to stdout, progress and diagnostics to stderr, and --quiet leaves progress out", async () => {
    const plan = (...more: readonly string[]): Promise<Ended> =>
      cli(["plan", "--repo", repo, "--ledger", join(repo, more.join("")), ...more], { env: server.env });
    const usual = await plan("--all");
    expect(usual.code).toBe(0);
    expect(usual.out).toMatch(/^Plan for Acme/);
    expect(usual.out).not.toContain("Reading ");
    expect(usual.err).toContain("Reading ");
    const quiet = await plan("--quiet");
    expect(quiet).toMatchObject({ code: 0, err: "" });
    const verbose = await plan("--verbose", "--json");
    expect(isPlan(JSON.parse(verbose.out))).toBe(true);
    const lines = verbose.err.split("\n").filter((line) => line.startsWith("{"));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ msg: "request" });
    expect(verbose.err).not.toContain(server.env["SEATWRIGHT_API_KEY"]);
  });

  it("is not coloured where it is no terminal, is where FORCE_COLOR asks, never where NO_COLOR does", async () => {
    const plan = (env: Readonly<Record<string, string>>): Promise<Ended> =>
      cli(["plan", "--repo", repo, "--snapshot", snapshot], { env });
    expect((await plan({})).out).not.toContain("\u001b");
    expect((await plan({ FORCE_COLOR: "1" })).out).toContain("\u001b[1m");
    expect((await plan({ FORCE_COLOR: "1", NO_COLOR: "1" })).out).not.toContain("\u001b");
  });

  it("may have a reader who goes away: no word about it, and the exit code is the command's own", async () => {
    for (const args of [
      ["schema", "--json"],
      ["plan", "--repo", repo, "--snapshot", snapshot, "--all"],
    ]) {
      const { code, err } = await cli(args, { closedPipe: true });
      expect({ code, err }).toEqual({ code: 0, err: "" });
    }
  });

  it.skipIf(!existsSync("/dev/full"))("that cannot be printed is told as such", async () => {
    const under = ["sh", "-c", 'exec "$0" "$@" > /dev/full', process.execPath] as const;
    const { code, err } = await cli(["schema", "plan"], { under });
    expect(code).toBe(1);
    expect(err).toMatch(/^\nStopped: The result could not be printed: there is no space left/);
    expect(err).not.toContain("    at ");
  });

  it("never holds a name that could be taken for markup of a terminal or a page", async () => {
    const html = join(await folderWith(), "plan.html");
    const { code } = await cli(["plan", "--repo", repo, "--snapshot", snapshot, "--html", html, "--quiet"]);
    expect(code).toBe(0);
    expect(await readFile(html, "utf8")).not.toContain("<script>alert");
    const told = await cli(["explain", "<b>@example.com", "--repo", repo, "--snapshot", snapshot]);
    expect(told.code).toBe(0);
  });
});

describe.concurrent("explain", patient, () => {
  const explain = (person: string): Promise<Ended> =>
    cli(["explain", person, "--repo", repo, "--snapshot", snapshot, "--json"]);

  it("finds a person by address, account id and name", async () => {
    const id = accountIdOf("idle-3@example.com");
    for (const person of ["idle-3@example.com", "IDLE-3@example.com", id, "Idle Person 3"]) {
      const { code, out } = await explain(person);
      expect(code, person).toBe(0);
      expect((JSON.parse(out) as Explanation).person.accountId, person).toBe(id);
    }
  });

  it("asks which one is meant where several have the name, and says so where nobody has it", async () => {
    const two = await explain("Sam Lee");
    expect(two).toMatchObject({ code: 64, err: "" });
    const { error } = JSON.parse(two.out) as { error: { message: string; remedy: string } };
    expect(error.message).toBe("2 people are called Sam Lee.");
    expect(error.remedy).toContain(accountIdOf("sam@labs.example"));
    const nobody = await cli(["explain", "nobody@example.com", "--repo", repo, "--snapshot", snapshot]);
    expect(nobody).toMatchObject({ code: 64, out: "" });
    expect(nobody.err).toContain("Nobody among the 30 people of the snapshot has the address nobody@example.com.");
    expect(nobody.err).toContain("Give an address, an account id or the exact name.");
  });

  it("reads the organisation where no snapshot is given", async () => {
    const { code, out } = await cli(["explain", "idle-3@example.com", "--repo", repo, "--json"], { env: server.env });
    expect(code).toBe(0);
    expect(isExplanation(JSON.parse(out))).toBe(true);
  });
});

describe.concurrent("schema --out", patient, () => {
  it("writes every schema, as it is in the project", async () => {
    const folder = join(await folderWith(), "schemas");
    const { code, out, err } = await cli(["schema", "--out", folder]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain(`schemas to ${folder}`);
    const names = await readdir(join(repositoryRoot, "schemas"));
    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      const [ours, written] = await Promise.all(
        [join(repositoryRoot, "schemas"), folder].map((where) => readFile(join(where, name), "utf8")),
      );
      expect(JSON.parse(written ?? "")).toEqual(JSON.parse(ours ?? ""));
    }
  });
});

describe.concurrent("validate --lock", patient, () => {
  it("writes what the names mean, and holds later names against it", async () => {
    const own = await folderWith({
      ...soundFiles,
      "seatwright.yaml": `${organizationYaml}protect: {people: [idle-1@example.com], groups: [jira-users]}\n`,
    });
    const locked = await cli(["validate", "--lock", "--repo", own], { env: server.env });
    expect(locked.code).toBe(0);
    const lock = join(own, "seatwright.lock.yaml");
    expect(await readFile(lock, "utf8")).toContain(accountIdOf("idle-1@example.com"));
    expect((await cli(["validate", "--repo", own, "--snapshot", snapshot])).code).toBe(0);
    const keyless = await cli(["validate", "--lock", "--repo", own]);
    expect(keyless).toMatchObject({ code: 8, out: "" });
    expect(keyless.err).toContain("Give a snapshot with --snapshot");
  });
});

describe.concurrent("init", patient, () => {
  const env = { SEATWRIGHT_ORG_ID: organizationId };

  it("without a terminal writes files that validate, with what the organisation proposes", async () => {
    const folder = join(await folderWith(), "new");
    const made = await cli(["init", "--repo", folder, "--json"], { env: { ...server.env, ...env } });
    expect(made.code).toBe(0);
    const { written } = JSON.parse(made.out) as { written: readonly string[] };
    expect(written).toContain("policies/unused-seats.yaml");
    const organization = await readFile(join(folder, "seatwright.yaml"), "utf8");
    expect(organization).toContain('- "jira-users"');
    expect(organization).toContain("power: observe");
    expect((await cli(["validate", "--repo", folder, "--snapshot", snapshot])).code).toBe(0);
    const plan = await cli(["plan", "--repo", folder, "--snapshot", snapshot, "--json"]);
    expect(plan.code).toBe(0);
    const again = await cli(["init", "--repo", folder], { env });
    expect(again).toMatchObject({ code: 64, out: "" });
    expect(again.err).toContain("already has seatwright.yaml");
    expect(again.err).toContain("Nothing was written");
  });

  it.each([
    ["--time", "daily"],
    ["--time", "by-hand"],
    ["--action", "revoke"],
    ["--action", "suspend", "--unused", "P6M", "--show", "ids"],
    ["--apps", "jira-software, bitbucket", "--name", 'A "quoted": name'],
  ])("with answers by flags writes files that validate: %s %s %s", async (...answers) => {
    const folder = await folderWith();
    const flags = answers.filter((answer) => answer !== undefined);
    expect((await cli(["init", "--repo", folder, ...flags], { env })).code).toBe(0);
    const { code, out } = await cli(["validate", "--repo", folder, "--json"]);
    expect(code, out).toBe(0);
    const { findings } = JSON.parse(out) as { findings: readonly { rule: string }[] };
    expect(findings.map(({ rule }) => rule).toSorted()).toEqual(["placeholder-owner", "workflow-placeholder"]);
  });

  it("names the action that --uses says, and leaves only the owner to be named", async () => {
    const folder = await folderWith();
    const action = `acme/seatwright@${"0123456789".repeat(4)}`;
    const made = await cli(["init", "--repo", folder, "--uses", action], { env });
    expect(made.code).toBe(0);
    expect(made.out).not.toContain("OWNER");
    expect(made.out).toContain("Bots and service accounts seldom show as active");
    expect(await readFile(join(folder, ".github/workflows/seatwright.yml"), "utf8")).toContain(`uses: ${action}\n`);
    const policies = join(folder, "policies/unused-seats.yaml");
    const { findings } = JSON.parse((await cli(["validate", "--repo", folder, "--json"])).out) as {
      findings: readonly { rule: string; place: { file: string } }[];
    };
    expect(findings).toMatchObject([{ rule: "placeholder-owner", place: { file: "policies/unused-seats.yaml" } }]);
    await writeFile(policies, (await readFile(policies, "utf8")).replaceAll("@your-org/", "@acme/"));
    const { code, out } = await cli(["validate", "--repo", folder]);
    expect({ code, out }).toEqual({ code: 0, out: "No problems found.\n" });
  });

  it.each([
    [["--uses", "acme/seatwright@v1"], "does not name an action by its commit"],
    [["--apps", "jria"], "There is no app called jria"],
    [["--unused", "90"], "A duration needs a unit"],
    [["--unused", "12h"], "two days or less"],
  ])("writes nothing where an answer cannot be used: %j", async (flags, says) => {
    const folder = await folderWith();
    const { code, out, err } = await cli(["init", "--repo", folder, ...flags], { env });
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err.replaceAll(/\s+/g, " ")).toContain(says);
    expect(await readdir(folder)).toEqual([]);
  });

  it("asks for the organisation's id where nobody gives it", async () => {
    const { code, out, err } = await cli(["init", "--repo", await folderWith()]);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain("Give --org-id, or set SEATWRIGHT_ORG_ID");
  });
});

describe.concurrent("simulate", patient, () => {
  it("rehearses the organisation of a snapshot: read again, it has the same seats", async () => {
    const file = join(await folderWith(), "again.json");
    expect((await cli(["sync", "--repo", repo, "--out", file, "--quiet"], { env: server.env })).code).toBe(0);
    const header = async (path: string): Promise<Record<string, unknown>> => {
      const whole = JSON.parse(await readFile(path, "utf8")) as SnapshotHeader;
      const { directories, instances, groups, holders, peopleCount } = whole;
      return { directories, instances, groups, holders, peopleCount };
    };
    expect(await header(file)).toEqual(await header(snapshot));
  });

  it("makes the same organisation from the same seed, and stops on SIGTERM and Ctrl-C", async () => {
    const [first, second] = await Promise.all([
      startSimulate("--people", "30", "--seed", "7"),
      startSimulate("--people", "30", "--seed", "7"),
    ]);
    expect(first.orgId).toBe(second.orgId);
    expect(first.url).not.toBe(second.url);
    expect(await first.stop()).toMatchObject({ code: 0, signal: null, err: "" });
    expect(await second.stop("SIGINT")).toMatchObject({ code: 0, signal: null, err: "" });
  });
});

describe.concurrent("demo", patient, () => {
  it("tells the whole story and leaves what it made", async () => {
    const out = join(await folderWith(), "demo");
    const told = await cli(["demo", "--people", "400", "--out", out]);
    expect(told.code).toBe(0);
    expect(told.out).toContain("was left alone");
    const made = ["snapshot.json", "plan.json", "plan.md", "plan.html", "ledger"];
    expect(await readdir(out)).toEqual(expect.arrayContaining(made));
  });
});
