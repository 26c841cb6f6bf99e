import { join } from "node:path";
import type { LedgerView } from "../../model/ledger-view.ts";
import { readJsonOrNull } from "../files.ts";
import { shardOf } from "../seat-lines.ts";

/**
 * Has a view read all its seats at once. By itself it reads each shard when somebody in it is asked for, and by then the
 * work tree may hold something else.
 */
export async function readAllSeats(view: LedgerView, tree: string): Promise<LedgerView> {
  const instances = await readJsonOrNull(join(tree, "seats", "instances.json"));
  const instance: unknown = Array.isArray(instances) ? instances[0] : undefined;
  if (typeof instance === "string") for (const somebody of oneForEachShard()) view.seat(somebody, instance);
  return view;
}

/** Names that nobody has, one in each shard. */
function oneForEachShard(): readonly string[] {
  const names = new Map<string, string>();
  for (let number = 0; names.size < 256; number++) {
    const name = `nobody ${number}`;
    names.set(shardOf(name), name);
  }
  return [...names.values()];
}
