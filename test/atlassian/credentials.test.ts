import { describe, expect, it } from "vitest";
import { checkedApiKey, checkedBaseUrl } from "../../src/atlassian/credentials.ts";
import { createTransport } from "../../src/atlassian/transport.ts";
import { OperatorError } from "../../src/model/errors.ts";
import { quickClock } from "./support.ts";

function refusal(call: () => unknown): OperatorError {
  try {
    call();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the API key", () => {
  it("is taken without the line break that came with it", () => {
    expect(checkedApiKey("ATCTT-abc\n")).toBe("ATCTT-abc");
  });

  it("of a user is refused before anything is sent, saying which kind is needed", () => {
    const error = refusal(() => checkedApiKey("ATATT3xFf-secret"));
    expect(error.reason).toBe("credentials");
    expect(error.message).toContain("ATATT");
    expect(error.remedy).toContain("ATCTT");
    expect(error.message).not.toContain("secret");
  });

  it.each(["", "   ", "ATCTT abc", "ATCTT\nabc", "ATCTT-é"])("is refused where it cannot be one: %j", (key) => {
    expect(refusal(() => checkedApiKey(key)).reason).toBe("credentials");
  });

  it("is checked when a transport is made", () => {
    const clock = quickClock();
    expect(refusal(() => createTransport({ apiKey: "ATATT-x", clock, random: () => 0 })).reason).toBe("credentials");
  });
});

describe("the base URL", () => {
  it.each([
    ["https://api.atlassian.com", "https://api.atlassian.com"],
    ["https://proxy.example/atlassian/", "https://proxy.example/atlassian"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://localhost:8080/", "http://localhost:8080"],
    ["http://[::1]:8080", "http://[::1]:8080"],
  ])("%s is %s", (given, used) => {
    expect(checkedBaseUrl(given)).toBe(used);
  });

  it("does not take the key unencrypted to another machine", () => {
    const error = refusal(() => checkedBaseUrl("http://proxy.example"));
    expect(error.reason).toBe("usage");
    expect(error.message).toContain("unencrypted");
  });

  it.each(["", "api.atlassian.com", "ftp://x", "https://user:pass@x", "https://x?y=1"])("cannot be %j", (given) => {
    expect(refusal(() => checkedBaseUrl(given)).reason).toBe("usage");
  });
});
