import { createHash } from "node:crypto";
import type { Where } from "../model/documents.generated.ts";
import { canonicalText } from "../model/canonical.ts";
import type { Selectors } from "./walk.ts";
import { listOf } from "./written.ts";

/**
 * A short digest of what a rule says, with the selectors it names, so that a rule that was changed in a reviewed commit is
 * told from one that has come to mean other people. How it is written and laid out does not matter.
 */
export function ruleOf(written: unknown, selectors: Selectors): string {
  const used = new Map<string, Where>();
  collect(written, selectors, used);
  const text = canonicalText([written ?? null, Object.fromEntries(used)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Adds every selector that a part of a rule names, and those that they name. */
function collect(written: unknown, selectors: Selectors, used: Map<string, Where>): void {
  if (typeof written !== "object" || written === null) return;
  for (const [key, value] of Object.entries(written)) {
    collect(value, selectors, used);
    if (key !== "selector" && key !== "selectors") continue;
    for (const name of listOf(value as string | readonly string[])) {
      const selector = selectors.get(name);
      if (selector === undefined || used.has(name)) continue;
      used.set(name, selector.value);
      collect(selector.value, selectors, used);
    }
  }
}
