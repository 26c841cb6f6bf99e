import { describe, expect, it } from "vitest";
import { marked, policyYaml, read, type Texts, told, withSource } from "./support.ts";

const duty: Texts = {
  for: "person",
  purpose: "duty",
  because: "ITGC-07",
  where: "{in: hr, date: {hr.end: passed}}",
};
const sourced = (keys: Texts): Texts => ({ "seatwright.yaml": withSource, "policies/a.yaml": policyYaml(keys) });
const about: Texts = { for: "person", where: "{status: suspended}" };

describe("a standing policy", () => {
  it.each<[string, Texts, string]>([
    ["a saving", { ["then"]: "[{revoke: {}}]" }, "let the policy give only"],
    ["a duty", { ...duty, ["then"]: "[{suspend: {}}]" }, "Add `notice: none` if that is meant"],
    [
      "one with several choices",
      { ...duty, ["then"]: "[{firstOf: [{suspend: {}}, {deactivate: {message: Ask IT}}]}]" },
      "takes something (`suspend`)",
    ],
  ])("is told that what it takes waits for review: %s", (_, keys, words) => {
    const { texts, place } = marked(sourced({ ...keys, approval: "▸standing" }));
    const { findings } = read(texts);
    expect(told(findings)).toEqual([`${place} warning standing-notice`]);
    expect(`${findings[0]?.message} ${findings[0]?.remedy}`).toContain(words);
  });

  it.each<[string, Texts]>([
    ["gives only", { ...about, ["then"]: "[{restore: {}}]" }],
    ["gives a group", { ...about, where: "{status: active}", ["then"]: "[{addToGroup: {group: staff}}]" }],
    ["is a duty that says that nobody is told", { ...duty, ["then"]: "[{suspend: {}}]", notice: "none" }],
  ])("is as it should be where it %s", (_, keys) => {
    expect(told(read(sourced({ ...keys, approval: "standing" })).findings)).toEqual([]);
  });
});
