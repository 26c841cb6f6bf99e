import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyPlan } from "../../src/apply/run.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { approvalOf, planTime, planWith, policyDigest, testClock, wanting } from "../support/apply.ts";
import { createOrganization, organizationId, type People } from "../support/organization.ts";
import { mortal } from "./mortal.ts";
import { changes, people as allPeople } from "./story.ts";

/**
 * A process that applies the story's plan and kills itself at the moment it is told (0: never). The organisation outlives
 * it in files: `world.json` is how people really are, `calls.jsonl` every call that arrived.
 */
const [directory = "", diesAt = "0", life = "1"] = process.argv.slice(2);
const worldFile = join(directory, "world.json");
const callsFile = join(directory, "calls.jsonl");

const people = existsSync(worldFile) ? (JSON.parse(readFileSync(worldFile, "utf8")) as People) : allPeople;
const clock = testClock(planTime + 600 + Number(life) * 120);
const organization = createOrganization({
  people,
  clock,
  onWrite: (_, after) => {
    writeFileSync(`${worldFile}.new`, JSON.stringify(after));
    renameSync(`${worldFile}.new`, worldFile);
  },
});
const fate = mortal(diesAt === "0" ? Number.POSITIVE_INFINITY : Number(diesAt), () => {
  process.kill(process.pid, "SIGKILL");
  throw new Error("killed");
});
const plan = planWith(changes);

process.stdout.write("ready\n");
const result = await applyPlan(
  {
    reader: organization.reader,
    writer: fate.writer({
      carryOut: async (accountId, operation) => {
        appendFileSync(callsFile, `${JSON.stringify({ accountId, operation })}\n`);
        return await organization.writer.carryOut(accountId, operation);
      },
    }),
    ledger: fate.ledger(createDirectoryLedger({ directory: join(directory, "ledger"), organizationId, clock })),
    clock,
    tool: { name: "seatwright", version: "0.1.0" },
    randomHex: Number(life).toString(16).padStart(8, "0"),
    planner: async () => wanting(changes),
  },
  plan,
  approvalOf(plan),
  { organizationId, power: "act", policyDigest },
);
writeFileSync(join(directory, "result.json"), JSON.stringify(result));
