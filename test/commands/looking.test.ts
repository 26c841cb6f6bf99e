import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runPlan } from "../../src/commands/plan.ts";
import { runSeats } from "../../src/commands/seats.ts";
import { runUsers } from "../../src/commands/users.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { users as isUserList } from "../support/written.generated.cjs";
import type { UserList } from "../../src/model/documents.generated.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { createKit } from "../../src/wiring.ts";
import { policyYaml, seatwrightYaml } from "../policy/support.ts";
import { commandKit } from "../support/commands.ts";
import { now, organization } from "../support/people.ts";

/** The commands that only look, in this process: what they print and refuse, flag by flag. */

const root = mkdtempSync(join(tmpdir(), "seatwright-looking-"));
const snapshot = join(root, "acme.json");
const repo = join(root, "repo");

const added = now - 500 * 86_400;
const people = organization({
  instances: {
    jira: { app: "jira-software" },
    confluence: { app: "confluence" },
    labs: { app: "confluence", site: "labs" },
  },
  groups: { "jira-users": { grants: ["jira"] }, wiki: { grants: ["confluence"] }, "labs-wiki": { grants: ["labs"] } },
  people: {
    ada: { name: "Ada", email: "ada@example.com", mfa: true, groups: ["jira-users"], added, active: { jira: 200 } },
    ben: {
      name: "Ben",
      email: "ben@example.com",
      mfa: false,
      groups: ["jira-users", "wiki"],
      added,
      active: { jira: 1, confluence: 1 },
    },
    cem: { name: "Cem", groups: ["labs-wiki"], added, active: { labs: 3 } },
  },
});

beforeAll(async () => {
  await writeSnapshotFile(snapshot, people);
  const files = {
    "seatwright.yaml": `${seatwrightYaml}accessGroups: ["*-users", "*wiki"]\n`,
    "policies/a.yaml": `${policyYaml()}selectors: {leads: {jobTitle: "Lead *"}}\n`,
    "l.csv": "who,note\nada@example.com,x\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), text);
  }
});

afterAll(() => rmSync(root, { recursive: true }));

describe("a filter that is saved", () => {
  const saved = async (flags: object): Promise<{ readonly err: string; readonly repo: string }> => {
    const own = join(mkdtempSync(join(root, "own-")), "repo");
    await cp(repo, own, { recursive: true });
    const { kit, printed } = await commandKit({ repo: own, ledger: join(own, "ledger") }, root);
    await runUsers(kit, { snapshot, saveAs: "asked", ...flags });
    return { err: (await printed()).err.replaceAll(/\s+/g, " "), repo: own };
  };

  it.each<[object, string]>([
    [{ group: ["wiki"] }, "suspend"],
    [{ status: ["active"] }, "suspend"],
    [{ unused: "90d" }, "suspend"],
    [{ site: ["acme"] }, "suspend"],
    [{ site: ["acme"], unused: "90d" }, "suspend"],
    [{ where: "{any: [{app: jira-software, unused: 90d}, {memberOf: wiki}]}" }, "revoke"],
    [{ app: ["jira-software"], unused: "90d" }, "revoke"],
    [{ app: ["jira-software"] }, "revoke"],
    [{ app: ["confluence"], site: ["labs"], idle: "30d" }, "revoke"],
    [{ app: ["confluence"], per: "seat", unused: "30d" }, "revoke"],
    [{ per: "seat", unused: "30d" }, "revoke"],
  ])("comes with a one-off that `plan` accepts: %j to %s", async (flags, action) => {
    const { err, repo: own } = await saved(flags);
    const [, told = ""] = /seatwright plan (--select asked --do \w+) --because/.exec(err) ?? [];
    expect(told).toBe(`--select asked --do ${action}`);
    const { kit } = await commandKit({ repo: own, ledger: join(own, "ledger"), json: true }, root);
    // What is refused is thrown.
    expect(await runPlan(kit, { snapshot, select: "asked", do: action, because: "x" })).toBeTypeOf("number");
  });
});

type Command = "seats" | "users" | "plan";
type Flags = Readonly<Record<string, unknown>>;

interface Printed {
  readonly out: string;
  readonly err: string;
}

/** `terminal`: the columns of the terminal that the result goes to; without, it goes to a pipe. */
async function run(command: Command, flags: Flags, terminal: number | null = null): Promise<Printed> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const printed = { out: "", err: "" };
  if (terminal !== null) Object.assign(stdout, { isTTY: true, columns: terminal });
  stdout.on("data", (text: Buffer) => (printed.out += text.toString()));
  stderr.on("data", (text: Buffer) => (printed.err += text.toString()));
  const all = { repo, snapshot, ...flags };
  const kit = await createKit({ stdin, stdout, stderr, env: {} }, all, root, () => new AbortController().signal);
  const code = await { seats: runSeats, users: runUsers, plan: runPlan }[command](kit, all);
  await kit.terminal.flush();
  expect(code).toBe(0);
  return printed;
}

async function list(flags: Flags): Promise<UserList> {
  const { out, err } = await run("users", { ...flags, json: true });
  const value: unknown = JSON.parse(out);
  if (!isUserList(value)) throw new Error(JSON.stringify(isUserList.errors));
  expect(err).toBe("");
  return value;
}

/** What an operator is told, and the code with which it ends. */
async function refusal(command: Command, flags: Flags): Promise<{ readonly code: number; readonly words: string }> {
  const error: unknown = await run(command, flags).catch((thrown: unknown) => thrown);
  if (!(error instanceof OperatorError)) throw error instanceof Error ? error : new Error("it was not refused");
  return { code: error.exitCode, words: `${error.message} ${error.remedy}` };
}

describe("a slip in a flag", () => {
  it.each<readonly [Command, Flags, string]>([
    ["seats", { idle: "90" }, "--idle 90 is not a length of time. Write lengths with their units"],
    ["seats", { idle: "30d,,60d" }, "--idle has an empty place."],
    ["seats", { idle: "2d" }, "two days or less"],
    ["seats", { idle: Array.from({ length: 13 }, (_, at) => `${at + 10}d`).join() }, "names 13 lengths of time"],
    ["seats", { snapshot: "none.json" }, "none.json could not be read"],
    ["seats", { source: ["hr=x.csv"] }, "--source names hr"],
    ["seats", { repo: ".", source: ["hr=x.csv"] }, "there is no policy repository here that declares it"],
    ["users", { repo: ".", orgId: "other-organisation" }, "The snapshot is of organisation"],
    ["users", { where: "unusd: 90d" }, "--where:1:1: `unusd` is not a key of `where`. Did you mean `unused`?"],
    ["users", { where: "@none.yaml" }, "none.yaml could not be read"],
    ["users", { where: "{app: jirra, idle: 1d}" }, "--where:1:20: Atlassian's activity dates"],
    ["users", { where: "idle: 90d" }, "Add `app:` beside it, or list each seat with --per seat."],
    ["users", { where: "memberOf: jira-user" }, "Did you mean `jira-users`?"],
    ["users", { app: ["jira-software,jirra"] }, "--app: There is no app called `jirra`."],
    ["users", { app: ["loom"] }, "--app: The organisation has no `loom` with paid seats."],
    [
      "users",
      { app: ["confluence"], idle: "90d" },
      "Add --site to say which is meant, or list each seat with --per seat.",
    ],
    ["users", { site: ["nowhere"] }, "--site: There is no site called `nowhere`."],
    ["users", { group: ["jira-user"] }, "--group: There is no group called `jira-user`. Did you mean `jira-users`?"],
    ["users", { status: ["activ"] }, "Did you mean `active`?"],
    ["users", { domain: ["@x.example"] }, "--domain: `@x.example` is not a domain."],
    ["users", { role: ["user"] }, "Add --app, or list each seat with --per seat."],
    ["users", { role: ["usr"], app: ["jira"] }, "--role: There is no role called `usr`. Did you mean `user`?"],
    ["users", { idle: "1d" }, "--idle: Atlassian's activity dates may be a day late"],
    ["users", { unused: "90" }, "--unused:"],
    ["users", { neverActive: "soon" }, "--never-active:"],
    ["users", { json: true, format: "csv" }, "ask for two things"],
    ["users", { columns: "name,nme" }, "--columns names nme, which is no column. Did you mean name?"],
    ["users", { columns: "name,," }, "--columns has an empty place."],
    ["users", { columns: "name,name" }, "--columns names name twice."],
    ["users", { columns: "via" }, "--columns names via, which is about a seat."],
    ["users", { sort: "app" }, "--sort names app, which is about a seat."],
    ["users", { sort: "name:down" }, "--sort name:down does not say which way."],
    ["users", { sort: "nam" }, "Did you mean name?"],
    ["users", { limit: "0" }, "--limit 0 is not a whole number from 1"],
    ["users", { column: "a" }, "--column names a column of no file."],
    ["users", { fromCsv: "none.csv" }, "none.csv could not be read"],
    ["users", { fromCsv: join(repo, "l.csv") }, "The file has several columns, and none was named."],
    ["users", { fromCsv: join(repo, "l.csv"), column: "whom" }, "Did you mean `who`?"],
    ["users", { out: join(root, "repo"), format: "csv" }, "it is a folder"],
    ["users", { saveAs: "Leavers Q4", idle: "90d" }, "--save-as Leavers Q4 is no name for a selector."],
    ["users", { saveAs: "everybody" }, "--save-as has nothing to save"],
    ["users", { saveAs: "x", idle: "90d", unknown: true }, "Leave one of --unknown and --save-as out."],
    ["users", { saveAs: "leads", idle: "90d" }, "There is a selector called leads already, at policies/a.yaml:9:13."],
    ["users", { saveAs: "x", idle: "90d", repo: "." }, "There is no policy repository here to save the selection in."],
    ["plan", { select: "leads" }, "A one-off needs a selector, an action and a reason."],
    ["plan", { because: "x" }, "A one-off needs a selector, an action and a reason."],
    ["plan", { select: "leads", do: "suspend", because: " " }, "--because is empty."],
    ["plan", { select: "lead", do: "suspend", because: "y" }, "Did you mean leads?"],
    [
      "plan",
      { select: "leads", do: "suspnd", because: "y" },
      "--do: `suspnd` is not a key of the action. Did you mean `suspend`?",
    ],
  ])("is told with a remedy, and ends with 64: %s %j", async (command, flags, says) => {
    const { code, words } = await refusal(command, flags);
    expect(words).toContain(says);
    expect(code).toBe(64);
  });

  it("in the policy files is theirs, with exit 9", async () => {
    const broken = join(root, "broken");
    await mkdir(broken, { recursive: true });
    await writeFile(join(broken, "seatwright.yaml"), "version: 1\n");
    for (const command of ["seats", "users"] as const) expect((await refusal(command, { repo: broken })).code).toBe(9);
    expect(await refusal("users", { repo: join(root, "nowhere") })).toMatchObject({ code: 64 });
  });
});

describe("users", () => {
  it("lists of whom the filter cannot be told apart from those of whom it is true", async () => {
    const matched = await list({ where: "mfa: true" });
    expect(matched.rows.map(({ name }) => name)).toEqual(["Ada"]);
    expect([matched.matched, matched.unknown, matched.shown]).toEqual([1, 1, "matched"]);
    const unknown = await list({ where: "mfa: true", unknown: true });
    expect(unknown.rows).toMatchObject([{ name: "Cem", doubt: ["mfa: true"] }]);
    expect([unknown.matched, unknown.unknown, unknown.shown]).toEqual([1, 1, "unknown"]);
    expect((await run("users", { where: "mfa: true" })).out).toContain(
      "Of 1 person it cannot be told; --unknown lists them.",
    );
  });

  it("reads the flags as keys of one filter, in which durations are about the app, or about all apps", async () => {
    expect((await list({ app: ["jira"], site: ["acme"], idle: "90d" })).where).toEqual({
      app: "jira",
      site: "acme",
      idle: "90d",
    });
    expect((await list({ idle: "90d" })).where).toEqual({ idle: { everywhere: "90d" } });
    expect((await list({ idle: "90d", per: "seat" })).where).toEqual({ idle: "90d" });
    const names = async (flags: Flags): Promise<string> => (await list(flags)).rows.map(({ name }) => name).join(" ");
    expect(await names({ app: ["jira"], idle: "90d" })).toBe("Ada");
    expect(await names({ app: ["confluence"], per: "seat" })).toBe("Ben Cem");
    expect(await names({ group: ["*wiki"], status: ["active,suspended"] })).toBe("Ben Cem");
    expect(await names({ domain: ["example.com"] })).toBe("Ada Ben");
    expect(await names({ app: ["jira"], role: ["user"] })).toBe("Ada Ben");
    expect(await names({ where: "{unused: 90d}", app: ["jira"] })).toBe("Ada");
    expect(await names({ where: "selector: leads" })).toBe("");
  });

  it("gives the chosen columns in the chosen order, sorted, and no more rows than asked", async () => {
    const { rows, columns } = await list({ columns: "email,name", sort: "email:desc", limit: "2" });
    expect(columns).toEqual(["email", "name"]);
    expect(rows).toEqual([
      { email: "ben@example.com", name: "Ben" },
      { email: "ada@example.com", name: "Ada" },
    ]);
  });

  it("prints each row on one line, and every row, where the result goes to another program", async () => {
    const columns = "name,accountId,groups,directories,status,added,lastActive,seats,exempt,protected";
    const { out } = await run("users", { columns });
    const lines = out.split("\n");
    expect(lines.filter((line) => /^(Ada|Ben|Cem) .*\d{4}-\d\d-\d\d/.test(line))).toHaveLength(3);
    expect(lines.indexOf("")).toBe(4);
    expect(Math.max(...lines.map(({ length }) => length))).toBeGreaterThan(100);
  });

  it("stops after 40 rows on a terminal, unless all are asked for, and prints every row to a pipe or a file", async () => {
    const crowd = join(root, "crowd.json");
    const names = Array.from({ length: 45 }, (_, at) => [`p${at}`, { name: `Person ${at}`, added }] as const);
    await writeSnapshotFile(crowd, organization({ people: Object.fromEntries(names) }));
    const rows = (text: string): number => text.match(/^Person \d+/gm)?.length ?? 0;
    const flags = { snapshot: crowd, columns: "name" };
    const onTerminal = (await run("users", flags, 80)).out;
    expect(rows(onTerminal)).toBe(40);
    expect(onTerminal).toContain("45 people. 5 more: add --all");
    expect(rows((await run("users", { ...flags, all: true }, 80)).out)).toBe(45);
    expect(rows((await run("users", flags)).out)).toBe(45);
    expect(rows((await run("users", { ...flags, limit: "3" })).out)).toBe(3);
    const out = join(root, "crowd.txt");
    await run("users", { ...flags, out }, 80);
    expect(rows(await readFile(out, "utf8"))).toBe(45);
  });

  it("says nothing of a plan where a name of the filter matches nothing", async () => {
    const { out, err } = await run("users", { where: "memberOf: nothing-*" });
    expect(out).toBe("0 people.\n");
    expect(err).toContain("1 problem: 1 warning in 1 file.");
    expect(err).not.toContain("A plan can be made");
  });

  it("says on stderr how many there are where the rows themselves do not", async () => {
    const { out, err } = await run("users", { format: "jsonl", columns: "accountId", where: "mfa: true" });
    expect(out).toBe('{"accountId":"ada"}\n');
    expect(err).toBe("The filter is true of 1 person. Of 1 it cannot be told; --unknown lists them.\n");
  });
});

describe("seats", () => {
  it("takes any lengths of time, each once, the shortest first", async () => {
    const { out } = await run("seats", { idle: "P3M, 45d,45d, 2w", json: true });
    expect((JSON.parse(out) as { readonly thresholds: unknown }).thresholds).toEqual(["2w", "45d", "P3M"]);
  });

  it("says what stands in for a policy repository where there is none", async () => {
    const { out } = await run("seats", { repo: "." });
    expect(out.replaceAll(/\s+/g, " ")).toContain("There is no policy repository here: no exemptions, no prices");
  });
});
