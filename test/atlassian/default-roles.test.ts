import { describe, expect, it } from "vitest";
import type { Population } from "../../src/people/population.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { faultAt } from "../../src/simulator/faults.ts";
import type { World } from "../../src/simulator/world.ts";
import { connect } from "./support.ts";

const acme = (): World =>
  buildWorld({
    directories: ["main"],
    instances: ["jira@acme", "confluence@acme", { name: "jira@acme-sandbox", sandbox: true }],
    groups: [
      {
        name: "everybody",
        grants: [
          ["jira@acme", "user", "default"],
          ["confluence@acme", "user"],
        ],
      },
      { name: "guests", grants: [["confluence@acme", "guest", "default"]] },
      { name: "sandbox", grants: [["jira@acme-sandbox", "user", "default"]] },
      { name: "team" },
    ],
    people: [{ email: "ada@example.com", groups: ["everybody"] }],
  });

/** By group: what it grants, with whether it is the default. */
function told({ header }: Population): unknown {
  return Object.fromEntries(
    header.groups.map(({ name, grants }) => [
      name,
      grants.map(({ instance, role, isDefault }) => [header.instances[instance]?.app, role, isDefault]),
    ]),
  );
}

describe("default groups", () => {
  it("are read only where they are asked for, by a request for each group that grants something paid", async () => {
    const { reader, read, simulator } = await connect(acme());
    const population = await read();
    expect(JSON.stringify(population.header)).not.toContain("isDefault");
    const before = simulator.requests.length;
    const steps: string[] = [];
    const more = await reader.addDefaultRoles(population, ({ step, done, of }) => steps.push(`${step} ${done}/${of}`));
    expect(told(more)).toEqual({
      everybody: [
        ["jira-software", "atlassian/user", true],
        ["confluence", "atlassian/user", false],
      ].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      guests: [["confluence", "atlassian/guest", true]],
      sandbox: [["jira-software", "unknown", undefined]],
      team: [],
    });
    expect(simulator.requests.length - before).toBe(2);
    expect(steps).toEqual(["default groups 1/2", "default groups 2/2"]);
  });

  it("stay not known of a group whose roles cannot be read, and nothing else suffers", async () => {
    const faults = faultAt(
      { pattern: "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/role-assignments", nth: 1 },
      { kind: "status", status: 403, envelope: "native", code: "ADMIN-UAM-403-1" },
    );
    const { reader, read } = await connect(acme(), { faults });
    const population = await read();
    const more = await reader.addDefaultRoles(population, () => undefined);
    const known = more.header.groups.flatMap(({ name, grants }) =>
      grants.some(({ isDefault }) => isDefault !== undefined) ? [name] : [],
    );
    expect(known).toHaveLength(1);
    expect(more.header.certificate).toEqual(population.header.certificate);
  });
});
