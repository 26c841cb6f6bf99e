import { setTimeout as pause } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { expect } from "vitest";
import { faultAt, faultCatalogue, type Fault, type FaultPlan } from "../../src/simulator/faults.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { cli, folderWith } from "../e2e/run.ts";
import {
  found,
  type Named,
  plantedAddress,
  plantedFiles,
  plantedKey,
  type Privacy,
  plantedWorld,
  secrets,
  textsBelow,
} from "./planted.ts";

const search = "/admin/v2/orgs/{orgId}/directories/{directoryId}/users/search";
const leave = "/admin/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}";
const fault = (name: string): Fault => faultCatalogue[name] as Fault;

/** What each command of one story printed and wrote, and what the ledger is left with. */
export interface Told {
  /** What people read: named by the command. */
  readonly shown: readonly Named[];
  /** What is committed or kept: plans, and everything without a snapshot beside it. */
  readonly kept: readonly Named[];
  /** Files that say of themselves that they hold personal data. */
  readonly declared: readonly Named[];
  readonly ledger: readonly Named[];
  /** The page of `report`, unpacked. */
  readonly page: string;
}

/** Every command, once: a run, its undo, a stop, runs that fail, and everything that reads them afterwards. */
export async function everyCommand(privacy: Privacy): Promise<Told> {
  let faults: FaultPlan | undefined;
  const simulator = await startSimulator({
    world: plantedWorld(),
    clock: () => new Date(),
    apiKey: plantedKey,
    faults: (request) => faults?.(request),
  });
  const repo = await folderWith(plantedFiles(privacy));
  const out = await folderWith();
  const at = (name: string): string => join(out, name);
  const ledger = at("ledger");
  const env = { SEATWRIGHT_API_URL: simulator.url, SEATWRIGHT_API_KEY: plantedKey };
  const shown: Named[] = [];
  const kept: Named[] = [];
  const run = async (into: Named[] | null, ...args: readonly string[]): Promise<string> => {
    const ended = await cli(["--repo", repo, "--ledger", ledger, ...args], { env });
    const name = args.filter((word) => !word.includes(out)).join(" ");
    into?.push([`${name}: standard output`, ended.out]);
    shown.push([`${name}: standard error`, ended.err]);
    if ([null, 1, 9, 64].includes(ended.code)) throw new Error(`${name}: ${ended.code} ${ended.out}${ended.err}`);
    return ended.out;
  };
  const apply = async (into: Named[], file: string, ...more: readonly string[]): Promise<string> => {
    const { digest } = JSON.parse(readFileSync(file, "utf8")) as { readonly digest: string };
    return run(into, "apply", "--plan", file, "--approve", digest, "--reason", "for the test", ...more);
  };
  const snapshot = at("snapshot.json");
  try {
    await run(kept, "validate", "--json");
    await run(shown, "sync", "--out", snapshot);
    // A baseline is of an earlier second than the plan beside it.
    await pause(1_100);
    await run(kept, "plan", "--json", "--out", at("plan.json"));
    const files = ["--markdown", at("shown.md"), "--html", at("shown.html"), "--handoff", at("handoff")];
    await run(shown, "plan", "--snapshot", snapshot, "--all", "--out", at("again.json"), ...files);
    const { run: id } = JSON.parse(await apply(kept, at("plan.json"), "--json")) as { readonly run: string };
    const account = accountIdOf(plantedAddress(1));

    await run(kept, "undo", id, "--json", "--out", at("undo.json"));
    await run(shown, "undo", "--person", plantedAddress(1), "--all", "--out", at("undo-one.json"));
    await apply(shown, at("undo.json"), "--snapshot", snapshot);
    await run(shown, "stop", "--reason", "an audit");
    await apply(kept, at("undo-one.json"));
    kept.push(...textsBelow(ledger).filter(([name]) => name.includes("stop")));
    await run(shown, "stop", "--withdraw");

    faults = faultAt({ pattern: search }, fault("500"));
    await run(shown, "plan", "--json");
    faults = faultAt({ method: "DELETE", pattern: leave }, fault("401"));
    await run(null, "plan", "--out", at("one.json"));
    await run(null, "undo", id, "--because", "unused", "--out", at("back.json"));
    await apply(kept, at("back.json"), "--json", "--verbose");
    faults = undefined;

    const period = ["--from", "2020-01-01", "--to", "2100-01-01"];
    await Promise.all([
      run(kept, "history"),
      run(kept, "history", "--json"),
      run(kept, "history", account),
      run(kept, "history", account, "--json"),
      run(shown, "seats", "--snapshot", snapshot, "--all"),
      run(kept, "seats", "--snapshot", snapshot, "--json"),
      run(shown, "explain", account, "--snapshot", snapshot),
      run(kept, "explain", account, "--run", id),
      run(kept, "explain", account, "--run", id, "--json"),
      run(kept, "audit", "verify", id),
      run(kept, "audit", "export", ...period),
      run(kept, "audit", "export", "--format", "csv", ...period),
      run(shown, "doctor"),
      run(shown, "report", "--snapshot", snapshot, "--out", at("page.html")),
      run(shown, "export", "--snapshot", snapshot, "--format", "csv", "--out", at("export-csv")),
      run(shown, "export", "--snapshot", snapshot, "--format", "jsonl", "--out", at("export-jsonl")),
    ]);
  } finally {
    await simulator.close();
  }
  const written = textsBelow(out).filter(([name]) => !name.startsWith("ledger/"));
  const named = (pattern: RegExp): readonly Named[] => written.filter(([name]) => pattern.test(name));
  return {
    shown: [...shown, ...named(/^shown\./)],
    kept: [...kept, ...named(/^(plan|again|undo|undo-one|one|back)\.json$|^export-\w+\/(audit|export|seats|groups)\./)],
    declared: named(/^snapshot\.json$|^handoff\/|^export-\w+\/people\./),
    ledger: textsBelow(ledger),
    page: pageOf(written.find(([name]) => name === "page.html")?.[1] ?? ""),
  };
}

/** What a report page holds: its data is packed. */
function pageOf(html: string): string {
  const packed = [...html.matchAll(/[A-Za-z0-9+/]{400,}={0,2}/g)].map(([text]) => text);
  return [html, ...packed.map(unpacked)].join("\n");
}

function unpacked(base64: string): string {
  try {
    return gunzipSync(Buffer.from(base64, "base64")).toString("utf8");
  } catch {
    return "";
  }
}

/** Nothing is found where nothing is: each part of the story left something to search. */
export function expectAllThere({ kept, declared, ledger, page, shown }: Told): void {
  const holds = (texts: readonly Named[], name: RegExp, word: string): void =>
    expect(texts.filter(([where, text]) => name.test(where) && text.includes(word)).length, `${name}`).toBeGreaterThan(
      0,
    );
  const account = accountIdOf(plantedAddress(1));
  for (const name of [/^plan\.json$/, /^undo\.json$/, /^back\.json$/, /^history \S+: /, /^explain/, /^audit export/])
    holds(kept, name, account);
  holds(kept, /^audit export .*csv/, account);
  holds(kept, /^export-csv\/audit/, account);
  holds(kept, /stop/, "an audit");
  holds(shown, /^shown\.md$/, "Revoke");
  holds(ledger, /^audit\//, account);
  holds(ledger, /^seats\//, account);
  holds(declared, /^handoff\/okta\.csv$/, plantedAddress(6));
  holds(declared, /^export-csv\/people/, plantedAddress(6));
  expect(page).toContain(account.slice(-12));
  expect(found(secrets, declared)).toEqual([]);
}
