import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../../src/model/check-up.ts";
import { acme, organizationYaml, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, type Ended, folderWith, patient } from "./run.ts";

const day = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * day + 60_000).toISOString();

type World = ReturnType<typeof acme>;
type Key = World["keys"][number];

/** The organisation of `acme` with these keys in place of its one; the admin made them unless it is said otherwise. */
function worldWith(keys: readonly Partial<Key>[]): World {
  const world = acme();
  const [pattern] = world.keys;
  if (pattern === undefined) throw new Error("the organisation has no key");
  return { ...world, keys: keys.map((key, at) => ({ ...pattern, id: `key-${at}`, ...key })) };
}

interface Told {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

function toldBy(ended: Ended): Told {
  try {
    return JSON.parse(ended.out) as Told;
  } catch {
    throw new Error(JSON.stringify(ended));
  }
}

const stateOf = ({ checks }: Told, id: string): string | undefined => checks.find((check) => check.id === id)?.state;
const foundBy = ({ checks }: Told, id: string): string => checks.find((check) => check.id === id)?.found ?? "";

describe("doctor, about the key", () => {
  const keys: readonly Partial<Key>[] = [
    { label: "long", expiresAt: inDays(100) },
    { label: "soon", expiresAt: inDays(10) },
    { label: "ended", expiresAt: inDays(-3) },
  ];
  const world = worldWith(keys);
  let simulator: Awaited<ReturnType<typeof simulatorHere>>;
  beforeAll(async () => {
    simulator = await simulatorHere({ world });
  });
  afterAll(async () => {
    await simulator.close();
  });

  /** What doctor tells with these lines in the organisation file. */
  async function withLines(
    lines: string,
    env: Readonly<Record<string, string>> = simulator.env,
  ): Promise<Told & Ended> {
    const repo = await folderWith({ ...soundFiles, "seatwright.yaml": `${organizationYaml}${lines}` });
    const ended = await cli(["doctor", "--repo", repo, "--json"], { env });
    return { ...toldBy(ended), ...ended };
  }

  it("passes a key without scopes that ends long after the warnings, made by an admin", patient, async () => {
    const told = await withLines("key: {label: long}\n");
    for (const id of ["key.kind", "key.works", "key.expiry", "key.creator"])
      expect(stateOf(told, id), id).toBe("passed");
    expect(told.code).toBe(0);
  });

  it("warns at 30, 14 and 7 days, and names the nearest that is reached", patient, async () => {
    const days = [31, 29, 15, 13, 8, 6] as const;
    const made = await simulatorHere({
      world: worldWith(days.map((each) => ({ label: `in-${each}`, expiresAt: inDays(each) }))),
    });
    const found: string[] = [];
    for (const each of days) {
      const told = await withLines(`key: {label: in-${each}}\n`, made.env);
      expect(told.code, told.err).toBe(0);
      const nearest = /less than (\d+d) away/.exec(foundBy(told, "key.expiry"))?.[1] ?? "none";
      found.push(`${each}: ${stateOf(told, "key.expiry")} ${nearest}`);
    }
    expect(found).toEqual([
      "31: passed none",
      "29: warning 30d",
      "15: warning 30d",
      "13: warning 14d",
      "8: warning 14d",
      "6: warning 7d",
    ]);
    await made.close();
  });

  it("warns when the organisation file says so, and not before", patient, async () => {
    expect(stateOf(await withLines("key: {label: soon, warn: [5d]}\n"), "key.expiry")).toBe("passed");
    expect(stateOf(await withLines("key: {label: long, warn: [P4M]}\n"), "key.expiry")).toBe("warning");
  });

  it("fails for a label that no key has, or whose key has ended: nobody would be warned", patient, async () => {
    const missing = await withLines("key: {label: other}\n");
    expect([stateOf(missing, "key.expiry"), missing.code]).toEqual(["failed", 8]);
    expect(stateOf(await withLines("key: {label: ended}\n"), "key.expiry")).toBe("failed");
  });

  it("does not know the end of a key that nobody named", patient, async () => {
    const told = await withLines("");
    expect(stateOf(told, "key.expiry")).toBe("not known");
    expect(told.code).toBe(0);
  });

  it("does not pass what was not asked: without a key everything about it is not known", patient, async () => {
    const told = await withLines("", { SEATWRIGHT_API_URL: simulator.env.SEATWRIGHT_API_URL });
    expect(told.checks.filter(({ area }) => area === "key").map(({ state }) => state)).toEqual(["not known"]);
  });

  it("fails for a user's token, and for a key that Atlassian does not accept", patient, async () => {
    const user = await withLines("", { ...simulator.env, SEATWRIGHT_API_KEY: "ATATT-of-a-user" });
    expect([stateOf(user, "key.kind"), user.code]).toEqual(["failed", 8]);
    const wrong = await withLines("", { ...simulator.env, SEATWRIGHT_API_KEY: "ATCTT-of-nobody" });
    expect([stateOf(wrong, "key.works"), wrong.code]).toEqual(["failed", 8]);
    expect(JSON.stringify([user.checks, wrong.checks])).not.toContain("ATCTT-of-nobody");
  });

  it("fails for a key with scopes, and does not know what such a key may not read", patient, async () => {
    const scoped = await simulatorHere({ keyScopes: ["read:orgs:admin"] });
    const told = await withLines("key: {label: long}\n", scoped.env);
    expect(stateOf(told, "key.works")).toBe("passed");
    expect([stateOf(told, "key.kind"), told.code]).toEqual(["failed", 8]);
    expect(foundBy(told, "key.kind")).toContain("has scopes");
    expect(stateOf(told, "key.expiry")).toBe("not known");
    await scoped.close();
  });

  it("warns where whoever made the key is not an admin, or is gone", patient, async () => {
    const [someone = ""] = [...world.accounts].flatMap(([id, { email }]) =>
      email === "busy-1@example.com" ? [id] : [],
    );
    const made = await simulatorHere({
      world: worldWith([
        { label: "plain", expiresAt: inDays(100), createdBy: someone },
        { label: "gone", expiresAt: inDays(100), createdBy: "712020:gone" },
      ]),
    });
    const plain = await withLines("key: {label: plain}\n", made.env);
    expect(stateOf(plain, "key.creator")).toBe("warning");
    expect(foundBy(plain, "key.creator")).toContain("not an organisation admin");
    const gone = await withLines("key: {label: gone}\n", made.env);
    expect(stateOf(gone, "key.creator")).toBe("warning");
    expect(foundBy(gone, "key.creator")).toContain("not in the organisation any more");
    await made.close();
  });
});

describe("doctor, about policies and ledger", () => {
  it("fails with the code of policies that are not sound, and goes on with the rest", patient, async () => {
    const repo = await folderWith({ ...soundFiles, "policies/unused.yaml": "version: 1\npolicies: [{idd: a}]\n" });
    const ended = await cli(["doctor", "--repo", repo, "--json"]);
    const told = toldBy(ended);
    expect([stateOf(told, "policies.sound"), ended.code]).toEqual(["failed", 9]);
    expect(told.checks.length).toBeGreaterThan(4);
  });

  it("tells the age of the last good run, a stop in force, and warns without a baseline", patient, async () => {
    const simulator = await simulatorHere();
    const { env } = simulator;
    const repo = await repoWith(soundFiles);
    const at = ["--repo", repo, "--json"];
    const sound = toldBy(await cli(["doctor", ...at], { env }));
    expect(foundBy(sound, "ledger.last-run")).toContain("1 day ago");
    for (const id of ["ledger.reachable", "ledger.lock", "ledger.last-run", "ledger.unfinished", "ledger.stop"]) {
      expect(stateOf(sound, id), id).toBe("passed");
    }
    expect(stateOf(toldBy(await cli(["doctor", ...at, "--warn-after-days", "1"], { env })), "ledger.last-run")).toBe(
      "warning",
    );
    await cli(["stop", "--repo", repo, "--reason", "audit"], { env });
    const stopped = toldBy(await cli(["doctor", ...at], { env }));
    expect(stateOf(stopped, "ledger.stop")).toBe("warning");
    expect(foundBy(stopped, "ledger.stop")).toContain("audit");
    const fresh = toldBy(await cli(["doctor", "--repo", await folderWith(soundFiles), "--json"], { env }));
    expect(stateOf(fresh, "ledger.reachable")).toBe("warning");
    expect(stateOf(fresh, "ledger.last-run")).toBe("warning");
    await simulator.close();
  });

  it("fails for the ledger of another organisation", patient, async () => {
    const ledger = await folderWith({ "ledger.json": '{"kind":"ledger","version":1,"organization":"another"}' });
    const ended = await cli(["doctor", "--repo", await folderWith(soundFiles), "--ledger", ledger, "--json"]);
    expect([stateOf(toldBy(ended), "ledger.reachable"), ended.code]).toEqual(["failed", 1]);
  });

  it("names who holds the lock, in a folder and on a branch", patient, async () => {
    const holder = {
      id: "x",
      organization: "o",
      purpose: "apply",
      startedAt: "2026-11-20T09:00:00Z",
      host: "elsewhere",
      pid: 7,
    };
    const held = JSON.stringify({ ...holder, processStarted: null, space: null });
    const repo = await folderWith(soundFiles);
    const folder = await folderWith({ lock: held });
    const told = toldBy(await cli(["doctor", "--repo", repo, "--ledger", folder, "--json"]));
    expect(stateOf(told, "ledger.lock")).toBe("warning");
    expect(foundBy(told, "ledger.lock")).toContain("apply, process 7 on elsewhere, since 2026-11-20T09:00:00Z");

    const bare = join(await folderWith(), "ledger.git");
    execFileSync("git", ["init", "--quiet", "--bare", bare]);
    const git = (args: readonly string[], input = ""): string =>
      execFileSync("git", ["-C", bare, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        encoding: "utf8",
        input,
      }).trim();
    const tree = git(["mktree"]);
    git(["update-ref", "refs/seatwright/lock", git(["commit-tree", tree, "-m", held])]);
    const onBranch = toldBy(
      await cli(["doctor", "--repo", repo, "--ledger", `file://${bare}#seatwright-ledger`, "--json"]),
    );
    expect(foundBy(onBranch, "ledger.lock")).toContain("apply, process 7 on elsewhere");
  });

  it("says for a person what each check found and what to do", patient, async () => {
    const ended = await cli(["doctor", "--repo", await folderWith(soundFiles)]);
    expect(ended.out).toContain("not known  github.token");
    expect(ended.out).toContain("To do: ");
    expect(ended.out).toMatch(/not known and \d+ passed\. Nothing failed\./);
    expect(ended.code).toBe(0);
  });
});
