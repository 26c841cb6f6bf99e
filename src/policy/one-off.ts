import { stringify } from "yaml";
import type { PolicySource, SimpleAction, Action } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import type { FileBytes } from "./digest.ts";
import { checkSchema } from "./schema-findings.ts";
import { errorAt, type Written } from "./written.ts";
import { parseYaml } from "./yaml.ts";

/** A policy for once, as it is asked for. */
export interface OneOff {
  readonly selector: string;
  readonly action: Action;
  readonly because: string;
  readonly owner: string;
  /** Last day, `2026-11-27`. */
  readonly until: string;
}

export interface ActionReading {
  readonly action: Action | null;
  readonly findings: readonly Finding[];
}

/** Reads one action: its name alone, or YAML with its settings. `file` is for places in messages. */
export function readAction(text: string, file: string): ActionReading {
  const yaml = /^[A-Za-z]+$/.test(text.trim()) ? `${text.trim()}: {}` : text;
  const parsed = parseYaml({ path: file, bytes: new TextEncoder().encode(yaml) });
  if (parsed.written === null) return { action: null, findings: parsed.findings };
  const { written } = parsed;
  const inside: Written<unknown> = {
    value: { version: 1, policies: [{ ...frame, then: [written.value] }] },
    file,
    at: (path, part) => written.at(path.slice(4), part),
  };
  const { document, findings } = checkSchema("policies", inside);
  const [action, second] = document?.value.policies?.[0]?.then ?? [];
  if (action === undefined) return { action: null, findings };
  if (second !== undefined) {
    const place = written.at([]);
    return { action: null, findings: [errorAt(place, "several-keys", "One action is meant.", "Name one action.")] };
  }
  return { action, findings };
}

const frame: Omit<PolicySource, "then"> = {
  id: "one-off",
  description: "one-off",
  owner: "one-off",
  for: "person",
  where: { status: "active" },
};

/** The id of the one-off of a selector. */
export function oneOffId(selector: string): string {
  return `ad-hoc-${selector}`;
}

/** Where the one-off of a selector lies in the policy repository. */
export function oneOffPath(selector: string): string {
  return `policies/ad-hoc/${selector}.yaml`;
}

/**
 * The policy itself: about seats where it takes the seats that matched, else about people. A saving, so that exemptions and
 * protection hold; enforced, because it is planned at once; and with an end, because nobody remembers to delete a file.
 */
function oneOffPolicy({ selector, action, because, owner, until }: OneOff): PolicySource {
  const takesMatched = isAboutSeats(action);
  return {
    id: oneOffId(selector),
    description: `One-off for ${selector}: ${Object.keys(action).join(", ")}`,
    owner,
    for: takesMatched ? "seat" : "person",
    because,
    mode: "enforce",
    until,
    where: { selector },
    then: [action],
  };
}

/** Whether an action takes seats without naming their app: then the selector says which. */
function isAboutSeats(action: Action): boolean {
  const takes = ({ revoke, setRole }: Action | SimpleAction): boolean =>
    (revoke !== undefined && revoke.app === undefined) || (setRole !== undefined && setRole.app === undefined);
  return takes(action) || (action.firstOf ?? []).some(takes);
}

/** The file of a one-off. The same one-off gives the same bytes. */
export function oneOffText(oneOff: OneOff): string {
  return [
    "# yaml-language-server: $schema=../../schemas/policies.schema.json",
    "# A one-off, written by `seatwright plan --select`. It proposes nothing after `until`; delete it when it is done.",
    stringify({ version: 1, policies: [oneOffPolicy(oneOff)] }, { lineWidth: 0 }),
  ].join("\n");
}

/** Whether a file is the one-off that is asked for, whoever wrote it and until when it runs. */
export function isSameOneOff(file: FileBytes, oneOff: OneOff): boolean {
  const { written } = parseYaml(file);
  const { document } = written === null ? { document: null } : checkSchema("policies", written);
  const policies = document?.value.policies ?? [];
  const [policy] = policies;
  if (document === null || policy === undefined || policies.length > 1 || document.value.selectors !== undefined)
    return false;
  const wanted = oneOffPolicy({ ...oneOff, owner: policy.owner, until: policy.until ?? "" });
  const inOrder = (value: PolicySource): string =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return inOrder(policy) === inOrder(wanted);
}
