import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { momentOf, type Seconds } from "../model/time.ts";

/** Who holds a lock. */
export interface Holder {
  /** Unique to this taking of the lock. */
  readonly id: string;
  readonly organization: string;
  readonly purpose: string;
  readonly startedAt: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, as the system counts it; null where that cannot be told. */
  readonly processStarted: string | null;
  /** The boot and the process namespace in which the pid means this process; null where that cannot be told. */
  readonly space: string | null;
}

/** This process as a holder. */
export function holderHere(id: string, organization: string, purpose: string, now: Seconds): Holder {
  return {
    id,
    organization,
    purpose,
    startedAt: momentOf(now),
    host: hostname(),
    pid: process.pid,
    processStarted: processStarted(process.pid),
    space: processSpace(),
  };
}

/** What a lock file says, or null where it is not one. */
export function holderIn(text: string): Holder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const holder = value as Partial<Holder>;
  const isHolder =
    typeof holder.id === "string" &&
    typeof holder.host === "string" &&
    typeof holder.pid === "number" &&
    typeof holder.purpose === "string" &&
    typeof holder.startedAt === "string";
  return isHolder ? (holder as Holder) : null;
}

/**
 * True only where it is certain that the holder is no more: it ran on this machine, in this boot and this process
 * namespace, and its process has ended, or its number belongs to another process by now. Otherwise it may still be at work.
 */
export function isProvablyGone(holder: Holder): boolean {
  const space = processSpace();
  if (holder.host !== hostname() || space === null || holder.space !== space) return false;
  if (!isAlive(holder.pid)) return true;
  const started = processStarted(holder.pid);
  return started !== null && holder.processStarted !== null && started !== holder.processStarted;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return processState(pid) !== "Z";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Source: proc(5): boot_id changes with each boot; a pid is unique within its pid namespace. */
function processSpace(): string | null {
  if (process.platform !== "linux") return process.platform === "darwin" ? "darwin" : null;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

/** Source: proc(5), /proc/pid/stat field 22, clock ticks since boot. */
function processStarted(pid: number): string | null {
  return statFields(pid)?.[19] ?? null;
}

function processState(pid: number): string | null {
  return statFields(pid)?.[0] ?? null;
}

/** The fields after the program's name, which may itself hold spaces and brackets. */
function statFields(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}
