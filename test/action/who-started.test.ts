import { describe, expect, it } from "vitest";
import { whoStarted } from "../../src/action/overrides.ts";
import type { RunEvent } from "../../src/action/event.ts";
import type { Permission, ReviewHost, WorkflowRun } from "../../src/review-ports.ts";

/** Who started a run of which GitHub tells this. */
function asked(run: Partial<WorkflowRun> | null, permission: Permission = "write"): Promise<string> {
  const answer: WorkflowRun | null =
    run === null
      ? null
      : {
          id: "7",
          status: "going",
          triggeredBy: "bob",
          startedBy: "bob",
          event: "workflow_dispatch",
          branch: "main",
          ...run,
        };
  const host: Pick<ReviewHost, "workflowRun" | "permission"> = {
    workflowRun: async (id) => (id === "7" ? answer : null),
    permission: async () => permission,
  };
  return whoStarted({ event: { runId: "7" } as RunEvent, host: host as ReviewHost }, "ask for an undo");
}

describe("whoever started a run by hand", () => {
  it("is whom GitHub names, with write permission of their own", async () => {
    expect(await asked({})).toBe("bob");
    expect(await asked({ startedBy: "BOB" })).toBe("bob");
    expect(await asked({ startedBy: null })).toBe("bob");
  });

  it.each<[string, Partial<WorkflowRun> | null, Permission, string]>([
    ["GitHub does not know the run", null, "write", "does not tell who started run 7, so nobody can ask for an undo"],
    ["GitHub names nobody", { triggeredBy: null }, "write", "does not tell who started run 7"],
    ["they may only read", {}, "read", "bob started this run and has no write permission of their own"],
    [
      "somebody else ran it again with their inputs",
      { triggeredBy: "cyd" },
      "write",
      "bob started this run and cyd ran it again, so whose word it is to ask for an undo cannot be told",
    ],
  ])("is nobody where %s", async (_, run, permission, words) => {
    await expect(asked(run, permission)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(words) as string,
    });
  });
});
