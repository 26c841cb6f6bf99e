import { readFileSync } from "node:fs";

/**
 * The most memory this process has held, in bytes. What the system tells of resources counts what the parent held when it
 * started us; Linux says it without that in proc(5).
 */
export function peakBytes(): number {
  if (process.platform === "linux") {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (found !== null) return Number(found[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
