import { rmSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";

/** Beside the bench's own packages, which are found from there and stay as they are; one for each process. */
const folder = path.join(import.meta.dirname, "built", String(process.pid));
const scripts = ["worker", "runs/command", "runs/parse", "runs/plan", "runs/prepare"] as const;

/** What is started as a process of its own. */
export type Script = (typeof scripts)[number];

let written: Promise<void> | undefined;

/**
 * The file to start for a script of the bench, bundled as Seatwright is for its users. Read from its sources, each process
 * would hold what Node needs to take the types out, which is none of what is measured.
 */
export async function bundled(script: Script): Promise<string> {
  await (written ??= bundle());
  return path.join(folder, `${path.basename(script)}.js`);
}

/** Takes away what this process has bundled, which the end of the process does as well, unless it is killed. */
export function removeBundle(): void {
  rmSync(folder, { recursive: true, force: true });
}

async function bundle(): Promise<void> {
  process.once("exit", removeBundle);
  const build = await rolldown({
    input: Object.fromEntries(
      scripts.map((name) => [path.basename(name), path.join(import.meta.dirname, `${name}.ts`)]),
    ),
    platform: "node",
    // What Seatwright is compared with is read as its users read it.
    external: (id) => /^(@duckdb\/|json-rules-engine|mingo)/.test(id),
    logLevel: "silent",
  });
  await build.write({ dir: folder, format: "esm" });
  await build.close();
}
