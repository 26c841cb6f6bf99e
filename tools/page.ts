import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** The report page without its data: one HTML file, and the modules (absolute paths) that are in it. */
export interface BuiltPage {
  readonly text: string;
  readonly modules: readonly string[];
}

/**
 * Builds the page of `seatwright report` from page/ of the repository at `root`, or null where there is none. Its policy allows
 * this script and this style and nothing else: no network, no image, no frame. The same sources give the same bytes.
 */
export async function buildPage(root: string): Promise<BuiltPage | null> {
  const source = join(root, "page/main.tsx");
  if (!existsSync(source)) return null;
  const { code, modules } = await bundle(root, source);
  const styles = [join(root, "node_modules/uplot/dist/uPlot.min.css"), join(root, "page/style.css")];
  const style = styles.map((file) => readFileSync(file, "utf8").replaceAll(/\s*\n\s*/g, "\n")).join("\n");
  if (/<\/style/i.test(style)) throw new Error("The style of the page would end its element.");
  if (/<\/script|<!--|<script/i.test(code)) throw new Error("The script of the page would end its element.");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(code)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const text = readFileSync(join(root, "page/index.html"), "utf8");
  const parts = { policy, style, script: code };
  return {
    text: Object.entries(parts).reduce((page, [name, part]) => page.replace(`@seatwright-${name}@`, () => part), text),
    modules: [...modules, ...styles],
  };
}

/** Source: Content Security Policy Level 3, 2.3.1, hash-source. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

async function bundle(root: string, source: string): Promise<{ code: string; modules: readonly string[] }> {
  const warnings: string[] = [];
  const build = await rolldown({
    cwd: root,
    input: source,
    platform: "browser",
    tsconfig: join(root, "page/tsconfig.json"),
    // The same code without Node's Buffer; the package has no condition for it.
    resolve: { alias: { "csv-stringify/sync": "csv-stringify/browser/esm/sync" } },
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    onLog: (level, log) => void (level === "warn" && warnings.push(log.message)),
  });
  const { output } = await build.generate({ format: "iife", codeSplitting: false, comments: false, minify: true });
  await build.close();
  if (warnings.length > 0) throw new Error(`The bundle of the page has warnings:\n${warnings.join("\n")}`);
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error("The bundle of the page is more than one file.");
  return { code: chunk.code.trim(), modules: chunk.moduleIds };
}
