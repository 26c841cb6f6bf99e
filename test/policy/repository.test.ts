import { describe, expect, it } from "vitest";
import { readRepository, sourcePaths } from "../../src/policy/repository.ts";
import { filesOf, policyYaml, read, repositoryOf, seatwrightYaml, told, withSource } from "./support.ts";

const exemption = (id: string): string =>
  `version: 1\nexemptions:\n  - {id: ${id}, person: ada@example.com, reason: x, owner: y, until: 2027-01-01}\n`;
const selector = (name: string): string =>
  policyYaml({ id: `with-${name}` }).replace("policies:", `selectors:\n  ${name}: {status: active}\npolicies:`);

describe("a policy repository", () => {
  it("is seatwright.yaml, all of policies/, exemptions.yaml and the lock file, and nothing else", () => {
    const repository = repositoryOf({
      "policies/team/b.yml": policyYaml({ id: "b-policy" }),
      "policies/notes.md": "# not YAML: [",
      "other.yaml": "[",
      "docs/policies/x.yaml": "[",
      "exemptions.yaml": exemption("E-1"),
      "seatwright.lock.yaml": "version: 1\norganization: 8a130dbc-06bc-1a05-jjk7-9822046115j1\nnames: []\n",
    });
    expect(repository.policies.map(({ value }) => value.id)).toEqual(["b-policy", "unused-seats"]);
    expect(repository.exemptions.map(({ value }) => value.id)).toEqual(["E-1"]);
    expect(repository.lock?.value.names).toEqual([]);
  });

  it("without policies, exemptions and lock file is sound too", () => {
    expect(readRepository(filesOf({ "seatwright.yaml": seatwrightYaml })).findings).toEqual([]);
  });

  it("without seatwright.yaml is none", () => {
    const { repository, findings } = readRepository(filesOf({ "policies/a.yaml": policyYaml() }));
    expect(repository).toBeNull();
    expect(told(findings)).toEqual(["seatwright.yaml:1:1 error missing-file"]);
  });

  it("has a digest that policy files change and other files do not", () => {
    const { digest } = repositoryOf();
    expect(repositoryOf({ "data/hr.csv": "x", "README.md": "y" }).digest).toBe(digest);
    expect(repositoryOf({ "policies/a.yaml": `${policyYaml()}# a comment\n` }).digest).not.toBe(digest);
    expect(repositoryOf({ "exemptions.yaml": exemption("E-1") }).digest).not.toBe(digest);
  });

  it.each([
    ["exemptions.yml", "exemptions.yaml"],
    ["exemption.yaml", "exemptions.yaml"],
    ["Exemptions.yaml", "exemptions.yaml"],
    ["seatwright.yml", "seatwright.yaml"],
    ["seatwright.lock.yml", "seatwright.lock.yaml"],
  ])("refuses %s, which nobody would read", (path, meant) => {
    const { findings } = read({ [path]: "x" });
    expect(told(findings)).toEqual([`${path}:1:1 error misnamed-file`]);
    expect(findings[0]?.remedy).toContain(meant);
  });

  it("names the second of two policies, exemptions or selectors with one name, and where the first is", () => {
    const policies = read({ "policies/b.yaml": policyYaml() });
    expect(told(policies.findings)).toEqual(["policies/b.yaml:3:9 error duplicate-policy"]);
    expect(policies.findings[0]?.message).toContain("policies/a.yaml:3:9");
    const reversed = readRepository(
      filesOf({ "policies/b.yaml": policyYaml(), "policies/a.yaml": policyYaml(), "seatwright.yaml": seatwrightYaml }),
    );
    expect(reversed.findings).toEqual(policies.findings);
    const exemptions = `${exemption("E-1")}${exemption("E-1").split("\n")[2]}\n`;
    expect(told(read({ "exemptions.yaml": exemptions }).findings)).toEqual([
      "exemptions.yaml:4:10 error duplicate-exemption",
    ]);
    const selectors = read({
      "policies/c.yaml": selector("s"),
      "policies/d.yaml": selector("s").replace("with-s", "with-t"),
    });
    expect(told(selectors.findings)).toEqual(["policies/d.yaml:3:3 error duplicate-selector"]);
  });

  it("says nothing of names that may stand in a file it could not read", () => {
    const { findings } = read({
      "policies/a.yaml": policyYaml({ where: "{selector: service-accounts}" }),
      "policies/b.yaml": "version: 1\n\tselectors: {}\n",
      "exemptions.yaml": exemption("E-1").replace("reason", "from: [elsewhere], reason"),
    });
    expect(told(findings)).toEqual(["policies/b.yaml:2:1 error yaml-syntax"]);
  });

  it("finds what is wrong in every file, not in the first only", () => {
    const { findings } = read({
      "seatwright.yaml": withSource.replace("36h", "36"),
      "policies/a.yaml": policyYaml({ mode: "enforced" }),
      "policies/b.yaml": policyYaml({ id: "b", where: "{app: jirra, unused: 90d}" }),
    });
    expect(told(findings)).toEqual([
      "policies/a.yaml:9:11 error wrong-value",
      "policies/b.yaml:7:18 error unknown-app",
      "seatwright.yaml:12:13 error wrong-type",
    ]);
  });

  it("tells where the declared sources lie", () => {
    expect([...sourcePaths(repositoryOf({ "seatwright.yaml": withSource }))]).toEqual([["hr", "data/hr.csv"]]);
    const outside = withSource.replace("data/hr.csv", '"-"');
    expect([...sourcePaths(repositoryOf({ "seatwright.yaml": outside }))]).toEqual([]);
  });
});
