import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const file = path.join(import.meta.dirname, "..", "src", "young-space.ts");

/** How much room V8 gives young objects most of the time, in a process that keeps many; it exceeds that for moments. */
async function roomFor(people: number): Promise<{ readonly mebibytes: number; readonly stderr: string }> {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { keepYoungSpace } from ${JSON.stringify(file)};
    keepYoungSpace(${people});
    const kept = [];
    const rooms = [];
    for (let at = 0; at < 3_000_000; at++) {
      kept.push({ at, words: [at] });
      if (at % 20_000 !== 0) continue;
      const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
      rooms.push(space.physical_space_size / 2 ** 20);
    }
    console.log(rooms.sort((a, b) => a - b)[rooms.length >> 1]);`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "--eval",
    script,
  ]);
  return { mebibytes: Number(stdout), stderr };
}

describe("the room for young objects", () => {
  it("stays small for many people, on every version of Node we run on, and nothing is said of it", async () => {
    const { mebibytes, stderr } = await roomFor(1_000_000);
    expect(stderr).toBe("");
    expect(mebibytes).toBeLessThan(8);
  });

  it("is left to V8 for few", async () => {
    expect((await roomFor(100)).mebibytes).toBeGreaterThan(8);
  });
});
