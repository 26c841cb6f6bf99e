import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runExplain } from "../../src/commands/explain.ts";
import { runExport } from "../../src/commands/export.ts";
import { runReport } from "../../src/commands/report.ts";
import { runSeats } from "../../src/commands/seats.ts";
import { runSync } from "../../src/commands/sync.ts";
import { runUsers } from "../../src/commands/users.ts";
import type { Explanation, SeatReport, UserList } from "../../src/model/documents.generated.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { contentOf } from "../page/content.ts";
import { policyYaml } from "../policy/support.ts";
import { commandKit } from "../support/commands.ts";
import { temporaryDirectory } from "../support/ledger.ts";

/** The organisation read now, and a snapshot that `sync` made of it: they know the same. */

/** A moment by the machine's clock, which is the one that the commands go by. */
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const idle = (email: string, directories: readonly string[]) => ({
  email,
  name: email.slice(0, email.indexOf("@")),
  directories,
  groups: ["jira-users"],
  active: { "jira@acme": daysAgo(200) },
  added: daysAgo(900),
});

async function stage() {
  const world = buildWorld({
    directories: ["main", "labs"],
    instances: ["jira@acme", "confluence@acme"],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user", "default"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
    ],
    people: [
      ...Array.from({ length: 6 }, (_, at) => idle(`one-${at}@example.com`, ["main"])),
      // Of these it is not known which directory is open, until each is asked about.
      ...Array.from({ length: 3 }, (_, at) => idle(`two-${at}@example.com`, ["main", "labs"])),
      ...Array.from({ length: 4 }, (_, at) => ({
        ...idle(`busy-${at}@example.com`, ["main", "labs"]),
        groups: ["wiki-users"],
        active: { "confluence@acme": daysAgo(3) },
      })),
    ],
  });
  const simulator = await startSimulator({ world, clock: () => new Date() });
  onTestFinished(() => simulator.close());
  const folder = temporaryDirectory();
  const repo = join(folder, "repo");
  const files = {
    "seatwright.yaml": `version: 1\norganization: {id: ${simulator.orgId}, name: acme}\naccessGroups: ["*-users"]\n`,
    "policies/a.yaml": policyYaml({ where: "{app: jira-software, unused: 90d}", mode: "enforce" }),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), text);
  }
  const env = { SEATWRIGHT_API_KEY: simulator.apiKey, SEATWRIGHT_API_URL: simulator.url };
  const flags = { repo, ledger: join(folder, "ledger"), json: true } as const;
  const kit = () => commandKit(flags, folder, env);
  const snapshot = join(folder, "acme.json");
  expect(await runSync((await kit()).kit, { out: snapshot })).toBe(0);
  return { simulator, kit, folder, snapshot };
}

async function printed<Document>(
  made: ReturnType<typeof commandKit>,
  work: (kit: Awaited<ReturnType<typeof commandKit>>["kit"]) => Promise<number>,
): Promise<Document> {
  const { kit, printed: texts } = await made;
  await work(kit);
  return JSON.parse((await texts()).out) as Document;
}

describe("the organisation read now and a snapshot of it", () => {
  it("give the same seats, people and denominators", async () => {
    const { simulator, kit, folder, snapshot } = await stage();
    const seats = (flags: object) => printed<SeatReport>(kit(), (each) => runSeats(each, flags));
    const ofFile = await seats({ snapshot });
    const before = simulator.requests.length;
    const ofNow = await seats({});
    // A plan would ask about all nine whom it would touch.
    const asked = simulator.requests.slice(before).filter(({ pattern }) => pattern.includes("{accountId}"));
    expect(asked).toHaveLength(3);
    const told = ({ instances }: SeatReport) =>
      instances.map(({ app, held, unknown, unused }) => ({ app, held, unknown, unused }));
    // The three whom the policy would match were asked about; the four whom it would not, were not.
    expect(told(ofFile).map(({ app, held, unknown }) => [app, held, unknown])).toEqual([
      ["confluence", 0, 4],
      ["jira-software", 9, 0],
    ]);
    expect(told(ofNow)).toEqual(told(ofFile));

    const users = (flags: object) =>
      printed<UserList>(kit(), (each) => runUsers(each, { per: "seat", app: ["jira-software"], ...flags } as never));
    const [listed, listedNow] = [await users({ snapshot }), await users({})];
    expect([listedNow.matched, listedNow.unknown]).toEqual([listed.matched, listed.unknown]);

    const explain = async (flags: object): Promise<string> => {
      const found = await printed<Explanation>(kit(), (each) => runExplain(each, flags, "one-1@example.com"));
      return found.seats.map(({ activity }) => activity.signal).join();
    };
    expect(await explain({})).toBe("9 of 9 holders have an activity date");
    expect(await explain({ snapshot })).toBe("9 of 9 holders have an activity date");

    const rows = async (flags: object): Promise<string> => {
      const out = join(folder, "export");
      await printed(kit(), (each) => runExport(each, { out, format: "jsonl", tables: "seats", ...flags } as never));
      return readFile(join(out, "seats.jsonl"), "utf8");
    };
    expect(await rows({})).toBe(await rows({ snapshot }));
  });

  it("differ in the default groups, which a report of the organisation reads by itself", async () => {
    const { kit, folder, snapshot } = await stage();
    const groups = async (flags: object): Promise<unknown> => {
      const out = join(folder, "report.html");
      await printed(kit(), (each) => runReport(each, { out, ...flags }));
      const { groups: all } = contentOf(await readFile(out, "utf8")).head;
      return all.flatMap(({ name, grants }) => grants.map(({ isDefault }) => [name, isDefault]));
    };
    const byName = (found: unknown): unknown => (found as [string, unknown][]).toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(byName(await groups({ snapshot }))).toEqual([
      ["jira-users", null],
      ["wiki-users", null],
    ]);
    expect(byName(await groups({}))).toEqual([
      ["jira-users", true],
      ["wiki-users", false],
    ]);
    expect(await runSync((await kit()).kit, { out: snapshot, defaultGroups: true })).toBe(0);
    expect(byName(await groups({ snapshot }))).toEqual([
      ["jira-users", true],
      ["wiki-users", false],
    ]);
  });
});
