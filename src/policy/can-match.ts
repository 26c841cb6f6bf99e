import type { Filter } from "./types.ts";

/** Whether a filter can be true on an instance at all: what `app` and `site` say of it decides, the rest is left open. */
export function canMatch(filter: Filter, instance: number): boolean {
  return reachable(filter, instance) !== "never";
}

function reachable(filter: Filter, instance: number): "always" | "never" | "open" {
  switch (filter.kind) {
    case "leaf":
      if (filter.test.key !== "instance") return "open";
      return filter.test.instances.includes(instance) ? "always" : "never";
    case "not": {
      const inner = reachable(filter.of, instance);
      return inner === "open" ? "open" : inner === "always" ? "never" : "always";
    }
    case "all":
    case "any": {
      const parts = filter.of.map((part) => reachable(part, instance));
      const [deciding, other] = filter.kind === "all" ? (["never", "always"] as const) : (["always", "never"] as const);
      return parts.includes(deciding) ? deciding : parts.every((part) => part === other) ? other : "open";
    }
  }
}
