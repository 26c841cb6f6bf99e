import type { SnapshotTable } from "./rows.ts";
import { peopleTable } from "./rows-person.ts";
import { grantsTable, groupsTable, instancesTable } from "./rows-place.ts";
import { activityTable, membershipsTable, seatsTable } from "./rows-seat.ts";

/** Every table that a snapshot tells. */
export const snapshotTables: readonly SnapshotTable[] = [
  peopleTable,
  groupsTable,
  membershipsTable,
  seatsTable,
  activityTable,
  instancesTable,
  grantsTable,
];
