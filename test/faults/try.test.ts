import { it } from "vitest";
import { writeFileSync } from "node:fs";
import { playBaseline, cellsOf, playCells, summaryOf, problemsOf } from "./matrix.ts";
it("x", async () => {
  const b = await playBaseline();
  const phases = (process.env["PH"] ?? "sync,plan,apply").split(",") as never;
  const all = cellsOf(b, phases);
  const step = Number(process.env["STEP"] ?? 10);
  const t = performance.now();
  const j = await playCells(b, all.filter((_, i) => i % step === 0));
  console.log(all.length, j.length, Math.round(performance.now() - t), "ms", Math.round((performance.now()-t)/j.length), "per cell");
  console.log(summaryOf(j));
  writeFileSync("/tmp/problems-" + phases + ".txt", problemsOf(j).join("\n"));
  b.remove();
}, 1e6);
