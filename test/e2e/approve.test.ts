import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Approval, AuditEvent, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { needs } from "../support/needs.ts";
import { makeSshKey, type SshKey } from "../support/ssh-keys.ts";
import { organizationYaml, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, type Ended, folderWith, patient } from "./run.ts";

needs("ssh-keygen").describe("an approval file on the command line", () => {
  let simulator: Awaited<ReturnType<typeof simulatorHere>>;
  let repo: string;
  let plan: string;
  let ada: SshKey;
  let bob: SshKey;
  let eve: SshKey;

  beforeAll(async () => {
    const keys = await folderWith();
    [ada, bob, eve] = [makeSshKey(keys, "ada"), makeSshKey(keys, "bob"), makeSshKey(keys, "eve")];
    simulator = await simulatorHere();
    // 8 of 30 people are less than 40%, and more than half of it.
    const limited = organizationYaml.replace("perRun: {percent: 100}", "perRun: {percent: 40}");
    const approvers = `approvers:\n  - {login: ada, keys: ["${ada.publicKey}"]}\n  - {login: bob, keys: ["${bob.publicKey}"]}\n`;
    repo = await repoWith({ ...soundFiles, "seatwright.yaml": `${limited}${approvers}` });
    plan = join(repo, "plan.json");
    const planned = await cli(["plan", "--repo", repo, "--out", plan], { env: simulator.env });
    expect(planned, planned.err).toMatchObject({ code: 0 });
  }, patient.timeout);
  afterAll(async () => {
    await simulator.close();
  });

  const approve = (key: SshKey, out: string, ...more: readonly string[]): Promise<Ended> =>
    cli(["approve", "--repo", repo, "--plan", plan, "--key", key.file, "--reason", "read it", "--out", out, ...more]);
  const apply = (approval: string, ...more: readonly string[]): Promise<Ended> =>
    cli(["apply", "--repo", repo, "--plan", plan, "--approval", approval, ...more], { env: simulator.env });

  it(
    "shows the plan that is signed, names the signer by the key, and says that one is not enough",
    patient,
    async () => {
      const file = join(repo, "one.json");
      const ended = await approve(ada, file);
      expect(ended, ended.err).toMatchObject({ code: 0 });
      expect(ended.err).toContain("Plan for");
      expect(ended.out).toContain("ada approves the plan");
      expect(ended.out).toContain("break-glass");
      expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ approvers: ["ada"], breakGlass: true });
    },
  );

  it("of one person is break-glass: half of each limit", patient, async () => {
    const file = join(repo, "alone.json");
    await approve(ada, file);
    const ended = await apply(file);
    expect(ended.err).toContain("break-glass");
    expect(ended.code).toBe(3);
  });

  it("is not made with a key that seatwright.yaml does not list", patient, async () => {
    const ended = await approve(eve, join(repo, "eve.json"));
    expect(ended.err).toContain("do not tell whose key");
    expect(ended.code).toBe(4);
    expect(await approve(eve, join(repo, "eve.json"), "--as", "bob")).toMatchObject({ code: 4 });
  });

  it("is not made for a plan that was edited", patient, async () => {
    const edited = join(repo, "edited.json");
    const text = await readFile(plan, "utf8");
    await writeFile(edited, text.replace('"notAfter": "20', '"notAfter": "21'));
    const args = ["approve", "--repo", repo, "--plan", edited, "--key", ada.file, "--reason", "x"];
    expect(await cli([...args, "--out", join(repo, "edited-approval.json")])).toMatchObject({ code: 4 });
  });

  it("takes no words from beside the file, and no file that is edited or missing", patient, async () => {
    const file = join(repo, "words.json");
    await approve(ada, file);
    await approve(bob, file);
    expect(await apply(file, "--reason", "mine")).toMatchObject({ code: 64 });
    expect(await apply(join(repo, "nowhere.json"))).toMatchObject({ code: 4 });
    const approval = JSON.parse(readFileSync(file, "utf8")) as Approval;
    const [first, ...rest] = approval.signatures ?? [];
    const edited = { ...approval, signatures: [{ ...first, reason: "other words" }, ...rest] };
    await writeFile(file, JSON.stringify(edited));
    const ended = await apply(file);
    expect(ended.err).toContain("does not fit");
    expect(ended.code).toBe(4);
  });

  it("of two people is applied in full, and the signatures are in the audit log", patient, async () => {
    const file = join(repo, "both.json");
    await approve(ada, file);
    const second = await approve(bob, file);
    expect(second.out).toContain("Approved by ada and bob");
    const ended = await apply(file, "--json");
    expect(ended, ended.err).toMatchObject({ code: 0 });
    expect(ended.err).not.toContain("break-glass");
    const { run, outcomes } = JSON.parse(ended.out) as RunResult;
    const { changes } = JSON.parse(await readFile(plan, "utf8")) as Plan;
    expect(outcomes).toHaveLength(changes.length);
    const [line = ""] = readFileSync(join(repo, `.seatwright/rehearsal/audit/${run}.jsonl`), "utf8").split("\n");
    const { event } = JSON.parse(line) as AuditEvent;
    if (event.type !== "approval" || event.approval === undefined)
      throw new Error("the log does not begin with the approval");
    expect(event.approval).toMatchObject({ made: "file", approvers: ["ada", "bob"] });
    expect(event.approval.signatures).toHaveLength(2);
    expect(await apply(file)).toMatchObject({ code: 4 });
  });
});
