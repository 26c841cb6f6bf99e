import { describe, expect, it } from "vitest";
import { ownersOf, parseCodeOwners } from "./codeowners.ts";

describe("code owners on the stage", () => {
  const owned = (pattern: string, path: string) => ownersOf(parseCodeOwners(`${pattern} @ada`), path).length > 0;

  it("own what their pattern says, as GitHub reads it", () => {
    const cases: readonly [string, readonly string[], readonly string[]][] = [
      ["*", ["a.txt", "deep/er/b.txt"], []],
      ["*.yaml", ["a.yaml", "policies/b.yaml"], ["a.yml", "a.yaml.txt"]],
      ["/policies/", ["policies/a.yaml", "policies/x/b.yaml"], ["policies", "x/policies/a.yaml"]],
      ["policies/", ["policies/a.yaml", "x/policies/a.yaml"], ["policies"]],
      ["/docs/*", ["docs/a.md"], ["docs/x/a.md"]],
      ["docs/a.md", ["docs/a.md"], ["x/docs/a.md"]],
      ["/apps/**/logs", ["apps/logs/a", "apps/x/y/logs/a"], ["logs/a"]],
      ["**/seatwright.yaml", ["seatwright.yaml", "x/seatwright.yaml"], ["seatwright.yaml5"]],
    ];
    for (const [pattern, inside, outside] of cases) {
      for (const path of inside) expect([pattern, path, owned(pattern, path)]).toEqual([pattern, path, true]);
      for (const path of outside) expect([pattern, path, owned(pattern, path)]).toEqual([pattern, path, false]);
    }
  });

  it("are those of the last line that fits, also where it names nobody", () => {
    const rules = parseCodeOwners(
      "# everything\n* @ada  # and so on\n/policies/ @bob @acme/identity\n/policies/free.yaml\n",
    );
    expect(ownersOf(rules, "a.txt")).toEqual(["@ada"]);
    expect(ownersOf(rules, "policies/a.yaml")).toEqual(["@bob", "@acme/identity"]);
    expect(ownersOf(rules, "policies/free.yaml")).toEqual([]);
  });
});
