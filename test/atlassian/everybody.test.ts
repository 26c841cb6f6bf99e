import { describe, expect, it } from "vitest";
import type { Population } from "../../src/people/population.ts";
import { applyChange } from "../../src/simulator/change.ts";
import { faultCatalogue, type FaultPlan, type FaultRequest } from "../../src/simulator/faults.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { isListed } from "../../src/simulator/indexes.ts";
import type { RecordedRequest } from "../../src/simulator/server.ts";
import type { World } from "../../src/simulator/world.ts";
import { type Connected, connect, doubts, now } from "./support.ts";

/** One directory large enough to be read in parts, and one that is not. */
const large = (): World => generateWorld({ people: 1300, seed: 4, now });

interface Search {
  readonly claimStatus?: string;
  readonly sortBy?: readonly { readonly direction: string }[];
  readonly directoryIds?: readonly string[];
  readonly accountIds?: readonly string[];
  readonly expand?: readonly string[];
  readonly cursor?: string;
}

const searchOf = ({ pattern, body }: Pick<FaultRequest, "pattern" | "body">): Search | null =>
  pattern.endsWith("/users/search") ? (body as Search) : null;

/** The searches that read everybody, by what they asked for. */
function searches({ requests }: { readonly requests: readonly RecordedRequest[] }): readonly Search[] {
  return requests.flatMap((request) => {
    const search = searchOf(request);
    return search?.expand?.includes("groups") === true ? [search] : [];
  });
}

const inParts = (search: Search): boolean => search.claimStatus !== undefined;
/** How many lists were begun that are one chain of a directory. */
const chainsOf = (all: readonly Search[]): number =>
  all.filter((search) => !inParts(search) && search.directoryIds !== undefined && search.cursor === undefined).length;

function everybodyIn(world: World): readonly string[] {
  return world.listing.flatMap((account) => (isListed(world, account) ? [account.accountId] : [])).sort();
}

function idsOf(population: Population): readonly string[] {
  return Array.from({ length: population.size }, (_, person) => population.text("id", person) ?? "");
}

/** Does something once, when the nth search of a part comes in. */
function atPart(nth: number, change: (search: Search) => void): FaultPlan {
  let met = 0;
  return (request) => {
    const search = searchOf(request);
    if (search !== null && inParts(search) && ++met === nth) change(search);
    return undefined;
  };
}

async function readOf(world: World, faults: FaultPlan): Promise<Connected & { readonly population: Population }> {
  const connected = await connect(world, { faults });
  return { ...connected, population: await connected.read() };
}

describe("a large directory", () => {
  it("is read by claim status and from both ends, and brings what one chain for each list brings", async () => {
    const parts = await connect(large());
    const population = await parts.read();
    expect(doubts(population)).toEqual([]);
    const asked = searches(parts.simulator).filter(inParts);
    const kinds = new Set(asked.map(({ claimStatus, sortBy }) => `${claimStatus} ${sortBy?.[0]?.direction}`));
    expect([...kinds].sort()).toEqual(["managed asc", "managed desc", "unmanaged asc", "unmanaged desc"]);
    expect(chainsOf(searches(parts.simulator))).toBe(1);

    const one = await connect(large(), { quirks: { filtersIgnored: ["claimStatus"] } });
    const same = await one.read();
    expect(same.size).toBe(population.size);
    expect(same.lastActive).toEqual(population.lastActive);
    expect(same.groups).toEqual(population.groups);
    expect(idsOf(same)).toEqual(idsOf(population));
    expect(idsOf(population)).toEqual(everybodyIn(parts.simulator.world));
  });

  it("is one chain where the counts of its parts do not add up, and no part is asked for", async () => {
    const { read, simulator } = await connect(large(), { quirks: { filtersIgnored: ["claimStatus"] } });
    expect(doubts(await read())).toEqual([]);
    expect(searches(simulator).filter(inParts)).toEqual([]);
    expect(chainsOf(searches(simulator))).toBe(2);
  });

  it("is one chain where Atlassian does not accept the order that was asked for", async () => {
    const faults: FaultPlan = (request) =>
      searchOf(request)?.sortBy === undefined ? undefined : { kind: "status", status: 400, envelope: "application" };
    const { population, simulator } = await readOf(large(), faults);
    expect(doubts(population)).toEqual([]);
    expect(idsOf(population)).toEqual(everybodyIn(simulator.world));
    expect(chainsOf(searches(simulator))).toBeGreaterThanOrEqual(2);
  });

  it("that somebody leaves while its parts are read is one chain, in which they are not", async () => {
    const world = large();
    let gone = "";
    const faults = atPart(5, ({ directoryIds }) => {
      const leaver = world.listing.find(
        (account) => isListed(world, account) && !account.managed && account.nickname !== undefined,
      );
      gone = leaver?.accountId ?? "";
      const directoryId = directoryIds?.[0] ?? "";
      applyChange(world, { kind: "membership.remove", accountId: gone, directoryId });
    });
    const { population, simulator } = await readOf(world, faults);
    expect(gone).not.toBe("");
    expect(chainsOf(searches(simulator))).toBeGreaterThanOrEqual(2);
    expect(population.find(gone)).toBe(-1);
    expect(idsOf(population)).toEqual(everybodyIn(world));
  });

  it("that somebody joins while its parts are read is one chain, in which they are", async () => {
    const world = large();
    const accountId = "712020:joined-meanwhile";
    const faults = atPart(5, ({ directoryIds }) => {
      const facts = { accountId, name: "Aaa", nickname: "Aaa", managed: true, email: "aaa@acme.example" };
      applyChange(world, { kind: "account.add", account: { ...facts, addedToOrg: now.toISOString() } });
      applyChange(world, { kind: "membership.set", accountId, directoryId: directoryIds?.[0] ?? "", status: "active" });
    });
    const { population, simulator } = await readOf(world, faults);
    expect(chainsOf(searches(simulator))).toBeGreaterThanOrEqual(2);
    expect(population.find(accountId)).toBeGreaterThanOrEqual(0);
    expect(idsOf(population)).toEqual(everybodyIn(world));
  });

  it("of which a part counts more once it was read is one chain", async () => {
    const world = large();
    const accountId = "712020:joined-behind-us";
    let hasRead = false;
    const faults: FaultPlan = (request) => {
      const search = searchOf(request);
      if (search !== null && inParts(search)) hasRead = true;
      if (!hasRead || !request.pattern.endsWith("/users/count") || world.accounts.has(accountId)) return undefined;
      const facts = { accountId, name: "Aaa", nickname: "Aaa", managed: true, email: "aaa@acme.example" };
      applyChange(world, { kind: "account.add", account: { ...facts, addedToOrg: now.toISOString() } });
      for (const directoryId of world.directories.keys()) {
        applyChange(world, { kind: "membership.set", accountId, directoryId, status: "active" });
      }
      return undefined;
    };
    const { population } = await readOf(world, faults);
    expect(idsOf(population)).toEqual(everybodyIn(world));
    expect(population.find(accountId)).toBeGreaterThanOrEqual(0);
  });

  it("whose rows go missing on the way is suspect, by parts as by one chain", async () => {
    const { read, simulator } = await connect(large(), { quirks: { dropRows: 0.02 } });
    const population = await read();
    expect(chainsOf(searches(simulator))).toBeGreaterThanOrEqual(2);
    expect(population.header.certificate.state).toBe("suspect");
    expect(doubts(population)).toContain("population");
  });

  it.each(["page dropped", "page repeated", "repeated cursor", "empty 200", "truncated JSON", "500", "unknown value"])(
    "is never complete and wrong where a page of a part goes wrong: %s",
    async (name) => {
      const world = large();
      let met = 0;
      const faults: FaultPlan = (request) => {
        const search = searchOf(request);
        return search !== null && inParts(search) && ++met === 4 ? faultCatalogue[name] : undefined;
      };
      const { population } = await readOf(world, faults);
      if (population.header.certificate.state !== "complete") return;
      expect(idsOf(population)).toEqual(everybodyIn(world));
    },
  );
});
