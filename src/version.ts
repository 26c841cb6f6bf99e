import manifest from "../package.json" with { type: "json" };
import type { Tool } from "./model/documents.generated.ts";

/** This program, as documents name it. */
export const tool: Tool = { name: "seatwright", version: manifest.version };
