import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createGitLedger } from "../../src/ledger/git/ledger.ts";
import { changeFor, planTime, planWith, testClock } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { jiraUser, organizationId } from "../support/organization.ts";
import { snapshot } from "./contract.ts";
import { describeOverHttp, type GitServer, startGitServer } from "../support/git-server.ts";
import { bareRepository, fileAt, git, gitBehind, ledgerAt, lockRef, serverHook } from "./git-stage.ts";

const plan = planWith([changeFor("ada")]);
const run = "r-20261120T061000Z-0000000a";
const server = await startGitServer();
afterAll(() => server.close());

/** The texts in which the token could be recognised. */
const secrets = [
  server.token,
  encodeURIComponent(server.token),
  Buffer.from(`x-access-token:${server.token}`).toString("base64"),
];

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const { message, remedy, stack, cause } = error as Error & { readonly remedy?: string };
    return [message, remedy, stack, JSON.stringify(error), String(cause)].join("\n");
  }
  throw new Error("it was not refused");
}

async function whileItAnswers(
  answer: Parameters<GitServer["answerWith"]>[0],
  work: () => Promise<string>,
): Promise<string> {
  server.answerWith(answer);
  try {
    return await work();
  } finally {
    server.answerWith(null);
  }
}

describeOverHttp("a ledger on a Git server", () => {
  it("keeps plans, counts and runs of several machines behind a token", async () => {
    const repository = bareRepository();
    const machine = (): ReturnType<typeof ledgerAt> => ledgerAt(server.url(repository), { token: server.token });
    const [first, second] = [machine(), machine()];
    const lock = await first.lock(organizationId, "a run");
    await expect(second.lock(organizationId, "another")).rejects.toMatchObject({ reason: "lockHeld" });
    await second.recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
    await first.storePlan(plan);
    const log = await first.openRun(run);
    await log.append(planTime, [{ type: "run.started", planDigest: plan.digest }]);
    await second.requestStop("enough", "eve");
    await log.secure();
    expect(await machine().loadPlan(plan.digest)).toEqual(plan);
    expect((await machine().unfinishedRun())?.events).toHaveLength(1);
    await log.close();
    await lock.release();
    expect(git(repository, "for-each-ref", lockRef)).toBe("");
    expect(git(repository, "rev-list", "--max-parents=0", "--count", "seatwright-ledger")).toBe("1");
  });

  it("fetches the newest commit only, and can push on top of it", async () => {
    const repository = bareRepository();
    const older = ledgerAt(server.url(repository), { token: server.token });
    await older.storePlan(plan);
    await older.requestStop("enough", "eve");
    const folder = join(temporaryDirectory(), "copy");
    const ledger = ledgerAt(server.url(repository), { token: server.token, folder });
    await ledger.view();
    expect(git(join(folder, "tree"), "rev-list", "--count", "seatwright-ledger")).toBe("1");
    await older.recordSnapshot(snapshot({ ada: jiraUser() }, planTime));
    await ledger.withdrawStop();
    expect(git(repository, "rev-list", "--count", "seatwright-ledger")).toBe("4");
  });

  it("says what a server refuses, and what to do about it", async () => {
    const remote = server.url(bareRepository());
    const refusal = async (status: number): Promise<string> =>
      await whileItAnswers({ status }, () => refusalOf(ledgerAt(remote, { token: server.token }).storePlan(plan)));
    expect(await refusal(403)).toMatch(/refused the token.*\n.*contents: write/);
    expect(await refusal(401)).toMatch(/refused the token/);
    expect(await refusal(404)).toMatch(/there is no such repository, or the token may not see it/);
    expect(await refusal(500)).toMatch(/cannot be reached/);
    expect(await refusalOf(ledgerAt(remote, { token: "wrong" }).view())).toMatch(/refused the token/);
    expect(await refusalOf(ledgerAt(remote).view())).toMatch(/refused the token/);
  });

  it("is asked again where it was busy for a moment", async () => {
    const remote = server.url(bareRepository());
    server.beBusyFor(2);
    await ledgerAt(remote, { token: server.token }).storePlan(plan);
    expect(await ledgerAt(remote, { token: server.token }).loadPlan(plan.digest)).toEqual(plan);
  });

  it("does not take the token along to where the server sends it", async () => {
    const remote = server.url(bareRepository());
    let met = "";
    const other = await startGitServer();
    const location = `${other.url("/elsewhere.git")}/info/refs?service=git-upload-pack`;
    met = await whileItAnswers({ status: 302, headers: { location } }, () =>
      refusalOf(ledgerAt(remote, { token: server.token }).view()),
    );
    expect(met).toMatch(/sends us to another address/);
    expect(other.requests()).toBe(0);
    await other.close();
  });

  it("never shows the token: not in messages, not to other programs, not on the disk", async () => {
    const repository = bareRepository();
    const remote = server.url(repository);
    const folder = join(temporaryDirectory(), "copy");
    const { environment, notes } = gitBehind(`echo "$*" >> $NOTES/said; exec "$GIT" "$@"`);
    const ledger = createGitLedger({
      folder,
      remote,
      organizationId,
      clock: testClock(planTime),
      token: server.token,
      environment: {
        ...environment,
        GIT_TRACE: join(notes, "trace"),
        GIT_TRACE_CURL: join(notes, "curl"),
        GIT_TRACE_REDACT: "0",
      },
    });
    await ledger.storePlan(plan);
    const lock = await ledger.lock(organizationId, "a run");
    serverHook(repository, "pre-receive", `echo "declined: ${server.token} ${secrets[2]}" >&2; exit 1`);
    const shown = [await refusalOf(ledger.requestStop("enough", "eve")), await refusalOf(lock.release())];
    for (const status of [401, 403, 404, 500]) {
      shown.push(await whileItAnswers({ status }, () => refusalOf(ledger.view())));
    }
    const written = [folder, notes].flatMap(textsIn);
    expect(shown.join("\n")).toContain("declined: *** ***");
    expect(readdirSync(notes)).toEqual(["said"]);
    for (const secret of secrets) {
      for (const text of [...shown, ...written]) expect(text.includes(secret)).toBe(false);
    }
    serverHook(repository, "pre-receive", "exit 0");
    expect(fileAt(repository, "ledger.json")).toContain(organizationId);
  });

  it("is not used where what starts Git would print the token", () => {
    const before = process.env["DEBUG"];
    try {
      for (const debug of ["*", "simple-git", "simple-git:*,other", "express:*, simple*"]) {
        process.env["DEBUG"] = debug;
        expect(() => ledgerAt("https://example.com/x.git", { token: "t" })).toThrow(/token for Git would be printed/);
      }
      for (const debug of ["", "express:*", "-simple-git"]) {
        process.env["DEBUG"] = debug;
        expect(() => ledgerAt("https://example.com/x.git", { token: "t" })).not.toThrow();
      }
    } finally {
      if (before === undefined) delete process.env["DEBUG"];
      else process.env["DEBUG"] = before;
    }
  });

  it("is not named with a password, nor reached readable with a token", () => {
    const named = (): unknown => ledgerAt("https://x-access-token:secret@example.com/x.git");
    expect(named).toThrow(/carries a user name or a password/);
    expect(named).not.toThrow(/secret@/);
    expect(() => ledgerAt("http://example.com/x.git", { token: "t" })).toThrow(/could be read on the way/);
  });
});

/** Every file below a folder, as text. */
function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"));
}
