import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { Where } from "../../src/model/documents.generated.ts";
import { withSelector } from "../../src/policy/save-selector.ts";
import { read, told } from "./support.ts";

const where: Where = { app: ["confluence"], all: [{ unused: "90d" }, { people: ["712020:a"] }] };

/** Files that people may have, laid out in every way. */
const layouts: readonly (readonly [string, string])[] = [
  ["a file like our own", "version: 1\n# names\nselectors:\n  # first\n  a: {app: confluence} # why\n"],
  [
    "selectors before policies",
    "version: 1\nselectors:\n  a:\n    any:\n      - app: confluence # one\n      # two\n\n# below\n\n",
  ],
  ["another indentation", "version: 1\nselectors:\n      a:\n            status: active\n"],
  ["no line break at the end", "version: 1\nselectors:\n  a: {app: confluence}"],
  ["a text of several lines", "version: 1\nselectors:\n  a:\n    name: |-\n      x\n      y\n# end\n"],
  ["selectors on one line", "version: 1\nselectors: {a: {app: confluence}} # why\n"],
  ["all on one line", "{version: 1, selectors: {a: {app: confluence}}}"],
  ["Windows line breaks", "version: 1\r\nselectors:\r\n  a: {app: confluence} # why\r\n# end\r\n"],
  [
    "no selectors yet",
    "version: 1\n# only policies\npolicies:\n  - {id: p, description: x, owner: y, for: seat, where: {app: confluence}, then: [{revoke: {}}]}\n",
  ],
];

describe("saving a filter under a name", () => {
  it.each(layouts)("adds it to %s, and changes nothing else that the file says", (_layout, text) => {
    const saved = withSelector(text, "new-one", where);
    const before = parse(text) as { readonly selectors?: object };
    expect(parse(saved)).toEqual({ ...before, selectors: { ...before.selectors, "new-one": where } });
    const comments = (of: string): readonly string[] => of.match(/#.*/g)?.map((found) => found.trim()) ?? [];
    expect(comments(saved)).toEqual(comments(text));
  });

  it("adds lines and touches no other where the file has a line for each name", () => {
    for (const [layout, text] of layouts.filter(([name]) => !name.includes("one line") && !name.includes("Windows"))) {
      const lines = withSelector(text, "new-one", where).split("\n");
      const kept = text.split("\n").filter((line) => line !== "");
      expect(
        lines.filter((line) => kept.includes(line)),
        layout,
      ).toEqual(kept);
    }
  });

  it("makes a file that is sound by itself where there is none", () => {
    const text = withSelector(null, "new-one", where);
    expect(told(read({ "policies/selectors.yaml": text }).findings)).toEqual([]);
    expect(read({ "policies/selectors.yaml": text }).repository?.selectors.get("new-one")?.value).toEqual(where);
  });

  it("writes words that YAML would take for something else so that they stay words", () => {
    const odd: Where = { name: ["yes", "1", "a: b", "# c", "*-bot", "@x", "null", ""].filter((text) => text !== "") };
    expect(parse(withSelector(null, "odd", odd))).toMatchObject({ selectors: { odd } });
  });
});
