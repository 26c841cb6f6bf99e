import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Holder, holderHere, isProvablyGone } from "../../src/ledger/holder.ts";
import { isTaken, takeLock } from "../../src/ledger/lock.ts";
import { planTime } from "../support/apply.ts";
import { temporaryDirectory } from "../support/ledger.ts";

const child = fileURLToPath(new URL("lock-child.ts", import.meta.url));

/** Starts a process that takes the lock when told to by its input, and says whether it got it. */
function contender(
  path: string,
  mode: "hold" | "die",
): { readonly said: Promise<string>; readonly go: () => void; readonly end: () => Promise<void> } {
  const started = spawn(process.execPath, ["--no-warnings", child, path, mode], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => {
    started.once("close", () => resolve());
  });
  return {
    said: new Promise((resolve) => {
      let all = "";
      started.stdout.setEncoding("utf8").on("data", (text: string) => {
        // Two lines can come in one piece, and one line in two.
        all += text;
        const [, word] = /^(taken|held)\n/m.exec(all) ?? [];
        if (word !== undefined) resolve(word);
      });
    }),
    go: () => started.stdin.write("go\n"),
    end: async () => {
      started.stdin.end();
      await ended;
    },
  };
}

async function take(path: string): Promise<boolean> {
  const taken = await takeLock(path, "org", "a test", planTime);
  return isTaken(taken);
}

/** A lock whose holder was killed. */
async function orphaned(): Promise<string> {
  const path = join(temporaryDirectory(), "lock");
  const holder = contender(path, "die");
  holder.go();
  await holder.end();
  expect(existsSync(path)).toBe(true);
  return path;
}

function rewrite(path: string, more: Partial<Holder>): void {
  const holder = JSON.parse(readFileSync(path, "utf8")) as Holder;
  writeFileSync(path, JSON.stringify({ ...holder, ...more }));
}

describe("the lock", () => {
  it("is held by one at a time and can be taken again when it is given back", async () => {
    const path = join(temporaryDirectory(), "lock");
    const first = await takeLock(path, "org", "the first", planTime);
    if (!isTaken(first)) throw new Error("not taken");
    expect(await takeLock(path, "org", "the second", planTime)).toMatchObject({
      purpose: "the first",
      pid: process.pid,
    });
    await first.release();
    expect(await take(path)).toBe(true);
  });

  it("is taken over from a process that was killed", async () => {
    const path = await orphaned();
    expect(await take(path)).toBe(true);
  });

  it("is taken over where the killed process's number belongs to another one by now", async () => {
    const path = await orphaned();
    rewrite(path, { pid: process.pid, processStarted: "1" });
    expect(await take(path)).toBe(true);
  });

  it("is left alone where its holder may still be at work somewhere else", async () => {
    for (const elsewhere of [{ host: "another" }, { space: "another boot" }, { space: null }]) {
      const path = await orphaned();
      rewrite(path, elsewhere);
      expect(await take(path)).toBe(false);
    }
  });

  it("is left alone where it does not say who holds it", async () => {
    const path = join(temporaryDirectory(), "lock");
    writeFileSync(path, "");
    await expect(take(path)).rejects.toMatchObject({ reason: "lockHeld", remedy: expect.stringContaining("delete") });
  });

  it("goes to one of several that take it over at once, and leaves nothing behind", { timeout: 60_000 }, async () => {
    for (let round = 0; round < 3; round++) {
      const path = await orphaned();
      const contenders = Array.from({ length: 5 }, () => contender(path, "hold"));
      for (const { go } of contenders) go();
      const said = await Promise.all(contenders.map((each) => each.said));
      expect(said.filter((word) => word === "taken")).toHaveLength(1);
      for (const { end } of contenders) await end();
      expect(await take(path)).toBe(true);
      expect(readdirSync(join(path, "..")).filter((name) => name !== "lock")).toEqual([]);
    }
  });

  it("takes itself for alive", () => {
    expect(isProvablyGone(holderHere("id", "org", "a test", planTime))).toBe(false);
  });
});
