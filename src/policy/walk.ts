import type { Action, PolicySource, SimpleAction, Where } from "../model/documents.generated.ts";
import { listOf, type Path, partOf, type Written } from "./written.ts";

export type Selectors = ReadonlyMap<string, Written<Where>>;

/** Which apps and sites the keys of a mapping speak of: its own `app` and `site`, or those of the mapping around it. */
export interface AppScope {
  readonly apps: readonly string[] | null;
  readonly sites: readonly string[] | null;
}

export const noScope: AppScope = { apps: null, sites: null };

/** The scope inside a mapping. Its `app` replaces what lies around it, sites included; its `site` narrows. */
export function scopeOf(where: Where, around: AppScope): AppScope {
  return {
    apps: where.app === undefined ? around.apps : listOf(where.app),
    sites: where.site !== undefined ? listOf(where.site) : where.app === undefined ? around.sites : null,
  };
}

/** A filter's mappings from the outside in: itself and those below `all`, `any` and `not`. Selectors are not followed. */
export function* mappingsOf(written: Written<Where>): Generator<Written<Where>> {
  yield written;
  for (const child of childrenOf(written)) yield* mappingsOf(child);
}

/** The filters directly below a mapping. */
export function childrenOf(written: Written<Where>): readonly Written<Where>[] {
  const { all, any, not } = written.value;
  return [
    ...(all ?? []).map((where, at) => partOf(written, ["all", at], where)),
    ...(any ?? []).map((where, at) => partOf(written, ["any", at], where)),
    ...(not === undefined ? [] : [partOf(written, ["not"], not)]),
  ];
}

/** A mapping and the scope of its keys. */
export interface ScopedMapping {
  readonly mapping: Written<Where>;
  readonly scope: AppScope;
}

/** A filter's mappings with their scopes, selectors followed. A selector inside itself is not followed again. */
export function* scopedMappings(
  written: Written<Where>,
  selectors: Selectors,
  around: AppScope = noScope,
  inside: readonly string[] = [],
): Generator<ScopedMapping> {
  const scope = scopeOf(written.value, around);
  yield { mapping: written, scope };
  for (const child of childrenOf(written)) yield* scopedMappings(child, selectors, scope, inside);
  for (const name of listOf(written.value.selector)) {
    const selector = selectors.get(name);
    if (selector === undefined || inside.includes(name)) continue;
    yield* scopedMappings(selector, selectors, scope, [...inside, name]);
  }
}

/** One action with the kind it is: its only key. */
export interface NamedAction {
  readonly kind: keyof Action;
  readonly action: Action | SimpleAction;
  /** From the policy. */
  readonly path: Path;
  /** True for one of the actions of a `firstOf`. */
  readonly alternative: boolean;
}

/** The actions of a policy in order, those of a `firstOf` each for itself. */
export function actionsOf(policy: PolicySource): readonly NamedAction[] {
  return policy.then.flatMap((action, at): readonly NamedAction[] => {
    const path = ["then", at];
    if (action.firstOf !== undefined) {
      return action.firstOf.flatMap((one, position) =>
        kindsOf(one).map((kind) => ({ kind, action: one, path: [...path, "firstOf", position], alternative: true })),
      );
    }
    return kindsOf(action).map((kind) => ({ kind, action, path, alternative: false }));
  });
}

function kindsOf(action: Action | SimpleAction): readonly (keyof Action)[] {
  return Object.keys(action) as (keyof Action)[];
}
