import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";

/** A check that is no test: a program that looks at the whole repository and exits with 0 when it is content. */
export interface Check {
  readonly name: string;
  /** Program and arguments; a program of node_modules/.bin, or `node`. */
  readonly command: readonly [string, ...string[]];
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** The checks of every `npm test`. */
export const checks: readonly Check[] = [
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "types of the page", command: ["tsc", "-p", "page"] },
  { name: "lint", command: ["oxlint", "--format=unix"] },
  { name: "dead code", command: ["knip", "--no-progress", "--no-config-hints"] },
  { name: "format", command: ["biome", "format", "--colors=off"] },
  { name: "floors", command: ["node", "tools/checks/main.ts"] },
  { name: "schema drift", command: ["node", "tools/codegen/main.ts", "--check"] },
];

/** The check that only a hand-over needs: dist/ is what the sources give. */
export const distCheck: Check = { name: "dist drift", command: ["node", "tools/build.ts", "--check"] };

/** The environment for our programs: this very Node first, then the programs that npm installed. */
export function toolEnvironment(root: string): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  return { ...process.env, PATH: path };
}

/** Runs `todo` in the repository at `root`, two at a time, and tells each result as it comes. */
export async function runChecks(
  root: string,
  todo: readonly Check[],
  tell: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const waiting = [...todo];
  const results: CheckResult[] = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = await runCheck(root, check);
      results.push(result);
      tell(result);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

async function runCheck(root: string, { name, command }: Check): Promise<CheckResult> {
  const started = performance.now();
  const [program, ...args] = command;
  const child = spawn(program === "node" ? process.execPath : join(root, "node_modules/.bin", program), args, {
    cwd: root,
    env: { ...toolEnvironment(root), NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const passed = await new Promise<boolean>((resolve) => {
    child.on("error", (error) => {
      output += `${program} could not be started: ${error.message}. Run \`npm ci\`.`;
      resolve(false);
    });
    child.on("close", (code) => resolve(code === 0));
  });
  return { name, passed, output: output.trim(), seconds: (performance.now() - started) / 1000 };
}
