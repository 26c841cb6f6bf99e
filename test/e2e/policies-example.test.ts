import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { createPolicyFolder } from "../../src/disk/policy-folder.ts";
import type { Population } from "../../src/people/population.ts";
import { readRepository } from "../../src/policy/repository.ts";
import { resolve } from "../../src/policy/resolve.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { tool } from "../../src/version.ts";

const folder = join(import.meta.dirname, "../../policies.example");
/** A moment at which the example's exemptions are in force. */
const now = Date.parse("2026-11-20T06:00:00Z");

let simulator: Simulator;
let population: Population;

beforeAll(async () => {
  const clock = { now: () => now / 1000, sleep: () => Promise.resolve() };
  const world = generateWorld({ people: 600, seed: 1, now: new Date(now) });
  simulator = await startSimulator({ world, clock: () => new Date(now) });
  const { apiKey, url: baseUrl, orgId: organizationId } = simulator;
  const transport = createTransport({ apiKey, baseUrl, clock, random: () => 0.5 });
  population = await createReader(transport, { organizationId, clock, tool }).readOrganization(() => undefined);
  await transport.close();
});

afterAll(async () => {
  await simulator.close();
});

describe("the example policies", () => {
  it("are sound, and every name in them is a name of the organisation that `simulate` makes", async () => {
    const { repository, findings } = readRepository(await createPolicyFolder(folder).readFiles());
    expect(findings).toEqual([]);
    if (repository === null) throw new Error("the example is not sound");
    const people = Array.from(
      { length: 25 },
      (_, at) => `${population.text("email", at) ?? `nobody-${at}@acme.example`},\n`,
    );
    const hr = { path: "hr.csv", bytes: Buffer.from(`work_email,last_day\n${people.join("")}`), changedAt: now / 1000 };
    const resolved = resolve(repository, population, {
      asOf: now / 1000,
      coverage: "everybody",
      sources: new Map([["hr", hr]]),
      lastSourceRows: {},
      earlier: [],
    });
    expect(resolved.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(resolved.set?.policies.every(({ holds }) => holds.length === 0)).toBe(true);
  });

  it("name their schema in every file, for editors", async () => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".yaml"));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(await readFile(join(folder, file), "utf8"), file).toMatch(
        /^# yaml-language-server: \$schema=(\.\.\/)+schemas\//,
      );
    }
  });
});
