import { describe, expect, it } from "vitest";
import { readCommands, readEnvironmentFile } from "./commands.ts";

describe("what a runner reads", () => {
  it("stops taking commands where it is told to, until the same word comes again", () => {
    const { annotations, lines } = readCommands("::stop-commands::word\n::error::no\n::word::\n::error::yes", []);
    expect(annotations).toEqual([{ level: "error", message: "yes" }]);
    expect(lines).toEqual(["::error::no"]);
  });

  it("tells commands that runners no longer take", () => {
    expect(readCommands("::set-env name=A::1\n::add-path::/x", []).ignored).toHaveLength(2);
  });

  it("fails on a file of outputs that is not closed, or is no pair", () => {
    expect(() => readEnvironmentFile("a<<END\nx\n")).toThrow("Matching delimiter not found 'END'");
    expect(() => readEnvironmentFile("nothing")).toThrow("Invalid format 'nothing'");
    expect(readEnvironmentFile("a=b=c\nb<<E\n\nE\nc=\n")).toEqual({ a: "b=c", b: "", c: "" });
  });
});
