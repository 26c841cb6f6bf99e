import { it, expect } from "vitest";
import { clientTraffic } from "./client-traffic.ts";
import { readDocuments } from "./documents.ts";
import { createJudge } from "./judge.ts";
it("x", async () => {
  const judge = createJudge(readDocuments(process.env["SEATWRIGHT_OPENAPI"]!));
  const t = await clientTraffic();
  console.log(t.run.exit, t.written, t.run.outcomes.map(o=>o.outcome+" "+o.reason));
  const all = new Map<string, number>();
  for (const e of t.exchanges) for (const v of judge.violations(e)) { const k = `${judge.operationOf(e)} :: ${v}`; all.set(k, (all.get(k)??0)+1); }
  for (const [k, n] of [...all].sort()) console.log(n, k);
  const ops = new Map<string, number>(); for (const e of t.exchanges) { const k=(judge.operationOf(e)??e.method+" "+e.path)+" "+e.status; ops.set(k,(ops.get(k)??0)+1);} console.log(ops);
  expect(1).toBe(2);
});
