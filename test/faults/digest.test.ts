import { describe, expect, it, onTestFinished } from "vitest";
import { planDigest } from "../../src/plan/digest.ts";
import { openStage } from "./story.ts";

type Path = readonly (string | number)[];

/** Every place of a document where a value stands that holds no others. */
function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** The document with another value at one place. */
function changedAt(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return value === "another" ? "yet another" : "another";
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  const changed = changedAt(inner, rest);
  return Array.isArray(value) ? value.with(Number(key), changed) : { ...(value as object), [key]: changed };
}

describe("the digest of a plan that was really made", () => {
  it("is another one when any value in it is another, but that of the digest itself", async () => {
    const stage = await openStage();
    onTestFinished(() => stage.close());
    const plan = await stage.plan();
    const leaves = leavesOf(plan);
    expect(leaves.length).toBeGreaterThan(300);
    const deaf = leaves.filter((path) => planDigest(changedAt(plan, path) as typeof plan) === plan.digest);
    expect(deaf).toEqual([["digest"]]);
    const { notes: _, ...less } = plan;
    expect(planDigest(less as typeof plan)).not.toBe(plan.digest);
  });
});
