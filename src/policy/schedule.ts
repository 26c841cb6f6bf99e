import { Temporal } from "temporal-polyfill";
import type { Schedule } from "../model/documents.generated.ts";
import type { PolicySet } from "./types.ts";
import type { Seconds } from "../model/time.ts";

/** These policies as a scheduled run meets them: one that is not due at this moment holds all of its changes. */
export function whenDue(set: PolicySet, now: Seconds): PolicySet {
  return {
    ...set,
    policies: set.policies.map((policy) => {
      const why = policy.schedule === null ? null : notDue(policy.schedule, now);
      return why === null ? policy : { ...policy, holds: [...policy.holds, `not due on this scheduled run: ${why}`] };
    }),
  };
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/**
 * Why a policy is not due at this moment, in words; null where it is. Every key must hold, in the schedule's zone (UTC
 * unless it says otherwise). `interval` counts from `start`, which is the first day it is due; without one, from
 * 2026-01-01. A window that ends before it begins runs over midnight.
 */
export function notDue(schedule: Schedule, now: Seconds): string | null {
  const { days, interval, months, window, start, zone = "UTC" } = schedule;
  const local = Temporal.Instant.fromEpochMilliseconds(now * 1000).toZonedDateTimeISO(zone);
  const today = local.toPlainDate();
  const weekday = weekdays[local.dayOfWeek - 1];
  if (days !== undefined && weekday !== undefined && !days.includes(weekday)) return `due on ${days.join(", ")} only`;
  if (months !== undefined && !months.includes(local.month)) return `due in months ${months.join(", ")} only`;
  if (start !== undefined && Temporal.PlainDate.compare(today, Temporal.PlainDate.from(start)) < 0) {
    return `due from ${start} on`;
  }
  if (interval !== undefined && !isOnInterval(today, Temporal.PlainDate.from(start ?? "2026-01-01"), interval)) {
    return `due every ${interval} from ${start ?? "2026-01-01"} on`;
  }
  if (window !== undefined && !isInside(local.toPlainTime(), window))
    return `due from ${window.from} to ${window.to} ${zone}`;
  return null;
}

function isOnInterval(today: Temporal.PlainDate, start: Temporal.PlainDate, interval: string): boolean {
  const step = stepOf(interval);
  for (let times = 0; ; times++) {
    const day = start.add(multiplied(step, times));
    const order = Temporal.PlainDate.compare(day, today);
    if (order >= 0) return order === 0;
  }
}

/** A duration in whole days, weeks, months and years. */
function stepOf(interval: string): Temporal.Duration {
  const [, count, unit] = /^(\d+)([dw])$/.exec(interval) ?? [];
  if (count !== undefined)
    return Temporal.Duration.from(unit === "w" ? { weeks: Number(count) } : { days: Number(count) });
  return Temporal.Duration.from(interval);
}

function multiplied({ days, weeks, months, years }: Temporal.Duration, times: number): Temporal.DurationLike {
  return { days: days * times, weeks: weeks * times, months: months * times, years: years * times };
}

function isInside(time: Temporal.PlainTime, { from, to }: NonNullable<Schedule["window"]>): boolean {
  const after = Temporal.PlainTime.compare(time, Temporal.PlainTime.from(from)) >= 0;
  const before = Temporal.PlainTime.compare(time, Temporal.PlainTime.from(to)) < 0;
  return from <= to ? after && before : after || before;
}
