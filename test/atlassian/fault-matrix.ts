import { expect } from "vitest";
import { isBillable } from "../../src/model/apps.ts";
import { eachBit, hasBit } from "../../src/model/bits.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { entries, type Population, statuses, UNKNOWN_TIME } from "../../src/people/population.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { type Fault, faultAt } from "../../src/simulator/faults.ts";
import { personStatusOf, seatHolders } from "../../src/simulator/roles.ts";
import type { World } from "../../src/simulator/world.ts";
import { connect } from "./support.ts";

/** Path of a directory. */
export const directory = "/admin/v2/orgs/{orgId}/directories/{directoryId}";

/** Every endpoint a snapshot is read from. */
export const patterns: readonly string[] = [
  "/admin/v1/orgs",
  "/admin/v2/orgs/{orgId}/directories",
  "/admin/v2/orgs/{orgId}/workspaces",
  `${directory}/groups/search`,
  `${directory}/groups/count`,
  `${directory}/users/search`,
  `${directory}/users/count`,
  `${directory}/users/stats`,
  "/admin/api-access/v1/orgs/{orgId}/api-keys",
];

/** More than a page of people and of groups, so that pages can be lost. */
export const acme = (): World =>
  buildWorld({
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      ...Array.from({ length: 105 }, (_, at) => ({ name: `team-${at}` })),
    ],
    people: Array.from({ length: 110 }, (_, at) => ({
      email: `p${at}@example.com`,
      groups: [...(at % 2 === 0 ? ["jira-users"] : []), ...(at % 3 === 0 ? ["wiki-users"] : []), `team-${at % 105}`],
      ...(at === 7 ? { direct: [["jira@acme", "user"]] as const } : {}),
      ...(at === 9 ? { status: "suspended" as const } : {}),
      active: { "jira@acme": "2026-11-01" },
    })),
  });

/**
 * What a snapshot says that is not so. Nobody may be missing, be said to hold less or more than they do, or be said to
 * have been active when they were not; unknown is never a lie.
 */
function lies(population: Population, world: World): readonly string[] {
  const found: string[] = [];
  if (population.size !== world.accounts.size) found.push(`${population.size} of ${world.accounts.size} people`);
  for (const account of world.listing) {
    const person = population.find(account.accountId);
    if (person < 0) continue;
    const status = statuses[population.status[person] ?? 0];
    if (status !== "unknown" && status !== personStatusOf(world, account)) found.push(`${account.email}: ${status}`);
    const groups = [...entries(population.groups, person)].map((at) => population.header.groups[at]?.id ?? "");
    if (groups.some((id) => world.groupsOf.get(account.accountId)?.has(id) !== true))
      found.push(`${account.email}: groups`);
    for (const [at, { id }] of population.header.instances.entries()) {
      const time = population.lastActive[at]?.[person] ?? UNKNOWN_TIME;
      const truth = (world.activity.get(account.accountId)?.get(id)?.reported ?? 0) / 1000;
      if (time !== UNKNOWN_TIME && time !== truth) found.push(`${account.email}: active`);
    }
  }
  for (const { id, name, grants } of population.header.groups) {
    const ours = grants.filter(({ role }) => isBillable(role));
    const truth = (world.groups.get(id)?.grants ?? []).filter(({ role }) => isBillable(role));
    if (ours.length !== truth.length) found.push(`${name} grants ${ours.length} of ${truth.length} seats`);
  }
  for (const [person, roles] of population.direct) {
    const accountId = population.text("id", person) ?? "";
    if (roles.length > (world.directRoles.get(accountId) ?? []).length) found.push(`${accountId}: direct`);
  }
  for (const id of world.instances.keys()) {
    const at = population.header.instances.findIndex((instance) => instance.id === id);
    const holders = seatsOf(population).holders[at];
    if (holders === undefined) {
      found.push(`no ${id}`);
      continue;
    }
    const truth = seatHolders(world, id);
    eachBit(holders.yes, (person) => {
      if (!truth.has(population.text("id", person) ?? "")) found.push(`${population.text("id", person)} holds ${id}`);
    });
    for (const who of truth) {
      const person = population.find(who);
      if (person >= 0 && !hasBit(holders.yes, person) && !hasBit(holders.unknown, person))
        found.push(`${who} lacks ${id}`);
    }
  }
  return found;
}

export type Outcome = "refused" | "doubted" | "whole";

/**
 * Reads the organisation with a fault at the nth request to a pattern, or at each. Fails where a snapshot is complete and
 * wrong, and where what stops the read does not name the endpoint and a remedy.
 */
export async function readUnder(
  pattern: string,
  nth: number | undefined,
  fault: Fault,
  name: string,
): Promise<Outcome> {
  const world = acme();
  const { read } = await connect(world, {
    faults: faultAt(nth === undefined ? { pattern } : { pattern, nth }, fault),
    client: { limits: { bodyMs: 2000 } },
  });
  try {
    const population = await read();
    const untrue = lies(population, world);
    const { state, checks } = population.header.certificate;
    if (state === "complete") expect(untrue, `${name} at ${pattern} (${nth}) came out complete`).toEqual([]);
    else expect(checks.some(({ state: each, message }) => each !== "passed" && message.length > 20)).toBe(true);
    return state === "complete" ? "whole" : "doubted";
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect([7, 8], `${name} at ${pattern}: ${error.message}`).toContain(error.exitCode);
    const path = pattern.split("/").at(-1) ?? "";
    expect(error.message, `${name} at ${pattern}`).toContain(path);
    expect(error.remedy.length).toBeGreaterThan(20);
    return "refused";
  }
}
