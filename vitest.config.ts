import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that take long run where SEATWRIGHT_LONG is 1, which `.ci/run` sees to. */
const withLong = process.env["SEATWRIGHT_LONG"] === "1";

/** In a fresh clone nothing is known of how long files take; a long one that begins last would keep one core waiting. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(".long.test.ts");
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: withLong ? [] : ["test/**/*.long.test.ts"],
    allowOnly: false,
    setupFiles: ["test/support/seed.ts"],
    // Long tests wait more than they compute.
    maxWorkers: withLong ? "150%" : "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    silent: "passed-only",
    sequence: { sequencer: LongFirst },
  },
});
