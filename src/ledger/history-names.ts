import { join } from "node:path";
import type { SeatRef } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Population } from "../people/population.ts";
import { canonicalJson } from "../plan/digest.ts";
import { readRows, writeWhole } from "./files.ts";

/** What the ledger's instances are called: an app and a site for each id, as the newest snapshot that had it told. */
export async function readInstanceNames(ledger: string): Promise<readonly SeatRef[]> {
  return await readRows<SeatRef>(pathIn(ledger), isName, "without it, app instances are told by their ids only");
}

/** Adds the instances of a snapshot, and what they are called by now. Those that are gone stay. */
export async function recordInstanceNames(ledger: string, { header }: Population): Promise<void> {
  const known = await readInstanceNames(ledger);
  const names = new Map(known.map((name) => [name.instance, name]));
  for (const { id, app, site } of header.instances) names.set(id, { instance: id, app, site });
  const sorted = [...names.values()].sort((a, b) => compareText(a.instance, b.instance));
  const text = `[\n${sorted.map((name) => canonicalJson(name)).join(",\n")}\n]\n`;
  const before = `[\n${known.map((name) => canonicalJson(name)).join(",\n")}\n]\n`;
  if (text !== before) await writeWhole(pathIn(ledger), text);
}

function pathIn(ledger: string): string {
  return join(ledger, "instances.json");
}

function isName(value: Partial<SeatRef>): value is SeatRef {
  return [value.instance, value.app, value.site].every((text) => typeof text === "string");
}
