import type { Operation, SeatRef } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import { instanceLabels, type Labels } from "./labels.ts";

/** What a document about one person says of instances and groups besides their ids. */
export interface Named {
  readonly seats: readonly (SeatRef | null)[];
  readonly operations: readonly Operation[];
}

/** Labels from the document itself and, where there is one, the snapshot. An id that nothing names is shown as it is. */
export function labelsOf({ seats, operations }: Named, population: Population | null): Labels {
  const header = population?.header;
  const groups = new Map(header?.groups.map(({ id, name }) => [id, name]));
  for (const { group, groupName } of operations) {
    if (group !== undefined && groupName !== undefined && !groups.has(group)) groups.set(group, groupName);
  }
  const directories = new Map(header?.directories.map(({ id, name }) => [id, name]));
  const instances = instanceLabels([
    ...(header?.instances.map(({ id, app, site }) => ({ instance: id, app, site })) ?? []),
    ...seats.flatMap((seat) => seat ?? []),
  ]);
  return {
    instance: (id) => instances.get(id) ?? id,
    group: (id) => groups.get(id) ?? id,
    directory: (id) => directories.get(id) ?? id,
  };
}
