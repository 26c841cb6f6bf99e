import { engineSections } from "./engine.ts";
import type { Part } from "./section.ts";
import { startSections } from "./start/sections.ts";
import { syncSections } from "./sync/sections.ts";

/** The parts of the bench by the name that `--only` takes, in the order in which they run. */
export const parts: Readonly<Record<string, Part>> = {
  engine: engineSections,
  sync: syncSections,
  start: startSections,
};
