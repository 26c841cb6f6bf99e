import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ACTION_PLACEHOLDER, workflowFile } from "../../src/commands/init/workflow.ts";
import { checkPower, type Mode, modes } from "../../src/review/power.ts";
import { fencesOf, type Page, readPage, rowsOf } from "./pages.ts";

const page = readPage("docs/github.md");

interface Job {
  readonly if: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly with: Readonly<Record<string, unknown>> }[];
}

const workflow = parse(workflowFile({ layout: { kind: "root", organizationId: "o" }, time: "weekly", uses: null })) as {
  readonly on: { readonly workflow_dispatch: { readonly inputs: Readonly<Record<string, { options?: string[] }>> } };
  readonly jobs: Readonly<Record<string, Job>>;
};

function section({ text }: Page, heading: string): string {
  const start = text.indexOf(`\n## ${heading}\n`);
  const end = text.indexOf("\n## ", start + 1);
  if (start === -1) throw new Error(`${page.path} has no part ${heading}.`);
  return text.slice(start, end === -1 ? undefined : end);
}

/** Words between backticks. */
function words(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** Events that are in the page, and others that a workflow could name. */
const events = [
  "pull_request",
  "merge_group",
  "pull_request_target",
  "push",
  "schedule",
  "workflow_dispatch",
  "issue_comment",
  "workflow_run",
  "repository_dispatch",
  "pull_request_review",
  "release",
];

function isAllowed(mode: Mode, event: string, where: { readonly ref?: string; readonly head?: string } = {}): boolean {
  const { ref = "refs/heads/main", head = "acme/access" } = where;
  try {
    checkPower(mode, { event, ref, defaultBranch: "main", headRepository: head, repository: "acme/access" });
    return true;
  } catch {
    return false;
  }
}

describe("docs/github.md", () => {
  const powers = new Map(
    rowsOf(section(page, "What each event may do")).map(([event = "", may = "", only = ""]) => [
      words(event)[0] ?? "",
      { may: words(may), only },
    ]),
  );

  it("says of each event what it may do, as the action has it", () => {
    for (const event of events) {
      const allowed = modes.filter((mode) => isAllowed(mode, event));
      expect(powers.get(event)?.may ?? [], event).toEqual(allowed);
    }
  });

  it("says where each event may do more than lint, as the action has it", () => {
    for (const [event, { may, only }] of powers) {
      for (const mode of modes.filter((each) => each !== "lint" && may.includes(each))) {
        expect(isAllowed(mode, event, { ref: "refs/heads/topic" }), event).toBe(!only.includes("default branch"));
        expect(isAllowed(mode, event, { head: "eve/access" }), event).toBe(!only.includes("same repository"));
      }
    }
  });

  it("lists the jobs of the workflow that init writes, with environments and permissions", () => {
    const modesOf = (job: Job): readonly string[] => {
      const mode = String(job.steps.at(-1)?.with["mode"]);
      return modes.some((each) => each === mode)
        ? [mode]
        : (workflow.on.workflow_dispatch.inputs["mode"]?.options ?? []);
    };
    const written = Object.entries(workflow.jobs).map(([name, job]) => [
      [name],
      [/== '(\w+)'/.exec(job.if)?.[1]],
      modesOf(job),
      job.environment === undefined ? [] : [job.environment],
      Object.entries(job.permissions).map(([what, level]) => `${what}: ${level}`),
    ]);
    expect(rowsOf(section(page, "The jobs")).map((row) => row.map(words))).toEqual(written);
  });

  it("gives to a run by hand only inputs that the workflow has, and init the flag with the workflow's own placeholder", () => {
    const given = [...page.text.matchAll(/-f ([a-z-]+)=/g)].flatMap(([, name = ""]) =>
      name === "organization" ? [] : [name],
    );
    expect(given.length).toBeGreaterThan(6);
    expect(given.filter((name) => !(name in workflow.on.workflow_dispatch.inputs))).toEqual([]);
    expect(page.text).toContain(`--uses ${ACTION_PLACEHOLDER}`);
  });

  it("shows of several organisations what init writes for them", () => {
    const text = workflowFile({
      time: "weekly",
      uses: null,
      layout: {
        kind: "folders",
        parent: "",
        organizations: [...section(page, "Several organisations").matchAll(/--repo (\w+) --org-id (\S+)/g)].map(
          ([, name = "", organizationId = ""]) => ({ name, organizationId }),
        ),
      },
    });
    const fences = fencesOf(page).filter(({ info, text: shown }) => info === "yml" && shown.includes("matrix"));
    expect(fences).toHaveLength(1);
    expect(text).toContain((fences[0]?.text ?? "nothing").replace(/^jobs:\n/, "").trimEnd());
    expect(text).toContain("options: [eu, us]");
  });

  it("filters by paths in every event that meets a pull request, alike", () => {
    const [filtered] = fencesOf(page).filter(({ info }) => info === "yml");
    const { on } = parse(filtered?.text ?? "") as { readonly on: Readonly<Record<string, { paths: string[] }>> };
    expect(Object.keys(on)).toEqual(["pull_request", "pull_request_target", "push"]);
    expect(new Set(Object.values(on).map(({ paths }) => paths.join()))).toEqual(new Set(["access/**"]));
  });
});
