import { join } from "node:path";
import { plan as isPlan } from "../documents/validators.generated.cjs";
import type { Plan } from "../model/documents.generated.ts";
import { stampedName } from "../model/plan-changes.ts";
import { OperatorError } from "../model/errors.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { canonicalPieces } from "../model/canonical.ts";
import { planDigest } from "../plan/digest.ts";
import { makeDirectory, namesIn, readJsonOrNull, sizeOf, writeWhole } from "./files.ts";

/** Plans by digest, in files whose names put them in order of time. */
export interface PlanStore {
  store(plan: Plan): Promise<void>;
  load(digest: string): Promise<Plan | null>;
  /**
   * Plans made of all policies, with snapshots older than this moment, the newest first: as many as fit into the bounds of
   * number, size in bytes and age in seconds, and one in any case.
   */
  lastBefore(asOf: Seconds, bounds: PlanBounds): Promise<readonly Plan[]>;
}

export interface PlanBounds {
  readonly plans: number;
  readonly bytes: number;
  readonly age: Seconds;
}

export function createPlanStore(directory: string): PlanStore {
  async function read(name: string): Promise<Plan> {
    const path = join(directory, name);
    const value = await readJsonOrNull(path);
    if (isPlan(value) && planDigest(value) === value.digest && name.includes(hexOf(value.digest))) return value;
    throw new OperatorError(
      "notApproved",
      `${path} is not the plan that was stored there: it no longer has its digest.`,
      "Make a new plan and have it approved; a stored plan is never edited.",
    );
  }

  return {
    async store(plan) {
      const name = stampedName(plan);
      if ((await namesIn(directory)).includes(name)) {
        await read(name);
        return;
      }
      await makeDirectory(directory);
      await writeWhole(join(directory, name), linesOf(plan));
    },
    async load(digest) {
      const ending = `-${hexOf(digest)}.json`;
      const name = (await namesIn(directory)).find((entry) => entry.endsWith(ending));
      return name === undefined ? null : await read(name);
    },
    async lastBefore(asOf, bounds) {
      const bound = stampOf(asOf);
      const oldest = stampOf(asOf - bounds.age);
      const names = (await namesIn(directory)).filter((name) => name.endsWith(".json") && name < bound);
      const plans: Plan[] = [];
      let bytes = 0;
      for (const name of names.reverse()) {
        if (plans.length > 0 && (plans.length >= bounds.plans || bytes >= bounds.bytes || name < oldest)) break;
        bytes += await sizeOf(join(directory, name));
        const plan = await read(name);
        if (plan.origin.kind === "policies" && plan.origin.only === undefined) plans.push(plan);
      }
      return plans;
    },
  };
}

/** The canonical form of a plan on a line of its own, in pieces. */
function* linesOf(plan: Plan): Generator<string> {
  yield* canonicalPieces(plan);
  yield "\n";
}

/** `20261120T060000Z`: a moment as file names hold it; names in order are moments in order. */
export function stampOf(at: Seconds): string {
  return momentOf(at).replaceAll(/[-:]/g, "");
}

/** The digits of a digest: file names hold no colon. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}
