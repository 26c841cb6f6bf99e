import path from "node:path";
import { readSchemas } from "../disk/schema-files.ts";
import { writeWhole } from "../disk/write.ts";
import { OperatorError } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";

export interface SchemaFlags {
  readonly out?: string;
}

/** `seatwright schema [name] [--out DIR]`: prints one schema, lists all, or writes all where an editor finds them. */
export async function runSchema(kit: Kit, flags: SchemaFlags, name: string | undefined): Promise<number> {
  if (flags.out !== undefined) {
    kit.terminal.err(`Wrote ${await writeSchemas(flags.out)} schemas to ${flags.out}\n`);
    return 0;
  }
  const schemas = await readSchemas();
  if (name === undefined) {
    kit.terminal.out(
      kit.json ? `${JSON.stringify(Object.fromEntries(schemas))}\n` : `${[...schemas.keys()].join("\n")}\n`,
    );
    return 0;
  }
  const schema = schemas.get(name);
  if (schema === undefined) {
    throw new OperatorError(
      "usage",
      `There is no schema named ${name}.`,
      `Choose one of: ${[...schemas.keys()].join(", ")}.`,
    );
  }
  kit.terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}

/** Writes every schema into a folder as `<name>.schema.json`. Gives how many. */
export async function writeSchemas(folder: string): Promise<number> {
  const schemas = await readSchemas();
  for (const [name, schema] of schemas) {
    await writeWhole(path.join(folder, `${name}.schema.json`), [`${JSON.stringify(schema, null, 2)}\n`], "anyone");
  }
  return schemas.size;
}
