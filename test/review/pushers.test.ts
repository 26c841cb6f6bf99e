import { describe, expect, it } from "vitest";
import type { Push } from "../../src/review-ports.ts";
import { bringerOf, pushersOf } from "../../src/review/pushers.ts";

const gone = "0".repeat(40);

/** `bob: a` pushed commit a, `bob+ a` made the branch of it, `bob-` deleted it, `? a` is an account that is gone. */
function pushes(...lines: readonly string[]): readonly Push[] {
  return lines.map((line) => {
    const [, login = "", sign = "", after = ""] = /^([\w?]+)([+:-]) ?(\w*)$/.exec(line) ?? [];
    const what = sign === "+" ? "made" : sign === "-" ? "deleted" : "moved";
    return { by: login === "?" ? null : { login, kind: "person" }, what, after: after === "" ? gone : after };
  });
}

const logins = (found: ReturnType<typeof pushersOf>): string | null =>
  found === null ? null : found.map(({ login }) => login).join(" ");

describe("who pushed to a branch, up to a commit", () => {
  it.each<[string, readonly string[], string | null]>([
    ["whoever made it, and nobody else", ["ada+ c"], "ada"],
    ["everybody since it was made, the last first, each once", ["bob: c", "ada: b", "Bob: b", "cyd+ a"], "bob ada cyd"],
    ["nobody who pushed after it", ["eve: d", "bob: c", "ada+ a"], "bob ada"],
    ["whoever pushed before it was deleted", ["dan-", "bob: c", "ada+ a"], "bob ada"],
    ["nobody of an earlier branch of that name", ["bob: c", "ada+ b", "dan-", "eve: x", "eve+ y"], "bob ada"],
    ["everybody of a branch that was restored", ["cyd+ c", "dan-", "bob: c", "ada+ a"], "cyd bob ada"],
    [
      "everybody of one that was restored and pushed to",
      ["cyd: c", "cyd+ b", "dan-", "bob: b", "ada+ a"],
      "cyd bob ada",
    ],
    ["not told of another commit", ["bob: d", "ada+ a"], null],
    ["not told where an account is gone", ["bob: c", "?: b", "ada+ a"], null],
    ["not told where the beginning is not", ["bob: c", "ada: b"], null],
    ["not told where nothing is", [], null],
  ])("is %s", (_, lines, expected) => {
    expect(logins(pushersOf(pushes(...lines), "c"))).toBe(expected);
  });

  it("is not told where the server has no activity", () => {
    expect(pushersOf(null, "c")).toBeNull();
  });
});

describe("who brought a commit into a branch that grows", () => {
  /** Commits in the order of the alphabet: each holds those before it. */
  const bringer = async (commit: string, ...lines: readonly string[]): Promise<string | null> =>
    (await bringerOf(pushes(...lines), commit, async (tip) => tip >= commit))?.login ?? null;

  it("is whoever pushed it last, or under later commits of the same push", async () => {
    expect(await bringer("c", "ada: d", "bob: c", "ada+ a")).toBe("bob");
    expect(await bringer("c", "ada: f", "bob: d", "ada: b", "ada+ a")).toBe("bob");
    expect(await bringer("a", "bob: d", "ada+ b")).toBe("ada");
  });

  it("is not told where the activity does not go back to it, or does not hold it", async () => {
    expect(await bringer("b", "ada: f", "bob: d")).toBeNull();
    expect(await bringer("g", "ada: f", "bob: d")).toBeNull();
    expect(await bringer("c", "ada: d", "?: c")).toBeNull();
    expect(await bringerOf(null, "c", async () => true)).toBeNull();
  });
});
