import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acmeSnapshot, organizationId, repoWith, soundFiles } from "./organisation.ts";
import {
  type Ended,
  entry,
  folderWith,
  patient,
  type Running,
  type Simulated,
  startSimulate,
  startUnder,
} from "./run.ts";

/** Of util-linux: gives a command a terminal. */
const script = "script";

/** The options of a test that needs a terminal: skipped, and listed as not run, where `script` (util-linux) is missing. */
const needing = ((): { readonly skip?: boolean; readonly meta?: object } => {
  try {
    execFileSync(script, ["-qec", "true", "/dev/null"], { stdio: "ignore" });
    return {};
  } catch {
    return { skip: true, meta: { notRun: { needs: "script (util-linux)", required: false } } };
  }
})();

let server: Simulated;
let snapshot = "";
let repo = "";

beforeAll(async () => {
  if (needing.skip === true) return;
  snapshot = await acmeSnapshot();
  [server, repo] = await Promise.all([startSimulate("--from", snapshot), repoWith(soundFiles)]);
}, patient.timeout);

afterAll(async () => {
  if (needing.skip !== true) expect(await server.changes()).toBe(0);
});

/** A command on a terminal of its own; what it prints to either stream comes together, as a person sees it. */
function onTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const words = [process.execPath, entry, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const line = `stty cols 100 2>/dev/null; exec ${words}`;
  return startUnder(script, ["-qec", line, "/dev/null"], { env: { TERM: "xterm-256color", ...env } });
}

/** Waits for each question and types the answer. */
async function answer(running: Running, ...dialogue: readonly (readonly [question: string, answer: string])[]) {
  let seen = 0;
  for (const [question, text] of dialogue) {
    await running.until(() => running.out().indexOf(question, seen) !== -1);
    seen = running.out().indexOf(question, seen) + question.length;
    running.type(text);
  }
}

const escape = "\u001b";

describe.concurrent("on a terminal", patient, () => {
  const plan = async (env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    onTerminal(["plan", "--repo", repo], { ...server.env, ...env }).ended;

  it("a plan is coloured and its progress is one line that is drawn again", needing, async () => {
    const { code, out } = await plan();
    expect(code).toBe(0);
    expect(out).toContain(`\r${escape}[2KReading `);
    expect(out).toContain(`${escape}[1mPlan for Acme${escape}[22m`);
    // The line is taken away before the result is printed.
    const lastDrawn = out.lastIndexOf("Reading ");
    expect(out.slice(lastDrawn, out.indexOf("Plan for Acme"))).toContain(`\r${escape}[2K`);
  });

  it("NO_COLOR takes the colours away", needing, async () => {
    const { out } = await plan({ NO_COLOR: "1" });
    expect(out).toContain("Plan for Acme");
    expect(out.replaceAll(`\r${escape}[2K`, "")).not.toContain(escape);
  });

  it("CI means lines instead of a line that is drawn again, and no questions", needing, async () => {
    const { out } = await plan({ CI: "true" });
    expect(out).not.toContain(`${escape}[2K`);
    expect(out).toMatch(/^Reading [^\n]*\r\n/);
    const folder = await folderWith();
    const asked = await onTerminal(["init", "--repo", folder], { CI: "true" }).ended;
    expect(asked.code).toBe(64);
    expect(asked.out).toContain("Give --org-id");
  });

  it("a terminal that cannot draw gets plain lines", needing, async () => {
    const { out } = await plan({ TERM: "dumb" });
    expect(out).toContain("Plan for Acme");
    expect(out).not.toContain(escape);
  });
});

describe.concurrent("init on a terminal", patient, () => {
  it(
    "asks its four questions, asks again where an answer cannot be used, and writes what validates",
    needing,
    async () => {
      const folder = join(await folderWith(), "new");
      const running = onTerminal(["init", "--repo", folder], server.env);
      await answer(
        running,
        ["Organisation id", organizationId],
        ["1. Time: when should the scheduled run look?", "hourly"],
        ["hourly is not among the answers. Choose one of: daily, weekly, monthly, by-hand.", ""],
        ["2. People: seats of which apps? [jira-software]", "jria"],
        ["There is no app called jria.", "jira-software"],
        ["Unused for how long? [90d]", "90"],
        ["90 is not a length of time. Write it with its unit", "120d"],
        ["3. Actions: what happens to them?", "revoke"],
        ["4. Reporting: what may summaries show of people?", "ids"],
      );
      const { code, out } = await running.ended;
      expect(code).toBe(0);
      expect(out).toContain("Wrote seatwright.yaml");
      const policy = await readFile(join(folder, "policies/unused-seats.yaml"), "utf8");
      expect(policy).toContain("app: [jira-software]");
      expect(policy).toContain("unused: 120d");
      expect(await readFile(join(folder, "seatwright.yaml"), "utf8")).toContain("privacy: {show: ids}");
      const valid = await startUnder(process.execPath, [entry, "validate", "--repo", folder, "--snapshot", snapshot])
        .ended;
      expect(valid.code).toBe(0);
      expect(valid.out).toContain("2 warnings");
    },
  );

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("given up with %s writes nothing, and says so without a trace of the program", needing, async (_, key) => {
    const folder = join(await folderWith(), "new");
    const running = onTerminal(["init", "--repo", folder, "--org-id", organizationId]);
    await running.until(() => running.out().includes("1. Time"));
    running.press(key);
    const { code, out } = await running.ended;
    expect(code).toBe(64);
    expect(out).toContain("The questions were not answered to the end. Nothing was written.");
    expect(out).not.toMatch(/\n\s+at |AbortError/);
    await expect(readdir(folder)).rejects.toThrow("ENOENT");
  });
});
