import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import {
  bareRepository,
  branch,
  commitElsewhere,
  git,
  gitBehind,
  ledgerAt,
  serverHook,
  subjectsAt,
} from "./git-stage.ts";

const plan = planWith([changeFor("ada")]);

/** Puts the branch back to the commit before its last. */
function rewind(remote: string): void {
  git(remote, "update-ref", `refs/heads/${branch}`, `${branch}~1`);
}

needs("git").describe("a branch that cannot be used", () => {
  it("is told as protected where the server declines the push, and nothing begins", async () => {
    const remote = bareRepository();
    serverHook(remote, "pre-receive", 'echo "GH006: Protected branch update failed" >&2; exit 1');
    const declined = {
      reason: "credentials",
      message: /declined the push.* The server says: GH006: Protected branch update failed/,
      remedy: /push to this branch/,
    };
    const ledger = ledgerAt(remote);
    await expect(ledger.storePlan(plan)).rejects.toMatchObject(declined);
    await expect(ledger.openRun("r-20261120T061000Z-0000000a")).rejects.toMatchObject(declined);
    expect(await ledger.loadPlan(plan.digest)).toBeNull();
    expect(git(remote, "for-each-ref")).toBe("");
  });

  it("is told as missing where there is no repository", async () => {
    await expect(ledgerAt(join(temporaryDirectory(), "nothing.git")).view()).rejects.toMatchObject({
      reason: "usage",
      message: /cannot be found/,
    });
  });

  it("is refused where it is of another organisation", async () => {
    const remote = bareRepository();
    await ledgerAt(remote, { organizationId: "another" }).storePlan(plan);
    const refused = { reason: "usage", message: new RegExp(`of organisation another, not of ${organizationId}`) };
    await expect(ledgerAt(remote).loadPlan(plan.digest)).rejects.toMatchObject(refused);
    await expect(ledgerAt(remote).lock(organizationId, "mine")).rejects.toMatchObject(refused);
  });

  it("is refused, and left as it is, where it is a branch of something else", async () => {
    const remote = bareRepository();
    await ledgerAt(remote).requestStop("to have a branch", "eve");
    const tree = git(remote, "mktree", "--missing");
    git(remote, "update-ref", "refs/heads/main", git(remote, "commit-tree", tree, "-m", "Code"));
    await expect(ledgerAt(remote, { branch: "main" }).storePlan(plan)).rejects.toMatchObject({
      message: /is no ledger: it holds something else\. Nothing was written/,
    });
    expect(git(remote, "rev-list", "--count", "main")).toBe("1");
  });

  it("is refused, and never pushed over, where its history was rewritten", async () => {
    const remote = bareRepository();
    const folder = join(temporaryDirectory(), "copy");
    const ledger = ledgerAt(remote, { folder });
    await ledger.storePlan(plan);
    await ledger.requestStop("enough", "eve");
    const rewritten = { reason: "usage", message: /was rewritten or deleted\. Nothing was written/ };
    rewind(remote);
    const tip = git(remote, "rev-parse", branch);
    await expect(ledger.withdrawStop()).rejects.toMatchObject(rewritten);
    commitElsewhere(remote, (checkout) => writeFileSync(join(checkout, "more"), ""));
    await expect(ledgerAt(remote, { folder }).withdrawStop()).rejects.toMatchObject(rewritten);
    expect(git(remote, "rev-parse", `${branch}~1`)).toBe(tip);
    git(remote, "update-ref", "-d", `refs/heads/${branch}`);
    await expect(ledger.storePlan(plan)).rejects.toMatchObject(rewritten);
    expect(git(remote, "for-each-ref")).toBe("");
  });

  it("is refused also where this copy only read what is gone", async () => {
    const remote = bareRepository();
    await ledgerAt(remote).storePlan(plan);
    await ledgerAt(remote).requestStop("enough", "eve");
    const reader = ledgerAt(remote);
    expect(await reader.stopRequested()).not.toBeNull();
    rewind(remote);
    await expect(reader.view()).rejects.toMatchObject({ message: /was rewritten/ });
  });

  it("cannot be named in a way that Git would take for something else", () => {
    for (const remote of ["--upload-pack=touch x", "ext::sh -c touch% x", "relative/path", "ftp://example.com/x.git"]) {
      expect(() => ledgerAt(remote)).toThrow(/cannot be used/);
    }
    for (const name of ["--force", "a..b", "a b", "x.lock", "/x", ""]) {
      expect(() => ledgerAt("/x.git", { branch: name })).toThrow(/cannot be the name/);
    }
    for (const remote of ["git@example.com:acme/x.git", "ssh://git@example.com/x.git", "https://example.com/x.git"]) {
      expect(() => ledgerAt(remote)).not.toThrow();
    }
  });
});

needs("git").describe("a remote that falters", () => {
  it("is asked again, and written to once, where its answer was lost", async () => {
    const remote = bareRepository();
    const { environment } = gitBehind(
      `case "$*" in push*) if mkdir $NOTES/lost 2>/dev/null; then "$GIT" "$@" >/dev/null 2>&1; echo "fatal: the remote end hung up unexpectedly" >&2; exit 128; fi;; esac; exec "$GIT" "$@"`,
    );
    await ledgerAt(remote, { environment }).storePlan(plan);
    expect(subjectsAt(remote)).toEqual([`Keep plan ${plan.digest}`]);
  });

  it("is given up after a while, with waits that grow", async () => {
    const remote = bareRepository();
    const clock = testClock(planTime);
    const { environment } = gitBehind(
      `case "$*" in ls-remote*) echo "fatal: unable to access: Could not resolve host: example.com" >&2; exit 128;; esac; exec "$GIT" "$@"`,
    );
    await expect(ledgerAt(remote, { clock, environment, random: () => 0.5 }).view()).rejects.toMatchObject({
      reason: "usage",
      message: /cannot be reached/,
      remedy: /run the same command again/,
    });
    expect(clock.slept()).toBe(100 + 200 + 400);
  });

  it("is given up where somebody else is quicker every time", async () => {
    const remote = bareRepository();
    const clock = testClock(planTime);
    serverHook(remote, "pre-receive", "exit 0");
    const { environment } = gitBehind(
      `case "$*" in push*) printf '!\\trefs/heads/x:refs/heads/x\\t[rejected] (fetch first)\\n'; exit 1;; esac; exec "$GIT" "$@"`,
    );
    await expect(ledgerAt(remote, { clock, environment }).storePlan(plan)).rejects.toMatchObject({
      message: /each try to add to it came too late/,
    });
    expect(clock.slept()).toBeGreaterThan(10_000);
  });

  it("does not make Ctrl-C, which reaches Git too, lose what the run wants to keep", async () => {
    const remote = bareRepository();
    const { environment } = gitBehind(
      `case "$*" in commit*|push*|ls-remote*) if mkdir $NOTES/"$1" 2>/dev/null; then kill -INT $$; fi;; esac; exec "$GIT" "$@"`,
    );
    await ledgerAt(remote, { environment }).storePlan(plan);
    expect(await ledgerAt(remote).loadPlan(plan.digest)).toEqual(plan);
  });

  it("is told apart from a machine without Git", async () => {
    const empty = temporaryDirectory();
    await expect(ledgerAt(bareRepository(), { environment: { PATH: empty } }).view()).rejects.toMatchObject({
      reason: "usage",
      message: /there is no program git here/,
      remedy: /Install Git/,
    });
  });
});
