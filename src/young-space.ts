import { setFlagsFromString } from "node:v8";

/** From so many people on, what a plan holds is more than V8 gives young objects at first. */
const MANY_PEOPLE = 100_000;

/**
 * Keeps the room for young objects as large as it is. V8 doubles it, up to 128 MiB, while many objects outlive it, and those
 * of a plan do; that saves no time, because they stay. Answers do not depend on it.
 */
export function keepYoungSpace(people: number): void {
  if (people >= MANY_PEOPLE) setFlagsFromString("--semi-space-growth-factor=1");
}
