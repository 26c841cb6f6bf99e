const opening = /^<!-- generated:([a-z][a-z-]*) -->$/;
const closing = "<!-- /generated -->";

/**
 * A Markdown page with each region between `<!-- generated:name -->` and `<!-- /generated -->` filled from `texts`.
 * Everything else stays as it was written. Throws for a region that nothing fills, one that is not closed, one that is
 * there twice, and for a text that has no region: then part of the reference would be missing.
 */
export function fillRegions(page: string, texts: ReadonlyMap<string, string>): string {
  const lines = page.split("\n");
  const out: string[] = [];
  const filled = new Set<string>();
  let open: string | null = null;
  for (const line of lines) {
    const name = opening.exec(line)?.[1];
    if (name !== undefined) {
      if (open !== null) throw new Error(`The region ${open} is not closed before ${name} begins.`);
      const text = texts.get(name);
      if (text === undefined) throw new Error(`Nothing fills the region ${name}.`);
      if (filled.has(name)) throw new Error(`The region ${name} is there twice.`);
      filled.add(name);
      open = name;
      out.push(line, "", text, "");
    } else if (line === closing) {
      if (open === null) throw new Error("A region is closed that was not opened.");
      open = null;
      out.push(line);
    } else if (open === null) {
      out.push(line);
    }
  }
  if (open !== null) throw new Error(`The region ${open} is not closed.`);
  const missing = [...texts.keys()].filter((name) => !filled.has(name));
  if (missing.length > 0) throw new Error(`The page has no region for ${missing.join(", ")}.`);
  return out.join("\n");
}
