import { describe, expect, it } from "vitest";
import { emptyLedgerView } from "../../src/model/ledger-view.ts";
import { type UserList, sortedRows, userList } from "../../src/plan/user-list.ts";
import { type Per, readSelection, selectionQuestion } from "../../src/policy/selection.ts";
import { readPeopleFile } from "../../src/policy/people-file.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { filesOf, repositoryOf, seatwrightYaml, type Texts, usualContext } from "../policy/support.ts";
import { now, organization, type OrganizationParts } from "../support/people.ts";

interface Asked {
  readonly where?: string;
  readonly per?: Per;
  readonly csv?: string;
  readonly files?: Texts;
}

const added = now - 500 * 86_400;
const acme: OrganizationParts = {
  instances: {
    jira: { app: "jira-software" },
    confluence: { app: "confluence" },
    labs: { app: "confluence", site: "labs" },
  },
  groups: {
    "jira-users": { grants: ["jira"] },
    wiki: { grants: ["confluence"] },
    "labs-wiki": { grants: ["labs"] },
  },
  people: {
    ada: {
      name: "Ada",
      email: "ada@example.com",
      groups: ["jira-users", "wiki"],
      added,
      active: { jira: 100, confluence: 3 },
    },
    ben: {
      name: "Ben",
      email: "ben@partner.example",
      groups: ["jira-users"],
      added,
      active: { jira: 1 },
      status: "active",
    },
    cem: { name: "Cem", groups: ["jira-users"], added, active: null },
    dee: { email: "dee@example.com", groups: null, added, active: { jira: 200 } },
    eve: {
      name: "Eve",
      status: "suspended",
      groups: ["wiki"],
      added,
      active: { confluence: 300 },
      platformRoles: null,
    },
    fay: { name: "Fay", groups: ["labs-wiki"], added, active: { labs: 2 } },
  },
};

function list({ where, per = "person", csv, files = {} }: Asked, parts = acme): UserList {
  const population = organization(parts);
  const repository = repositoryOf({ "seatwright.yaml": `${seatwrightYaml}accessGroups: ["*"]\n`, ...files });
  const text = { where: where === undefined ? null : (filesOf({ "--where": where })[0] ?? null), flags: [], per };
  const written = readSelection(text, repository).where;
  if (where !== undefined && written === null) throw new Error("the filter is not sound");
  const asked = written === null ? { ...repository, policies: [] } : selectionQuestion(repository, written, per);
  const { set, findings } = resolve(asked, population, usualContext);
  if (set === null) throw new Error(findings.map(({ message }) => message).join());
  const [file] = csv === undefined ? [] : filesOf({ "l.csv": csv });
  const people = file === undefined ? null : readPeopleFile(file, null, population, "--from-csv").file;
  return userList({ population, policies: set, ledger: emptyLedgerView, per, file: people?.table ?? null });
}

const ids = ["ada", "ben", "cem", "dee", "eve", "fay"];
const told = ({ matched, unknown }: UserList): { readonly yes: string; readonly unknown: string } => {
  const words = (rows: UserList["matched"]): string =>
    rows.map(({ person, instance }) => `${ids[person] ?? ""}${instance === null ? "" : `@${instance}`}`).join(" ");
  return { yes: words(matched), unknown: words(unknown) };
};
const cell = (of: UserList, column: string, person: number, instance: number | null = null): unknown =>
  of.columns.find(({ name }) => name === column)?.of({ person, instance });

describe("a list of people", () => {
  it("is everybody without a filter", () => {
    expect(told(list({}))).toEqual({ yes: "ada ben cem dee eve fay", unknown: "" });
  });

  it("keeps those of whom the filter cannot be told apart from those of whom it is true", () => {
    expect(told(list({ where: "emailDomain: example.com" }))).toEqual({ yes: "ada dee", unknown: "cem eve fay" });
    expect(told(list({ where: "not: {emailDomain: example.com}" }))).toEqual({ yes: "ben", unknown: "cem eve fay" });
    expect(told(list({ where: "memberOf: wiki" }))).toEqual({ yes: "ada eve", unknown: "dee" });
  });

  it("says of whom it cannot be told which part of the filter it is", () => {
    const of = list({ where: "{memberOf: wiki, emailDomain: example.com}" });
    expect(told(of)).toEqual({ yes: "ada", unknown: "dee eve" });
    expect(cell(of, "doubt", 3)).toEqual(["memberOf: wiki"]);
    expect(cell(of, "doubt", 4)).toEqual(["emailDomain: example.com"]);
    expect(cell(of, "doubt", 0)).toEqual([]);
  });

  it("of a file is whom it names; whoever it might name is unknown", () => {
    expect(told(list({ csv: "who\nada@example.com\neve\n" }))).toEqual({ yes: "ada eve", unknown: "" });
    expect(told(list({ csv: "who\nada@example.com\ngone@example.com\n" }))).toEqual({
      yes: "ada",
      unknown: "cem eve fay",
    });
    expect(told(list({ csv: "who\nada@example.com\neve\n", where: "status: active" }))).toEqual({
      yes: "ada",
      unknown: "",
    });
  });

  it("tells who is protected and who is exempt, as plans do", () => {
    const of = list({
      files: {
        "exemptions.yaml":
          "version: 1\nexemptions:\n  - {id: EX-1, group: wiki, reason: x, owner: y, until: 2027-01-01}\n",
      },
    });
    expect(cell(of, "exempt", 0)).toEqual(["EX-1"]);
    expect(cell(of, "exempt", 1)).toEqual([]);
    // Of Dee it is not known which groups she is in: she is exempt, perhaps.
    expect(cell(of, "exempt", 3)).toEqual(["EX-1"]);
    expect(cell(of, "protected", 0)).toBe("");
    expect(cell(of, "protected", 4)).toContain("not known whether");
  });
});

describe("a list of seats", () => {
  it("has a row for each seat that is certainly held, and those perhaps held are unknown", () => {
    expect(told(list({ per: "seat" }))).toEqual({ yes: "ada@0 ada@1 ben@0 cem@0 fay@2", unknown: "dee@0 dee@1 dee@2" });
  });

  it("asks each seat about its own instance", () => {
    expect(told(list({ per: "seat", where: "unused: 30d" }))).toEqual({
      yes: "ada@0",
      unknown: "cem@0 dee@0 dee@1 dee@2",
    });
    expect(told(list({ per: "seat", where: "{app: confluence, not: {site: labs}}" }))).toEqual({
      yes: "ada@1",
      unknown: "dee@1",
    });
  });

  it("tells where the seat is, by what it is held, and when it was used", () => {
    const of = list({ per: "seat", where: "app: jira-software" });
    expect(["app", "site", "roles", "via"].map((name) => cell(of, name, 0, 0))).toEqual([
      "jira-software",
      "acme",
      ["user"],
      ["jira-users"],
    ]);
    expect(cell(of, "lastActive", 0, 0)).toBe("2026-08-12T06:00:00Z");
    expect(cell(of, "via", 3, 0)).toBeNull();
    expect(cell(of, "doubt", 3, 0)).toEqual(["whether the seat is held"]);
  });
});

describe("the columns", () => {
  it("of a person are null where nothing is known, and never where something is", () => {
    const of = list({});
    expect(
      ["name", "email", "status", "account", "groups", "adminRoles", "lastActive", "seats"].map((name) =>
        cell(of, name, 3),
      ),
    ).toEqual([null, "dee@example.com", "active", null, null, [], "2026-05-04T06:00:00Z", []]);
    expect(cell(of, "lastActive", 2)).toBeNull();
    expect(cell(of, "lastActiveOn", 0)).toBe("confluence on acme");
    expect(cell(of, "perhapsSeats", 3)).toHaveLength(3);
    expect(cell(of, "adminRoles", 4)).toBeNull();
    expect(cell(of, "app", 0)).toBeNull();
  });
});

describe("sorting", () => {
  const order = (sort: string, direction: "ascending" | "descending" = "ascending"): string => {
    const of = list({});
    const column = of.columns.find(({ name }) => name === sort);
    if (column === undefined) throw new Error(`there is no column ${sort}`);
    return sortedRows(of.matched, [{ column, order: direction }])
      .map(({ person }) => ids[person])
      .join(" ");
  };

  it("puts what is not known last, whichever way round", () => {
    expect(order("name")).toBe("ada ben cem eve fay dee");
    expect(order("name", "descending")).toBe("fay eve cem ben ada dee");
    expect(order("lastActive")).toBe("eve dee ada fay ben cem");
    expect(order("lastActive", "descending")).toBe("ben fay ada dee eve cem");
  });

  it("keeps the order of account ids among equals, and takes the next column before it", () => {
    expect(order("status")).toBe("ada ben cem dee fay eve");
    const of = list({});
    const named = (name: string) => of.columns.find((column) => column.name === name) ?? of.columns[0];
    const [status, name] = [named("status"), named("name")];
    if (status === undefined || name === undefined) throw new Error("there are no columns");
    const rows = sortedRows(of.matched, [
      { column: status, order: "descending" },
      { column: name, order: "descending" },
    ]);
    expect(rows.map(({ person }) => ids[person]).join(" ")).toBe("eve fay cem ben ada dee");
  });

  it("puts somebody who was never active before everybody who was", () => {
    const never = { ...acme, people: { ...acme.people, ben: { added, active: {} } } };
    const of = list({}, never);
    const column = of.columns.find(({ name }) => name === "lastActive");
    if (column === undefined) throw new Error("there is no such column");
    expect(ids[sortedRows(of.matched, [{ column, order: "ascending" }])[0]?.person ?? -1]).toBe("ben");
  });
});
