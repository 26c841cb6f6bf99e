import { describe, expect, it } from "vitest";
import { exitCodes, OperatorError } from "../../src/model/errors.ts";
import { formatPlace } from "../../src/model/finding.ts";
import { compareText } from "../../src/model/order.ts";

describe("an operator's error", () => {
  it("carries what happened, the remedy and the exit code of its reason", () => {
    const cause = new Error("disk");
    const error = new OperatorError("lockHeld", "Another run holds the lock.", "Wait for it to end.", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe("Another run holds the lock.");
    expect(error.remedy).toBe("Wait for it to end.");
    expect(error.exitCode).toBe(6);
    expect(error.cause).toBe(cause);
  });
});

describe("exit codes", () => {
  it("are those that scripts rely on", () => {
    expect(exitCodes).toEqual({
      done: 0,
      internal: 1,
      planHasChanges: 2,
      limitTripped: 3,
      notApproved: 4,
      appliedPartially: 5,
      lockHeld: 6,
      snapshotNotComplete: 7,
      credentials: 8,
      policyInvalid: 9,
      errorBudget: 10,
      dutiesOwed: 11,
      usage: 64,
    });
  });
});

describe("a place in a file", () => {
  it("is written as editors and terminals understand it", () => {
    expect(formatPlace({ file: "policies/seats.yaml", line: 12, column: 3 })).toBe("policies/seats.yaml:12:3");
  });
});

describe("the order of texts", () => {
  it("is that of code units, whatever the language of the machine", () => {
    expect(["é", "z", "a", "Z", "10", "9", "\u{1f600}", "\uffff"].sort(compareText)).toEqual([
      "10",
      "9",
      "Z",
      "a",
      "z",
      "é",
      "\u{1f600}",
      "\uffff",
    ]);
    expect(compareText("a", "a")).toBe(0);
  });
});
