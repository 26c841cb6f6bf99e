import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changeFor, planTime, planWith } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { jiraUser } from "../support/organization.ts";
import { snapshot } from "./contract.ts";
import { bareRepository, branch, commitElsewhere, fileAt, filesAt, git, ledgerAt, subjectsAt } from "./git-stage.ts";

const plan = planWith([changeFor("ada")]);

needs("git").describe("a copy of the branch", () => {
  it("is never made over something else", async () => {
    const remote = bareRepository();
    const folder = temporaryDirectory();
    mkdirSync(join(folder, "tree"));
    writeFileSync(join(folder, "tree", "thesis.txt"), "years of work");
    await expect(ledgerAt(remote, { folder }).view()).rejects.toMatchObject({ message: /in use for something else/ });
    expect(readFileSync(join(folder, "tree", "thesis.txt"), "utf8")).toBe("years of work");
  });

  it("is of one branch of one organisation", async () => {
    const remote = bareRepository();
    const folder = temporaryDirectory();
    await ledgerAt(remote, { folder }).storePlan(plan);
    await expect(ledgerAt(remote, { folder, branch: "another" }).view()).rejects.toMatchObject({
      message: /copy of another ledger, or of another branch/,
    });
  });

  it("keeps the bytes and the places of files, whatever somebody else put on the branch", async () => {
    const remote = bareRepository();
    const outside = temporaryDirectory();
    await ledgerAt(remote).requestStop("to have a branch", "eve");
    commitElsewhere(remote, (checkout) => {
      writeFileSync(join(checkout, ".gitignore"), "*\n");
      writeFileSync(join(checkout, ".gitattributes"), "* text eol=crlf ident\n");
      symlinkSync(outside, join(checkout, "counts"));
    });
    const ledger = ledgerAt(remote);
    await ledger.storePlan(plan);
    expect(await ledgerAt(remote).loadPlan(plan.digest)).toEqual(plan);
    expect(filesAt(remote).filter((path) => path.startsWith("plans/"))).toHaveLength(1);
    const log = await ledger.openRun("r-20261120T061000Z-0000000a");
    await log.append(planTime, [{ type: "run.started" }, { type: "plan" }]);
    await log.close();
    expect((await ledgerAt(remote).unfinishedRun())?.events).toHaveLength(2);
    await expect(ledger.recordSnapshot(snapshot({ ada: jiraUser() }, planTime))).rejects.toMatchObject({
      reason: "usage",
      message: /The ledger could not use/,
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it("runs no hooks and heeds no configuration of the user or of the clone", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    const home = temporaryDirectory();
    const ran = join(temporaryDirectory(), "ran");
    const hooks = join(home, "hooks");
    mkdirSync(hooks);
    for (const hook of [
      "pre-commit",
      "commit-msg",
      "post-commit",
      "pre-push",
      "post-checkout",
      "reference-transaction",
    ]) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${ran}\nexit 1\n`, { mode: 0o755 });
    }
    const hostile = `[core]\n\thooksPath = ${hooks}\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\ttemplateDir = ${home}\n`;
    writeFileSync(join(home, ".gitconfig"), hostile);
    const environment = {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_DIR: "/nowhere",
      GIT_AUTHOR_NAME: "Ada",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: hooks,
    };
    const ledger = ledgerAt(remote, { folder, environment });
    await ledger.storePlan(plan);
    writeFileSync(
      join(folder, "tree", ".git", "config"),
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n${hostile}`,
    );
    await ledger.requestStop("enough", "eve");
    expect(existsSync(ran)).toBe(false);
    expect(git(remote, "log", "--format=%an <%ae> %cn <%ce>", branch).split("\n")).toEqual(
      Array.from(
        { length: 2 },
        () => "Seatwright <seatwright@seatwright.invalid> Seatwright <seatwright@seatwright.invalid>",
      ),
    );
  });

  it("is put right after a process was killed in the middle of an operation", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    await ledgerAt(remote, { folder }).storePlan(plan);
    writeFileSync(join(folder, "spoilt"), "");
    for (const name of ["index", "HEAD", `refs/heads/${branch}`, `refs/remotes/ledger/${branch}`]) {
      writeFileSync(join(folder, "tree", ".git", `${name}.lock`), "");
    }
    writeFileSync(join(folder, "tree", "ledger.json"), "half a");
    writeFileSync(join(folder, "tree", "stop.json"), '{"reason":"never pushed","by":"eve"}');
    const ledger = ledgerAt(remote, { folder });
    expect(await ledger.stopRequested()).toBeNull();
    await ledger.recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
    expect(filesAt(remote)).not.toContain("stop.json");
  });

  it("lets a view stay as it was read, whatever is read or written after it", async () => {
    const remote = bareRepository();
    const ledger = ledgerAt(remote);
    await ledger.recordSnapshot(snapshot({ ada: jiraUser(), bob: jiraUser() }, planTime));
    const view = await ledger.view(planTime + 100);
    await ledgerAt(remote).recordSnapshot(snapshot({ bob: jiraUser() }, planTime + 50));
    await ledger.consumedBy(plan.digest);
    const instance = JSON.parse(fileAt(remote, "seats/instances.json"))[0] as string;
    expect(view.seat("ada", instance)).toEqual({ firstSeen: null, restored: null });
  });

  it("says what each commit is for, and of nobody", async () => {
    const remote = bareRepository();
    const ledger = ledgerAt(remote);
    await ledger.recordSnapshot(snapshot({ "712020:ada": jiraUser() }, planTime));
    await ledger.storePlan(planWith([changeFor("712020:ada")]));
    await ledger.requestStop("Ada Lovelace asked", "eve@example.com");
    await ledger.withdrawStop();
    await ledger.withdrawStop();
    expect(subjectsAt(remote)).toEqual([
      "Keep the counts and seats of 2026-11-20T06:00:00Z",
      `Keep plan ${planWith([changeFor("712020:ada")]).digest}`,
      "Ask runs to stop",
      "Withdraw the stop",
    ]);
    expect(git(remote, "log", "--format=%B", branch)).not.toMatch(/712020|Ada|eve/);
  });
});
