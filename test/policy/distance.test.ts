import { describe, expect, it } from "vitest";
import { nearest } from "../../src/policy/distance.ts";

describe("nearest", () => {
  it.each([
    ["unusd", "unused"],
    ["unsued", "unused"],
    ["memberof", "memberOf"],
    ["member-of", "memberOf"],
    ["jira_software", "jira-software"],
    ["statu", "status"],
    ["idel", "idle"],
  ])("takes %s for %s", (word, meant) => {
    expect(nearest(word, ["unused", "memberOf", "jira-software", "status", "idle"])).toBe(meant);
  });

  it("takes nothing for a word that is far from all", () => {
    expect(nearest("banana", ["unused", "memberOf"])).toBeNull();
    expect(nearest("", ["unused"])).toBeNull();
    expect(nearest("x", [])).toBeNull();
  });

  it("takes the first of two that are equally near", () => {
    expect(nearest("bat", ["cat", "hat"])).toBe("cat");
  });
});
