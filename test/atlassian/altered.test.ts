import { describe, expect, it } from "vitest";
import { createReader } from "../../src/atlassian/reader.ts";
import type { Population } from "../../src/people/population.ts";
import { NEVER } from "../../src/people/population.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import type { World } from "../../src/simulator/world.ts";
import { alter, connect, doubts, operatorError, type Passing, quickClock, transportTo } from "./support.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

const tool = { name: "seatwright", version: "0.0.0" } as const;

/** A reader of this world whose answers are changed on the way. */
async function readerOf(world: World, change: (passing: Passing) => unknown) {
  const { simulator } = await connect(world);
  const transport = transportTo(await alter(simulator, change), { apiKey: simulator.apiKey });
  return createReader(transport, { organizationId: simulator.orgId, clock: quickClock(), tool });
}

async function read(world: World, change: (passing: Passing) => unknown): Promise<Population> {
  return (await readerOf(world, change)).readOrganization(() => undefined);
}

function withRows(answer: unknown, change: (rows: Rows) => Rows): unknown {
  const page = answer as { readonly data: Rows };
  return { ...page, data: change(page.data) };
}

const acme = (): World =>
  buildWorld({
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "jira-admins", grants: [["jira@acme", "admin"]] },
    ],
    people: [
      { email: "ada@example.com", groups: ["jira-users"], active: { "jira@acme": "2026-11-01T10:00:00Z" } },
      { email: "bob@example.com", groups: ["jira-admins"] },
      { email: "cai@example.com", direct: [["jira@acme", "user"]] },
    ],
  });

describe("an Atlassian that counts admins of an app among its users", () => {
  it("is no reason to take them for people who hold the user role directly", async () => {
    const bob = { accountId: accountIdOf("bob@example.com"), status: "active", platformRoles: [] };
    const isUsers = (text: string) => text.includes("atlassian%2Fuser") && text.includes("status=active");
    const population = await read(acme(), ({ path, asked, answer }) => {
      if (path.includes("/users/count") && isUsers(path)) return { count: 3 };
      const listsUsers =
        path.endsWith("/users/search") && (asked["roleIds"] as readonly string[] | undefined)?.[0] === "atlassian/user";
      return listsUsers ? withRows(answer, (rows) => [...rows, bob]) : answer;
    });
    expect([...population.direct.keys()]).toEqual([population.find(accountIdOf("cai@example.com"))]);
    expect(doubts(population)).toEqual([]);
    const messages = population.header.certificate.checks.map(({ message }) => message).join("\n");
    expect(messages).toContain("1 by a group, 1 directly, 1 as admins of the app");
  });
});

describe("a row without groups", () => {
  it("says nothing about how somebody holds a seat", async () => {
    const cai = accountIdOf("cai@example.com");
    const population = await read(acme(), ({ path, answer }) =>
      path.endsWith("/users/search")
        ? withRows(answer, (rows) =>
            rows.map((row) => {
              const { groups: _, ...rest } = row;
              return row["accountId"] === cai ? rest : row;
            }),
          )
        : answer,
    );
    expect(population.direct.size).toBe(0);
    expect(doubts(population)).toEqual([`holders/${instanceIdOf("jira@acme")}/atlassian/user`]);
  });
});

describe("a group without a directory", () => {
  const without = ({ path, answer }: Passing): unknown =>
    path.endsWith("/groups/search")
      ? withRows(answer, (rows) => rows.map(({ directoryId: _, ...row }) => row))
      : answer;

  it("is in the only one there is", async () => {
    const population = await read(acme(), without);
    expect(population.header.groups.map(({ directory }) => directory)).toEqual([0, 0]);
  });

  it("ends the read where there are several", async () => {
    const world = buildWorld({ directories: ["main", "labs"], groups: [{ name: "team" }], people: [] });
    expect((await operatorError(read(world, without))).message).toContain(`has no "directoryId"`);
  });

  it("ends the read where it is in one that was not listed", async () => {
    const elsewhere = ({ path, answer }: Passing): unknown =>
      path.endsWith("/groups/search")
        ? withRows(answer, (rows) => rows.map((row) => ({ ...row, directoryId: "elsewhere" })))
        : answer;
    expect((await operatorError(read(acme(), elsewhere))).message).toContain(
      "which the list of directories does not show",
    );
  });
});

describe("a group that grants a seat and is missing from the list of groups", () => {
  it("is in the snapshot all the same, and the counts disagree", async () => {
    const population = await read(acme(), ({ path, asked, answer }) =>
      path.endsWith("/groups/search") && asked["resourceIds"] === undefined
        ? withRows(answer, (rows) => rows.filter(({ name }) => name !== "jira-users"))
        : answer,
    );
    expect(population.header.groups.map(({ name }) => name).toSorted()).toEqual(["jira-admins", "jira-users"]);
    expect(doubts(population)).toEqual(["groups"]);
  });
});

describe("the authority on activity", () => {
  const lastActive = (change: (answer: Readonly<Record<string, unknown>>) => unknown) => {
    return ({ path, answer }: Passing): unknown =>
      path.includes("/last-active-dates") ? change(answer as Readonly<Record<string, unknown>>) : answer;
  };

  it("does not make somebody less active than a search told", async () => {
    const reader = await readerOf(
      acme(),
      lastActive((answer) => ({ ...answer, data: { product_access: [] } })),
    );
    const population = await reader.readOrganization(() => undefined);
    const ada = accountIdOf("ada@example.com");
    const after = await reader.confirmActivity(population, [ada, accountIdOf("bob@example.com")]);
    expect(after.lastActive[0]?.[after.find(ada)]).toBe(Date.parse("2026-11-01T10:00:00Z") / 1000);
    expect(after.lastActive[0]?.[after.find(accountIdOf("bob@example.com"))]).toBe(NEVER);
  });

  it("is followed over its pages, and is given up where they do not end", async () => {
    const reader = await readerOf(
      acme(),
      lastActive((answer) => ({ ...answer, links: { next: "again" } })),
    );
    expect((await operatorError(reader.readLastActive(accountIdOf("ada@example.com")))).message).toContain(
      "does not end",
    );
  });
});
