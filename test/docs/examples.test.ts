import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { formatPlace } from "../../src/model/finding.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { fencesOf, readPage, readPages, regionOf, rowsOf } from "./pages.ts";
import type { Fence } from "./pages.ts";

const encoder = new TextEncoder();
const examples = readPages().flatMap((page) => fencesOf(page).filter(({ info }) => info.split(" ")[0] === "yaml"));
const whole =
  examples.find(({ page, text }) => page === "docs/policies.md" && /^accessGroups:/m.test(text))?.text ?? "";
const sources =
  examples.find(({ page, text }) => page === "docs/policies.md" && text.startsWith("sources:"))?.text ?? "";

/** The organisation file of the docs, with the sources of the docs, in which everything irreversible is allowed. */
const organization = stringify({ ...parse(whole), ...parse(sources), irreversible: ["removeFromOrg", "delete"] });

/** Policies that the exemptions of the docs name. */
const others = ["unused-seats", "dormant-accounts"].flatMap((id) =>
  listOfOne({ id, about: "seat", where: "{app: confluence, unused: 90d}", action: "revoke: {}" }),
);

interface Sketch {
  readonly id: string;
  readonly about: "seat" | "person";
  /** YAML on one line. */
  readonly where: string;
  readonly action: string;
}

/** A list that holds one whole policy, around a filter and an action. */
function listOfOne({ id, about, where, action }: Sketch): unknown {
  return parse(
    `- {id: ${id}, description: An example, owner: "@acme/it", for: ${about}, where: ${where}, then: [{${action}}]}`,
  );
}

/** Selectors that policies of the docs may refer to without defining them. */
const selectors = { leads: { jobTitle: "Lead *" } };

/** The files of a policy repository around one example. Throws for an example of no known kind. */
function repositoryAround(text: string): Readonly<Record<string, string>> {
  const value: unknown = parse(text);
  const files = { "seatwright.yaml": organization };
  if (Array.isArray(value)) {
    return { ...files, "policies/example.yaml": stringify({ version: 1, selectors, policies: value }) };
  }
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.includes("policies")) return { ...files, "policies/example.yaml": text };
  if (keys.includes("exemptions")) {
    return {
      ...files,
      "exemptions.yaml": text,
      "policies/others.yaml": stringify({ version: 1, selectors, policies: others }),
    };
  }
  if (keys.includes("names")) return { ...files, "seatwright.lock.yaml": text };
  if (keys.includes("organization")) return { "seatwright.yaml": text };
  if (keys.length === 1 && keys[0] === "sources") {
    return { "seatwright.yaml": stringify({ ...parse(whole), ...parse(text) }) };
  }
  throw new Error(`This example is of no kind that the test knows: ${keys.join(", ")}.`);
}

function errorsIn(files: Readonly<Record<string, string>>): readonly string[] {
  const bytes = Object.entries(files).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
  return readRepository(bytes)
    .findings.filter(({ severity }) => severity === "error")
    .map(({ place, message, remedy }) => `${formatPlace(place)} ${message} ${remedy}`);
}

describe("the YAML examples of the docs", () => {
  it("are found", () => {
    expect(examples.length).toBeGreaterThan(12);
    expect(whole).toContain("accessGroups");
    expect(sources).toContain("hr:");
  });

  it.each(examples.map((example): [string, Fence] => [`${example.page}:${example.line}`, example]))(
    "hold no mistake in %s",
    (_, { text }) => {
      expect(errorsIn(repositoryAround(text))).toEqual([]);
    },
  );

  it("would be found out if one held a mistake", () => {
    const [first] = examples;
    const misspelt = (first?.text ?? "").replace("unused:", "unusd:");
    expect(errorsIn(repositoryAround(misspelt)).join()).toContain("Did you mean `unused`?");
  });
});

describe("the examples of the generated tables", () => {
  const filters = rowsOf(regionOf(readPage("docs/policies.md"), "generated:filters"));
  const rows = filters.flatMap(([key = "", subject = "", , , cell = ""]) =>
    cell.split("<br>").map((example): [string, string, string] => [key, subject, example.replaceAll("`", "")]),
  );

  it.each(rows)("hold no mistake in the row of %s, about %s: %s", (_, subject, example) => {
    const about = subject === "the seat" || example.includes("unused") ? "seat" : "person";
    const action = about === "seat" ? "revoke: {}" : "addToGroup: {group: on-call}";
    const policies = listOfOne({ id: "example", about, where: `{${example}}`, action });
    expect(errorsIn(repositoryAround(stringify(policies)))).toEqual([]);
  });
});

describe("the finding that docs/policies.md shows", () => {
  it("is the one that Seatwright gives", () => {
    const shown = fencesOf(readPage("docs/policies.md")).find(({ info }) => info === "text")?.text ?? "";
    const [first] = examples.filter(({ page }) => page === "docs/policies.md");
    const misspelt = (first?.text ?? "").replace("unused:", "unusd:");
    const [finding] = readRepository([
      { path: "seatwright.yaml", bytes: encoder.encode(organization) },
      { path: "policies/unused.yaml", bytes: encoder.encode(misspelt) },
    ]).findings;
    expect(finding).toBeDefined();
    if (finding === undefined) return;
    expect(shown).toContain(formatPlace(finding.place));
    expect(shown).toContain(finding.message);
    expect(shown).toContain(finding.remedy);
  });
});
