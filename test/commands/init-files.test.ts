import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { botsIn } from "../../src/commands/init/bots.ts";
import { initFiles } from "../../src/commands/init/templates.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { organization } from "../support/people.ts";

const folder = mkdtempSync(join(tmpdir(), "seatwright-init-"));

afterAll(() => rmSync(folder, { recursive: true }));

const files = initFiles({
  organizationId: "8a130dbc-06bc-1a05-jjk7-9822046115j1",
  organizationName: "Acme",
  time: "weekly",
  uses: null,
  apps: ["jira-software"],
  unused: "90d",
  action: "report",
  show: "names",
  accessGroups: [],
  identityProviders: [],
});

/** Those that Git leaves out of a commit, by the .gitignore that `init` writes. */
function ignored(paths: readonly string[]): readonly string[] {
  execFileSync("git", ["init", "--quiet", folder]);
  writeFileSync(join(folder, ".gitignore"), files.find(({ path }) => path === ".gitignore")?.text ?? "");
  return paths.filter((path) => {
    try {
      execFileSync("git", ["-C", folder, "check-ignore", "--quiet", path]);
      return true;
    } catch {
      return false;
    }
  });
}

describe("the organisation file of a new policy repository", () => {
  const text = files.find(({ path }) => path === "seatwright.yaml")?.text ?? "";

  it("has prices to fill in for each app that was named, which are sound without the #", () => {
    const filled = text.replaceAll(/^# (prices:)$/gm, "$1").replaceAll(/^# {3}(.*perSeatMonth)/gm, "  $1");
    const { repository, findings } = readRepository([{ path: "seatwright.yaml", bytes: Buffer.from(filled) }]);
    expect(findings).toEqual([]);
    expect(Object.keys(repository?.organization.value.prices ?? {})).toEqual(["jira-software"]);
    expect(text).toContain("Take the last bill");
  });
});

describe("accounts that may be bots", () => {
  it("are told by whole words of names and addresses, and only where they are active", () => {
    const people = {
      a: { email: "ci-bot@example.com" },
      b: { email: "svc.backup@example.com" },
      c: { email: "robin@example.com", name: "Jira Service Account" },
      d: { email: "abbot@example.com", name: "Cicely Abbot" },
      e: { email: "old-bot@example.com", status: "suspended" as const },
    };
    expect(botsIn(organization({ people }))).toEqual([
      "ci-bot@example.com",
      "robin@example.com",
      "svc.backup@example.com",
    ]);
  });
});

describe("the .gitignore of a new policy repository", () => {
  it("leaves out what commands write: people, plans and the ledger", () => {
    const written = [
      "snapshot.json",
      "acme.snapshot.json",
      "plan.json",
      "plan.md",
      "plan.html",
      "report.html",
      "undo.json",
      "undo-r1.json",
      "idle.csv",
      "export/people.csv",
      "export-q4/people.parquet",
      "handoff/okta.csv",
      ".seatwright/ledger/head.json",
    ];
    expect(ignored(written)).toEqual(written);
  });

  it("leaves in what is reviewed: policies, sources inside the repository, and the plans of plan pull requests", () => {
    const reviewed = [...files.map(({ path }) => path), "data/hr.csv", "plans/plan.json", "docs/page.html"];
    expect(ignored(reviewed)).toEqual([]);
  });
});
