import type { Plugin } from "rolldown";

/** Parts of Node that take milliseconds to load, and that our own sources only call functions of. */
const late: readonly string[] = ["node:crypto", "node:fs/promises"];
const mark = "\0late:";

/**
 * Has our own sources load dear parts of Node at the first call: a command that only looks at files needs no cryptography.
 * Functions only; importing anything else of such a part is an error of the build.
 */
export const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  resolveId: (id, importer) =>
    late.includes(id) && importer !== undefined && /[\\/]src[\\/][^\0]*\.ts$/.test(importer)
      ? { id: mark + id, moduleSideEffects: false }
      : null,
  load(id) {
    if (!id.startsWith(mark)) return null;
    const part = id.slice(mark.length);
    const functions = Object.entries(process.getBuiltinModule(part) ?? {}).filter(
      ([name, value]) => typeof value === "function" && /^[a-z]/.test(name),
    );
    const call = ([name]: readonly [string, unknown]): string =>
      `export const ${name} = (...given) => process.getBuiltinModule("${part}").${name}(...given);`;
    return { code: functions.map(call).join("\n"), moduleType: "js" };
  },
};
