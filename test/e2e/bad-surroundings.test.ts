import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/documents.generated.ts";
import {
  acmeSnapshot,
  organizationId,
  organizationYaml,
  policyYaml,
  repoWith,
  simulatorHere,
  soundFiles,
} from "./organisation.ts";
import { cli, type Ended, folderWith, type Simulated, start, startSimulate, patient } from "./run.ts";
import { needingSmallDisk, onReadOnlyDisk, onSmallDisk } from "./small-disk.ts";

let server: Simulated;
let snapshot = "";

beforeAll(async () => {
  snapshot = await acmeSnapshot();
  server = await startSimulate("--from", snapshot);
});

afterAll(async () => {
  // Whatever was asked for in this file: nothing may have come of it.
  expect(await server.changes()).toBe(0);
  expect(await server.stop()).toMatchObject({ code: 0, signal: null, err: "" });
});

/** Words as they stand in a message that was wrapped to a width. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** A command that stopped: its code, nothing on stdout, and these words. */
function expectStop({ code, out, err }: Ended, expected: number, ...words: readonly string[]): void {
  expect({ code, out }).toEqual({ code: expected, out: "" });
  for (const each of words) expect(unwrapped(err)).toContain(each);
  expect(err).toMatch(/^(Reading [^\n]*\n|\n)*Stopped: /);
  expect(err).not.toMatch(/\n\s+at |node:internal|Error:/);
}

/** A sound repository with a plan that was made from the server. */
async function planned(): Promise<{ readonly repo: string; readonly file: string; readonly plan: Plan }> {
  const repo = await repoWith(soundFiles);
  const file = join(repo, "plan.json");
  const made = await cli(["plan", "--repo", repo, "--out", file], { env: server.env });
  expect(made.code).toBe(0);
  const plan = JSON.parse(await readFile(file, "utf8")) as Plan;
  expect(plan.changes).toHaveLength(8);
  return { repo, file, plan };
}

function apply(repo: string, file: string, digest: string, ...more: readonly string[]): Promise<Ended> {
  const args = ["apply", "--repo", repo, "--plan", file, "--approve", digest, "--reason", "clean-up", ...more];
  return cli(args, { env: server.env });
}

describe.concurrent("the key", patient, () => {
  const sync = async (env: Readonly<Record<string, string>>): Promise<Ended> => {
    const repo = await folderWith(soundFiles);
    const ended = await cli(["sync", "--repo", repo, "--out", join(repo, "s.json")], { env });
    expect(await readdir(repo)).toEqual(["policies", "seatwright.yaml"]);
    return ended;
  };

  it("that is not there stops the run before anything is asked", async () => {
    const ended = await sync({ SEATWRIGHT_API_URL: server.url });
    expectStop(ended, 8, "There is no API key", "without scopes", "SEATWRIGHT_API_KEY", "never taken from a flag");
  });

  it("that is wrong is told as such, with the kind that is needed", async () => {
    const ended = await sync({ ...server.env, SEATWRIGHT_API_KEY: "ATCTT-wrong" });
    expectStop(ended, 8, "wrong, expired or revoked", "API key without scopes", "ATCTT");
  });

  it("that is a user's token is told from an organisation's", async () => {
    const ended = await sync({ ...server.env, SEATWRIGHT_API_KEY: "ATATT-mine" });
    expectStop(ended, 8, "a user's API token (it starts with ATATT)", "ATCTT");
    expect(ended.err).not.toContain("ATATT-mine");
  });

  it("that has expired is told as such", async () => {
    const { env, close } = await simulatorHere({ keyExpiresAt: new Date(0) });
    expectStop(await sync(env), 8, "wrong, expired or revoked", "API key without scopes");
    await close();
  });

  it("that has scopes is told as such, with the kind that is needed", async () => {
    const { env, close } = await simulatorHere({ keyScopes: ["read:orgs:admin", "read:directories:admin"] });
    expectStop(await sync(env), 8, "The API key has scopes", "This needs an API key without scopes");
    await close();
  });

  it("is never asked for on the command line", async () => {
    expectStop(await cli(["sync", "--out", "s.json", "--api-key", "x"]), 64, "Unknown option '--api-key'");
  });
});

describe.concurrent("the organisation", patient, () => {
  it("that the key does not open is named, with both ids", async () => {
    const other = "8a130dbc-06bc-1a05-jjk7-000000000000";
    const repo = await folderWith({
      ...soundFiles,
      "seatwright.yaml": organizationYaml.replace(organizationId, other),
    });
    const ended = await cli(["plan", "--repo", repo], { env: server.env });
    expectStop(ended, 8, organizationId, other, "correct the organisation id in seatwright.yaml");
  });

  it("of the settings must be that of the policies", async () => {
    const repo = await folderWith(soundFiles);
    const ended = await cli(["plan", "--repo", repo], { env: { ...server.env, SEATWRIGHT_ORG_ID: "another-one" } });
    expectStop(ended, 9, organizationId, "another-one", "of one organisation");
  });

  it("is not known where nothing names it", async () => {
    const ended = await cli(["sync", "--repo", await folderWith(), "--out", "s.json"], { env: server.env });
    expectStop(ended, 9, "Which organisation is meant is not known", "SEATWRIGHT_ORG_ID", "--repo");
  });

  it("that cannot be reached is told from one that refuses", async () => {
    const repo = await folderWith(soundFiles);
    const env = { ...server.env, SEATWRIGHT_API_URL: "http://127.0.0.1:1" };
    // It is tried again for some seconds: nobody else waits for it.
    expectStop(
      await start(["plan", "--repo", repo], { env }).ended,
      7,
      "the connection was refused",
      "Nothing was changed",
    );
  });

  it.each([
    ["ftp://api.example", "not an http or https address"],
    ["nonsense", "not an http or https address"],
    ["http://api.example", "would send the API key unencrypted"],
    ["https://me:secret@api.example", "holds more than a host and a path"],
  ])("is never looked for at %s", async (url, says) => {
    const repo = await folderWith(soundFiles);
    const ended = await cli(["sync", "--repo", repo, "--out", join(repo, "s.json"), "--api-url", url], {
      env: server.env,
    });
    expectStop(ended, 64, says, "Leave SEATWRIGHT_API_URL empty");
    expect(ended.err).not.toContain("secret");
  });
});

describe.concurrent("the files", patient, () => {
  it("that are no policy repository stop every command that needs one", async () => {
    const empty = await folderWith();
    for (const args of [["plan"], ["validate"], ["explain", "ada"]]) {
      const ended = await cli([...args, "--repo", empty], { env: server.env });
      expectStop(ended, 9, `${empty} has no seatwright.yaml`, "seatwright init", "--repo");
    }
    expectStop(await cli(["plan", "--repo", join(empty, "nowhere")]), 64, "there is no such file", "Check the path");
  });

  it("that should be a snapshot and are none stop the run", async () => {
    const whole = await readFile(snapshot, "utf8");
    const repo = await folderWith({
      ...soundFiles,
      "cut.json": whole.slice(0, whole.length / 2),
      "empty.json": "",
      "other.json": "{}",
      "web.json": "<html>",
    });
    const plan = (file: string): Promise<Ended> => cli(["plan", "--repo", repo, "--snapshot", join(repo, file)]);
    expectStop(await plan("none.json"), 64, "none.json could not be read: there is no such file", "Check the path");
    expectStop(await plan("policies"), 64, "it is a folder", "Name a file");
    for (const file of ["cut.json", "empty.json", "other.json", "web.json"]) {
      expectStop(await plan(file), 64, `${file} is not a snapshot`, "seatwright sync --out FILE");
    }
    expectStop(await cli(["simulate", "--from", join(repo, "cut.json")]), 64, "cut.json is not a snapshot");
    expect((await readdir(repo)).includes(".seatwright")).toBe(false);
  });

  it("that cannot be written are told of before the organisation is read", async () => {
    const repo = await folderWith({ ...soundFiles, file: "" });
    const at = (path: string): string => join(repo, path);
    const stops: readonly (readonly [args: readonly string[], says: string])[] = [
      [["sync", "--out", at("file/s.json")], "a part of its path is a file, not a folder"],
      [["sync", "--out", at("policies")], "it is a folder"],
      [["plan", "--out", at("file/p.json")], "a part of its path is a file, not a folder"],
      [["plan", "--markdown", at("policies")], "it is a folder"],
      [["plan", "--html", at("file/x/p.html")], "a part of its path is a file, not a folder"],
    ];
    for (const [args, says] of stops) {
      const ended = await cli([...args, "--repo", repo], { env: server.env });
      expectStop(ended, 64, says);
      expect(ended.err).not.toContain("Reading");
    }
    expect(await readdir(repo)).toEqual(["file", "policies", "seatwright.yaml"]);
    expectStop(await cli(["schema", "--out", at("file")]), 64, "not a folder");
    const elsewhere = { env: { SEATWRIGHT_ORG_ID: organizationId } };
    expectStop(await cli(["init", "--repo", at("file/new")], elsewhere), 64, "not a folder");
  });
});

describe.concurrent("the ledger", patient, () => {
  it("that is a file stops a plan", async () => {
    const repo = await folderWith({ ...soundFiles, ledger: "" });
    const ended = await cli(["plan", "--repo", repo, "--ledger", join(repo, "ledger"), "--snapshot", snapshot]);
    expectStop(ended, 64, "a file, not a directory");
  });

  it("of another organisation is refused", async () => {
    const owner = JSON.stringify({ kind: "ledger", version: 1, organization: "another-one" });
    const repo = await folderWith({ ...soundFiles, ".seatwright/ledger/ledger.json": owner });
    const ended = await cli(["plan", "--repo", repo, "--snapshot", snapshot]);
    expectStop(ended, 64, "is the ledger of organisation another-one", "this organisation's own ledger");
  });

  it("that somebody else holds stops an apply, naming who", async () => {
    const { repo, file, plan } = await planned();
    const holder = {
      id: "1",
      organization: organizationId,
      purpose: "applying plan sha256:1",
      startedAt: "2026-11-20T09:00:00Z",
      host: "build-7",
      pid: 42,
      processStarted: null,
      space: null,
    };
    await writeFile(join(repo, ".seatwright/rehearsal/lock"), JSON.stringify(holder));
    const ended = await apply(repo, file, plan.digest);
    expectStop(ended, 6, "Another run holds the ledger", "process 42 on build-7", "try again");
  });

  it("whose audit log cannot be written stops an apply before its first change", async () => {
    const { repo, file, plan } = await planned();
    await writeFile(join(repo, ".seatwright/rehearsal/audit"), "");
    const ended = await apply(repo, file, plan.digest);
    expectStop(ended, 64, join(repo, ".seatwright/rehearsal/audit"));
  });

  it("whose audit log lies on a full disk stops an apply before its first change", needingSmallDisk(), async () => {
    const { repo, file, plan } = await planned();
    const audit = join(repo, ".seatwright/rehearsal/audit");
    await mkdir(audit);
    const args = ["apply", "--repo", repo, "--plan", file, "--approve", plan.digest, "--reason", "clean-up"];
    const ended = await cli(args, { env: server.env, under: onSmallDisk(audit, 0) });
    expectStop(ended, 64, "disk is full", audit);
  });

  it("whose audit log nobody may write stops an apply before its first change", needingSmallDisk(), async () => {
    const { repo, file, plan } = await planned();
    const audit = join(repo, ".seatwright/rehearsal/audit");
    await mkdir(audit);
    const args = ["apply", "--repo", repo, "--plan", file, "--approve", plan.digest, "--reason", "clean-up"];
    const ended = await cli(args, { env: server.env, under: onReadOnlyDisk(audit) });
    expectStop(ended, 64, audit, "it can only be read");
  });

  it("or a result on a full disk is told as such", needingSmallDisk(), async () => {
    const repo = await folderWith(soundFiles);
    const small = await folderWith();
    const args = ["sync", "--repo", repo, "--out", join(small, "s.json")];
    const ended = await cli(args, { env: server.env, under: onSmallDisk(small, 0) });
    expectStop(ended, 64, "s.json could not be written: the disk is full", "Free some space");
    expect(await readdir(`${small}.kept`)).toEqual([]);
  });
});

describe.concurrent("a plan", patient, () => {
  it("that is not the one that was approved is not applied", async () => {
    const { repo, file, plan } = await planned();
    const text = await readFile(file, "utf8");
    const edited = join(repo, "edited.json");
    const put = (content: string): Promise<void> => writeFile(edited, content);

    await put(text.replace('"unused-seats"', '"unused-seatz"'));
    expectStop(await apply(repo, edited, plan.digest), 4, "was changed after it was made", "Make a new plan");
    await put(JSON.stringify({ ...plan, changes: plan.changes.slice(1) }));
    expectStop(await apply(repo, edited, plan.digest), 4, "was changed after it was made");
    await put(JSON.stringify({ ...plan, digest: undefined }));
    expectStop(await apply(repo, edited, plan.digest), 4, "is not a plan that Seatwright made: it must have");
    await put(text.slice(0, 400));
    expectStop(await apply(repo, edited, plan.digest), 4, "is not a plan that Seatwright made: it is not JSON");
    expectStop(await apply(repo, join(repo, "none.json"), plan.digest), 64, "there is no such file");
    expectStop(await apply(repo, file, `sha256:${"0".repeat(64)}`), 4, "the plan's digest is", "its own digest");
    expectStop(await apply(repo, file, plan.digest, "--max-minutes", "soon"), 64, "--max-minutes soon");

    const without = ["apply", "--repo", repo, "--plan", file];
    expectStop(await cli(without, { env: server.env }), 4, "The plan is not approved", `--approve ${plan.digest}`);
    const unreasoned = [...without, "--approve", plan.digest];
    expectStop(await cli(unreasoned, { env: server.env }), 4, "needs a reason", "audit log");
    expectStop(await cli([...unreasoned, "--reason", "  "], { env: server.env }), 4, "needs a reason");
    const keyless = await cli([...unreasoned, "--reason", "x"], { env: { SEATWRIGHT_API_URL: server.url } });
    expectStop(keyless, 8, "There is no API key");

    const shown = await apply(repo, file, plan.digest, "--snapshot", edited);
    expectStop(shown, 64, "edited.json is not a snapshot");
  });

  it("that was made from other policies, or may only be read, is not applied", async () => {
    const { repo, file, plan } = await planned();
    await writeFile(join(repo, "policies/unused.yaml"), policyYaml({ where: "{app: jira-software, unused: 120d}" }));
    expectStop(await apply(repo, file, plan.digest), 4, "The policies have changed since the plan was made");
    await writeFile(join(repo, "seatwright.yaml"), organizationYaml.replace("power: act", "power: observe"));
    expectStop(await apply(repo, file, plan.digest), 4, "`power: observe`", "in a reviewed commit");
    await writeFile(join(repo, "policies/unused.yaml"), "version: 1\n");
    const { code, out, err } = await apply(repo, file, plan.digest);
    expect({ code, out }).toEqual({ code: 9, out: "" });
    expect(err).toContain("policies/unused.yaml:1:1 error");
  });

  it("of another organisation is not applied", async () => {
    const { repo, file, plan } = await planned();
    const other = "8a130dbc-06bc-1a05-jjk7-000000000000";
    await writeFile(join(repo, "seatwright.yaml"), organizationYaml.replace(organizationId, other));
    const ended = await apply(repo, file, plan.digest, "--ledger", join(repo, "ledger-2"));
    expectStop(ended, 4, `The plan is for organisation ${organizationId}; this is ${other}`);
  });
});
