import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../root.ts";
import { takePictures } from "./pictures.ts";
import { makeReport } from "./report.ts";

// Takes the pictures of the report again: --out FOLDER, --browser PATH.
const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(repositoryRoot, "docs") },
    browser: { type: "string", default: "/usr/bin/chromium" },
  },
});
const folder = await mkdtemp(join(tmpdir(), "seatwright-pictures-"));
try {
  const report = join(folder, "report.html");
  await makeReport(3000, report);
  for (const name of await takePictures(values.browser, report, values.out)) console.log(join(values.out, name));
} finally {
  await rm(folder, { recursive: true, force: true });
}
