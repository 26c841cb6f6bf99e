import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf, directoryIdOf, groupIdOf, instanceIdOf } from "../../src/simulator/names.ts";
import { membershipStatusOf, seatHolders } from "../../src/simulator/roles.ts";
import type { Client } from "./client.ts";
import { start, textOf } from "./client.ts";

const jira = instanceIdOf("jira@acme");
const ada = accountIdOf("ada@example.com");

const world = () =>
  buildWorld({
    directories: ["main", "legacy"],
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]], members: ["ada@example.com"] }],
    people: [
      { email: "ada@example.com", directories: ["main", "legacy"] },
      { email: "ext@partner.example", managed: false, direct: [["jira@acme", "user"]] },
    ],
  });

const user = (api: Client, email = "ada@example.com", directory = "main") =>
  `${api.directory(directory)}/users/${accountIdOf(email)}`;

describe("suspending and restoring", () => {
  it("take the seat away and give it back, groups and roles kept", async () => {
    const api = await start(world());
    expect((await api.post(`${user(api)}/suspend`, {})).status).toBe(204);
    expect(seatHolders(api.world, jira).has(ada)).toBe(false);
    expect(api.world.groups.get(groupIdOf("jira-users"))?.members.has(ada)).toBe(true);
    expect((await api.post(`${user(api)}/restore`, {})).status).toBe(204);
    expect(seatHolders(api.world, jira).has(ada)).toBe(true);
  });

  it("mean one directory only", async () => {
    const api = await start(world());
    await api.post(`${user(api)}/suspend`, {});
    expect(membershipStatusOf(api.world, ada)).toBe("active");
    await api.post(`${user(api, "ada@example.com", "legacy")}/suspend`, {});
    expect(membershipStatusOf(api.world, ada)).toBe("suspended");
  });

  it("work for people whom the organisation doesn't manage", async () => {
    const api = await start(world());
    expect((await api.post(`${user(api, "ext@partner.example")}/suspend`, {})).status).toBe(204);
  });

  it("answer 204 again for somebody who is so already", async () => {
    const api = await start(world());
    expect((await api.post(`${user(api)}/restore`, {})).status).toBe(204);
    for (const _ of [1, 2]) expect((await api.post(`${user(api)}/suspend`, {})).status).toBe(204);
    expect(api.world.changes.length).toBe(1);
  });

  it("answer 415 without a JSON body and 400 to a body that is no object", async () => {
    const api = await start(world());
    expect((await api.post(`${user(api)}/suspend`)).status).toBe(415);
    expect((await api.post(`${user(api)}/suspend`, "{}", { "Content-Type": "text/plain" })).status).toBe(415);
    expect((await api.post(`${user(api)}/restore`)).status).toBe(415);
    expect((await api.post(`${user(api)}/suspend`, [])).status).toBe(400);
    expect(api.world.changes).toEqual([]);
  });

  it("answer 400 for an organisation admin", async () => {
    const api = await start(world());
    expect((await api.post(`${user(api, "admin@example.com")}/suspend`, {})).status).toBe(400);
  });

  it("answer 404 for the directory `-`, an unknown one, and somebody who isn't in it", async () => {
    const api = await start(world());
    for (const path of [
      `${api.v2}/directories/-/users/${ada}/suspend`,
      `${api.v2}/directories/nope/users/${ada}/suspend`,
      `${user(api, "ext@partner.example", "legacy")}/suspend`,
      `${user(api, "nobody@example.com")}/suspend`,
    ]) {
      const reply = await api.post(path, {});
      expect(reply.status).toBe(404);
      expect(reply.body["errors"]?.[0]).toMatchObject({ code: "ADMIN-UAM-404-1" });
    }
  });
});

describe("removing somebody from a directory", () => {
  it("takes groups and roles of that directory, and shows a managed account as not invited", async () => {
    const api = await start(world());
    expect((await api.remove(user(api))).status).toBe(204);
    expect(seatHolders(api.world, jira).has(ada)).toBe(false);
    expect(api.world.memberships.get(ada)?.has(directoryIdOf("legacy"))).toBe(true);
    await api.remove(user(api, "ada@example.com", "legacy"));
    expect((await api.rows({ emails: ["ada@example.com"] }))[0]).toMatchObject({ status: "not_invited" });
  });

  it("makes somebody the organisation doesn't manage disappear from its lists", async () => {
    const api = await start(world());
    await api.remove(user(api, "ext@partner.example"));
    expect(await api.search({ emails: ["ext@partner.example"] })).toEqual([]);
    expect((await api.get(user(api, "ext@partner.example"))).status).toBe(404);
  });

  it("answers 404 the second time", async () => {
    const api = await start(world());
    await api.remove(user(api));
    expect((await api.remove(user(api))).status).toBe(404);
  });
});

describe("inviting", () => {
  const invited = () =>
    buildWorld({
      instances: [{ name: "jira@acme", capacity: 2 }, "confluence@acme"],
      groups: [
        { name: "jira-users", grants: [["jira@acme", "user", "default"]] },
        { name: "crew", members: [] },
        { name: "okta-crew", synced: true },
      ],
    });
  const invite = (api: Client, body: object) => api.post(`${api.v2}/users/invite`, body);

  it("makes an account in the directory, lands it in the default group, and adds groups", async () => {
    const api = await start(invited());
    const { status, body } = await invite(api, {
      emails: ["new@example.com"],
      permissionRules: [{ resource: jira, role: "atlassian/user" }],
      additionalGroups: [groupIdOf("crew")],
    });
    expect(status).toBe(200);
    const id = textOf(body["data"]?.[0]?.["id"]);
    expect(seatHolders(api.world, jira).has(id)).toBe(true);
    expect(api.world.groups.get(groupIdOf("jira-users"))?.members.has(id)).toBe(true);
    expect(api.world.groups.get(groupIdOf("crew"))?.members.has(id)).toBe(true);
    expect((await api.rows({ emails: ["new@example.com"] }))[0]).toMatchObject({
      status: "active",
      emailVerified: false,
      claimStatus: "managed",
      addedToOrg: "2026-11-20T09:00:00.000Z",
    });
  });

  it("gives the role directly where the app has no default group", async () => {
    const api = await start(invited());
    const rule = { resource: instanceIdOf("confluence@acme"), role: "atlassian/user" };
    const { body } = await invite(api, { emails: ["new@example.com"], permissionRules: [rule] });
    const roles = api.world.directRoles.get(textOf(body["data"]?.[0]?.["id"]));
    expect(roles).toMatchObject([{ role: "atlassian/user", directoryId: directoryIdOf("main") }]);
  });

  it("answers 206 when a part of it failed, with a reason for each", async () => {
    const api = await start(invited());
    const { status, body } = await invite(api, {
      emails: ["new@example.com"],
      permissionRules: [{ resource: jira, role: "atlassian/guest" }],
      additionalGroups: [groupIdOf("crew"), groupIdOf("okta-crew")],
    });
    expect(status).toBe(206);
    expect(body["data"]?.[0]?.["results"]?.[0]).toEqual({
      roleAssignmentResult: [
        { resource: jira, role: "atlassian/guest", status: "ERROR", statusReason: "ADMIN-UAM-400-3" },
      ],
      groupAssignmentResult: [
        { group: groupIdOf("crew"), status: "INVITED" },
        { group: groupIdOf("okta-crew"), status: "ERROR", statusReason: "ADMIN-UAM-403-1" },
      ],
    });
  });

  it("answers 409 when no seat is left, 402 without a subscription, 400 without addresses", async () => {
    const api = await start(invited());
    const permissionRules = [{ resource: jira, role: "atlassian/user" }];
    for (const name of ["a", "b"]) await invite(api, { emails: [`${name}@example.com`], permissionRules });
    expect((await invite(api, { emails: ["c@example.com"], permissionRules })).status).toBe(409);
    expect((await invite(api, { emails: [] })).status).toBe(400);
    const { organization, ...others } = invited();
    const unpaid = await start({ ...others, organization: { ...organization, paid: false } });
    expect((await invite(unpaid, { emails: ["a@example.com"] })).status).toBe(402);
  });
});
