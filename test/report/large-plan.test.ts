import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const few = 5_000;
const many = 50_000;
/**
 * What ten times the changes may take of memory: those changes, and for readers their order; never the text that is
 * written. Writing it from one text takes three times as much.
 */
const mostRatio = 1.7;
/** GitHub refuses a comment of more than 65,536 characters. Source: GitHub REST API, issue comments. */
const longestComment = 65_536;

/** What is not needed any more is cleared away soon, so that what is needed shows. */
const smallYoung = "--max-semi-space-size=2";

describe("a plan of 50,000 changes", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "seatwright-large-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function write(form: string, changes: number): Promise<{ readonly peak: number; readonly bytes: number }> {
    const script = fileURLToPath(new URL("large-plan-run.ts", import.meta.url));
    const file = path.join(folder, `${form}-${changes}`);
    const { stdout } = await promisify(execFile)(process.execPath, [smallYoung, script, form, String(changes), file]);
    return JSON.parse(stdout) as { peak: number; bytes: number };
  }

  it.each(["json", "canonical", "html"])(
    "is written as %s in about the memory of one of 5,000",
    async (form) => {
      const [small, large] = [await write(form, few), await write(form, many)];
      expect(large.bytes / small.bytes).toBeGreaterThan(5);
      expect(large.peak / small.peak).toBeLessThan(mostRatio);
    },
    120_000,
  );

  it("fits into a comment on GitHub, in about the memory of one of 5,000", async () => {
    const [small, large] = [await write("markdown", few), await write("markdown", many)];
    expect(large.bytes).toBeLessThan(longestComment);
    expect(large.bytes).toBeGreaterThan(longestComment / 2);
    expect(large.peak / small.peak).toBeLessThan(mostRatio);
  }, 120_000);
});
