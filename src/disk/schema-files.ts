import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../model/errors.ts";

/** Beside the folder of the program where it is installed, and in the repository where it runs from its sources. */
const places = ["../schemas/", "../../schemas/"];
const ending = ".schema.json";

/** The schemas that Seatwright was installed with, by name, in order. Throws OperatorError where they are missing. */
export async function readSchemas(): Promise<ReadonlyMap<string, object>> {
  for (const place of places) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    const files = await readdir(folder).catch(() => []);
    const names = files.filter((file) => file.endsWith(ending)).sort();
    if (!names.includes(`plan${ending}`)) continue;
    const read = names.map(
      async (file) =>
        [file.slice(0, -ending.length), JSON.parse(await readFile(path.join(folder, file), "utf8")) as object] as const,
    );
    return new Map(await Promise.all(read));
  }
  throw new OperatorError("usage", "The schemas are missing from this installation.", "Install Seatwright again.");
}
