import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, expect } from "vitest";
import { type HistoryFlags, runHistory } from "../../src/commands/history.ts";
import { runPlan } from "../../src/commands/plan.ts";
import { runReport } from "../../src/commands/report.ts";
import { runSeats } from "../../src/commands/seats.ts";
import { runUsers } from "../../src/commands/users.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { momentOf } from "../../src/model/time.ts";
import type { Population } from "../../src/people/population.ts";
import { embedPage } from "../../src/report/page-embed.ts";
import { packPage, type PageContent } from "../../src/report/page-pack.ts";
import { createKit, type Kit } from "../../src/wiring.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { buildPage } from "../../tools/page.ts";
import { repositoryRoot } from "../../tools/root.ts";
import { policyYaml, seatwrightYaml } from "../policy/support.ts";
import { DAYS, now, organization, type PersonParts } from "../support/people.ts";

/** Reports of small organisations, made by the commands in this process. */

const root = mkdtempSync(join(tmpdir(), "seatwright-report-"));
let folders = 0;

afterAll(() => rmSync(root, { recursive: true }));

/** A folder of its own, removed when the tests of the file are through. */
export async function newFolder(): Promise<string> {
  const folder = join(root, String(++folders));
  await mkdir(folder);
  return folder;
}

const added = now - 500 * DAYS;
const hostile = `<img src=x onerror="document.title='owned'">`;

/** Sixty people on two sites: busy, idle, doubtful, exempt, protected, and some who are not called anything ordinary. */
export function acme(): Population {
  const person = (parts: PersonParts): PersonParts => ({ added, claim: "managed", source: "invited", ...parts });
  const busy = Object.fromEntries(
    Array.from({ length: 40 }, (_, at): [string, PersonParts] => [
      `busy-${String(at).padStart(2, "0")}`,
      person({
        name: `Busy Person ${at}`,
        email: `busy-${at}@example.com`,
        groups: at % 2 === 0 ? ["jira-users", "team"] : ["jira-users", "wiki"],
        active: { jira: 1, ...(at % 2 === 0 ? {} : { confluence: at }) },
      }),
    ]),
  );
  const idle = Object.fromEntries(
    Array.from({ length: 14 }, (_, at): [string, PersonParts] => [
      `idle-${String(at).padStart(2, "0")}`,
      person({
        name: `Idle Person ${at}`,
        email: `idle-${at}@${at % 2 === 0 ? "example.com" : "agency.example"}`,
        groups: at < 4 ? ["okta-jira"] : at < 7 ? ["both"] : ["jira-users"],
        active: { jira: 40 + at * 20 },
      }),
    ]),
  );
  return organization({
    directories: ["main", "labs"],
    instances: {
      jira: { app: "jira-software" },
      confluence: { app: "confluence" },
      labs: { app: "confluence", site: "labs" },
      bitbucket: { app: "bitbucket" },
    },
    groups: {
      "jira-users": { grants: ["jira"] },
      wiki: { grants: ["confluence"], members: 24 },
      "labs-wiki": { grants: ["labs"], directory: "labs" },
      "okta-jira": { grants: ["jira"], synced: true },
      both: { grants: ["jira", "confluence"] },
      guests: { grants: ["confluence atlassian/guest"] },
      empty: {},
      team: {},
    },
    people: {
      ...busy,
      ...idle,
      hostile: person({ name: hostile, email: "hostile@example.com", groups: ["jira-users"], active: { jira: 300 } }),
      suspended: person({ name: "Sue Spended", status: "suspended", groups: ["jira-users"] }),
      two: person({
        name: "Two Places",
        in: ["main", "labs"],
        groups: ["jira-users", "labs-wiki"],
        active: { jira: 3 },
      }),
      "labs-lee": person({ name: "Lee Labs", in: ["labs"], groups: ["labs-wiki"], active: { labs: 5 } }),
      guest: person({ name: "Gast", groups: ["guests"], active: { confluence: 3 } }),
      blank: { name: "Blank", groups: null, active: null, platformRoles: null },
      never: person({ name: "Never Came", email: "never@agency.example", groups: ["jira-users"] }),
      chief: person({
        name: "Chief",
        platformRoles: ["atlassian/org-admin"],
        groups: ["jira-users"],
        active: { jira: 400 },
      }),
    },
  });
}

export interface Made {
  readonly repo: string;
  readonly snapshot: string;
  readonly ledger: string;
}

const organizationFile = `${seatwrightYaml}accessGroups: [jira-users, wiki, labs-wiki]
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
identityProviders: [{name: Okta, groups: ["okta-*"], owner: "@acme/iam"}]
prices: {jira-software: {currency: USD, perSeatMonth: 9.05, renews: 28}}
`;

/** The files of a snapshot, a policy repository and a ledger in which earlier runs counted the organisation. */
export async function made(population: Population, more: Readonly<Record<string, string>> = {}): Promise<Made> {
  const folder = await newFolder();
  const files = {
    "seatwright.yaml": organizationFile,
    "exemptions.yaml": `version: 1
exemptions:
  - {id: EX-1, person: idle-12, from: [saving], reason: On leave, owner: "@acme/it", until: 2027-03-31}
`,
    "policies/a.yaml": policyYaml({
      where: "{app: jira-software, unused: 90d}",
      mode: "enforce",
      limits: "{percent: 100}",
    }),
    ...more,
  };
  const repo = join(folder, "repo");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), text);
  }
  const snapshot = join(folder, "acme.json");
  await writeSnapshotFile(snapshot, population);
  const ledger = join(folder, "ledger");
  const { header } = population;
  const book = createDirectoryLedger({ directory: ledger, organizationId: header.organization.id, clock: systemClock });
  for (const days of [40, 20, 1]) {
    await book.recordSnapshot({ ...population, header: { ...header, asOf: momentOf(now - days * DAYS) } });
  }
  return { repo, snapshot, ledger };
}

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const commands = {
  report: runReport,
  seats: runSeats,
  users: runUsers,
  plan: runPlan,
  history: (kit: Kit, flags: HistoryFlags) => runHistory(kit, flags, undefined),
} as const;

/** Runs a command in this process. */
export async function run(command: keyof typeof commands, flags: Readonly<Record<string, unknown>>): Promise<Printed> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const printed = { out: "", err: "" };
  stdout.on("data", (text: Buffer) => (printed.out += text.toString()));
  stderr.on("data", (text: Buffer) => (printed.err += text.toString()));
  const kit = await createKit({ stdin, stdout, stderr, env: {} }, flags, root, () => new AbortController().signal);
  const code = await commands[command](kit, flags as never);
  await kit.terminal.flush();
  return { code, ...printed };
}

/** What a command prints with --json. */
export async function answer<Document>(
  command: keyof typeof commands,
  flags: Readonly<Record<string, unknown>>,
): Promise<Document> {
  const { out } = await run(command, { ...flags, json: true });
  return JSON.parse(out) as Document;
}

/** The file that `report` makes, with the page as the sources give it now. */
export async function reportOf(files: Made, flags: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const out = join(await newFolder(), "report.html");
  const { code } = await run("report", { ...files, ...flags, out });
  expect(code).toBe(0);
  return out;
}

let template: Promise<string> | undefined;

/** The page as the sources in page/ give it now. */
export function builtPage(): Promise<string> {
  template ??= buildPage(repositoryRoot).then((built) => built?.text ?? "");
  return template;
}

/** The same content in the page as the sources give it now, whatever stands in dist/. */
export async function withBuiltPage(content: PageContent): Promise<string> {
  const file = join(await newFolder(), "page.html");
  await writeFile(file, embedPage(await builtPage(), "Acme", gzipSync(packPage(content))));
  return file;
}

export async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8");
}
