import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A page after a browser read it. */
export interface OpenedPage {
  readonly dom: string;
  /** What the browser complained of: refused styles, scripts, connections. */
  readonly complaints: readonly string[];
}

/** Opens a page, given in pieces, in the Chromium at this path. Nothing of it stays. */
export async function openPage(chromium: string, pieces: Iterable<string>): Promise<OpenedPage> {
  const folder = await mkdtemp(join(tmpdir(), "seatwright-page-"));
  try {
    const file = join(folder, "page.html");
    await writeFile(file, pieces);
    const { stdout, stderr } = await run(
      chromium,
      [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--enable-logging=stderr",
        `--user-data-dir=${join(folder, "profile")}`,
        "--dump-dom",
        pathToFileURL(file).href,
      ],
      { maxBuffer: 200_000_000 },
    );
    return { dom: stdout, complaints: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
