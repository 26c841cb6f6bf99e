import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runExplain } from "../../src/commands/explain.ts";
import { runExport } from "../../src/commands/export.ts";
import { runHistory } from "../../src/commands/history.ts";
import { runPlan } from "../../src/commands/plan.ts";
import { runReport } from "../../src/commands/report.ts";
import { runSeats } from "../../src/commands/seats.ts";
import { runUsers } from "../../src/commands/users.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { countBits } from "../../src/model/bits.ts";
import type {
  Explanation,
  History,
  Plan,
  SeatReport,
  SeatScope,
  UserList,
} from "../../src/model/documents.generated.ts";
import { momentOf } from "../../src/model/time.ts";
import { pageColumn } from "../../src/model/page-data.ts";
import type { PageContent } from "../../src/report/page-pack.ts";
import { countedWords } from "../../src/report/seat-counted.ts";
import { contentOf } from "../page/content.ts";
import { policyYaml, seatwrightYaml } from "../policy/support.ts";
import { testClock } from "../support/apply.ts";
import { commandKit } from "../support/commands.ts";
import { DAYS, now, organization, type OrganizationParts, type PersonParts } from "../support/people.ts";

/** One question, asked of every command that answers it: how many seats there are on an app instance, and how many are not known. */

const added = now - 500 * DAYS;

/** So many people of one kind. */
function many(count: number, name: string, parts: PersonParts): Record<string, PersonParts> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`${name}-${at}`, { added, claim: "managed", ...parts } as const]),
  );
}

const places: OrganizationParts = {
  directories: ["main", "labs"],
  instances: {
    jira: { app: "jira-software" },
    confluence: { app: "confluence" },
    labs: { app: "confluence", site: "labs" },
    sandbox: { app: "jira-software", site: "sandbox", sandbox: true },
  },
  groups: {
    "jira-users": { grants: ["jira"] },
    wiki: { grants: ["confluence"] },
    "labs-wiki": { grants: ["labs"], directory: "labs" },
    guests: { grants: ["confluence atlassian/guest"] },
    both: { grants: ["jira", "confluence"], synced: true },
  },
};

const ordinary: OrganizationParts = {
  ...places,
  people: {
    ...many(7, "busy", { groups: ["jira-users", "wiki"], active: { jira: 1, confluence: 20 } }),
    ...many(5, "idle", { groups: ["jira-users"], active: { jira: 200 } }),
    ...many(3, "never", { groups: ["jira-users"], active: {} }),
    ...many(2, "synced", { groups: ["both"], active: { jira: 100 } }),
    ...many(4, "labs", { in: ["labs"], groups: ["labs-wiki"], active: { labs: 3 } }),
    ...many(2, "guest", { groups: ["guests"], active: { confluence: 2 } }),
    ...many(2, "away", { status: "suspended", groups: ["jira-users", "wiki"], active: { jira: 300 } }),
    ...many(1, "direct", { direct: ["jira"], active: { jira: 2 } }),
  },
};

/**
 * The same, people of whom it cannot be told, and an app whose activity is not believed; in the wiki of labs Atlassian counts
 * more than were seen. Who is shut out of labs was asked about, one by one.
 */
const doubtful: OrganizationParts = {
  ...ordinary,
  instances: { ...places.instances, code: { app: "bitbucket" } },
  groups: {
    ...places.groups,
    "labs-wiki": { grants: ["labs"], directory: "labs", members: 9 },
    coders: { grants: ["code"] },
  },
  people: {
    ...ordinary.people,
    ...many(3, "two", { in: ["main", "labs"], groups: ["jira-users", "labs-wiki"], active: { jira: 4 } }),
    ...many(2, "there", { in: ["labs"], active: {} }),
    ...many(1, "blank", { groups: null, active: null }),
    ...many(2, "odd", { status: "unknown", groups: ["jira-users"], active: { jira: 5 } }),
    ...many(3, "coder", { groups: ["coders"], active: { code: 2 } }),
    ...many(2, "quiet-coder", { groups: ["coders", "wiki"], active: { confluence: 1 } }),
    ...many(1, "shut", {
      in: ["main", "labs"],
      groups: ["jira-users", "labs-wiki"],
      active: { jira: 6, labs: 6 },
      detail: { membership: { main: "active", labs: "suspended" }, roles: ["jira atlassian/user: group_direct"] },
    }),
  },
};

interface Files {
  readonly repo: string;
  readonly snapshot: string;
  readonly ledger: string;
  readonly folder: string;
}

async function filesOf(parts: OrganizationParts): Promise<Files> {
  const folder = mkdtempSync(join(tmpdir(), "seatwright-answer-"));
  const read = organization(parts);
  // As Atlassian counts: with a role in labs also who is shut out of it.
  const counts = Object.hasOwn(parts.people ?? {}, "shut-0") ? [11] : [];
  const holders = counts.map((count) => ({ instance: 2, role: "atlassian/user", count }));
  const population = { ...read, header: { ...read.header, holders } };
  const texts = {
    "seatwright.yaml": `${seatwrightYaml}accessGroups: ["*-users", "*wiki"]
prices: {jira-software: {currency: USD, perSeatMonth: 10, renews: 28}}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`,
    "policies/a.yaml": policyYaml({
      where: "{app: jira-software, unused: 90d}",
      mode: "enforce",
      limits: "{percent: 100}",
    }),
  };
  const repo = join(folder, "repo");
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(repo, path)), { recursive: true });
    await writeFile(join(repo, path), text);
  }
  const snapshot = join(folder, "acme.json");
  await writeSnapshotFile(snapshot, population);
  const ledger = join(folder, "ledger");
  const { id } = population.header.organization;
  const book = createDirectoryLedger({ directory: ledger, organizationId: id, clock: testClock() });
  const earlier = { ...population.header, asOf: momentOf(now - 20 * DAYS) };
  await book.recordSnapshot({ ...population, header: earlier });
  await book.recordSnapshot(population);
  return { repo, snapshot, ledger, folder };
}

const commands = { seats: runSeats, users: runUsers, plan: runPlan, export: runExport, report: runReport } as const;

async function answer<Document>(files: Files, command: keyof typeof commands, flags: object = {}): Promise<Document> {
  const { folder, ...rest } = files;
  const all = { ...rest, ...flags };
  const { kit, printed } = await commandKit({ repo: rest.repo, ledger: rest.ledger, json: true }, folder);
  await commands[command](kit, all as never);
  return JSON.parse((await printed()).out) as Document;
}

/** Seats, and seats not known, by app and site. */
type Tally = Readonly<Record<string, readonly [held: number, unknown: number]>>;

async function bySeats(files: Files): Promise<Tally> {
  const { instances } = await answer<SeatReport>(files, "seats");
  return Object.fromEntries(instances.map(({ app, site, held, unknown }) => [`${app} on ${site}`, [held, unknown]]));
}

async function byPlan(files: Files): Promise<Tally> {
  const { seats } = await answer<Plan>(files, "plan");
  return Object.fromEntries(seats.map(({ app, site, before, unknown }) => [`${app} on ${site}`, [before, unknown]]));
}

async function byUsers(files: Files, tally: Tally): Promise<Tally> {
  const entries = Object.keys(tally).map(async (place) => {
    const [app = "", site = ""] = place.split(" on ");
    const { matched, unknown } = await answer<UserList>(files, "users", { per: "seat", app: [app], site: [site] });
    return [place, [matched, unknown]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function byUserColumns(files: Files, tally: Tally): Promise<Tally> {
  const { rows } = await answer<UserList>(files, "users", { columns: "seats,perhapsSeats" });
  const count = (column: "seats" | "perhapsSeats", place: string): number =>
    rows.filter((row) => row[column]?.includes(place) === true).length;
  return Object.fromEntries(
    Object.keys(tally).map((place) => [place, [count("seats", place), count("perhapsSeats", place)]]),
  );
}

async function byHistory(files: Files): Promise<Tally> {
  const { kit, printed } = await commandKit({ ledger: files.ledger, json: true }, files.folder);
  await runHistory(kit, {}, undefined);
  const { instances, snapshots } = JSON.parse((await printed()).out) as History;
  const last = snapshots.at(-1);
  return Object.fromEntries(
    instances.map(({ instance, app, site }) => [
      `${app} on ${site}`,
      [last?.seats[instance] ?? -1, last?.unknown?.[instance] ?? -1],
    ]),
  );
}

async function byExport(files: Files, tally: Tally): Promise<Tally> {
  const out = join(files.folder, "export");
  await answer(files, "export", { out, format: "jsonl", tables: "seats" });
  const lines = (await readFile(join(out, "seats.jsonl"), "utf8")).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as { app: string; site: string; held: string });
  return Object.fromEntries(
    Object.keys(tally).map((place) => {
      const own = rows.filter(({ app, site }) => `${app} on ${site}` === place).map(({ held }) => held);
      return [place, [own.filter((held) => held === "yes").length, own.filter((held) => held === "unknown").length]];
    }),
  );
}

async function byExplain(files: Files, tally: Tally, people: readonly string[]): Promise<Tally> {
  const found = new Map(Object.keys(tally).map((place) => [place, [0, 0] as [number, number]]));
  for (const person of people) {
    const { kit, printed } = await commandKit({ repo: files.repo, ledger: files.ledger, json: true }, files.folder);
    await runExplain(kit, { snapshot: files.snapshot }, person);
    const { seats } = JSON.parse((await printed()).out) as Explanation;
    for (const { seat, held } of seats) {
      const own = found.get(`${seat.app} on ${seat.site}`);
      if (own !== undefined) own[held === "true" ? 0 : 1]++;
    }
  }
  return Object.fromEntries(found);
}

async function pageOf(files: Files): Promise<PageContent> {
  const out = join(files.folder, "report.html");
  await answer(files, "report", { out });
  return contentOf(await readFile(out, "utf8"));
}

function byPage({ head, columns }: PageContent): Tally {
  const count = (name: string): number => {
    const bits = columns.get(name);
    return bits instanceof Uint32Array ? countBits(bits) : 0;
  };
  return Object.fromEntries(
    head.instances.flatMap(({ app, site, paid }, at) =>
      paid
        ? [[`${app} on ${site}`, [count(pageColumn.seat(at, "yes")), count(pageColumn.seat(at, "unknown"))]] as const]
        : [],
    ),
  );
}

function byPageHistory({ head }: PageContent): Tally {
  const last = head.history.at(-1)?.seats ?? {};
  return Object.fromEntries(
    head.instances.flatMap(({ id, app, site }) => {
      const counted = last[id];
      return counted === undefined ? [] : [[`${app} on ${site}`, [counted.held, counted.unknown ?? -1]] as const];
    }),
  );
}

describe.each([
  [
    "an organisation of which everything is known",
    ordinary,
    { "confluence on acme": [9, 0], "confluence on labs": [4, 0], "jira-software on acme": [18, 0] },
  ],
  [
    "an organisation of which something is not known",
    doubtful,
    {
      "bitbucket on acme": [5, 1],
      "confluence on acme": [11, 1],
      "confluence on labs": [4, 6],
      "jira-software on acme": [19, 6],
    },
  ],
] as const)("the seats of %s", (_, parts, expected: Tally) => {
  let files: Files;
  let page: PageContent;

  beforeAll(async () => {
    files = await filesOf(parts);
    page = await pageOf(files);
  });

  afterAll(() => rmSync(files.folder, { recursive: true }));

  it("are those of `seats`, the plan, `users`, `history`, `export`, `explain` and the report", async () => {
    expect(await bySeats(files), "seats").toEqual(expected);
    expect(await byPlan(files), "plan").toEqual(expected);
    expect(await byUsers(files, expected), "users --per seat").toEqual(expected);
    expect(await byUserColumns(files, expected), "columns of users").toEqual(expected);
    expect(await byHistory(files), "history").toEqual(expected);
    expect(await byExport(files, expected), "export").toEqual(expected);
    expect(await byExplain(files, expected, Object.keys(parts.people ?? {})), "explain").toEqual(expected);
    expect(byPage(page), "report").toEqual(expected);
    expect(byPageHistory(page), "history in the report").toEqual(expected);
  });

  it("that are unused are those of `seats`, `users`, the report and, before pace and limits, of a plan", async () => {
    const { instances } = await answer<SeatReport>(files, "seats");
    const jira = instances.find(({ app }) => app === "jira-software");
    const after = jira?.unused.find((entry) => entry.for === "90d");
    const unused = (after?.idle ?? 0) + (after?.neverActive ?? 0);
    expect(unused).toBe(10);
    const users = await answer<UserList>(files, "users", { per: "seat", app: ["jira-software"], unused: "90d" });
    const perhaps = after?.reclaim.seatUnknown ?? 0;
    expect([users.matched, users.unknown]).toEqual([unused, (after?.unknown ?? 0) + perhaps]);
    expect(perhaps).toBe(jira?.unknown === 0 ? 0 : 1);
    const plan = await answer<Plan>(files, "plan");
    expect(plan.changes).toHaveLength(after?.reclaim.now ?? -1);
    const at = page.head.thresholds.indexOf("90d");
    const bits = page.columns.get(pageColumn.unused(at, 0, "yes"));
    expect(bits instanceof Uint32Array ? countBits(bits) : 0).toBe(unused);
    // Whoever holds a seat: in use, unused, or not to be told. Who only may hold one is in none of these.
    for (const scope of instances) {
      for (const { active, idle, neverActive, unknown } of scope.unused) {
        expect(active + idle + neverActive + unknown).toBe(scope.held);
      }
    }
  });

  it("by app and by site are those of the instances together, with the people that `users` and the report find", async () => {
    const { instances, apps, sites, total } = await answer<SeatReport>(files, "seats");
    const places = page.head.instances;
    const peopleAt = (wanted: (place: { readonly app: string; readonly site: string }) => boolean): number => {
      const found = places.flatMap((place, at) => {
        const bits = place.paid && wanted(place) ? page.columns.get(pageColumn.seat(at, "yes")) : undefined;
        return bits instanceof Uint32Array ? [bits] : [];
      });
      const united = (found[0] ?? new Uint32Array()).map((_, word) =>
        found.reduce((all, bits) => all | (bits[word] ?? 0), 0),
      );
      return countBits(united);
    };
    for (const scope of [...apps, ...sites, total]) {
      const isInside = (place: { readonly app: string | null; readonly site: string | null }): boolean =>
        (scope.app === null || place.app === scope.app) && (scope.site === null || place.site === scope.site);
      const inside = instances.filter(isInside);
      const sum = (of: (each: (typeof inside)[number]) => number): number =>
        inside.reduce((all, each) => all + of(each), 0);
      const dark = inside.filter(({ signal }) => signal?.trusted !== true);
      const label = `${scope.app} on ${scope.site}`;
      expect([scope.held, scope.unknown], label).toEqual([sum(({ held }) => held), sum(({ unknown }) => unknown)]);
      expect(scope.people, label).toBe(peopleAt(isInside));
      expect(scope.withoutSignal, label).toMatchObject({
        seats: dark.reduce((all, { held }) => all + held, 0),
        apps: dark.map(({ app }) => app),
      });
      // Nobody is said to be active, or never to have been, on an app whose activity is not believed.
      expect(scope.lastActive.at(-1)?.within).toBe("unknown");
      expect(scope.lastActive.at(-1)?.seats, label).toBeGreaterThanOrEqual(scope.withoutSignal.seats);
      scope.lastActive.forEach((bucket, at) => {
        expect(bucket.seats, label).toBe(sum(({ lastActive }) => lastActive[at]?.seats ?? -1));
      });
      if (scope.app === null) continue;
      const users = await answer<UserList>(files, "users", { per: "person", app: [scope.app] });
      expect(users.matched, label).toBe(scope.people);
    }
  });

  it("that are active within a time are those of `seats`, `history` and the report", async () => {
    const { instances } = await answer<SeatReport>(files, "seats");
    const { kit, printed } = await commandKit({ ledger: files.ledger, json: true }, files.folder);
    await runHistory(kit, { active: "30d" }, undefined);
    const { snapshots } = JSON.parse((await printed()).out) as History;
    const last = snapshots.at(-1);
    const upTo = page.head.activeLengths.indexOf("30d");
    for (const { instance, lastActive, held, signal } of instances) {
      const counted = lastActive.slice(0, upTo + 1).reduce((sum, { seats }) => sum + seats, 0);
      const within = signal?.trusted === true ? counted : null;
      expect(last?.active[instance ?? ""]).toBe(within);
      expect(page.head.history.at(-1)?.seats[instance ?? ""]?.active?.[upTo] ?? null).toBe(within);
      expect(last?.lastActive?.[instance ?? ""]).toEqual(lastActive.map(({ seats }) => seats));
      expect(lastActive.reduce((sum, { seats }) => sum + seats, 0)).toBe(held);
      if (within === null) expect(lastActive.at(-1)).toEqual({ within: "unknown", seats: held });
    }
  });

  it("do not count whoever is shut out of a directory, whom Atlassian counts", async () => {
    const { instances } = await answer<SeatReport>(files, "seats");
    const labs = instances.find(({ site }) => site === "labs");
    if (labs?.counted !== null)
      expect(countedWords(labs ?? ({} as SeatScope))).toContain("1 more than held and not known");
    expect(labs?.counted === null).toBe(labs?.unknown === 0);
  });

  it("cost what `seats` says, with what those that are not known may add", async () => {
    const { licences } = await answer<SeatReport>(files, "seats");
    const [held, unknown] = expected["jira-software on acme"] ?? [0, 0];
    expect(licences[0]).toMatchObject({
      quantity: held,
      unknown,
      cost: held * 1000,
      costAtMost: (held + unknown) * 1000,
    });
  });
});
