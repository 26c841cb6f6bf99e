import type { Action } from "../policy/types.ts";
import { type Compiled, type CompileContext } from "./draft.ts";
import { compileAddToGroup, compileGrant, compileRemoveFromGroup } from "./group-actions.ts";
import {
  compileActivate,
  compileDeactivate,
  compileRemoveFromOrg,
  compileRestore,
  compileSuspend,
} from "./person-actions.ts";
import { compileRevoke } from "./revoke.ts";
import type { Wish } from "./wishes.ts";

/**
 * What a wish comes to: a change for each seat it speaks of, a refusal with its reason, or nothing where it is so
 * already. `alsoTaken` are the instances whose seats the same plan takes from this person.
 */
export function compileWish(context: CompileContext, wish: Wish, alsoTaken: ReadonlySet<number>): readonly Compiled[] {
  return compileAction(context, wish, wish.action, alsoTaken);
}

function compileAction(
  context: CompileContext,
  wish: Wish,
  action: Action,
  alsoTaken: ReadonlySet<number>,
): readonly Compiled[] {
  const { person } = wish;
  switch (action.kind) {
    case "revoke":
      return instancesOf(wish, action.instances).map((instance) => {
        const compiled = compileRevoke(context, {
          person,
          instance,
          leave: action.leave,
          keepOthers: action.keepOthers,
          freeRole: null,
          alsoTaken,
        });
        return ifBlocked(context, person, compiled, action.ifBlocked);
      });
    case "setRole":
      return instancesOf(wish, action.instances).map((instance) =>
        compileRevoke(context, {
          person,
          instance,
          leave: action.leave,
          keepOthers: "blocked",
          freeRole: action.role,
          alsoTaken,
        }),
      );
    case "grant":
      return [compileGrant(context, person, action.instance, action.role)];
    case "addToGroup":
      return [compileAddToGroup(context, person, action.group)];
    case "removeFromGroup":
      return [compileRemoveFromGroup(context, person, action.group)];
    case "suspend":
      return [compileSuspend(context, person, action.directory)];
    case "restore":
      return [compileRestore(context, person, action.directory)];
    case "removeFromOrg":
      return [compileRemoveFromOrg(context, person, action.directory)];
    case "deactivate":
      return [compileDeactivate(context, person, action.message)];
    case "activate":
      return [compileActivate(context, person)];
    case "firstOf":
      return firstOf(context, wish, action.of, alsoTaken);
  }
}

/** The first that is not blocked. A doubt ends the search: doing more than the first choice on a doubt is no answer to it. */
function firstOf(
  context: CompileContext,
  wish: Wish,
  actions: readonly Action[],
  alsoTaken: ReadonlySet<number>,
): readonly Compiled[] {
  let last: readonly Compiled[] = [];
  for (const action of actions) {
    last = compileAction(context, wish, action, alsoTaken);
    if (!last.some((compiled) => compiled.kind === "refused" && compiled.refusal.kind === "blocked")) return last;
  }
  return last;
}

function ifBlocked(
  context: CompileContext,
  person: number,
  compiled: Compiled,
  then: "report" | "handoff" | "suspend",
): Compiled {
  if (compiled.kind !== "refused" || compiled.refusal.kind !== "blocked") return compiled;
  if (then === "handoff") return { kind: "refused", refusal: { ...compiled.refusal, handoff: true } };
  return then === "suspend" ? compileSuspend(context, person, null) : compiled;
}

function instancesOf(wish: Wish, instances: readonly number[] | "own"): readonly number[] {
  if (instances !== "own") return instances;
  if (wish.instance === null) throw new Error(`policy ${wish.policy.id} speaks of a seat and matched a person`);
  return [wish.instance];
}

/** The instances whose seats a wish would take, before anything is known of how. */
export function instancesTaken(wish: Wish): readonly number[] {
  const { action } = wish;
  if (action.kind === "revoke" || action.kind === "setRole") return instancesOf(wish, action.instances);
  return [];
}
