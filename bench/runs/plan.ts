/** The process that goes from a snapshot file to a written plan, part by part. */
import { readFileSync, statSync } from "node:fs";
import { readSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { writeWhole } from "../../src/disk/write.ts";
import { type Counts, emptyLedgerView, type SeatHistory } from "../../src/model/ledger-view.ts";
import { canonicalPieces } from "../../src/model/canonical.ts";
import { propose } from "../../src/plan/propose.ts";
import { keepYoungSpace } from "../../src/young-space.ts";
import { peakBytes } from "../peak.ts";
import { compiled } from "../peers/compiled.ts";
import { tell } from "./told.ts";

const [snapshot = "", policies = "", counts = "", out = ""] = process.argv.slice(2);
// What a ledger says that counted this organisation yesterday and has known every seat since its first baseline.
const lastGood = JSON.parse(readFileSync(counts, "utf8")) as Counts;
const seen: SeatHistory = { firstSeen: null, restored: null };
const ledger = { ...emptyLedgerView, lastGood, seat: () => seen };

const parts: Record<string, number> = {};
const peaks: Record<string, number> = {};
let last = performance.now();
function note(part: string): void {
  const now = performance.now();
  parts[part] = now - last;
  peaks[part] = peakBytes();
  last = now;
}

const { population, digest } = await readSnapshotFile(snapshot);
note("read the snapshot");
const set = await compiled(policies, population);
note("compile the policies");
const tool = { name: "seatwright", version: "0.0.0" } as const;
keepYoungSpace(population.size);
const plan = propose({ population, snapshotDigest: digest, policies: set, ledger, tool });
note("plan");

function* document(): Generator<string> {
  yield* canonicalPieces(plan);
  yield "\n";
}
await writeWhole(out, document(), "anyone");
note("write the plan");
tell({
  parts,
  peaks,
  people: population.size,
  changes: plan.changes.length,
  heldBack: plan.heldBack.length,
  digest: plan.digest,
  planBytes: statSync(out).size,
});
