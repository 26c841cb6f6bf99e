// Plain JavaScript: the guard has to refuse an old Node before anything that it cannot read.
import "./guard.mjs";

await import("./test/main.ts");
