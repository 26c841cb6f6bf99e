import { expect } from "vitest";
import { parse } from "yaml";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Trigger } from "./stage/events.ts";
import type { ActionOptions, ActionResult } from "./stage/runner.ts";
import { runAction } from "./stage/runner.ts";
import type { Stage } from "./stage/stage-shape.ts";

interface Job {
  readonly if: string;
  readonly environment?: string;
  readonly strategy?: { readonly matrix: { readonly include: readonly Leg[] } };
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  readonly steps: readonly { readonly uses: string; readonly with: Readonly<Record<string, unknown>> }[];
}

/** A row of a job's matrix. */
export type Leg = Readonly<Record<string, string>>;

/** A leg of a job that ran, with the environment that it was in. */
export interface LegResult {
  readonly leg: Leg;
  readonly environment: string | null;
  readonly result: ActionResult;
}

export interface WorkflowRun {
  readonly trigger: Trigger;
  /** What was typed where it was started by hand. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The organisation whose key an environment holds. */
  readonly atlassianOf: (environment: string) => Simulator;
  readonly options?: Partial<ActionOptions>;
}

/**
 * Runs the job of a workflow that is for this event, as it is written: its inputs, its checkout, its permissions and no
 * more; once for each row of its matrix, one after the other.
 */
export async function runWorkflow(
  stage: Stage,
  text: string,
  { trigger, inputs: typed = {}, atlassianOf, options = {} }: WorkflowRun,
): Promise<readonly LegResult[]> {
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
  const job = Object.values(jobs).find((each) => each.if.startsWith(`github.event_name == '${trigger.event}'`));
  const [step, checkout] = [...(job?.steps ?? [])].reverse();
  if (job === undefined || step === undefined) throw new Error(`No job is for ${trigger.event}.`);
  const done: LegResult[] = [];
  for (const leg of job.strategy?.matrix.include ?? [{}]) {
    const fill = (value: unknown): string =>
      String(value).replaceAll(/\$\{\{ (matrix|inputs)\.([\w-]+) \}\}/g, (_, kind: string, name: string) =>
        kind === "matrix" ? (leg[name] ?? "") : (typed[name] ?? ""),
      );
    const environment = job.environment === undefined ? null : fill(job.environment);
    const given = Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, fill(value)]));
    if (environment !== null) {
      const atlassian = atlassianOf(environment);
      given["atlassian-url"] = atlassian.url;
      for (const name of Object.keys(given)) {
        given[name] = given[name]?.replace("${{ secrets.SEATWRIGHT_API_KEY }}", atlassian.apiKey) ?? "";
      }
    }
    const result = await runAction(stage, {
      ...trigger,
      permissions: job.permissions,
      checkout: checkout === undefined ? "none" : { depth: 0, credentials: "dropped" },
      timeoutMs: 240_000,
      ...options,
      inputs: given,
    });
    // A word about permissions means that the workflow gives too few.
    expect(result.log).not.toContain("permissions");
    done.push({ leg, environment, result });
  }
  return done;
}

/** What a run printed, for whoever reads why a test failed. */
export function told({ log, annotations }: ActionResult): string {
  return `${log}${JSON.stringify(annotations)}`;
}
