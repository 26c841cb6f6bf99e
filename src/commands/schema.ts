import accountHistory from "../../schemas/account-history.schema.json" with { type: "json" };
import approval from "../../schemas/approval.schema.json" with { type: "json" };
import auditEvent from "../../schemas/audit-event.schema.json" with { type: "json" };
import common from "../../schemas/common.schema.json" with { type: "json" };
import exemptions from "../../schemas/exemptions.schema.json" with { type: "json" };
import exportManifest from "../../schemas/export-manifest.schema.json" with { type: "json" };
import explanation from "../../schemas/explanation.schema.json" with { type: "json" };
import history from "../../schemas/history.schema.json" with { type: "json" };
import lock from "../../schemas/lock.schema.json" with { type: "json" };
import organization from "../../schemas/organization.schema.json" with { type: "json" };
import personPast from "../../schemas/person-past.schema.json" with { type: "json" };
import plan from "../../schemas/plan.schema.json" with { type: "json" };
import policies from "../../schemas/policies.schema.json" with { type: "json" };
import runResult from "../../schemas/run-result.schema.json" with { type: "json" };
import seats from "../../schemas/seats.schema.json" with { type: "json" };
import snapshot from "../../schemas/snapshot.schema.json" with { type: "json" };
import users from "../../schemas/users.schema.json" with { type: "json" };
import path from "node:path";
import { writeWhole } from "../disk/write.ts";
import { OperatorError } from "../model/errors.ts";
import type { Kit } from "../wiring.ts";

/** Every schema, by the name of its document. `common` holds what the others share. */
export const schemas: Readonly<Record<string, object>> = {
  "account-history": accountHistory,
  approval,
  "audit-event": auditEvent,
  common,
  exemptions,
  explanation,
  "export-manifest": exportManifest,
  history,
  lock,
  organization,
  "person-past": personPast,
  plan,
  policies,
  "run-result": runResult,
  seats,
  snapshot,
  users,
};

export interface SchemaFlags {
  readonly out?: string;
}

/** `seatwright schema [name] [--out DIR]`: prints one schema, lists all, or writes all where an editor finds them. */
export async function runSchema(kit: Kit, flags: SchemaFlags, name: string | undefined): Promise<number> {
  if (flags.out !== undefined) {
    await writeSchemas(flags.out);
    kit.terminal.err(`Wrote ${Object.keys(schemas).length} schemas to ${flags.out}\n`);
    return 0;
  }
  if (name === undefined) {
    kit.terminal.out(kit.json ? `${JSON.stringify(schemas)}\n` : `${Object.keys(schemas).join("\n")}\n`);
    return 0;
  }
  const schema = schemas[name];
  if (schema === undefined) {
    throw new OperatorError(
      "usage",
      `There is no schema named ${name}.`,
      `Choose one of: ${Object.keys(schemas).join(", ")}.`,
    );
  }
  kit.terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}

/** Writes every schema into a folder as `<name>.schema.json`. */
export async function writeSchemas(folder: string): Promise<void> {
  for (const [name, schema] of Object.entries(schemas)) {
    await writeWhole(path.join(folder, `${name}.schema.json`), [`${JSON.stringify(schema, null, 2)}\n`], "anyone");
  }
}
