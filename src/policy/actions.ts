import type {
  DirectoryAction,
  GrantAction,
  GroupAction,
  PolicySource,
  Revoke,
  SetRole,
  SimpleAction,
  Action as WrittenAction,
} from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import type { Population } from "../people/population.ts";
import { roleWords } from "./check-where.ts";
import { instancesOf, noInstance, siteNeeded } from "./instances.ts";
import type { Names } from "./names.ts";
import type { Action } from "./types.ts";
import type { Path, Written } from "./written.ts";

export interface ActionContext {
  readonly population: Population;
  readonly names: Names;
  /** Instances that a seat policy can match. */
  readonly own: readonly number[];
  readonly report: (finding: Finding) => void;
}

/**
 * What a policy does, in order, with names resolved. Actions that this version does not carry out are left out: they hold
 * the policy's changes instead.
 */
export function actionsOfPolicy(policy: Written<PolicySource>, context: ActionContext): readonly Action[] {
  return policy.value.then.flatMap((action, at): readonly Action[] => {
    const path = ["then", at];
    if (action.firstOf === undefined) return resolved(policy, action, path, context);
    const of = action.firstOf.flatMap((one, position) =>
      resolved(policy, one, [...path, "firstOf", position], context),
    );
    return [{ kind: "firstOf", of }];
  });
}

function resolved(
  policy: Written<PolicySource>,
  action: WrittenAction | SimpleAction,
  path: Path,
  context: ActionContext,
): readonly Action[] {
  const { revoke, setRole, removeFromGroup, suspend, removeFromOrg, deactivate } = action;
  const { grant, addToGroup, restore, activate }: WrittenAction = action;
  if (revoke !== undefined) return revokeAction(policy, revoke, [...path, "revoke"], context);
  if (setRole !== undefined) return setRoleAction(policy, setRole, [...path, "setRole"], context);
  if (grant !== undefined) return grantAction(policy, grant, [...path, "grant"], context);
  if (addToGroup !== undefined) return groupAction("addToGroup", policy, addToGroup, path, context);
  if (removeFromGroup !== undefined) return groupAction("removeFromGroup", policy, removeFromGroup, path, context);
  if (suspend !== undefined) return directoryAction("suspend", policy, suspend, path, context);
  if (restore !== undefined) return directoryAction("restore", policy, restore, path, context);
  if (removeFromOrg !== undefined) return directoryAction("removeFromOrg", policy, removeFromOrg, path, context);
  if (deactivate !== undefined) return [{ kind: "deactivate", message: deactivate.message ?? null }];
  if (activate !== undefined) return [{ kind: "activate" }];
  return [];
}

function revokeAction(
  policy: Written<PolicySource>,
  { app, site, ifBlocked, leave, keepOthers }: Revoke,
  path: Path,
  context: ActionContext,
): readonly Action[] {
  const instances = taken(policy, app, site, path, context);
  if (instances === null) return [];
  return [
    {
      kind: "revoke",
      instances,
      ifBlocked: ifBlocked ?? "report",
      leave: leave ?? "access",
      keepOthers: keepOthers ?? "blocked",
    },
  ];
}

function setRoleAction(
  policy: Written<PolicySource>,
  { app, site, role, leave }: SetRole,
  path: Path,
  context: ActionContext,
): readonly Action[] {
  const instances = taken(policy, app, site, path, context);
  if (instances === null) return [];
  return [{ kind: "setRole", instances, role: roleWords[role] ?? role, leave: leave ?? "access" }];
}

function grantAction(
  policy: Written<PolicySource>,
  { app, site, role }: GrantAction,
  path: Path,
  context: ActionContext,
): readonly Action[] {
  const instance = oneInstance(policy, app, site, path, context);
  return instance === null ? [] : [{ kind: "grant", instance, role: roleWords[role ?? "user"] ?? "" }];
}

/** The seats an action takes: the seat's own, or those of the app it names. Null: reported. */
function taken(
  policy: Written<PolicySource>,
  app: string | undefined,
  site: string | undefined,
  path: Path,
  context: ActionContext,
): readonly number[] | "own" | null {
  const { population, own } = context;
  const aboutSeats = policy.value.for === "seat";
  if (app === undefined && !aboutSeats) throw new Error(`The policy ${policy.value.id} was not checked.`);
  const sites = siteNamed(policy, site, path, context);
  if (aboutSeats) {
    const named = instancesOf(population, app ?? null, sites);
    if (own.every((instance) => named.includes(instance))) return "own";
  }
  if (app === undefined) {
    context.report(siteElsewhere(policy, site ?? "", path));
    return null;
  }
  const instance = oneInstance(policy, app, site, path, context);
  return instance === null ? null : [instance];
}

function siteElsewhere(policy: Written<PolicySource>, site: string, path: Path): Finding {
  return {
    severity: "error",
    rule: "unseen-seat",
    place: policy.at([...path, "site"]),
    message: `This policy matches seats on other sites than ${site}, and the action takes seats there only.`,
    remedy: `Write \`site: ${site}\` in \`where\` and leave it out of the action.`,
  };
}

function oneInstance(
  policy: Written<PolicySource>,
  app: string,
  site: string | undefined,
  path: Path,
  context: ActionContext,
): number | null {
  const { population, report } = context;
  const sites = siteNamed(policy, site, path, context);
  const instances = instancesOf(population, app, sites);
  const place = policy.at([...path, "app"]);
  const [only, second] = instances;
  if (only === undefined) {
    report(noInstance(population, app, sites, place));
    return null;
  }
  if (second !== undefined) {
    report(siteNeeded(population, app, instances, place));
    return null;
  }
  return only;
}

function siteNamed(
  policy: Written<PolicySource>,
  site: string | undefined,
  path: Path,
  { names }: ActionContext,
): readonly string[] | null {
  if (site === undefined) return null;
  const found = names.site(site, policy.at([...path, "site"]));
  return found === null ? [] : [found];
}

function groupAction(
  kind: "addToGroup" | "removeFromGroup",
  policy: Written<PolicySource>,
  { group, directory }: GroupAction,
  path: Path,
  { names }: ActionContext,
): readonly Action[] {
  const inside =
    directory === undefined ? undefined : names.directory(directory, policy.at([...path, kind, "directory"]));
  if (inside === null) return [];
  const found = names.group(group, policy.at([...path, kind, "group"]), inside);
  return found === null ? [] : [{ kind, group: found }];
}

function directoryAction(
  kind: "suspend" | "restore" | "removeFromOrg",
  policy: Written<PolicySource>,
  { directory }: DirectoryAction,
  path: Path,
  { names }: ActionContext,
): readonly Action[] {
  if (directory === undefined) return [{ kind, directory: null }];
  const found = names.directory(directory, policy.at([...path, kind, "directory"]));
  return found === null ? [] : [{ kind, directory: found }];
}
