/**
 * Reads a whole organisation and writes it to a file, as `sync` does, in a process of its own whose memory is measured. With
 * `answers` or `bytes` as the last argument it also keeps every answer, as a mistake would, to see that it is noticed.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createReader } from "../../src/atlassian/reader.ts";
import { createTransport, type Transport } from "../../src/atlassian/transport.ts";
import { writeSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { createDirectoryLedger } from "../../src/ledger/directory.ts";
import type { Clock } from "../../src/ports.ts";
import { tool } from "../../src/version.ts";

const [baseUrl = "", apiKey = "", organizationId = "", folder = "", keeps = ""] = process.argv.slice(2);

/** The machine's own, but nobody waits. */
const clock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  sleep: (_, signal) => pause(1, undefined, signal === undefined ? {} : { signal }),
};

let peakHeap = 0;
const sampler = setInterval(() => {
  const { heapUsed, external } = process.memoryUsage();
  peakHeap = Math.max(peakHeap, heapUsed + external);
}, 50);
let again = 0;
const transport = createTransport({
  apiKey,
  baseUrl,
  clock,
  random: () => 0.5,
  report: ({ sends }) => {
    if (sends > 1) again++;
  },
});
const kept: unknown[] = [];
const keeping: Transport = {
  ...transport,
  async request(request) {
    const answer = await transport.request(request);
    if (keeps === "answers") kept.push(answer);
    if (keeps === "bytes") kept.push(Buffer.from(JSON.stringify(answer)));
    return answer;
  },
};
const reader = createReader(keeping, { organizationId, clock, tool });
const population = await reader.readOrganization(() => undefined);
await writeSnapshotFile(`${folder}/snapshot.json`, population);
await createDirectoryLedger({ directory: `${folder}/ledger`, organizationId, clock }).recordSnapshot(population);
clearInterval(sampler);
await transport.close();
const { state, checks } = population.header.certificate;
console.log(
  JSON.stringify({
    people: population.size,
    state,
    doubts: checks.filter((check) => check.state !== "passed").map(({ check }) => check),
    requests: transport.sends(),
    kept: kept.length,
    again,
    peakHeapMb: Math.round(peakHeap / 2 ** 20),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
