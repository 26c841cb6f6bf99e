import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const bench = path.dirname(import.meta.dirname);

/**
 * Installs what the bench compares with, from the bench's own lock file, where one of it is not there or is another
 * version. Nothing that is installed runs a script. Throws what npm said where it did not succeed.
 */
export async function installPeers(report: (line: string) => void): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(path.join(bench, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const missing = Object.entries(dependencies).filter(([name, version]) => installedVersion(name) !== version);
  if (missing.length === 0) return;
  report(`installing what the bench compares with: ${missing.map(([name]) => name).join(", ")}`);
  await promisify(execFile)("npm", ["ci", "--prefix", bench, "--ignore-scripts", "--no-audit", "--no-fund"], {
    shell: process.platform === "win32",
  });
}

/** The version in bench/node_modules; null where it is not there. */
function installedVersion(name: string): string | null {
  try {
    const manifest = readFileSync(path.join(bench, "node_modules", name, "package.json"), "utf8");
    return (JSON.parse(manifest) as { readonly version: string }).version;
  } catch {
    return null;
  }
}
