import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { keyChecks } from "../../src/commands/doctor/github-key.ts";
import { workflowChecks } from "../../src/commands/doctor/github-workflow.ts";
import { layoutOf, repositoryAbove } from "../../src/commands/init/folders.ts";
import { workflowFile, WORKFLOW_PATH } from "../../src/commands/init/workflow.ts";
import type { Layout } from "../../src/commands/init/workflow-layout.ts";
import { readInputs } from "../../src/action/inputs.ts";
import { cli } from "../e2e/run.ts";
import { needs } from "../support/needs.ts";

const ids = { eu: "8a130dbc-06bc-1a05-jjk7-9822046115j1", us: "9b241ecd-17cd-2b16-kkl8-0933157226k2" };
const organizations = [
  { name: "eu", organizationId: ids.eu },
  { name: "us", organizationId: ids.us },
];
const layout: Layout = { kind: "folders", parent: "", organizations };
const uses = `acme/seatwright@${"a".repeat(40)}`;

interface Job {
  readonly strategy?: {
    readonly "fail-fast": boolean;
    readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] };
  };
  readonly environment?: string;
  readonly permissions: object;
  readonly concurrency: { readonly group: string };
  readonly steps: readonly { readonly with: Readonly<Record<string, unknown>> }[];
}
interface Workflow {
  readonly on: { readonly workflow_dispatch: { readonly inputs: Readonly<Record<string, { options?: string[] }>> } };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function repoWith(files: Readonly<Record<string, string>>): Promise<string> {
  const repo = await mkdtemp(join(tmpdir(), "seatwright-folders-"));
  folders.push(repo);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(repo, name)), { recursive: true });
    await writeFile(join(repo, name), text);
  }
  return repo;
}

function organizationYaml(id: string): string {
  return `version: 1\norganization: {id: ${id}, name: acme}\n`;
}

describe("the workflow for organisations in folders", () => {
  const text = workflowFile({ time: "weekly", uses, layout });
  const { jobs, on } = parse(text) as Workflow;

  it("has each job once for each organisation, with its id, folder, ledger and environments", () => {
    for (const [name, job] of Object.entries(jobs)) {
      if (name === "by-hand") continue;
      expect(job.strategy, name).toEqual({
        "fail-fast": false,
        matrix: { include: organizations.map(({ name: organization, organizationId: id }) => ({ organization, id })) },
      });
      expect(job.steps.at(-1)?.with["repo-path"], name).toBe("${{ matrix.organization }}");
      if (name === "lint") continue;
      expect(job.steps.at(-1)?.with, name).toMatchObject({
        "org-id": "${{ matrix.id }}",
        "ledger-branch": "seatwright-ledger-${{ matrix.organization }}",
      });
      expect(job.environment, name).toBe(`seatwright-\${{ matrix.organization }}${name === "plan" ? "" : "-apply"}`);
    }
  });

  it("has a run by hand for the one organisation that is chosen", () => {
    expect(on.workflow_dispatch.inputs["organization"]?.options).toEqual(["eu", "us"]);
    const job = jobs["by-hand"];
    expect(job?.strategy).toBeUndefined();
    expect(job?.environment).toBe("seatwright-${{ inputs.organization }}-apply");
    expect(job?.steps.at(-1)?.with).toMatchObject({
      "repo-path": "${{ inputs.organization }}",
      "ledger-branch": "seatwright-ledger-${{ inputs.organization }}",
    });
  });

  it("has one run at a time for an organisation, by hand too, and holds up no other", () => {
    const filled = (name: string, organization: string): string | undefined =>
      jobs[name]?.concurrency.group.replace(/\$\{\{ (matrix|inputs)\.organization \}\}/, organization);
    for (const name of ["apply", "reconcile", "by-hand"]) {
      expect([filled(name, "eu"), filled(name, "us")], name).toEqual(["seatwright-eu", "seatwright-us"]);
    }
    for (const name of ["lint", "plan"]) expect(jobs[name]?.concurrency.group, name).toContain("matrix.organization");
  });

  it("gives the jobs the same rights as for one organisation, and inputs that the action knows", () => {
    const single = parse(
      workflowFile({ time: "weekly", uses, layout: { kind: "root", organizationId: "o" } }),
    ) as Workflow;
    for (const [name, job] of Object.entries(jobs)) {
      expect(job.permissions, name).toEqual(single.jobs[name]?.permissions);
      const given = new Map(Object.entries(job.steps.at(-1)?.with ?? {}).map(([key, value]) => [key, String(value)]));
      const filled = (key: string): string =>
        (given.get(key) ?? "").replaceAll(/\$\{\{ \w+\.organization \}\}/g, "eu").replace(/^\$\{\{.*\}\}$/, "");
      const { folder, ledgerBranch } = readInputs((key) => (key === "mode" ? "lint" : filled(key)));
      expect([folder, name === "lint" ? "seatwright-ledger-eu" : ledgerBranch], name).toEqual([
        "eu",
        "seatwright-ledger-eu",
      ]);
    }
  });

  it("names folders below another one by both", () => {
    const below = parse(
      workflowFile({ time: "weekly", uses, layout: { ...layout, parent: "organizations" } }),
    ) as Workflow;
    expect(below.jobs["apply"]?.steps[0]?.with["repo-path"]).toBe("organizations/${{ matrix.organization }}");
  });

  it("passes doctor's look, which knows all of its environments", () => {
    const {
      jobs: found,
      checks,
      planned,
    } = workflowChecks({ known: true, value: [{ path: WORKFLOW_PATH, text }] }, "SEATWRIGHT_API_KEY");
    expect(checks.map(({ id, state }) => [id, state])).toEqual([
      ["github.workflow", "passed"],
      ["github.job-rights", "passed"],
      ["github.pinned-actions", "passed"],
    ]);
    expect(planned).toEqual(["eu", "us"]);
    const none = { known: true, value: [] } as const;
    const states = (names: readonly string[]): readonly (string | undefined)[] => {
      const environments = names.map((name) => ({
        name,
        deploys: { known: true, value: [{ pattern: "main", kind: "branch" }] } as const,
        secrets: { known: true, value: ["SEATWRIGHT_API_KEY"] } as const,
      }));
      const looked = keyChecks({
        secret: "SEATWRIGHT_API_KEY",
        defaultBranch: "main",
        own: none,
        shared: none,
        environments: { known: true, value: environments },
        jobs: found,
      });
      return ["github.environments", "github.key-reach"].map((id) => looked.find((each) => each.id === id)?.state);
    };
    const all = ["seatwright-eu", "seatwright-eu-apply", "seatwright-us", "seatwright-us-apply"];
    expect(states(all)).toEqual(["passed", "passed"]);
    expect(states(all.slice(0, 3))).toEqual(["failed", "passed"]);
  });
});

describe("where organisations are", () => {
  it("is the root, or folders beside each other at most two deep", async () => {
    const root = await repoWith({ "seatwright.yaml": organizationYaml(ids.eu), "us/seatwright.yaml": "version: 1\n" });
    expect(await layoutOf(root)).toEqual({ kind: "root", organizationId: ids.eu });
    const files = { "eu/seatwright.yaml": organizationYaml(ids.eu), "us/seatwright.yaml": organizationYaml(ids.us) };
    expect(await layoutOf(await repoWith({ ...files, ".hidden/seatwright.yaml": "" }))).toEqual(layout);
    const deeper = Object.fromEntries(Object.entries(files).map(([name, yaml]) => [`orgs/${name}`, yaml]));
    expect(await layoutOf(await repoWith(deeper))).toEqual({ ...layout, parent: "orgs" });
    expect(await layoutOf(await repoWith({ "README.md": "" }))).toBeNull();
  });

  it.each([
    [
      { "eu/seatwright.yaml": organizationYaml(ids.eu), "orgs/us/seatwright.yaml": organizationYaml(ids.us) },
      "different places",
    ],
    [{ "e u/seatwright.yaml": organizationYaml(ids.eu) }, "The folder e u cannot be named"],
    [{ "eu/seatwright.yaml": "version: 1\n" }, "eu/seatwright.yaml has a mistake"],
  ])("is refused where a workflow could not say it: %j", async (files, words) => {
    await expect(layoutOf(await repoWith(files))).rejects.toThrow(words);
  });
});

needs("git").describe("init in a repository with several organisations", () => {
  const env = { SEATWRIGHT_ORG_ID: ids.eu };

  it("writes the folders first, without a workflow, and then the workflow for all of them", {
    timeout: 60_000,
  }, async () => {
    const repo = await repoWith({});
    execFileSync("git", ["init", "--quiet", repo]);
    for (const [name, id] of Object.entries(ids)) {
      const made = await cli(["init", "--repo", join(repo, name), "--org-id", id]);
      expect(made.code, made.err).toBe(0);
      expect(made.out).toContain(`seatwright init --repo ${repo}`);
      expect(await readdir(join(repo, name))).not.toContain(".github");
    }
    expect(await repositoryAbove(join(repo, "eu"))).toBe(repo);
    const all = await cli(["init", "--repo", repo, "--uses", uses], { env });
    expect(all.code, all.err).toBe(0);
    expect(all.out).toContain("seatwright-us, seatwright-us-apply");
    expect(await readFile(join(repo, WORKFLOW_PATH), "utf8")).toBe(workflowFile({ time: "weekly", uses, layout }));
    expect((await readdir(repo)).toSorted()).toEqual([".git", ".github", "eu", "us"]);
    const again = await cli(["init", "--repo", repo], { env });
    expect(again).toMatchObject({ code: 64 });
  });
});
