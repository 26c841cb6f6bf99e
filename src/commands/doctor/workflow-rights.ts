import { jobRights, type Level, type Right } from "../init/job-rights.ts";
import type { Mode } from "../../review/power.ts";
import { fieldsIn } from "./workflow-takes.ts";

/** What a job's token may do: each right by its name, all of them alike, or what nobody said. */
export type Rights = "not said" | "read-all" | "write-all" | Readonly<Record<string, string>>;

/** `permissions` of a workflow or a job. Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions */
export function rightsIn(written: unknown): Rights {
  if (written === undefined) return "not said";
  if (written === "read-all" || written === "write-all") return written;
  return Object.fromEntries(Object.entries(fieldsIn(written)).map(([right, level]) => [right, String(level)]));
}

/** Rights that a mode needs and these do not give, as a workflow writes them. Nothing is known of rights that nobody said. */
export function missingFor(mode: Mode, rights: Rights): readonly string[] {
  if (rights === "not said" || rights === "write-all") return [];
  return entriesOf(jobRights[mode]).flatMap(([right, level]) => {
    const given = rights === "read-all" ? "read" : rights[right];
    return given === "write" || given === level ? [] : [`${right}: ${level}`];
  });
}

/** Rights that none of the modes needs, as a workflow writes them. */
export function beyond(modes: readonly Mode[], rights: Rights): readonly string[] {
  if (rights === "not said") return [];
  if (typeof rights === "string") return [rights];
  return Object.entries(rights).flatMap(([right, given]) => {
    const needed = modes.map((mode) => jobRights[mode][right as Right]);
    if (given === "none" || needed.includes("write")) return [];
    return given === "read" && needed.includes("read") ? [] : [`${right}: ${given}`];
  });
}

function entriesOf(rights: Readonly<Partial<Record<Right, Level>>>): readonly (readonly [Right, Level])[] {
  return Object.entries(rights) as readonly (readonly [Right, Level])[];
}
