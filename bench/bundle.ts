import { rm } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";

/** Beside the bench's own packages, which are found from there and stay as they are. */
const folder = path.join(import.meta.dirname, "built");
const scripts = ["worker", "runs/command", "runs/parse", "runs/plan", "runs/prepare"];

let written: Promise<void> | undefined;

/**
 * The file to start for a script of the bench, bundled as Seatwright is for its users. Read from its sources, each process
 * would hold what Node needs to take the types out, which is none of what is measured.
 */
export async function bundled(script: string): Promise<string> {
  await (written ??= bundle());
  return path.join(folder, `${path.basename(script)}.js`);
}

async function bundle(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
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
