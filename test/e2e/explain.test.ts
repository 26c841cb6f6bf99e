import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { explanation as isExplanation, personPast as isPersonPast } from "../support/written.generated.cjs";
import type { Explanation, PersonPast, Plan, RunResult } from "../../src/model/documents.generated.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { acmeSnapshot, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, type Ended, folderWith, patient } from "./run.ts";

const ada = "idle-3@example.com";
const adaId = accountIdOf(ada);

let snapshot = "";

beforeAll(async () => {
  snapshot = await acmeSnapshot();
}, patient.timeout);

function explained({ code, out, err }: Ended): Explanation {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const value: unknown = JSON.parse(out);
  if (!isExplanation(value)) throw new Error(JSON.stringify(isExplanation.errors));
  return value;
}

function past({ code, out, err }: Ended): PersonPast {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const value: unknown = JSON.parse(out);
  if (!isPersonPast(value)) throw new Error(JSON.stringify(isPersonPast.errors));
  return value;
}

const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

describe.concurrent("explain", patient, () => {
  it("answers before a run, after it, and from the ledger alone, with the same run and reasons", async () => {
    const simulator = await simulatorHere();
    const { env } = simulator;
    const repo = await repoWith(soundFiles);
    const file = join(repo, "plan.json");
    const run = (...args: readonly string[]): Promise<Ended> => cli([...args, "--repo", repo], { env });

    const before = explained(await run("explain", ada, "--json", "--quiet"));
    expect(before.person.accountId).toBe(adaId);
    expect(before.changes.map(({ action }) => action)).toEqual(["revoke"]);
    expect(before.seats[0]).toMatchObject({ held: "true", freeing: { possible: "yes" } });
    expect(before.past).toEqual([]);

    const plan = JSON.parse((await run("plan", "--out", file, "--json", "--quiet")).out) as Plan;
    expect(plan.changes.filter(({ accountId }) => accountId === adaId).map(({ id }) => id)).toEqual(
      before.changes.map(({ id }) => id),
    );
    const applied = await run("apply", "--plan", file, "--approve", plan.digest, "--reason", "clean-up", "--json");
    const result = JSON.parse(applied.out) as RunResult;

    const after = explained(await run("explain", ada, "--json", "--quiet"));
    expect(after.seats).toEqual([]);
    expect(after.past.map((change) => [change.run, change.outcome])).toEqual([[result.run, "done"]]);
    const text = plain((await run("explain", ada, "--quiet")).out);
    expect(text).toContain(`Earlier: Revoke Jira on acme: done, and read back`);
    expect(text).toContain(`by ${result.run}, because of unused-seats`);
    expect(text).toContain(`seatwright undo ${result.run} --person ${adaId} --out undo.json`);

    await simulator.close();
    // No key, no network, no policy repository: the ledger's folder is enough.
    const ledger = join(repo, ".seatwright/rehearsal");
    const alone = past(await cli(["explain", adaId, "--run", result.run, "--ledger", ledger, "--json"]));
    expect(alone.run?.auditHead).toBe(result.auditHead);
    expect(alone.changes).toEqual(after.past);
    expect(alone.changes[0]?.policies).toEqual(plan.changes.find((each) => each.accountId === adaId)?.policies);
    expect(await readFile(join(ledger, "ledger.json"), "utf8")).not.toContain("@");

    const named = await cli(["explain", "Idle Person 3", "--run", result.run, "--ledger", ledger]);
    expect(named.code).toBe(64);
    expect(plain(named.err)).toContain("The ledger knows account ids only, and Idle Person 3 is none of its.");
    const word = await cli(["explain", "Idle", "--run", result.run, "--ledger", ledger]);
    expect(word).toMatchObject({ code: 64, out: "" });
    expect(plain(word.err)).toContain("and Idle is none of its. Give the account id, or add --snapshot FILE");
    const untouched = accountIdOf("nobody@example.com");
    expect((await cli(["explain", untouched, "--run", result.run, "--ledger", ledger])).code).toBe(0);
    const found = await cli([
      "explain",
      "Idle Person 3",
      "--snapshot",
      snapshot,
      "--run",
      result.run,
      "--ledger",
      ledger,
    ]);
    expect(found).toMatchObject({ code: 0, out: expect.stringContaining("Idle Person 3") });

    // Somebody who is gone from the organisation is told of all the same.
    const later = (await readFile(snapshot, "utf8")).replaceAll(adaId, "712020:somebody-else");
    const without = await folderWith({ "later.json": later });
    const gone = await cli(["explain", adaId, "--snapshot", join(without, "later.json"), "--ledger", ledger, "--json"]);
    expect(past(gone)).toMatchObject({ accountId: adaId, run: null, changes: alone.changes });
  });

  it("works from a snapshot without a policy repository, and says what is missing", async () => {
    const cwd = await folderWith();
    const { code, out } = await cli(["explain", ada, "--snapshot", snapshot], { cwd });
    expect(code).toBe(0);
    expect(plain(out)).toContain("By the group jira-users (user). Without it the seat is free.");
    expect(plain(out)).toContain("There is no policy repository here: no exemptions");
    const bare = explained(await cli(["explain", ada, "--snapshot", snapshot, "--json"], { cwd }));
    expect(bare.policies).toEqual([]);
    expect(bare.notes).toEqual([expect.stringContaining("There is no policy repository here")]);
  });

  it("ends with 64 where nobody, or several people, are meant, and says how to go on", async () => {
    const cwd = await folderWith();
    const refused = async (wanted: string): Promise<string> => {
      const { code, out, err } = await cli(["explain", wanted, "--snapshot", snapshot], { cwd });
      expect({ code, out }).toEqual({ code: 64, out: "" });
      return plain(err);
    };
    const sam = await refused("Sam Lee");
    expect(sam).toContain("2 people are called Sam Lee.");
    expect(sam).toContain(`Sam Lee (active, in main, ${accountIdOf("sam.lee@example.com")})`);
    expect(sam).toContain(`Sam Lee (active, in labs, ${accountIdOf("sam@labs.example")})`);
    expect(await refused("Idle Persn 3")).toContain("It may be another spelling. Nearest: Idle Person 3");
    expect(await refused("qm:1:2")).toContain("portal-only customer");
    const told = await cli(["explain", "Xaver", "--snapshot", snapshot, "--json"], { cwd });
    expect(JSON.parse(told.out)).toMatchObject({ error: { code: 64, reason: "usage" } });
  });
});
