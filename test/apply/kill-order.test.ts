import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/model/documents.generated.ts";
import { canonicalJson } from "../../src/plan/digest.ts";
import type { OrgWriter } from "../../src/ports.ts";
import { settingOf } from "./setting.ts";
import { changes, people } from "./story.ts";

describe("what is about to be done", () => {
  it("stands in the log on the disk before each write begins, and what came of it before the next", async () => {
    const setting = settingOf(changes, people);
    const { directory, dependencies } = setting;
    const wrong: string[] = [];
    let writes = 0;
    const logged = (): readonly AuditEvent[] => {
      const { run } = JSON.parse(readFileSync(join(directory, "head.json"), "utf8")) as { readonly run: string };
      const lines = readFileSync(join(directory, "audit", `${run}.jsonl`), "utf8")
        .trimEnd()
        .split("\n");
      return lines.map((line) => JSON.parse(line) as AuditEvent);
    };
    const writer: OrgWriter = {
      async carryOut(accountId, operation) {
        const steps = logged().filter(({ event }) => event.type.startsWith("operation."));
        const last = steps.at(-1)?.event;
        const meant = canonicalJson([last?.type, last?.accountId, last?.operation]);
        if (meant !== canonicalJson(["operation.intent", accountId, operation])) wrong.push(meant);
        const results = steps.filter(({ event }) => event.type === "operation.result").length;
        if (results !== writes) wrong.push(`${results} results before write ${writes + 1}`);
        writes++;
        return await dependencies.writer.carryOut(accountId, operation);
      },
    };
    await setting.apply({}, { writer });
    expect(writes).toBeGreaterThan(4);
    expect(wrong).toEqual([]);
  });
});
