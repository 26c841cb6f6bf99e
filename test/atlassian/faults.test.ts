import { describe, expect, it } from "vitest";
import { OperatorError } from "../../src/model/errors.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { type Fault, faultAt, faultCatalogue } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { acme, directory, patterns, readUnder } from "./fault-matrix.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { connect, now } from "./support.ts";

/** The first request of the people chain comes after the one for organisation admins. */
const nthOf = (pattern: string): number => (pattern.endsWith("users/search") ? 2 : 1);

describe("a snapshot read under a fault", () => {
  it.each(Object.entries(faultCatalogue))("is never complete and wrong: %s", async (name, fault) => {
    for (const pattern of patterns) await readUnder(pattern, nthOf(pattern), fault, name);
  });

  it.each(["repeated cursor", "page repeated", "page dropped"])(
    "is never complete and wrong, nor without end, where pages go wrong each time: %s",
    async (name) => {
      const fault = faultCatalogue[name];
      if (fault === undefined) throw new Error(`there is no fault ${name}`);
      expect(await readUnder(`${directory}/users/search`, undefined, fault, name)).not.toBe("whole");
      await readUnder(`${directory}/groups/search`, undefined, fault, name);
    },
  );
});

describe("a fault that lasts", () => {
  it.each(patterns)("ends the read with the endpoint named: %s", async (pattern) => {
    const fault: Fault = { kind: "status", status: 503, envelope: "gateway" };
    const { read, clock } = await connect(acme(), { faults: faultAt({ pattern }, fault) });
    const outcome = await read().then(
      ({ header }) => header.certificate.state,
      (error: unknown) => (error instanceof OperatorError ? error.exitCode : error),
    );
    expect(outcome).toBe(pattern.endsWith("api-keys") ? "suspect" : 7);
    expect(clock.slept.length).toBeGreaterThan(3);
  });

  it("calls off what is still waiting, so that nothing goes on after the error", async () => {
    const fault: Fault = { kind: "status", status: 403, envelope: "html" };
    const { read, simulator } = await connect(generateWorld({ people: 3000, seed: 4, now }), {
      faults: faultAt({ pattern: `${directory}/users/search`, nth: 5 }, fault),
    });
    await expect(read()).rejects.toThrow("users/search");
    const sent = simulator.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(simulator.requests.length - sent).toBeLessThanOrEqual(6);
  });
});

describe("the API keys", () => {
  it.each([403, 404])("that may not be looked at (%i) are no reason to doubt the rest", async (status) => {
    const pattern = "/admin/api-access/v1/orgs/{orgId}/api-keys";
    const { read } = await connect(acme(), {
      faults: faultAt({ pattern }, { kind: "status", status, envelope: "native" }),
    });
    const { header } = await read();
    expect(header.keyCreators).toBeNull();
    expect(header.certificate.state).toBe("complete");
    expect(header.certificate.checks.find(({ check }) => check === "key-creators")?.message).toContain(
      "could not be read",
    );
  });

  it("protect whoever made one that is in use", async () => {
    const world = buildWorld({
      people: [{ email: "old@example.com" }, { email: "gone@example.com" }, { email: "bot@example.com" }],
      keys: [
        { createdBy: "admin@example.com" },
        { createdBy: "old@example.com", expiresAt: "2026-11-19T00:00:00.000Z" },
        { createdBy: "gone@example.com", revokedBy: "admin", revocationDate: "2026-01-01T00:00:00.000Z" },
        { createdBy: "bot@example.com" },
      ],
    });
    const { read } = await connect(world);
    const creators = ["admin@example.com", "bot@example.com"].map(accountIdOf).sort();
    expect((await read()).header.keyCreators).toEqual(creators);
  });
});

describe("the wrong key", () => {
  it.each([
    ["a wrong key", { client: { apiKey: "ATCTT-wrong" } }, "does not accept the API key"],
    ["an expired key", { keyExpiresAt: new Date("2026-11-01") }, "expired"],
    [
      "a key with scopes",
      { keyScopes: ["read:orgs:admin", "read:directories:admin", "read:workspaces:admin"] },
      "without scopes",
    ],
    ["another organisation's id", { orgId: "11111111-aaaa-bbbb-cccc-222222222222" }, "not the organisation"],
  ] as const)("ends a read at once: %s", async (_, options, words) => {
    const { read, simulator } = await connect(acme(), options);
    const error = await read().then(
      () => null,
      (thrown: unknown) => thrown as OperatorError,
    );
    expect(error).toBeInstanceOf(OperatorError);
    expect(error?.exitCode).toBe(8);
    expect(error?.message).toContain(words);
    expect(simulator.requests.length).toBeLessThan(10);
  });
});
