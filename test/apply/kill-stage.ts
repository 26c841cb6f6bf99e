import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Plan } from "../../src/model/documents.generated.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import { DAY, momentOf } from "../../src/model/time.ts";
import { applyChange } from "../../src/simulator/change.ts";
import type { Change as StoreChange } from "../../src/simulator/facts.ts";
import type { FaultPlan } from "../../src/simulator/faults.ts";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { readSnapshotFile } from "../../src/disk/snapshot-file.ts";
import type { World } from "../../src/simulator/world.ts";
import { systemClock } from "../../src/wiring-folder.ts";
import { deedsSince, stateOf, words } from "../faults/judge.ts";
import { cli, type Ended, type Running, start } from "../e2e/run.ts";

const preload = new URL("kill-preload.ts", import.meta.url).href;
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const idle = { "jira@acme": daysAgo(300) };
const busy = { "jira@acme": daysAgo(2), "confluence@acme": daysAgo(2) };

/** Five people to be changed, by seven operations, among others. */
function acme(): World {
  return buildWorld({
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "jira-more", grants: [["jira@acme", "user"]] },
      { name: "wiki-users", grants: [["confluence@acme", "user"]] },
      { name: "crew" },
    ],
    people: [
      { email: "once@example.com", groups: ["jira-users"], active: idle },
      { email: "twice@example.com", groups: ["jira-users", "jira-more"], active: idle },
      { email: "reader@example.com", groups: ["wiki-users"], active: { "confluence@acme": daysAgo(300) } },
      { email: "leaver@example.com", department: "Suspend", groups: ["jira-users"], active: busy },
      { email: "joiner@example.com", department: "Join" },
      ...Array.from({ length: 6 }, (_, at) => ({
        email: `busy-${at}@example.com`,
        department: "Staff",
        groups: ["jira-users", "wiki-users"],
        active: busy,
      })),
    ],
    keys: [{ createdBy: "admin@example.com", expiresAt: daysAgo(-100) }],
  });
}

/** A policy file of these policies. */
function policies(...which: readonly (readonly [id: string, about: string, where: string, then: string])[]): string {
  const texts = which.map(
    ([id, about, where, then]) => `  - id: ${id}
    description: For the test
    owner: "@acme/it"
    for: ${about}
    mode: enforce
    where: ${where}
    then: ${then}
    limits: {percent: 100}
`,
  );
  return `version: 1\npolicies:\n${texts.join("")}`;
}

const unused = ["unused", "seat", "{app: jira-software, unused: 90d}", "[{revoke: {}}]"] as const;

const files = {
  "seatwright.yaml": `version: 1
organization: {id: ${builtOrganizationId}, name: Acme}
power: act
accessGroups: ["jira-*", "wiki-*"]
protect: {minOrgAdmins: 1}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`,
  "policies/all.yaml": policies(
    unused,
    ["readers", "seat", "{app: confluence, unused: 90d}", "[{setRole: {role: guest}}]"],
    ["suspend", "person", "{department: Suspend}", "[{suspend: {}}]"],
    ["join", "person", "{department: Join}", "[{addToGroup: {group: crew}}]"],
  ),
};

/** Which run is killed. */
export type StoryName = "apply" | "put back" | "undo";

/** A story up to the run that is killed, and how it ends where nobody kills it. */
export interface Prepared {
  readonly name: StoryName;
  /** The policy repository with its ledger, and `plan.json`, which is approved next. */
  readonly folder: string;
  readonly plan: Plan;
  /** What happened in the organisation before. */
  readonly earlier: readonly StoreChange[];
  readonly faults: FaultPlan | undefined;
  /** Each deed of the run. */
  readonly right: ReadonlySet<string>;
  readonly state: string;
  readonly outcomes: readonly string[];
  /** Steps of the ledger's files in the run. */
  readonly steps: number;
  readonly milliseconds: number;
}

/** One life of a story: an organisation, a repository and a ledger of its own. */
export interface Life {
  readonly simulator: Simulator;
  readonly ledger: string;
  /** Runs the command to its end; killed at a step of the ledger's files, or after so many milliseconds, where one is given. */
  apply(kill?: { readonly step: number } | { readonly afterMs: number }): Promise<Ended>;
  /** How many steps the last command took that came to its end. */
  steps(): number;
  close(): Promise<void>;
}

const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Begins a life of a prepared story. */
export async function begin(story: Pick<Prepared, "folder" | "plan" | "earlier" | "faults">): Promise<Life> {
  const folder = mkdtempSync(join(place, "seatwright-kill-"));
  cpSync(story.folder, folder, { recursive: true });
  const world = acme();
  for (const change of story.earlier) applyChange(world, change);
  const faults = story.faults === undefined ? {} : { faults: story.faults };
  const simulator = await startSimulator({ world, clock: () => new Date(), ...faults });
  const ledger = join(folder, ".seatwright/rehearsal");
  const told = join(folder, "steps");
  return {
    simulator,
    ledger,
    async apply(kill) {
      const step = kill !== undefined && "step" in kill ? kill.step : 0;
      const args = ["--repo", folder, "--json", "apply", "--plan", join(folder, "plan.json")];
      const running = start([...args, "--approve", story.plan.digest, "--reason", "for the test"], {
        env: { ...way(simulator), SEATWRIGHT_KILL: `${ledger}\n${step}\n${told}` },
        under: [process.execPath, "--import", preload],
      });
      if (kill !== undefined && "afterMs" in kill) killLater(running, kill.afterMs);
      return await running.ended;
    },
    steps: () => Number(readFileSync(told, "utf8")),
    async close() {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function killLater({ child, ended }: Running, milliseconds: number): void {
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  void ended.then(() => clearTimeout(timer));
}

const way = ({ url, apiKey }: Simulator) => ({ SEATWRIGHT_API_URL: url, SEATWRIGHT_API_KEY: apiKey });

/** A command of the story's beginning, which has to end well. */
async function command(folder: string, simulator: Simulator, ...args: readonly string[]): Promise<string> {
  const ended = await cli(["--repo", folder, ...args], { env: way(simulator) });
  if (ended.code !== 0) throw new Error(`${args.join(" ")}: ${ended.code} ${ended.err}${ended.out}`);
  return ended.out;
}

/** Plays a story once without killing anything. `folder` is an empty one for what it leaves. */
export async function prepare(name: StoryName, folder: string): Promise<Prepared> {
  const only = { "policies/all.yaml": policies(unused) };
  for (const [path, text] of Object.entries(name === "put back" ? { ...files, ...only } : files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const simulator = await startSimulator({ world: acme(), clock: () => new Date() });
  const plan = join(folder, "plan.json");
  const earlier: StoreChange[] = [];
  try {
    await command(folder, simulator, "sync", "--out", join(folder, "snapshot.json"));
    await countedYesterday(folder);
    await command(folder, simulator, "plan", "--out", plan);
    if (name === "undo") {
      const { digest } = JSON.parse(readFileSync(plan, "utf8")) as Plan;
      const from = simulator.world.changes.length;
      const approved = ["--plan", plan, "--approve", digest, "--reason", "for the test"];
      const { run } = JSON.parse(await command(folder, simulator, "--json", "apply", ...approved)) as {
        readonly run: string;
      };
      earlier.push(...simulator.world.changes.slice(from).map(({ change }) => change));
      await command(folder, simulator, "undo", run, "--out", plan);
    }
  } finally {
    await simulator.close();
  }
  const made = JSON.parse(readFileSync(plan, "utf8")) as Plan;
  const story = { name, folder, plan: made, earlier, faults: name === "put back" ? faultsAtTheEndOf(made) : undefined };
  const life = await begin(story);
  try {
    const before = life.simulator.world.changes.length;
    const began = performance.now();
    const { out, err, code } = await life.apply();
    const milliseconds = performance.now() - began;
    if (out === "") throw new Error(`${name}: ${code} ${err}`);
    return {
      ...story,
      right: new Set(deedsSince(life.simulator.world, before).map(words)),
      state: stateOf(life.simulator.world),
      outcomes: outcomesOf(out),
      steps: life.steps(),
      milliseconds,
    };
  } finally {
    await life.close();
  }
}

/** What became of each change, in the order of their ids. */
export function outcomesOf(json: string): readonly string[] {
  const { outcomes } = JSON.parse(json) as { readonly outcomes: readonly { change: string; outcome: string }[] };
  return outcomes.map(({ change, outcome }) => `${change} ${outcome}`).sort();
}

/** The last operation of each change that has several is refused each time. */
function faultsAtTheEndOf({ changes }: Plan): FaultPlan {
  const last = changes.flatMap(({ accountId, operations }) =>
    operations.length > 1 ? [`/groups/${operations.at(-1)?.group}/memberships/${accountId}`] : [],
  );
  if (last.length === 0) throw new Error("no change has several operations");
  return ({ method, path }) =>
    method === "DELETE" && last.some((end) => path.endsWith(end))
      ? { kind: "status", status: 400, envelope: "native", code: "ADMIN-400-1" }
      : undefined;
}

/** An earlier run has counted the organisation, which is what is taken for its measure. */
async function countedYesterday(folder: string): Promise<void> {
  const { population } = await readSnapshotFile(join(folder, "snapshot.json"));
  const directory = join(folder, ".seatwright/rehearsal");
  rmSync(directory, { recursive: true, force: true });
  const ledger = createDirectoryLedger({
    directory,
    organizationId: builtOrganizationId,
    clock: systemClock,
    rehearsal: true,
  });
  const header = { ...population.header, asOf: momentOf(systemClock.now() - DAY) };
  await ledger.recordSnapshot({ ...population, header });
}
