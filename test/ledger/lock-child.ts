import { isTaken, takeLock } from "../../src/ledger/lock.ts";

/** Takes a lock when its input says so. `die`: kills itself with the lock in hand. `hold`: gives it back when the input ends. */
const [path = "", mode = "hold"] = process.argv.slice(2);

process.stdout.write("ready\n");
const input = process.stdin[Symbol.asyncIterator]();
await input.next();
const taken = await takeLock(path, "org", "a contender", 0);
if (mode === "die") process.kill(process.pid, "SIGKILL");
process.stdout.write(isTaken(taken) ? "taken\n" : "held\n");
await input.next();
if (isTaken(taken)) await taken.release();
