import { describe, expect, it } from "vitest";
import { holdsOf, unbuiltOrganizationWords, unbuiltPolicyWords } from "../../src/policy/unbuilt.ts";
import { marked, policyYaml, read, seatwrightYaml, type Texts, told } from "./support.ts";

/** A policy that uses each word, marked where the word stands. */
const policyWords: Readonly<Record<string, Texts>> = {
  "notice: {before}": { notice: "{▸before: 14d}" },
  "limits: {growth}": { limits: "{percent: 5, ▸growth: 20}" },
  delete: { for: "person", where: "{status: deactivated}", ["then"]: "[{▸delete: {}}]" },
  cancelDelete: { for: "person", where: "{status: for_deletion}", ["then"]: "[{▸cancelDelete: {}}]" },
  revokeApiTokens: { for: "person", where: "{status: active}", ["then"]: "[{▸revokeApiTokens: {}}]" },
  setProperty: { for: "person", where: "{status: active}", ["then"]: "[{▸setProperty: {key: a, value: b}}]" },
  notify: { for: "person", where: "{status: active}", ["then"]: "[{▸notify: {to: owner}}]" },
};

const organizationWords: Readonly<Record<string, string>> = {
  "limits: {shrink}": "limits: {▸shrink: 20}\n",
};

const organization = (lines: string): Texts => ({
  "seatwright.yaml": `${seatwrightYaml}irreversible: [delete]\n${lines}`,
});

function holds(texts: Texts): readonly string[] {
  const { repository, findings } = read(texts);
  const [policy] = repository?.policies ?? [];
  if (repository === null || policy === undefined) throw new Error(told(findings).join("\n"));
  return holdsOf(policy, repository.organization);
}

describe("a word that is not carried out yet", () => {
  it.each(unbuiltPolicyWords.map(({ word }) => word))(
    "%s holds the changes of its policy and says where it stands",
    (word) => {
      const { texts, place } = marked({ ...organization(""), "policies/a.yaml": policyYaml(policyWords[word]) });
      expect(holds(texts)).toEqual([`\`${word}\` is not carried out by this version yet (${place})`]);
      expect(told(read(texts).findings)).toEqual([`${place} warning not-carried-out`]);
    },
  );

  it.each(unbuiltOrganizationWords.map(({ word }) => word))("%s holds the changes of every policy", (word) => {
    const { texts, place } = marked(organization(organizationWords[word] ?? ""));
    expect(holds(texts)).toEqual([`\`${word}\` is not carried out by this version yet (${place})`]);
    expect(told(read(texts).findings)).toEqual([`${place} warning not-carried-out`]);
  });
});

describe("privacy: {history: accounts}", () => {
  it("is carried out: it holds nothing and is not warned about", () => {
    const texts = organization("privacy: {history: accounts}\n");
    expect(read(texts).findings).toEqual([]);
    expect(holds({ ...texts, "policies/a.yaml": policyYaml() })).toEqual([]);
  });
});

describe("a pause", () => {
  it("of a policy holds its changes", () => {
    const { texts, place } = marked({ "policies/a.yaml": policyYaml({ "▸paused": "true" }) });
    expect(holds(texts)).toEqual([`the policy is paused (${place})`]);
  });

  it("of the organisation holds the changes of every policy", () => {
    const { texts, place } = marked(organization("▸paused: true\n"));
    expect(holds(texts)).toEqual([`every policy is paused (${place})`]);
  });

  it("that is over holds nothing", () => {
    expect(holds({ ...organization("paused: false\n"), "policies/a.yaml": policyYaml({ paused: "false" }) })).toEqual(
      [],
    );
  });
});
