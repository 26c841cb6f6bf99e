import { describe, expect, it } from "vitest";
import { billableRoles, freeRoles } from "../../src/model/apps.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import type { RecordedRequest } from "../../src/simulator/server.ts";
import { connect, now } from "./support.ts";

/** Requests by what they are for. */
type Purpose = "everybody" | "groups" | "apps and roles" | "direct holders" | "free roles" | "the rest";

function purposeOf({ pattern, body, query }: RecordedRequest): Purpose {
  const asked = (body ?? {}) as { readonly resourceIds?: unknown; readonly roleIds?: readonly string[] };
  const isAbout = (name: "resourceIds" | "roleIds"): boolean =>
    asked[name] !== undefined || new URLSearchParams(query).has(name);
  const role = asked.roleIds?.[0] ?? new URLSearchParams(query).get("roleIds") ?? "";
  const isPaid = billableRoles.includes(role) && (asked.roleIds?.length ?? 1) === 1;
  if (pattern.endsWith("users/search") && isAbout("resourceIds")) return "direct holders";
  if (pattern.endsWith("users/search") && !isAbout("roleIds")) return "everybody";
  if (pattern.endsWith("groups/search") && !isAbout("resourceIds")) return "groups";
  if (isAbout("resourceIds") && isPaid) return "apps and roles";
  if (pattern.endsWith("groups/search") && freeRoles.includes(role)) return "free roles";
  return "the rest";
}

/** One page that is not full for each list; a directory read in parts is up to two lists, which meet in one more. */
const PAGES_PER_LIST = { chain: 1, parts: 4 };

describe("the requests that a snapshot takes", () => {
  it.each([200, 3_000, 20_000])("of %i people stay within the budget", { timeout: 120_000 }, async (people) => {
    const { read, simulator } = await connect(generateWorld({ people, seed: 11, now }));
    const { header, size } = await read();
    const taken = Object.groupBy(simulator.requests, purposeOf);
    const asked = (purpose: Purpose): number => taken[purpose]?.length ?? 0;
    const apps = header.instances.filter(({ known, sandbox }) => known && !sandbox).length;
    const others = header.instances.length - apps;
    const directories = header.directories.length;
    expect(header.certificate.state).toBe("complete");
    expect(size).toBeGreaterThan(people * 0.9);

    expect(asked("everybody")).toBeLessThanOrEqual(
      1.05 * (size / 100) + directories * PAGES_PER_LIST.parts + PAGES_PER_LIST.chain,
    );
    expect(asked("groups")).toBeLessThanOrEqual(header.groups.length / 100 + 1);
    // Groups that grant it, how many there are, and how many hold it.
    expect(asked("apps and roles")).toBeLessThanOrEqual(3 * apps * billableRoles.length);
    // Only where more people hold a role than groups explain.
    const counted = header.certificate.checks.filter(({ message }) => / directly| as admins/.test(message));
    const holders = counted.reduce((sum, { expected = 0 }) => sum + Math.ceil(expected / 100), 0);
    expect(asked("direct holders")).toBeLessThanOrEqual(holders);
    // Each once over all apps, each app once, and again where both leave open which belongs to which.
    expect(asked("free roles")).toBeLessThanOrEqual(freeRoles.length + 2 * apps);
    // Everybody and who is in no directory, and each directory, before and after; by claim status too where it is large.
    const counts = 2 * 2 + directories * (2 + 2 * 2);
    expect(asked("the rest")).toBeLessThanOrEqual(ONCE + counts + others);
    const sum = Object.values(taken).reduce((total, requests) => total + requests.length, 0);
    expect(sum).toBe(simulator.requests.length);
  });

  it("do not grow with the number of groups a seat is granted by, nor with people who hold none directly", async () => {
    const small = await connect(generateWorld({ people: 1000, seed: 11, now }));
    await small.read();
    const perPerson = small.simulator.requests.filter(({ pattern }) => /\{accountId\}|\{groupId\}/.test(pattern));
    expect(perPerson).toEqual([]);
  });
});

/** Organisation, directories, apps, keys; admins listed and counted; groups counted; five questions that probe filters. */
const ONCE = 4 + 2 + 1 + 5;
