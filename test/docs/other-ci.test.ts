import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { Approval, Plan } from "../../src/model/documents.generated.ts";
import { idlePeople, organizationYaml, repoWith, simulatorHere, soundFiles, writesAmong } from "../e2e/organisation.ts";
import { type Ended, entry, folderWith, patient, startUnder } from "../e2e/run.ts";
import { needs } from "../support/needs.ts";
import { makeSshKey, type SshKey } from "../support/ssh-keys.ts";
import { fencesOf, readPage } from "./pages.ts";

const page = readPage("docs/other-ci.md");
const fences = fencesOf(page);

function fence(info: string, start: RegExp): string {
  const found = fences.find((each) => each.info === info && start.test(each.text));
  if (found === undefined) throw new Error(`${page.path} has no such block: ${start.source}`);
  return found.text;
}

interface GitLabJob {
  readonly rules: readonly { readonly if: string; readonly changes?: readonly string[] }[];
  readonly script: readonly string[];
}
const gitlab = parse(fence("yml", /gitlab-ci/)) as Readonly<Record<"check" | "plan" | "apply", GitLabJob>>;

interface BitbucketStep {
  readonly step: { readonly name: string; readonly deployment?: string; readonly script: readonly string[] };
}
const bitbucket = parse(fence("yml", /bitbucket-pipelines/)) as {
  readonly pipelines: {
    readonly "pull-requests": Readonly<Record<string, readonly BitbucketStep[]>>;
    readonly custom: Readonly<Record<string, readonly BitbucketStep[]>>;
    readonly branches: Readonly<Record<string, readonly BitbucketStep[]>>;
  };
};
const steps = Object.values(bitbucket.pipelines)
  .flatMap((pipelines) => Object.values(pipelines).flat())
  .map(({ step }) => step);

const cron = fence("sh", /^#!\/bin\/sh/);
const approveLine = fence("sh", /^seatwright approve/).trim();

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly keys: readonly SshKey[];
  readonly writes: () => number;
  readonly close: () => Promise<void>;
}

/** A machine with `seatwright` on its path, an organisation, its policies with two approvers, and a ledger on a branch. */
async function place(): Promise<Place> {
  const simulator = await simulatorHere();
  const home = await folderWith();
  const bin = join(home, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "seatwright"), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(join(bin, "seatwright"), 0o755);
  const keys = [makeSshKey(home, "ada"), makeSshKey(home, "bob")];
  const approvers = keys.map(({ publicKey }, at) => `  - {login: person-${at}, keys: ["${publicKey}"]}\n`).join("");
  const files = { ...soundFiles, "seatwright.yaml": `${organizationYaml}approvers:\n${approvers}` };
  const counted = join(await repoWith(files), ".seatwright/rehearsal");
  const bare = join(home, "ledger.git");
  execFileSync("git", ["init", "--quiet", "--bare", bare]);
  commitAll(counted, "seatwright-ledger", bare);
  const folder = await folderWith(files);
  const env = {
    ...simulator.env,
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    LEDGER: `file://${bare}#seatwright-ledger`,
  };
  return { folder, env, keys, writes: () => writesAmong(simulator.requests), close: () => simulator.close() };
}

function git(folder: string, ...args: readonly string[]): void {
  const someone = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
  execFileSync("git", ["-C", folder, ...someone, ...args], { stdio: "pipe" });
}

/** Everything in a folder as the one commit of a branch of a bare repository. */
function commitAll(folder: string, branch: string, bare: string): void {
  git(folder, "init", "--quiet", `--initial-branch=${branch}`);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "Begin");
  git(folder, "push", "--quiet", bare, branch);
}

/** Runs lines as a job's shell does: it ends with the first that fails. */
async function shell(lines: readonly string[], cwd: string, env: Place["env"]): Promise<Ended> {
  const ended = await startUnder("sh", ["-ec", lines.join("\n")], { cwd, env }).ended;
  expect(ended, ended.err).toMatchObject({ code: 0 });
  return ended;
}

/** The two approvers run what the page has them run, each with a key of their own. */
async function approve({ env, keys }: Place, folder: string): Promise<Approval> {
  for (const { file } of keys) await shell([approveLine.replace("~/.ssh/id_ed25519", file)], folder, env);
  return JSON.parse(readFileSync(join(folder, "approval.json"), "utf8")) as Approval;
}

needs("ssh-keygen").describe("docs/other-ci.md", () => {
  it("gives a merge request nothing that needs the key", () => {
    const ofRequests = steps.filter(({ name }) => name === "check");
    expect(gitlab.check.rules.map((rule) => rule.if)).toEqual([`$CI_PIPELINE_SOURCE == "merge_request_event"`]);
    expect(gitlab.check.script).toEqual(["seatwright validate"]);
    expect(ofRequests).toEqual([{ name: "check", script: ["seatwright validate"] }]);
    expect(Object.values(bitbucket.pipelines["pull-requests"]).flat()).toHaveLength(1);
  });

  it("plans and applies on the default branch only, on Bitbucket from deployments that can be limited to it", () => {
    for (const { rules } of [gitlab.plan, gitlab.apply]) {
      for (const rule of rules) expect(rule.if).toContain("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
    }
    expect(Object.keys(bitbucket.pipelines.branches)).toEqual(["main"]);
    for (const step of steps.filter(({ name }) => name !== "check")) {
      expect(step.deployment).toBe(`seatwright-${step.name}`);
      expect(page.text).toContain(`\`seatwright-${step.name}\``);
    }
  });

  it("has Bitbucket run the same commands as GitLab", () => {
    const own = Object.fromEntries(steps.map(({ name, script }) => [name, script]));
    const { check, plan, apply } = gitlab;
    expect(own).toEqual({ check: check.script, plan: plan.script, apply: apply.script });
  });

  it("carries a plan from its pipeline over two signatures to its apply", patient, async () => {
    const where = await place();
    const { folder, env, writes, close } = where;
    await shell(gitlab.check.script, folder, env);
    await shell(gitlab.plan.script, folder, env);
    expect(writes()).toBe(0);
    const { digest, changes } = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as Plan;
    expect(changes).toHaveLength(idlePeople);
    const approval = await approve(where, folder);
    expect(approval).toMatchObject({ planDigest: digest, approvers: ["person-0", "person-1"] });
    mkdirSync(join(folder, "approved"));
    for (const name of ["plan.json", "approval.json"]) cpSync(join(folder, name), join(folder, "approved", name));
    const applied = await shell(gitlab.apply.script, folder, env);
    expect(writes()).toBe(idlePeople);
    expect(applied.err).not.toContain("break-glass");
    await close();
  });

  it.each([
    ["a duty is owed by the plan", { plan: 11, apply: 0 }, 11, "plan apply plan"],
    ["a duty is owed after the apply", { plan: 0, apply: 11 }, 11, "plan apply plan"],
    ["a limit trips", { plan: 3, apply: 3 }, 3, "plan apply plan"],
    ["the snapshot is not complete", { plan: 7, apply: 0 }, 7, "plan plan"],
    ["a part is not applied", { plan: 0, apply: 5 }, 5, "plan apply plan apply"],
  ])("has cron apply what was approved once, though %s", patient, async (_, codes, code, calls) => {
    const home = await folderWith({ "access/approved/approval.json": "{}", "access/approved/plan.json": "{}" });
    const bin = join(home, "bin");
    mkdirSync(bin);
    const cases = Object.entries(codes).map(([verb, ends]) => `${verb}) exit ${ends} ;;`);
    writeFileSync(join(bin, "git"), "#!/bin/sh\n");
    writeFileSync(
      join(bin, "seatwright"),
      `#!/bin/sh\necho "$1" >> "$HOME/calls"\ncase $1 in ${cases.join(" ")} esac\n`,
    );
    for (const name of ["git", "seatwright"]) chmodSync(join(bin, name), 0o755);
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: home, LEDGER: "none" };
    const first = await startUnder("sh", ["-euc", cron], { cwd: home, env }).ended;
    expect(first, first.err).toMatchObject({ code });
    await startUnder("sh", ["-euc", cron], { cwd: home, env }).ended;
    expect(readFileSync(join(home, "calls"), "utf8").trim().split("\n").join(" ")).toBe(calls);
  });

  it("has cron plan, apply what was signed and merged, and apply it once", patient, async () => {
    const where = await place();
    const { folder, env, writes, close } = where;
    const bare = join(env["HOME"] ?? "", "access.git");
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
    commitAll(folder, "main", bare);
    execFileSync("git", ["clone", "--quiet", bare, join(env["HOME"] ?? "", "access")]);

    await shell([cron], folder, env);
    expect(writes()).toBe(0);
    cpSync(join(env["HOME"] ?? "", "plan.json"), join(folder, "plan.json"));
    await approve(where, folder);
    mkdirSync(join(folder, "approved"));
    for (const name of ["plan.json", "approval.json"]) cpSync(join(folder, name), join(folder, "approved", name));
    git(folder, "add", "approved");
    git(folder, "commit", "--quiet", "--message", "Approve the plan");
    git(folder, "push", "--quiet", bare, "main");

    await shell([cron], folder, env);
    expect(writes()).toBe(idlePeople);
    await shell([cron], folder, env);
    expect(writes()).toBe(idlePeople);
    await close();
  });
});
