import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { oldestNode, remedyFor } from "../../tools/guard.mjs";
import { repositoryRoot } from "../../tools/root.ts";

describe("the version guard", () => {
  it("lets these tests run on a Node that is new enough", () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    expect(major > 22 || (major === 22 && minor >= 20), process.version).toBe(true);
    expect(remedyFor(process.version)).toBeNull();
  });

  it("takes the oldest Node from package.json", () => {
    expect(oldestNode).toEqual([22, 20, 0]);
  });

  it.each(["22.20.0", "22.20.1", "22.23.3", "24.0.0", "26.10.0", "v100.0.0"])("accepts Node %s", (version) => {
    expect(remedyFor(version)).toBeNull();
  });

  it.each(["22.19.9", "20.20.2", "v18.0.0", "9.11.2"])(
    "refuses Node %s with a line that says what to do",
    (version) => {
      const remedy = remedyFor(version);
      expect(remedy).toContain(version.replace("v", ""));
      expect(remedy).toContain("install Node 24");
      expect(remedy).not.toContain("\n");
    },
  );

  it.each([["tools/test.mjs"], ["--import", "./tools/guard.mjs", "tools/build.ts"]])(
    "ends %s with one line and exit code 1 on an old Node",
    (...args) => {
      const pretend = `data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.20.2" })`;
      const run = spawnSync(process.execPath, ["--import", pretend, ...args], {
        cwd: repositoryRoot,
        encoding: "utf8",
      });
      expect(run.stderr.trim().split("\n")).toHaveLength(1);
      expect(run.stderr).toContain("this is Node 20.20.2");
      expect(run.stdout).toBe("");
      expect(run.status).toBe(1);
    },
  );
});
