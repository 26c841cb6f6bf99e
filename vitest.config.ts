import { defineConfig } from "vitest/config";

/** Tests that take long run where SEATWRIGHT_LONG is 1, which `.ci/run` sees to. */
const withLong = process.env["SEATWRIGHT_LONG"] === "1";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: withLong ? [] : ["test/**/*.long.test.ts"],
    allowOnly: false,
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    silent: "passed-only",
  },
});
