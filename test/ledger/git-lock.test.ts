import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/ledger.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import { bareRepository, branch, git, gitBehind, ledgerAt, lockRef, startChild } from "./git-stage.ts";

const hasLock = (remote: string): boolean => git(remote, "for-each-ref", lockRef) !== "";

/** A lock whose holder was killed. */
async function orphaned(): Promise<string> {
  const remote = bareRepository();
  const child = startChild({ kind: "be killed in a run", folder: join(temporaryDirectory(), "copy"), remote });
  child.go();
  await child.end();
  expect(hasLock(remote)).toBe(true);
  return remote;
}

needs("git").describe("the lock at a remote", () => {
  it("is a ref whose commit says who holds it, outside of every history", async () => {
    const remote = bareRepository();
    const lock = await ledgerAt(remote, { run: "https://ci.example.com/runs/7" }).lock(
      organizationId,
      "applying a plan",
    );
    const [parents, ...message] = git(remote, "log", "-1", "--format=parents:%P%n%B", lockRef).split("\n");
    expect(parents).toBe("parents:");
    expect(JSON.parse(message.join("\n"))).toMatchObject({
      purpose: "applying a plan",
      host: hostname(),
      pid: process.pid,
      startedAt: "2026-11-20T06:00:00Z",
      run: "https://ci.example.com/runs/7",
    });
    await lock.release();
    expect(hasLock(remote)).toBe(false);
  });

  it("names its holder, since when, and its run to whoever comes too late", async () => {
    const remote = bareRepository();
    const lock = await ledgerAt(remote, { run: "https://ci.example.com/runs/7" }).lock(
      organizationId,
      "applying a plan",
    );
    await expect(ledgerAt(remote).lock(organizationId, "another")).rejects.toMatchObject({
      reason: "lockHeld",
      message: expect.stringMatching(
        /applying a plan, process \d+ on .* \(https:\/\/ci\.example\.com\/runs\/7\), since 2026-11-20T06:00:00Z/,
      ),
      remedy: expect.stringContaining(`git push ${remote} :${lockRef}`),
    });
    await lock.release();
  });

  it("goes to one of several that take it at once", { timeout: 60_000 }, async () => {
    const remote = bareRepository();
    const takers = Array.from({ length: 4 }, () =>
      startChild({ kind: "hold the lock", folder: join(temporaryDirectory(), "copy"), remote }),
    );
    for (const { said } of takers) await said("ready");
    for (const { go } of takers) go();
    const said = await Promise.all(takers.map(({ saidOneOf }) => saidOneOf("taken", "held")));
    expect(said.filter((word) => word === "taken")).toHaveLength(1);
    for (const { end } of takers) await end();
    expect(hasLock(remote)).toBe(false);
  });

  it("goes to one of several that take it over at once from a holder that is gone", async () => {
    const remote = await orphaned();
    const isGone = async (holder: { readonly purpose: string }): Promise<boolean> =>
      holder.purpose === "a run that is killed";
    const takers = Array.from({ length: 4 }, () => ledgerAt(remote, { isGone }));
    const took = await Promise.allSettled(takers.map((ledger) => ledger.lock(organizationId, "a taker")));
    expect(took.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of took) {
      if (one.status === "rejected") expect(one.reason).toMatchObject({ reason: "lockHeld", message: /a taker/ });
    }
  });

  it("is taken over from a process of this machine that was killed, and from nobody else", async () => {
    const remote = await orphaned();
    await expect(
      ledgerAt(remote, { isGone: async () => false }).lock(organizationId, "too early"),
    ).rejects.toMatchObject({ reason: "lockHeld", message: /a run that is killed/ });
    const lock = await ledgerAt(remote).lock(organizationId, "the next");
    await expect(ledgerAt(remote).lock(organizationId, "another")).rejects.toMatchObject({ message: /the next/ });
    await lock.release();
  });

  it("is left alone by a holder who lost it meanwhile", async () => {
    const remote = bareRepository();
    const lost = await ledgerAt(remote).lock(organizationId, "the first");
    git(remote, "update-ref", "-d", lockRef);
    const lock = await ledgerAt(remote).lock(organizationId, "the second");
    await lost.release();
    await expect(ledgerAt(remote).lock(organizationId, "a third")).rejects.toMatchObject({ message: /the second/ });
    await lock.release();
  });

  it("is left alone where it does not say who holds it", async () => {
    const remote = bareRepository();
    await ledgerAt(remote).requestStop("to have a commit", "eve");
    git(remote, "update-ref", lockRef, branch);
    await expect(ledgerAt(remote).lock(organizationId, "mine")).rejects.toMatchObject({
      reason: "lockHeld",
      message: /does not say by whom/,
    });
    expect(git(remote, "rev-parse", lockRef)).toBe(git(remote, "rev-parse", branch));
  });

  it("is taken once also where the answer to taking it was lost", async () => {
    const remote = bareRepository();
    const { environment } = gitBehind(
      `case "$*" in push*) if mkdir $NOTES/lost 2>/dev/null; then "$GIT" "$@" >/dev/null 2>&1; echo "fatal: the remote end hung up unexpectedly" >&2; exit 128; fi;; esac; exec "$GIT" "$@"`,
    );
    const lock = await ledgerAt(remote, { environment }).lock(organizationId, "mine");
    expect(hasLock(remote)).toBe(true);
    await lock.release();
    expect(hasLock(remote)).toBe(false);
  });

  it("is another one for another branch, so that organisations do not wait for each other", async () => {
    const remote = bareRepository();
    const lock = await ledgerAt(remote).lock(organizationId, "one");
    const other = await ledgerAt(remote, { branch: "ledgers/two", organizationId: "two" }).lock("two", "the other");
    await other.release();
    await lock.release();
  });

  it("shows nothing that a terminal would obey", async () => {
    const remote = bareRepository();
    const lock = await ledgerAt(remote).lock(organizationId, "\u001b[31mred\u001b[0m");
    const refused = ledgerAt(remote).lock(organizationId, "another");
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining("\u001b") });
    await lock.release();
  });
});
