/** `npm run bench`: Seatwright beside others, in one run. See docs/performance.md. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { optionsFrom, type Options, usage } from "./options.ts";
import { installPeers } from "./peers/installed.ts";
import { count, mib, type Section } from "./section.ts";

const args = process.argv.slice(2);
if (args.includes("--help")) {
  process.stdout.write(usage);
} else {
  const folder = await mkdtemp(path.join(os.tmpdir(), "seatwright-bench-"));
  try {
    process.exitCode = await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends with 1 where answers differ or something was lost; never because of time. */
async function run(folder: string): Promise<number> {
  const options = optionsFrom(args);
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  await installPeers(report);
  // Only now: parts import what has just been installed.
  const { parts } = await import("./parts.ts");
  const sections: Section[] = [];
  for (const name of options.only.length === 0 ? Object.keys(parts) : options.only) {
    const part = parts[name];
    if (part === undefined) throw new Error(`The bench has no part called ${name}: ${Object.keys(parts).join(", ")}.`);
    const own = path.join(folder, name);
    await mkdir(own);
    sections.push(...(await part({ options, folder: own, report })));
    await rm(own, { recursive: true, force: true });
  }

  const command = `npm run bench${args.length === 0 ? "" : ` -- ${args.join(" ")}`}`;
  const table = markdownOf(command, options, sections);
  process.stdout.write(`${table}\n`);
  if (options.out !== null) {
    await mkdir(options.out, { recursive: true });
    const numbers = {
      command,
      node: process.versions.node,
      options,
      sections: sections.map(({ body: _, ...rest }) => rest),
    };
    await writeFile(path.join(options.out, "bench.md"), `${table}\n`);
    await writeFile(path.join(options.out, "bench.json"), `${JSON.stringify(numbers, null, 2)}\n`);
    report(`written to ${path.join(options.out, "bench.md")} and bench.json beside it`);
  }
  const failures = sections.flatMap((section) => section.failures);
  for (const line of failures) report(`failed: ${line}`);
  return failures.length === 0 ? 0 : 1;
}

function markdownOf(command: string, { people, seed }: Options, sections: readonly Section[]): string {
  const processors = `${os.cpus().length} processors (${os.cpus()[0]?.model.trim() ?? "unknown"})`;
  return [
    `\`${command}\`: ${count(people)} people, seed ${seed}; Node ${process.versions.node}, ${processors}, ` +
      `${mib(os.totalmem())} of memory.`,
    ...sections.flatMap(({ title, body, failures }) => [
      `### ${title}`,
      body,
      ...(failures.length === 0 ? [] : [failures.map((line) => `- **${line}**`).join("\n")]),
    ]),
  ].join("\n\n");
}
