import { describe, expect, it } from "vitest";
import type { Certificate, SnapshotHeader } from "../../src/model/documents.generated.ts";
import type { Finding } from "../../src/model/finding.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { signalsOf } from "../../src/people/signals.ts";
import { renderCertificateText } from "../../src/report/certificate-text.ts";
import { renderErrorText } from "../../src/report/error-text.ts";
import { renderFindingsText } from "../../src/report/findings-text.ts";
import { renderSyncText } from "../../src/report/sync-text.ts";
import { header, populationOf } from "../support/plan-parts.ts";

const options = { colour: "off", width: 80 } as const;

function finding(parts: Partial<Finding> = {}): Finding {
  return {
    severity: "error",
    rule: "unknown-key",
    place: { file: "policies/seats.yaml", line: 4, column: 33 },
    message: "`unsed` is no key of `where`.",
    remedy: "Did you mean `unused`?",
    ...parts,
  };
}

const yaml = "version: 1\npolicies:\n  - id: unused-seats\n    where: {app: jira-software, unsed: 90d}\n";

describe("findings", () => {
  it("read like this", () => {
    const warning = finding({
      severity: "warning",
      rule: "glob-matches-nothing",
      place: { file: "seatwright.yaml", line: 9, column: 3 },
      message: "`jira-usrs-*` matches no group.",
      remedy: "Correct it, or delete it if these groups are gone.",
    });
    expect(renderFindingsText([finding(), warning], new Map([["policies/seats.yaml", yaml]]), options)).toBe(
      `policies/seats.yaml:4:33 error \`unsed\` is no key of \`where\`.
  4 |     where: {app: jira-software, unsed: 90d}
    |                                 ^
  Did you mean \`unused\`?
  unknown-key

seatwright.yaml:9:3 warning \`jira-usrs-*\` matches no group.
  Correct it, or delete it if these groups are gone.
  glob-matches-nothing

2 problems: 1 error and 1 warning in 2 files. Nothing is planned until the error
is put right.
`,
    );
  });

  it("are grouped by file and ordered by place", () => {
    const at = (file: string, line: number): Finding => finding({ place: { file, line, column: 1 } });
    const text = renderFindingsText([at("b.yaml", 9), at("a.yaml", 2), at("b.yaml", 3)], new Map(), options);
    expect(text.match(/^[ab]\.yaml:\d/gm)).toEqual(["b.yaml:3", "b.yaml:9", "a.yaml:2"]);
  });

  it("put the mark under the column, also behind wide characters", () => {
    const place = { file: "a.yaml", line: 1, column: 5 };
    const text = renderFindingsText([finding({ place })], new Map([["a.yaml", "佐藤: x"]]), options);
    expect(text).toContain("  1 | 佐藤: x\n    |       ^\n");
  });

  it("keep the column in view on a long line", () => {
    const place = { file: "a.yaml", line: 1, column: 301 };
    const line = `${"a".repeat(300)}HERE${"b".repeat(300)}`;
    const text = renderFindingsText([finding({ place })], new Map([["a.yaml", line]]), options);
    expect(text).toContain("HERE");
    for (const shown of text.split("\n")) expect(shown.length).toBeLessThanOrEqual(80);
  });

  it("never quote a source, whose rows are personal data", () => {
    const place = { file: "data/hr.csv", line: 1, column: 1 };
    const text = renderFindingsText(
      [finding({ place })],
      new Map([["data/hr.csv", "ada@example.com,secret"]]),
      options,
    );
    expect(text).not.toContain("secret");
  });

  it("say so where there are none, and that warnings stop nothing", () => {
    expect(renderFindingsText([], new Map(), options)).toBe("No problems found.\n");
    expect(renderFindingsText([finding({ severity: "warning" })], new Map(), options)).toContain(
      "1 problem: 1 warning in 1 file. A plan can be made.",
    );
  });

  it("say nothing of a plan where they are about none", () => {
    const text = renderFindingsText([finding({ severity: "warning" })], new Map(), { ...options, consequence: "none" });
    expect(text).toMatch(/1 problem: 1 warning in 1 file\.\n$/);
  });
});

describe("an operator error", () => {
  it("says what happened and what to do", () => {
    expect(
      renderErrorText({ message: "The audit log cannot be written", remedy: "Make room on the disk" }, options),
    ).toBe("Stopped: The audit log cannot be written.\n  Make room on the disk.\n");
  });
});

const suspect: Certificate = {
  state: "suspect",
  checks: [
    { check: "population", state: "passed", message: "18 people by both paths" },
    { check: "membership", state: "suspect", message: "members of jira-users-acme", expected: 640, seen: 612 },
  ],
};

describe("a certificate", () => {
  it("tells its state, what that means, and every check with its counts", () => {
    expect(renderCertificateText(suspect, options)).toBe(`Certificate: suspect · 1 of 2 checks passed
  Something does not add up; no plan takes anything away.

  Check                What was compared
  population  passed   18 people by both paths
  membership  suspect  members of jira-users-acme
      640 expected, 612 seen
`);
  });
});

describe("what a sync read", () => {
  const given: SnapshotHeader = {
    ...header,
    certificate: suspect,
    instances: [
      ...header.instances,
      {
        id: "ari:cloud:jira-software::site/sandbox",
        app: "jira-software",
        site: "acme-sandbox",
        name: "sandbox",
        known: true,
        sandbox: true,
        status: "online",
      },
      {
        id: "ari:cloud:teamwork::site/x",
        app: "teamwork",
        site: "acme",
        name: "x",
        known: false,
        sandbox: false,
        status: "online",
      },
    ],
  };
  const population = populationOf(
    [
      { id: "a", status: "active", directories: [0], groups: [0], active: [[0, 1_700_000_000]], claim: "managed" },
      { id: "b", status: "active", directories: [0], groups: [0], active: [], claim: "managed" },
      { id: "c", status: "suspended", directories: [0], groups: [0], active: [], claim: "unmanaged" },
      { id: "d", status: "moved", directories: [0], groups: [], active: [] },
    ],
    given,
  );
  const seats = seatsOf(population);
  const text = renderSyncText(population, seats, signalsOf(population, seats, null), options).replace(/ +/g, " ");

  it("counts people by status, and managed accounts", () => {
    expect(text).toContain("4 people: 2 active, 1 suspended, 1 of unknown status; 2 managed");
  });

  it("counts seats, and how many of their holders have an activity date", () => {
    expect(text).toContain("Jira on acme 2 50%");
  });

  it("says where idleness cannot be told, and which instances are never touched", () => {
    expect(text).toMatch(/Idleness is unknown here: Atlassian's activity dates do not cover how\s+Bitbucket is used/);
    expect(text).toContain("An app Seatwright does not know: reported, never touched");
    expect(text).toContain("A sandbox: no paid seats");
  });

  it("ends with the certificate and the checks that did not pass", () => {
    expect(text).toContain("Certificate: suspect · 1 of 2 checks passed");
    expect(text).toContain("640 expected, 612 seen");
    expect(text).not.toContain("18 people by both paths");
  });
});
