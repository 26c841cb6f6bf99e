import type { Finding } from "../model/finding.ts";
import { parseDuration } from "./duration.ts";
import { errorAt, type Path, shown, type Written } from "./written.ts";
import { isDay, isZone, nearestZone } from "./zones.ts";

/** A duration that cannot be read: the finding, or null. */
export function badDuration(written: Written<unknown>, path: Path, text: string): Finding | null {
  return parseDuration(text) === null ? durationFinding(written, path, text) : null;
}

/** A text that is not a length of time. */
export function durationFinding(written: Written<unknown>, path: Path, text: string): Finding {
  return errorAt(
    written.at(path),
    "duration",
    `${shown(text)} is not a length of time.`,
    "A duration needs a unit, for example `90d`, `12h`, `2w` or `P3M`, and at most a hundred years.",
  );
}

/** A time zone that does not exist: the finding, or null. */
export function unknownZone(written: Written<unknown>, path: Path, zone: string): Finding | null {
  if (isZone(zone)) return null;
  const near = nearestZone(zone);
  const remedy = `${near === null ? "" : `Did you mean ${shown(near)}? `}Zones are named by place, such as \`Europe/Berlin\`, or \`UTC\`.`;
  return errorAt(written.at(path), "unknown-zone", `There is no time zone called ${shown(zone)}.`, remedy);
}

/** A day that is not in the calendar: the finding, or null. */
export function unknownDay(written: Written<unknown>, path: Path, day: string): Finding | null {
  if (isDay(day)) return null;
  const message = `${shown(day)} is not a day of the calendar.`;
  return errorAt(written.at(path), "date", message, "Write year-month-day: `2027-03-31`.");
}
