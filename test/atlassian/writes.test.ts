import { describe, expect, it } from "vitest";
import { snapshotDigest } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Plan } from "../../src/model/documents.generated.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { applyApproved, proposePlan } from "../../src/pipeline.ts";
import type { Ledger } from "../../src/ports.ts";
import { buildWorld } from "../../src/simulator/build.ts";
import { instanceIdOf } from "../../src/simulator/names.ts";
import { seatHolders } from "../../src/simulator/roles.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";
import { Crash, mortal } from "../apply/mortal.ts";
import { policiesOf, policy, tool } from "../contract/story.ts";
import { temporaryDirectory } from "../support/ledger.ts";
import { type Connected, connect, now, quickClock } from "./support.ts";

const IDLE = 120;
const HOLDERS = 720;
const jira = instanceIdOf("jira@acme");

/** One in six has not used Jira for most of a year; each of them is one operation. */
function acme(): World {
  const person = (at: number, active: string) => ({
    email: `person-${at}@example.com`,
    groups: ["jira-users"],
    active: { "jira@acme": active },
  });
  return buildWorld({
    groups: [{ name: "jira-users", grants: [["jira@acme", "user"]] }],
    people: Array.from({ length: HOLDERS }, (_, at) => person(at, at < IDLE ? "2026-01-01" : "2026-11-12")),
  });
}

const policies = policy({
  id: "unused",
  for: "seat",
  where: "{app: jira-software, unused: 90d}",
  then: "[{revoke: {}}]",
});

/** Requests that change something, as the simulator met them. */
function writesAt({ requests }: Simulator): number {
  return requests.filter(
    ({ method, pattern }) => method === "DELETE" || /memberships$|assign$|revoke$|suspend$|restore$/.test(pattern),
  ).length;
}

interface Approved extends Connected {
  readonly ledger: Ledger;
  readonly plan: Plan;
  readonly apply: (
    ends?: Partial<Pick<Connected, "writer">> & { readonly ledger?: Ledger; readonly life?: number },
  ) => Promise<void>;
}

async function approved(): Promise<Approved> {
  const clock = quickClock(now);
  const connected = await connect(acme(), { clock: () => new Date(clock.now() * 1000), client: { clock } });
  const { reader, writer, simulator } = connected;
  const organizationId = simulator.orgId;
  const ledger = createDirectoryLedger({ directory: temporaryDirectory(), organizationId, clock });
  const population = await reader.readOrganization(() => undefined);
  const counted = { ...population, header: { ...population.header, asOf: momentOf(clock.now() - DAY) } };
  await ledger.recordSnapshot(counted);
  const base = { policies: policiesOf(organizationId, policies), reader, tool };
  const report = (): void => undefined;
  const { plan } = await proposePlan({ ...base, population, ledger, digestOf: snapshotDigest, report });
  const approval = {
    kind: "approval",
    version: 1,
    organization: organizationId,
    planDigest: plan.digest,
    made: "command-line",
    approvers: ["ops"],
    reason: "for the test",
    at: momentOf(clock.now()),
    overrides: [],
  } as const;
  return {
    ...connected,
    ledger,
    plan,
    async apply({ life = 1, ...ends } = {}) {
      const randomHex = String(life).padStart(8, "0");
      await applyApproved({ ...base, writer, ledger, clock, plan, approval, randomHex, options: {}, ...ends });
    },
  };
}

/** At most this many writes for each operation that was carried out. */
const BUDGET = 1.01;

describe("the writes of a run", () => {
  it("are one for each operation carried out", async () => {
    const { plan, simulator, apply } = await approved();
    const operations = plan.changes.reduce((sum, change) => sum + change.operations.length, 0);
    expect(operations).toBe(IDLE);
    await apply();
    expect(seatHolders(simulator.world, jira).size).toBe(HOLDERS - IDLE);
    expect(writesAt(simulator)).toBeLessThanOrEqual(IDLE * BUDGET);
  });

  it.each([30, 61, 151, 242])("are as many where it dies at moment %i and is gone on with", async (moment) => {
    const { simulator, writer, ledger, apply } = await approved();
    const life = mortal(moment, () => {
      throw new Crash();
    });
    await expect(apply({ writer: life.writer(writer), ledger: life.ledger(ledger) })).rejects.toBeInstanceOf(Crash);
    expect(seatHolders(simulator.world, jira).size).toBeGreaterThan(HOLDERS - IDLE);
    await apply({ life: 2 });
    expect(seatHolders(simulator.world, jira).size).toBe(HOLDERS - IDLE);
    expect(writesAt(simulator)).toBeLessThanOrEqual(IDLE * BUDGET);
  });
});
