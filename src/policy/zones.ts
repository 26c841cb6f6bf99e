import { Temporal } from "temporal-polyfill";
import type { Seconds } from "../model/time.ts";
import { nearest } from "./distance.ts";

/** Whether this names a time zone of the IANA database by place (`Europe/Berlin`) or is `UTC`. `EST` and `+02:00` are not. */
export function isZone(zone: string): boolean {
  if (zone === "UTC") return true;
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(zone)) return false;
  // Asking for a format loads how all zones are written, which takes ten times as long; it knows zones by other names too.
  if (Intl.supportedValuesOf("timeZone").includes(zone)) return true;
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The zone that was most likely meant, or null. */
export function nearestZone(zone: string): string | null {
  return nearest(zone, Intl.supportedValuesOf("timeZone"));
}

/** Whether this is a day of the calendar, `2027-03-31`. */
export function isDay(text: string): boolean {
  return dayIn(text) !== null;
}

/** A day from its first moment to its last in a zone: `to` is when the next day begins. Null where it is no day. */
export function daySpan(text: string, zone: string): { readonly from: Seconds; readonly to: Seconds } | null {
  const day = dayIn(text);
  if (day === null) return null;
  return { from: startOf(day, zone), to: startOf(day.add({ days: 1 }), zone) };
}

/** The moment of a time (`18:00`) on a day in a zone, or null where it is no day. A time that exists twice: the later. */
export function momentOn(text: string, time: string, zone: string): Seconds | null {
  const day = dayIn(text);
  if (day === null) return null;
  const local = day.toPlainDateTime(Temporal.PlainTime.from(time));
  return Math.floor(local.toZonedDateTime(zone, { disambiguation: "later" }).epochMilliseconds / 1_000);
}

function dayIn(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function startOf(day: Temporal.PlainDate, zone: string): Seconds {
  // No calendar of zones has to be loaded for the one that has no changes.
  if (zone === "UTC") return Date.UTC(day.year, day.month - 1, day.day) / 1_000;
  return Math.floor(day.toZonedDateTime(zone).epochMilliseconds / 1_000);
}
