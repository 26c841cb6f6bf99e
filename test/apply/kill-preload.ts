/**
 * Loaded into a process before anything of ours: kills it (SIGKILL, by itself) at one step of what it does to files below a
 * folder. Steps are counted from 1, and are: before a change to a file, half-way through a write, and after it.
 * `SEATWRIGHT_KILL` holds the folder, the step, and the file that is told how many steps there were. It also sleeps less:
 * what is waited for (that a write shows, that a limit has passed) has come at once where it is asked of the simulator.
 */
import { writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const [below = "", at = "0", told = ""] = (process.env["SEATWRIGHT_KILL"] ?? "").split("\n");
const dies = Number(at);
let steps = 0;

function step(): void {
  steps++;
  if (steps !== dies) return;
  process.kill(process.pid, "SIGKILL");
  // The signal arrives when the system gets to it; until then nothing else may happen here.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

const isOurs = (path: unknown): boolean => typeof path === "string" && path.startsWith(below);

type Change = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** The same, with a step before and after it where it is about our folder. */
function stepped(change: Change, isAbout: (self: unknown, args: readonly unknown[]) => boolean): Change {
  return async function (...args) {
    if (!isAbout(this, args)) return await change.apply(this, args);
    step();
    const result = await change.apply(this, args);
    step();
    return result;
  };
}

const functions = promises as unknown as Record<string, Change>;
for (const name of ["rename", "link", "rm", "mkdir"]) {
  const own = functions[name];
  if (own !== undefined) functions[name] = stepped(own, (_, args) => isOurs(args[0]));
}

const opened = new WeakSet<object>();
let isPatched = false;
const open = promises.open;
promises.open = async (path, flags, mode) => {
  const handle = await open(path, flags, mode);
  if (!isOurs(path) || flags === "r") return handle;
  opened.add(handle);
  if (!isPatched) patch(Object.getPrototypeOf(handle) as Record<string, Change>);
  isPatched = true;
  step();
  return handle;
};

function patch(handles: Record<string, Change>): void {
  for (const name of ["sync", "datasync", "truncate"]) {
    const own = handles[name];
    if (own !== undefined) handles[name] = stepped(own, (self) => opened.has(self as object));
  }
  for (const name of ["writeFile", "appendFile"]) {
    const own = handles[name];
    if (own === undefined) continue;
    handles[name] = async function (data, ...rest) {
      if (!opened.has(this as object)) return await own.call(this, data, ...rest);
      step();
      if (steps + 1 === dies) {
        const bytes = Buffer.from(data as string);
        await own.call(this, bytes.subarray(0, Math.floor(bytes.length / 2)));
      }
      step();
      const result = await own.call(this, data, ...rest);
      step();
      return result;
    };
  }
}

const SHARE_OF_SLEEP = 50;
const sleep = timers.setTimeout;
timers.setTimeout = (milliseconds, ...rest) => sleep(Math.ceil((milliseconds ?? 0) / SHARE_OF_SLEEP), ...rest);

syncBuiltinESMExports();
process.on("exit", () => {
  if (told !== "") writeFileSync(told, String(steps));
});
