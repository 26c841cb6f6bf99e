import { describe, expect, it } from "vitest";
import { billableRoles } from "../../src/model/apps.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { connect, now } from "./support.ts";

describe("the requests that a snapshot takes", () => {
  it.each([200, 3000])("of %i people stay within the budget", async (people) => {
    const { read, simulator } = await connect(generateWorld({ people, seed: 11, now }));
    const { header, size } = await read();
    const memberships = header.certificate.checks
      .filter(({ check }) => check.startsWith("population/"))
      .reduce((sum, { seen }) => sum + (seen ?? 0), 0);
    const apps = header.instances.filter(({ known, sandbox }) => known && !sandbox).length;
    const withDirect = header.certificate.checks.filter(({ message }) => / directly| as admins/.test(message));
    const listed = withDirect.reduce((sum, { expected = 0 }) => sum + Math.ceil(expected / 100), 0);
    const lists = header.directories.length + 1;
    const budget =
      1.05 * (memberships / 100) +
      lists +
      Math.ceil(header.groups.length / 100) +
      3 * apps * billableRoles.length +
      listed +
      FIXED +
      FREE_ROLES * apps;
    expect(simulator.requests.length).toBeLessThanOrEqual(budget);
    expect(size).toBeGreaterThan(people * 0.9);
  });

  it("do not grow with the number of groups a seat is granted by, nor with people who hold none directly", async () => {
    const small = await connect(generateWorld({ people: 1000, seed: 11, now }));
    await small.read();
    const perPerson = small.simulator.requests.filter(({ pattern }) => /\{accountId\}|\{groupId\}/.test(pattern));
    expect(perPerson).toEqual([]);
  });
});

/** Asked once, whatever the size: the key, directories, apps, admins, keys, counts before and after, probes. */
const FIXED = 24;
/** Free roles: each once over all apps, and what groups hold on each app. */
const FREE_ROLES = 3;
