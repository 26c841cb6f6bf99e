// Plain JavaScript that old versions of Node can read: it has to be able to refuse them.
// Use: `node --import ./tools/guard.mjs <script>`, or import it first.
// What it exports is described in guard.d.mts.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

export const oldestNode = manifest.engines.node.replace(/^>=/, "").split(".").map(Number);

export function remedyFor(version) {
  const found = version.replace(/^v/, "").split(".").map(Number);
  for (let i = 0; i < oldestNode.length; i += 1) {
    if (found[i] > oldestNode[i]) return null;
    if (!(found[i] === oldestNode[i])) {
      return (
        `Seatwright needs Node ${oldestNode.join(".")} or newer and this is Node ${found.join(".")}. ` +
        "Run `npm ci` again and start this with `npm run` (on Linux x64 that brings its own Node), or install Node 24."
      );
    }
  }
  return null;
}

const remedy = remedyFor(process.versions.node);
if (remedy !== null) {
  console.error(remedy);
  process.exit(1);
}
