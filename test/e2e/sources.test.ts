import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Explanation, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { acmeSnapshot, organizationYaml, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, type Ended, patient } from "./run.ts";

/** Sources from outside the repository: whatever advises `--source` has it, and nothing else on the line is taken for one. */

const sources = `sources: {hr: {csv: "-", key: {email: mail}, dates: {end: {column: last_day}}, minRows: 1, maxAge: 36h, maxShrink: 50%}}\n`;
const leavers = `version: 1
policies:
  - id: leavers
    description: Suspend leavers
    owner: "@acme/identity"
    for: person
    purpose: duty
    because: HR-1
    mode: enforce
    where: {in: hr, status: active}
    then: [{suspend: {}}]
`;
const files = {
  ...soundFiles,
  "seatwright.yaml": organizationYaml + sources,
  "policies/b.yaml": leavers,
  "leavers.csv": "mail,last_day\nbusy-1@example.com,2026-01-31\n",
};

async function stage() {
  const simulator = await simulatorHere();
  const repo = await repoWith(files);
  const csv = join(repo, "leavers.csv");
  const run = (...args: readonly string[]): Promise<Ended> =>
    cli([...args, "--repo", repo, "--quiet"], { env: simulator.env });
  return { repo, run, given: `hr=${csv}`, plan: join(repo, "plan.json"), snapshot: await acmeSnapshot() };
}

/** The names of all commands, as the program lists them. */
async function commandNames(): Promise<readonly string[]> {
  const { out } = await cli(["--help"]);
  const listed = out.slice(out.indexOf("Commands:")).matchAll(/^ {2}([a-z]+)/gm);
  return [...listed].map(([, name = ""]) => name).filter((name) => name !== "help");
}

describe.concurrent("a source from outside the repository", patient, () => {
  it("can be given to every command that says it is missing", async () => {
    const { repo, run, given, plan, snapshot } = await stage();
    const made = await run("plan", "--source", given, "--out", plan, "--json");
    const { digest } = JSON.parse(made.out) as Plan;
    const advising: string[] = [];
    /** What the command ends with once the source is given; null: it did not ask for it. */
    const withSource = async (name: string, args: readonly string[]): Promise<Ended | null> => {
      const without = await run(name, ...args);
      if (!`${without.out} ${without.err}`.includes("--source hr=PATH")) return null;
      advising.push(name);
      const ended = await run(name, ...args, "--source", given);
      expect(ended.out + ended.err, name).not.toContain("--source hr=PATH");
      expect([0, 11], `${name}: ${ended.err}`).toContain(ended.code);
      return ended;
    };
    const applied = await withSource("apply", ["--plan", plan, "--approve", digest, "--reason", "x", "--json"]);
    const { run: id } = JSON.parse(applied?.out ?? "") as RunResult;
    /** Each command as it would read policies; null: it reads none, or was asked above. */
    const asked: Readonly<Record<string, readonly string[] | null>> = {
      init: null,
      validate: ["--snapshot", snapshot],
      schema: null,
      sync: ["--out", join(repo, "s.json")],
      plan: ["--snapshot", snapshot],
      seats: ["--snapshot", snapshot],
      users: ["--snapshot", snapshot, "--where", "{in: hr}"],
      report: ["--snapshot", snapshot, "--out", join(repo, "r.html")],
      explain: ["busy-2@example.com"],
      approve: ["--plan", plan, "--key", plan, "--reason", "x", "--out", join(repo, "a.json")],
      apply: null,
      undo: [id, "--out", join(repo, "u.json")],
      stop: ["--withdraw"],
      doctor: [],
      audit: null,
      history: [],
      export: ["--out", join(repo, "out")],
      simulate: null,
      demo: null,
    };
    expect(Object.keys(asked).sort()).toEqual([...(await commandNames())].sort());
    for (const [name, args] of Object.entries(asked)) if (args !== null) await withSource(name, args);
    const expected = ["apply", "validate", "sync", "plan", "users", "report", "explain", "undo", "export"];
    expect(advising).toEqual(expected);
  });

  it("leaves what comes after it on the line alone", async () => {
    const { repo, run, given, plan } = await stage();
    const explained = await run("explain", "--source", given, "busy-2@example.com", "--json");
    expect(explained).toMatchObject({ code: 0 });
    expect((JSON.parse(explained.out) as Explanation).kind).toBe("explanation");
    const made = await run("plan", "--source", given, "--out", plan, "--json");
    const { digest } = JSON.parse(made.out) as Plan;
    const applied = await run(
      "apply",
      "--plan",
      plan,
      "--approve",
      digest,
      "--reason",
      "x",
      "--source",
      given,
      "--json",
    );
    const { run: id } = JSON.parse(applied.out) as RunResult;
    const undone = await run("undo", "--out", join(repo, "u.json"), "--source", given, id);
    expect(undone.code, undone.err).toBe(0);
  });

  it("is given once for each, as often as there are sources", async () => {
    const { run, given } = await stage();
    const twice = await run("seats", "--source", given, "--source", "payroll=x.csv");
    expect(twice.code).toBe(64);
    expect(twice.err).toContain("--source names payroll, which seatwright.yaml does not declare.");
  });
});
