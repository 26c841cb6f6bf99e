import { growingNumbers, type GrowingNumbers, reserveNumbers } from "./grow.ts";
import { NEVER, UNKNOWN_TIME } from "./population.ts";

/** When people were last active, by instance; an instance nobody was active on yet may have no column. */
export type GrowingActivity = (GrowingNumbers | undefined)[];

/** Notes when somebody was last active somewhere, in any order; of two times the later counts. */
export function noteActivity(activity: GrowingActivity, person: number, instance: number, at: number): void {
  const column = activityColumn(activity, instance, person + 1);
  // UNKNOWN_TIME is the largest: an entry without a time makes the instance unknown, whatever another row says.
  column[person] = Math.max(column[person] ?? NEVER, at);
}

/** The column of an instance, with room for this many people. */
export function activityColumn(activity: GrowingActivity, instance: number, people: number): Uint32Array {
  const column = (activity[instance] ??= growingNumbers());
  if (column.values.length < people) {
    column.length = column.values.length;
    reserveNumbers(column, people - column.length);
  }
  return column.values;
}

/**
 * By instance, then person: the latest time, NEVER where there is none. Of people in `missing` (1 for each) nothing is
 * known. `order` gives the person at each final position, null: as they came.
 */
export function finishActivity(
  activity: GrowingActivity,
  size: number,
  instances: number,
  order: Uint32Array | null,
  missing: Uint8Array,
): readonly Uint32Array[] {
  const columns = Array.from({ length: instances }, (_, instance) => {
    const found = activityColumn(activity, instance, size).subarray(0, size);
    return order === null ? found : Uint32Array.from(order, (person) => found[person] ?? NEVER);
  });
  missing.forEach((flag, person) => {
    if (flag === 1) for (const column of columns) column[person] = UNKNOWN_TIME;
  });
  return columns;
}
