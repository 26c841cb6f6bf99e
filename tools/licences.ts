import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The names, versions and licence texts of the packages that `modules` (absolute paths) come from, sorted by name, as
 * one text. Throws when a package brings no licence: then we may not pass it on.
 */
export function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.filter((id) => id.includes("/node_modules/")).map(packageFolder));
  const entries = [...folders].map(entryOf).sort((a, b) => (a.title < b.title ? -1 : 1));
  const unique = entries.filter(({ title }, index) => title !== entries[index - 1]?.title);
  const head = "Seatwright's own code is under the Apache License 2.0. These packages are bundled with it:\n";
  return [head, ...unique.map(({ title, text }) => `${title}\n\n${text.trim()}\n`)].join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(id: string): string {
  const path = id.replace(/^\0/, "").replace(/\?.*$/, "");
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && "version" in (JSON.parse(readFileSync(manifest, "utf8")) as object)) return folder;
  }
  throw new Error(`${id} belongs to no package.`);
}

function entryOf(folder: string): { readonly title: string; readonly text: string } {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const file = readdirSync(folder)
    .sort()
    .find((name) => /^(licen[cs]e|copying)/i.test(name));
  const title = `${String(manifest["name"])} ${String(manifest["version"])} (${String(manifest["license"])})`;
  if (file !== undefined) return { title, text: readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n") };
  if (typeof manifest["license"] !== "string") throw new Error(`${title} brings no licence, so it cannot be bundled.`);
  return { title, text: `The package brings no licence text; its manifest says ${manifest["license"]}.` };
}
