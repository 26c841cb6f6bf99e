import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Seconds, secondsOf } from "../../../src/model/time.ts";
import type { PolicyFileBytes } from "../../../src/ports.ts";
import { builtOrganizationId } from "../../../src/simulator/build.ts";
import type { Quirks } from "../../../src/simulator/quirks.ts";
import type { WorldSpec } from "../../../src/simulator/world-spec.ts";
import type { Edit } from "./edits.ts";

/** One rule, shown on one small organisation. What each key means is told in test/scenarios/README.md. */
export interface Scenario {
  readonly rule: string;
  readonly at: string;
  readonly organization: WorldSpec;
  readonly files: Files;
  /** Whether the organisation was counted a day before everything else; so it was, unless it is said otherwise. */
  readonly baseline: boolean;
  readonly earlier: readonly EarlierStep[];
  readonly quirks: Partial<Quirks>;
  readonly meanwhile: readonly MeanwhileStep[];
  /** Limits that a second person overrides, besides the person who approves. */
  readonly overrides: readonly string[];
  readonly expect: Expectation;
}

export type Files = Readonly<Record<string, unknown>>;

/** Something that happened before the plan, at that moment, and edits after it. */
export interface EarlierStep {
  readonly at: string;
  /** `sync` reads and records; `plan` plans; `apply` plans and applies as well; `undo` takes the last run back. */
  readonly run: "sync" | "plan" | "apply" | "undo";
  readonly files?: Files;
  readonly then?: readonly Edit[];
}

/** An edit of the organisation, of the policy files, or time that passes. */
export type MeanwhileStep = Edit | { readonly files: Files } | { readonly wait: number };

export interface Expectation {
  /** Exit code of `plan`. */
  readonly plan: number;
  /** Exit code of `apply`; absent where there is no plan to apply. */
  readonly apply?: number;
  /** Changes that the next plan holds all the same; none unless they are named, with `because`. */
  readonly follows?: readonly string[];
  readonly because?: string;
  /** Addresses of people who are in no change and in no request that writes. */
  readonly untouched?: readonly string[];
}

const keys = [
  "rule",
  "at",
  "organization",
  "files",
  "baseline",
  "earlier",
  "quirks",
  "meanwhile",
  "overrides",
  "expect",
];

/** Names of all scenario folders, sorted. */
export function scenarioNames(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "runner")
    .map(({ name }) => name)
    .sort();
}

/** Reads `scenario.yaml` of a folder. Throws for a key that does not belong there. */
export function readScenario(folder: string): Scenario {
  const given = parse(readFileSync(join(folder, "scenario.yaml"), "utf8")) as Partial<Scenario>;
  const {
    rule,
    at,
    organization,
    files,
    expect,
    baseline = true,
    earlier = [],
    quirks = {},
    meanwhile = [],
    overrides = [],
  } = given;
  const strange = Object.keys(given).filter((key) => !keys.includes(key));
  if (strange.length > 0) throw new Error(`${folder}: ${strange.join(", ")} is no key of a scenario`);
  if (rule === undefined || at === undefined || organization === undefined) throw new Error(`${folder}: not whole`);
  if (files === undefined || expect === undefined) throw new Error(`${folder}: not whole`);
  if (expect.follows !== undefined && expect.because === undefined) {
    throw new Error(`${folder}: say why the next plan is not empty`);
  }
  return { rule, at, organization, files, baseline, earlier, quirks, meanwhile, overrides, expect };
}

/** The moment of a text of a scenario. */
export function moment(text: string): Seconds {
  const seconds = secondsOf(text);
  if (seconds === null) throw new Error(`${text} is no moment`);
  return seconds;
}

/** Limits that do not trip in an organisation of five people. */
const roomy = {
  perRun: { changes: 1000 },
  perApp: { percent: 100 },
  perGroup: { percent: 100 },
  perDay: { changes: 1000 },
  per30Days: { changes: 1000 },
  duties: { changes: 1000 },
};

/**
 * The policy files of a scenario as bytes. A text is taken as it is; of what is written as YAML, the parts that every file
 * needs and no rule is about are filled in.
 */
export function filesOf(files: Files, at: Seconds): readonly PolicyFileBytes[] {
  return Object.entries(files).map(([path, content]) => {
    const { text, changedAt } = fileOf(path, content);
    return { path, bytes: Buffer.from(text), changedAt: changedAt === undefined ? at - 3600 : moment(changedAt) };
  });
}

function fileOf(path: string, content: unknown): { readonly text: string; readonly changedAt?: string } {
  if (typeof content === "string") return { text: content };
  if (path.startsWith("data/")) return content as { readonly text: string; readonly changedAt: string };
  return { text: stringify(completed(path, content as Readonly<Record<string, unknown>>)) };
}

function completed(path: string, content: Readonly<Record<string, unknown>>): unknown {
  if (path === "seatwright.yaml") {
    const limits = { ...roomy, ...(content["limits"] as object | undefined) };
    // These organisations have one admin unless a rule needs more.
    const protect = { minOrgAdmins: 1, ...(content["protect"] as object | undefined) };
    const organization = { id: builtOrganizationId, name: "acme" };
    return { version: 1, organization, power: "act", ...content, protect, limits };
  }
  if (path === "exemptions.yaml") return { version: 1, exemptions: content };
  if (!path.startsWith("policies/")) return { version: 1, ...content };
  const { policies, ...rest } = content as { readonly policies: readonly object[] };
  return {
    version: 1,
    ...rest,
    policies: policies.map((policy) => ({ description: "The rule of this scenario.", owner: "@acme/it", ...policy })),
  };
}
