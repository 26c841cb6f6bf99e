import type { DateTest, Inactivity, Where } from "../model/documents.generated.ts";
import type { Seconds } from "../model/time.ts";
import { appInstances, type FilterContext, placeLeaves, scopeInstances, scopeReach, sitesOf } from "./app-scope.ts";
import { roleWords } from "./check-where.ts";
import { momentAfter, momentBefore, parseDuration } from "./duration.ts";
import { splitSourceWord } from "./source-words.ts";
import type { Filter, Leaf, Reach, Test } from "./types.ts";
import { type AppScope, childrenOf, noScope, scopeOf } from "./walk.ts";
import { wordsOf } from "./words.ts";
import { entryPath, listOf, type Path, type Written } from "./written.ts";

/** A filter as written, resolved. Where a name could not be resolved the result is of no use, and was reported. */
export function normalise(written: Written<Where>, context: FilterContext): Filter {
  return filterOf(written, context, noScope);
}

function filterOf(written: Written<Where>, context: FilterContext, around: AppScope): Filter {
  const scope = scopeOf(written.value, around);
  const children = childrenOf(written);
  const { all = [], any = [] } = written.value;
  const nested = (from: number, count: number): readonly Filter[] =>
    children.slice(from, from + count).map((child) => filterOf(child, context, scope));
  const parts: Filter[] = [];
  for (const key of Object.keys(written.value) as (keyof Where)[]) {
    if (key === "all") parts.push(...nested(0, all.length));
    else if (key === "any") parts.push(group("any", nested(all.length, any.length)));
    else if (key === "not")
      parts.push(...nested(all.length + any.length, 1).map((of): Filter => ({ kind: "not", of })));
    else if (key === "selector") parts.push(selectorFilter(written, context, scope));
    else parts.push(...leavesOf(key, written, context, scope));
  }
  return group("all", parts);
}

function group(kind: "all" | "any", parts: readonly Filter[]): Filter {
  const [only, second] = parts;
  return only !== undefined && second === undefined ? only : { kind, of: parts };
}

function selectorFilter(written: Written<Where>, context: FilterContext, scope: AppScope): Filter {
  const named = listOf(written.value.selector).flatMap((name) => {
    const selector = context.selectors.get(name);
    return selector === undefined ? [] : [filterOf(selector, context, scope)];
  });
  return group("any", named);
}

type LeafKey = Exclude<keyof Where, "all" | "any" | "not" | "selector">;

/** The leaves of one key: one, or one for each entry of `fact` and `date`, or none for `app` where other keys use it. */
function leavesOf(key: LeafKey, written: Written<Where>, context: FilterContext, scope: AppScope): readonly Leaf[] {
  const where = written.value;
  const { names, asOf } = context;
  const leaf = (test: Test, words = wordsOf(key, where[key]), path: Path = [key]): Leaf => ({
    kind: "leaf",
    test,
    words,
    place: written.at(path, "key"),
  });
  const each = <Value>(
    texts: string | readonly string[] | undefined,
    path: Path,
    resolve: (text: string, place: ReturnType<Written<Where>["at"]>) => Value | null,
  ): readonly Value[] =>
    listOf(texts).flatMap((text, at) => {
      const found = resolve(text, written.at(entryPath(path, texts ?? [], at)));
      return found === null ? [] : [found];
    });
  switch (key) {
    case "app":
    case "site":
      return placeLeaves(key, written, context, scope, leaf);
    case "role": {
      const roles = listOf(where.role).map((word) => roleWords[word] ?? word);
      const instances = context.about === "seat" ? "own" : scopeInstances(key, written, context, scope);
      return [leaf({ key, roles, instances })];
    }
    case "unused":
    case "idle":
    case "neverActive": {
      const { everywhere, text } = inactivity(where[key] ?? "");
      const reach: Reach = everywhere ? { kind: "everywhere" } : scopeReach(key, written, context, scope);
      return [leaf({ key, before: ago(text, asOf), reach })];
    }
    case "heldFor":
      return [leaf({ key, before: ago(where.heldFor ?? "", asOf), reach: scopeReach(key, written, context, scope) })];
    case "holds": {
      const { holds } = where;
      const [apps, sites, path]: [string | readonly string[] | undefined, readonly string[] | null, Path] =
        typeof holds === "object" && "app" in holds
          ? [
              holds.app,
              holds.site === undefined ? null : sitesOf(written, ["holds", "site"], holds.site, context),
              ["holds", "app"],
            ]
          : [holds, null, ["holds"]];
      return [leaf({ key, instances: appInstances(written, path, apps, sites, context) })];
    }
    case "inOrgFor":
      return [leaf({ key, before: ago(where.inOrgFor ?? "", asOf) })];
    case "memberOf": {
      const groups = names.groups(listOf(where.memberOf), (at) =>
        written.at(entryPath([key], where.memberOf ?? [], at)),
      );
      return [leaf({ key, groups })];
    }
    case "status":
      return [leaf({ key, statuses: listOf<string>(where.status) })];
    case "account":
      return [leaf({ key, claim: where.account ?? "managed" })];
    case "managementSource":
      return [leaf({ key, source: where.managementSource ?? "invited" })];
    case "emailDomain":
      return [leaf({ key, domains: listOf(where.emailDomain).map((domain) => domain.toLowerCase()) })];
    case "email":
    case "name":
      return [leaf({ key, globs: listOf(where[key]) })];
    case "department":
    case "jobTitle":
    case "location":
    case "organization":
      return [leaf({ key: "shared", field: key, globs: listOf(where[key]) })];
    case "orgRole":
      return [
        leaf({ key, roles: listOf(where.orgRole) as readonly ("org-admin" | "site-admin" | "user-access-admin")[] }),
      ];
    case "productAdmin":
      return [leaf({ key, instances: appInstances(written, [key], where.productAdmin, null, context) })];
    case "mfa":
      return [leaf({ key, on: where.mfa === true })];
    case "directory":
      return [leaf({ key, directories: each(where.directory, [key], (name, place) => names.directory(name, place)) })];
    case "people":
      return [leaf({ key, accountIds: each(where.people, [key], (name, place) => names.person(name, place)) })];
    case "in":
      return [leaf({ key, sources: listOf(where.in) })];
    case "fact":
      return Object.entries(where.fact ?? {}).map(([word, globs]) => {
        const [source, column] = splitSourceWord(word);
        return leaf({ key, source, column, globs: listOf(globs) }, wordsOf("fact", { [word]: globs }), [key, word]);
      });
    case "date":
      return Object.entries(where.date ?? {}).map(([word, test]) => {
        const [source, date] = splitSourceWord(word);
        const notAfter = latestDate(test, asOf);
        return leaf({ key, source, date, notAfter }, wordsOf("date", { [word]: test }), [key, word]);
      });
    case "during": {
      const [source, from] = splitSourceWord(where.during?.from ?? "");
      const [, to] = splitSourceWord(where.during?.to ?? "");
      return [leaf({ key, source, from, to, now: asOf })];
    }
  }
}

function inactivity(test: Inactivity): { readonly everywhere: boolean; readonly text: string } {
  return typeof test === "string" ? { everywhere: false, text: test } : { everywhere: true, text: test.everywhere };
}

function ago(text: string, asOf: Seconds): Seconds {
  const duration = parseDuration(text);
  if (duration === null) throw new Error(`The duration ${text} was not checked.`);
  return momentBefore(asOf, duration);
}

function latestDate(test: DateTest, asOf: Seconds): Seconds {
  if (typeof test === "string") return asOf;
  if (test.past !== undefined) return ago(test.past, asOf);
  const duration = parseDuration(test.within ?? "");
  if (duration === null) throw new Error(`The duration ${test.within} was not checked.`);
  return momentAfter(asOf, duration);
}
