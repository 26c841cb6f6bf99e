import { describe, expect, it } from "vitest";
import { generateWorld } from "../../src/simulator/generate.ts";
import { personStatusOf, platformRolesOf, seatHolders } from "../../src/simulator/roles.ts";
import type { World } from "../../src/simulator/world.ts";
import { partsOf } from "../../src/simulator/world.ts";
import { now } from "./client.ts";

const world = generateWorld({ people: 3000, seed: 7, now });

function share(of: World, apps: readonly string[]): number {
  const holders = new Set<string>();
  for (const { id, app, sandbox } of of.instances.values()) {
    if (apps.includes(app) && sandbox !== true) for (const accountId of seatHolders(of, id)) holders.add(accountId);
  }
  return holders.size / of.listing.length;
}

describe("a generated organisation", () => {
  it("is the same for the same options and another for another seed", () => {
    const text = (seed: number) => JSON.stringify(partsOf(generateWorld({ people: 300, seed, now })));
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it("has as many people as asked for", () => {
    for (const people of [1, 50, 3000]) {
      const made = people === 3000 ? world : generateWorld({ people, seed: 1, now });
      expect(made.listing.filter(({ accountType }) => accountType === "atlassian").length).toBe(people);
    }
  });

  it("has about 70% Jira, 60% Confluence, 15% service management and 10% Bitbucket", () => {
    expect(Math.abs(share(world, ["jira-software"]) - 0.7)).toBeLessThan(0.07);
    expect(Math.abs(share(world, ["confluence"]) - 0.6)).toBeLessThan(0.07);
    expect(Math.abs(share(world, ["jira-servicedesk"]) - 0.15)).toBeLessThan(0.04);
    expect(Math.abs(share(world, ["bitbucket"]) - 0.1)).toBeLessThan(0.04);
  });

  it("has three sites, one a sandbox, two directories and an app that nobody has heard of", () => {
    const instances = [...world.instances.values()];
    expect(new Set(instances.map(({ site }) => site))).toEqual(
      new Set(["acme", "acme-labs", "acme-sandbox", "acme-code"]),
    );
    expect(instances.some(({ sandbox }) => sandbox === true)).toBe(true);
    expect(instances.some(({ app }) => app === "lumen-canvas")).toBe(true);
    expect(world.directories.size).toBe(2);
  });

  it("has every status and every sort of grant, also when small", () => {
    for (const made of [world, generateWorld({ people: 50, seed: 11, now })]) {
      const people = made.listing.filter(({ accountType }) => accountType === "atlassian");
      expect(new Set(people.map((account) => personStatusOf(made, account)))).toEqual(
        new Set(["active", "suspended", "not_invited", "deactivated", "for_deletion"]),
      );
      const seatGroups = [...made.groups.values()].filter(
        ({ members, grants }) => members.size > 0 && grants.some(({ role }) => role === "atlassian/user"),
      );
      expect(seatGroups.some(({ synced }) => synced === true)).toBe(true);
      expect(seatGroups.some(({ type }) => type === "TEAM")).toBe(true);
      expect(seatGroups.some(({ grants }) => grants.length > 1)).toBe(true);
      expect(seatGroups.some(({ grants }) => grants.some(({ isDefault }) => isDefault === true))).toBe(true);
      const direct = [...made.directRoles.values()].flat();
      expect(direct.some(({ role, directoryId }) => role === "atlassian/user" && directoryId !== null)).toBe(true);
      const states = [...made.memberships.values()].map((byDirectory) => [...byDirectory.values()].sort().join());
      expect(states).toEqual(expect.arrayContaining(["active", "suspended", "active,active", "active,suspended"]));
    }
  });

  it("has three to six organisation admins, who created the keys but one", () => {
    const admins = world.listing.filter(({ accountId }) =>
      platformRolesOf(world, accountId).includes("atlassian/org-admin"),
    );
    expect(admins.length).toBeGreaterThanOrEqual(3);
    expect(admins.length).toBeLessThanOrEqual(6);
    const isAdmin = world.keys.map(({ createdBy }) => admins.some(({ accountId }) => accountId === createdBy));
    expect(isAdmin).toEqual([true, true, false]);
  });

  it("has idleness with a long tail: most within days, some over a year, some never", () => {
    const jira = [...world.instances.values()].find(({ app }) => app === "jira-software")?.id ?? "";
    const days = [...seatHolders(world, jira)].map((accountId) => {
      const at = world.activity.get(accountId)?.get(jira)?.reported;
      return at === undefined ? undefined : (now.getTime() - at) / 86_400_000;
    });
    const part = (holds: (idle: number | undefined) => boolean) => days.filter(holds).length / days.length;
    expect(part((idle) => idle !== undefined && idle < 7)).toBeGreaterThan(0.6);
    expect(part((idle) => idle !== undefined && idle > 90)).toBeGreaterThan(0.05);
    expect(part((idle) => idle !== undefined && idle > 365)).toBeGreaterThan(0.005);
    expect(Math.abs(part((idle) => idle === undefined) - 0.08)).toBeLessThan(0.05);
    expect(days.every((idle) => idle === undefined || idle > 0)).toBe(true);
  });

  it("never shows activity from before somebody was added, nor deactivation", () => {
    for (const { accountId, addedToOrg = "", deactivatedOn = now.toISOString() } of world.listing) {
      if (addedToOrg !== "") expect(deactivatedOn >= addedToOrg).toBe(true);
      for (const { reported } of world.activity.get(accountId)?.values() ?? []) {
        expect(reported).toBeGreaterThanOrEqual(Date.parse(addedToOrg));
      }
    }
  });

  it("has names of many scripts, some of them hostile, and unique addresses", () => {
    const names = world.listing.map(({ name }) => name).join("\n");
    for (const script of [
      /\p{Script=Han}/u,
      /\p{Script=Arabic}/u,
      /\p{Script=Hebrew}/u,
      /\p{Script=Cyrillic}/u,
      /[ąéßø]/,
    ]) {
      expect(names).toMatch(script);
    }
    for (const hostile of ["<script>", "@everyone", "=cmd"]) expect(names).toContain(hostile);
    const emails = world.listing.flatMap(({ email }) => (email === undefined ? [] : [email]));
    expect(new Set(emails).size).toBe(emails.length);
    expect(emails.every((email) => /^[a-z0-9.-]+@[a-z.-]+$/.test(email))).toBe(true);
  });

  it("has account ids of the three shapes, and an organisation id that is no strict UUID", () => {
    const ids = world.listing.map(({ accountId }) => accountId);
    for (const shape of [/^557058:[0-9a-f-]{36}$/, /^712020:[0-9a-f-]{36}$/, /^[0-9a-f]{24}$/]) {
      expect(ids.some((id) => shape.test(id))).toBe(true);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(world.organization.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-j[jk]k7-\w{12}$/);
  });

  it("leaves seats free under every licence", () => {
    for (const { id, capacity } of world.instances.values()) {
      if (capacity !== undefined) expect(seatHolders(world, id).size).toBeLessThanOrEqual(capacity);
    }
  });
});
