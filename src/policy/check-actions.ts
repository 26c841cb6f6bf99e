import { appNamed } from "../model/apps.ts";
import type { PolicySource } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { type FilterWorld, unknownApp } from "./check-where.ts";
import { folded, isGlob } from "./glob.ts";
import { actionsOf, type NamedAction, scopedMappings } from "./walk.ts";
import { errorAt, listOf, partOf, shown, warningAt, type Written } from "./written.ts";

/** Rules for what a policy does, and for how that fits what it looks at. */
export function checkActions(
  policy: Written<PolicySource>,
  world: FilterWorld,
  irreversible: readonly string[],
): readonly Finding[] {
  const actions = actionsOf(policy.value);
  const looked = lookedAt(policy, world);
  return [
    ...actions.flatMap((action) => [
      ...checkTarget(policy, action),
      ...checkIrreversible(policy, action, irreversible),
      ...checkSeen(policy, action, looked),
    ]),
    ...checkRepeats(policy, actions),
    ...checkOpposites(policy, actions),
  ];
}

/** What an action names: an app, a site, a group. */
interface Target {
  readonly app?: string;
  readonly site?: string;
  readonly group?: string;
  readonly directory?: string;
  readonly ifBlocked?: string;
}

function targetOf({ action, kind }: NamedAction): Target {
  return (action as Readonly<Record<string, Target | undefined>>)[kind] ?? {};
}

function checkTarget(policy: Written<PolicySource>, action: NamedAction): readonly Finding[] {
  const { kind, path } = action;
  const { app, group } = targetOf(action);
  const inside = [...path, kind];
  if (app !== undefined) {
    const finding = unknownApp(policy, [...inside, "app"], app);
    return finding === null ? [] : [finding];
  }
  if ((kind === "revoke" || kind === "setRole") && policy.value.for === "person") {
    const message = `In a policy about people, ${shown(kind)} needs to know which app.`;
    return [errorAt(policy.at(inside, "key"), "app-needed", message, `Write ${shown(`${kind}: {app: ...}`)}.`)];
  }
  if (group !== undefined && isGlob(group)) {
    const message = `${shown(kind)} names one group exactly; ${shown(group)} is a pattern.`;
    return [errorAt(policy.at([...inside, "group"]), "group-name", message, "Write one action for each group.")];
  }
  return [];
}

function checkIrreversible(
  policy: Written<PolicySource>,
  { kind, path }: NamedAction,
  allowed: readonly string[],
): readonly Finding[] {
  if ((kind !== "delete" && kind !== "removeFromOrg") || allowed.includes(kind)) return [];
  return [
    errorAt(
      policy.at([...path, kind], "key"),
      "irreversible",
      `${shown(kind)} cannot be undone, and the organisation file does not allow it.`,
      `Use \`suspend\` or \`deactivate\`, or list ${shown(kind)} under \`irreversible\` in seatwright.yaml.`,
    ),
  ];
}

/** Which seats a policy's filter looks at. */
interface Looked {
  /** Apps that `app` names. */
  readonly own: ReadonlySet<string>;
  /** Apps that other keys name. */
  readonly others: ReadonlySet<string>;
  /** An inactivity key looks at every app the person holds. */
  readonly everywhere: boolean;
  /** An inactivity key looks at some apps only. */
  readonly partly: boolean;
}

function lookedAt(policy: Written<PolicySource>, { selectors }: FilterWorld): Looked {
  const own = new Set<string>();
  const others = new Set<string>();
  let everywhere = false;
  let partly = false;
  for (const { mapping } of scopedMappings(partOf(policy, ["where"], policy.value.where), selectors)) {
    const { app, holds, productAdmin, unused, idle, neverActive } = mapping.value;
    for (const name of listOf(app)) own.add(canonical(name));
    const held = typeof holds === "object" && "app" in holds ? holds.app : (holds as string | string[] | undefined);
    for (const name of [...listOf(held), ...listOf(productAdmin)]) others.add(canonical(name));
    for (const test of [unused, idle, neverActive]) {
      if (test === undefined) continue;
      if (typeof test === "object") everywhere = true;
      else partly = true;
    }
  }
  return { own, others, everywhere, partly };
}

function canonical(app: string): string {
  return appNamed(app) ?? app;
}

/** A policy that takes a seat must have looked at that seat. */
function checkSeen(policy: Written<PolicySource>, action: NamedAction, looked: Looked): readonly Finding[] {
  const { kind, path } = action;
  const { app, ifBlocked } = targetOf(action);
  const aboutSeats = policy.value.for === "seat";
  const place = policy.at([...path, kind], "key");
  if (looked.everywhere) return [];
  if (kind === "suspend" || kind === "removeFromOrg" || kind === "deactivate") {
    if (!aboutSeats && !looked.partly) return [];
    return [
      errorAt(
        place,
        "unseen-seat",
        `${shown(kind)} takes every seat of the person, and this policy looks at some of them only.`,
        aboutSeats
          ? "Use `revoke`, make the policy `for: person`, or add `unused: {everywhere: ...}`."
          : "Use `revoke`, or look at every app with `{everywhere: ...}`.",
      ),
    ];
  }
  const findings: Finding[] = [];
  if (ifBlocked === "suspend") {
    findings.push(
      warningAt(
        policy.at([...path, kind, "ifBlocked"]),
        "unseen-seat",
        "Where the seat cannot be freed, `ifBlocked: suspend` takes every other seat of the person too.",
        "Use `ifBlocked: handoff`, or add `unused: {everywhere: ...}`.",
      ),
    );
  }
  if ((kind !== "revoke" && kind !== "setRole") || app === undefined) return findings;
  const name = canonical(app);
  if (looked.others.has(name)) return findings;
  const seen = looked.own.has(name) && (!aboutSeats || looked.own.size === 1);
  if (seen) return findings;
  const message = `This policy takes a seat on ${shown(name)}, and no key of \`where\` looked at that seat.`;
  if (aboutSeats) {
    const remedy = "Leave `app` out of the action: it then takes exactly the seats that matched.";
    return [...findings, errorAt(place, "unseen-seat", message, remedy)];
  }
  const remedy = `Add \`app: ${name}\` with \`unused\` or another key to \`where\`, or \`holds: ${name}\` where use does not matter.`;
  const looksAtNoApp = looked.own.size === 0 && looked.others.size === 0;
  if (!looksAtNoApp) return [...findings, errorAt(place, "unseen-seat", message, remedy)];
  if (policy.value.purpose === "duty") return findings;
  return [...findings, warningAt(place, "unseen-seat", message, remedy)];
}

function checkRepeats(policy: Written<PolicySource>, actions: readonly NamedAction[]): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const kindsInFirstOf = new Set<string>();
  for (const { kind, action, path, alternative } of actions) {
    const place = policy.at([...path, kind], "key");
    if (alternative) {
      const key = `${path[1]} ${kind}`;
      if (kindsInFirstOf.has(key)) {
        const message = `\`firstOf\` names ${shown(kind)} twice: where the first is blocked, so is the second.`;
        findings.push(errorAt(place, "repeated-action", message, "Keep one of the two."));
      }
      kindsInFirstOf.add(key);
      continue;
    }
    const key = JSON.stringify(action);
    if (seen.has(key)) {
      findings.push(errorAt(place, "repeated-action", `${shown(kind)} stands twice.`, "Keep one of the two."));
    }
    seen.add(key);
  }
  return findings;
}

const opposites: readonly (readonly [one: string, other: string])[] = [
  ["suspend", "restore"],
  ["removeFromOrg", "restore"],
  ["deactivate", "activate"],
  ["addToGroup", "removeFromGroup"],
  ["grant", "revoke"],
  ["grant", "setRole"],
  ["revoke", "setRole"],
  ["delete", "cancelDelete"],
];

/** Whether two actions name different directories, and so cannot be about the same thing. */
function inOtherDirectories(one: NamedAction, other: NamedAction): boolean {
  const [a, b] = [targetOf(one).directory, targetOf(other).directory];
  return a !== undefined && b !== undefined && folded(a) !== folded(b);
}

/** Two actions of one policy that undo each other, or that both want the same seat. `firstOf` does one of several only. */
function checkOpposites(policy: Written<PolicySource>, actions: readonly NamedAction[]): readonly Finding[] {
  const ownApps = listOf(policy.value.where.app).map(canonical);
  const targets = (action: NamedAction): readonly string[] => {
    const { app, group } = targetOf(action);
    if (group !== undefined) return [folded(group)];
    if (app !== undefined) return [canonical(app)];
    return action.kind === "revoke" || action.kind === "setRole" ? [...ownApps, "own"] : ["everything"];
  };
  return actions.flatMap((later, at) => {
    const earlier = actions.slice(0, at).find((other) => {
      if (other.alternative && later.alternative && other.path[1] === later.path[1]) return false;
      const opposed = opposites.some(
        ([a, b]) => (a === other.kind && b === later.kind) || (b === other.kind && a === later.kind),
      );
      return (
        opposed && !inOtherDirectories(other, later) && targets(other).some((target) => targets(later).includes(target))
      );
    });
    if (earlier === undefined) return [];
    const message = `${shown(earlier.kind)} and ${shown(later.kind)} of one policy want the same thing changed in two ways.`;
    const place = policy.at([...later.path, later.kind], "key");
    return [errorAt(place, "opposite-actions", message, "Keep one of the two; for alternatives use `firstOf`.")];
  });
}
